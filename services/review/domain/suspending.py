"""Suspended (中止办理): a case stands still for an investigation or force majeure, then goes on (S4.2; ours).

Only while it is in the department's hands. While a correction, a batch or a notice is out, time runs for others: it is
not taken from them; what comes up against a case on notice holds it as an objection does.
"""

from __future__ import annotations

from datetime import datetime

from services.review.domain import errors
from services.review.domain.standing import IN_HAND, Standing, Suspension
from services.shared.aggregate import acting_now, event


class Suspending(Standing):
    """The part of a review that stands still, and goes on."""

    def suspend(self, *, cause: str, document_no: str, reason: str) -> None:
        """Let nothing be decided of the case until it is resumed; its clock stops. S4.2

        Raises NotInThisState for a case that is suspended, has ended, or for which the time of others runs.
        """
        self._require(*IN_HAND)
        suspension = Suspension(cause, document_no, reason, acting_now().at)
        self._case_suspended(suspension=suspension)

    @event("CaseSuspended", topic="review.review.case-suspended")
    def _case_suspended(self, suspension: Suspension) -> None:
        self.suspension = suspension
        self._stop_clock(suspension.cause, suspension.since)

    def resume(self, *, document_no: str, reason: str) -> None:
        """Go on where the case was; its clock runs again, unless an objection still stops it. S4.2"""
        if not self.is_suspended:
            raise errors.not_suspended()
        self._case_resumed(document_no=document_no, reason=reason, at=acting_now().at)

    @event("CaseResumed", topic="review.review.case-resumed")
    def _case_resumed(self, document_no: str, reason: str, at: datetime) -> None:  # why is kept in the event
        self.suspension = None
        if not self.holding:
            self._restart_clock(at, "case-resumed")
