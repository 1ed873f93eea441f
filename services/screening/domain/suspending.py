"""Suspended (中止办理): a case stands still for an investigation or force majeure, then goes on (S4.1.2; ours).

Deadlines that run stand still with it, and go on with the days that were left.
"""

from __future__ import annotations

from collections.abc import Collection

from services.screening.domain import errors
from services.screening.domain.standing import Standing
from services.screening.domain.states import IN_HAND, State
from services.screening.domain.values import Suspension
from services.shared.aggregate import acting_now, event
from services.shared.calendar import Deadline


class Suspending(Standing):
    """The part of a screening that stands still, and goes on."""

    def suspend(self, *, cause: str, document_no: str, reason: str, causes: Collection[str]) -> None:
        """Let nothing be done with the case until it is resumed. `causes` are those of its edition. S4.1.2

        Raises Invalid for another cause, NotInThisState for a case that is suspended or not with the prefecture.
        """
        self.require(*IN_HAND)
        if cause not in causes:
            raise errors.no_such_cause(cause)
        self._case_suspended(suspension=Suspension(cause, document_no, reason, acting_now().at))

    @event("CaseSuspended", topic="screening.screening.case-suspended")
    def _case_suspended(self, suspension: Suspension) -> None:
        self.suspension = suspension

    def require_suspended(self) -> Suspension:
        """The suspension. Raises NotInThisState when there is none, Denied for who has an interest in the case."""
        self.require_no_conflict()
        if self.suspension is None or not self.is_suspended:
            raise errors.not_suspended()
        return self.suspension

    def resume(self, *, document_no: str, reason: str, deadline: Deadline | None) -> None:
        """Go on where the case was, until `deadline` where one runs. Raises as `require_suspended`. S4.1.2"""
        self.require_suspended()
        self._case_resumed(document_no=document_no, reason=reason, deadline=deadline, ready=bool(self.signed_by))

    @event("CaseResumed", topic="screening.screening.case-resumed")
    def _case_resumed(  # number and reason are kept in the event, `ready` is for the inbox
        self, document_no: str, reason: str, deadline: Deadline | None, ready: bool
    ) -> None:
        self.suspension = None
        if self.state is State.PREF_INTAKE:
            self.formal_check = deadline
