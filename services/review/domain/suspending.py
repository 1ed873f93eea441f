"""Suspended (中止办理): a case stands still for an investigation or force majeure, then goes on (S4.2; ours).

In any state, and every clock stands with it: the department's, that of a correction, and the public's for this case.
What is only noted is noted all the same: a dossier that comes back, a batch that comes again, a letter of objection.
"""

from __future__ import annotations

from datetime import datetime

from services.review.domain import errors
from services.review.domain.corrections import InCorrection
from services.review.domain.listing import OnNotice
from services.review.domain.public_notice import PublicNotice
from services.review.domain.standing import WAITS_FOR_OTHERS, Suspension
from services.review.domain.states import ENDED, State
from services.shared.aggregate import acting_now, event
from services.shared.calendar import Deadline
from services.shared.calendar.suspension import restarted
from services.shared.policy import Edition

RENOTICE = "renotice"
"""Of `notice.after_suspension`: a case whose notice was suspended is shown anew, for a full period."""


class Suspending(InCorrection, OnNotice):
    """The part of a review that stands still, and goes on."""

    def suspend(self, *, cause: str, document_no: str, reason: str) -> None:
        """Let nothing be decided of the case until it is resumed; its clocks stop. S4.2

        Raises NotInThisState for a case that is suspended or has ended.
        """
        self._require(*(state for state in State if state not in ENDED))
        suspension = Suspension(cause, document_no, reason, acting_now().at)
        self._case_suspended(suspension=suspension)

    @event("CaseSuspended", topic="review.review.case-suspended")
    def _case_suspended(self, suspension: Suspension) -> None:
        self.suspension = suspension
        self._stop_clock(suspension.cause, suspension.since)

    def resume(self, *, document_no: str, reason: str, edition: Edition, notice: PublicNotice | None = None) -> None:
        """Go on where the case was; its clocks run again with the days that were left. S4.2

        `notice` is the one that the case is on. One whose period was over before is cleared, unless an objection is
        open; by the edition one whose period was not is shown anew. Raises Invalid when its notice would end in a year
        whose working days are not known yet.
        """
        if self.suspension is None or not self.is_suspended:
            raise errors.not_suspended()
        at, since = acting_now().at, self.suspension.since
        shown = notice if notice is not None and self.is_shown else None
        anew = shown is not None and not self.notice_elapsed and edition["notice.after_suspension"] == RENOTICE
        waited = self.correction.deadline if self.correction is not None else None
        self._case_resumed(
            document_no=document_no,
            reason=reason,
            at=at,
            correction_until=restarted(waited, since, at, edition) if waited else None,
            notice_until=self._own_time(shown, since, at, edition) if shown and not anew else None,
            check_until=restarted(self.check_until, since, at, edition) if self.check_until else None,
        )
        if anew and shown is not None:
            self._notice_left(notice_no=shown.notice_no)
        else:
            self._clear_if_over()

    @event("CaseResumed", topic="review.review.case-resumed")
    def _case_resumed(  # why is kept in the event
        self,
        document_no: str,
        reason: str,
        at: datetime,
        correction_until: Deadline | None = None,
        notice_until: Deadline | None = None,
        check_until: Deadline | None = None,
    ) -> None:
        self.suspension = None
        self._move_correction(correction_until)
        self.notice_until = notice_until or self.notice_until
        self.check_until = check_until
        if not self.holding and self.state not in WAITS_FOR_OTHERS:
            self._restart_clock(at, "case-resumed")

    @event("NoticeLeft", topic="review.review.notice-left")
    def _notice_left(self, notice_no: str) -> None:
        self._leave_notice(notice_no)
