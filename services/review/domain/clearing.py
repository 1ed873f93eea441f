"""Cleared (公示无异议): the period is over for this case, and nothing is open against it (S4.2).

The period of the list is the case's own, until the case is suspended: its time then stands still, while that of the
others runs on, and goes on with the days that were left.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from services.review.domain import errors
from services.review.domain.posting import Posting
from services.review.domain.public_notice import PublicNotice, check_period
from services.review.domain.states import State
from services.shared.aggregate import acting_now, event
from services.shared.calendar import Deadline
from services.shared.calendar.suspension import restarted
from services.shared.policy import Edition

OWN_TIME = "case-notice"
"""The kind of the deadline at which the clock ends the notice of one case that had been suspended."""


class Clearing(Posting):
    """The part of a review for which the public's time ends."""

    def end_notice(self, notice: PublicNotice) -> None:
        """The notice has run its full period (公示期满): clear the case unless an objection is open. S4.2

        A case that is suspended, or was, has a time of its own: it is left out. Raises NotInThisState for a notice
        that still runs, or that the case is not on.
        """
        self._require_shown()
        self._check_elapsed(notice)
        if not self.is_suspended and self.notice_until is None:
            self._end(notice)

    def end_own_notice(self, notice: PublicNotice) -> None:
        """The case's own time on its notice is over; the clock does it. S4.2

        Raises NotInThisState while it runs, for a case that is suspended, and for one that has no such time.
        """
        self._require(State.PUBLIC_NOTICE, State.NOTICE_HELD)
        self._check_elapsed(notice)
        if self.notice_until is None or self.notice_until.is_met(acting_now().at):
            raise errors.notice_still_running()
        if not self.notice_elapsed:
            self._end(notice)

    @event("NoticeElapsed", topic="review.review.notice-elapsed")
    def _notice_elapsed(self, notice_no: str) -> None:
        self.notice_elapsed = True
        self.notice_no = notice_no

    @event("Cleared", topic="review.review.cleared")
    def _cleared(self, notice_id: UUID, notice_no: str) -> None:
        self.state = State.NOTICE_CLEARED

    def note_listing(self, *, document_no: str) -> None:
        """Note that the registry has listed the centre. A repeat changes nothing. S4.2

        It may have done so before it heard of a letter that came in time and was registered after the clearing.
        """
        if self.state is State.NOTICE_CLEARED or (self.was_cleared and self.is_shown):
            self._listed(document_no=document_no)

    @event("Listed", topic="review.review.listed")
    def _listed(self, document_no: str) -> None:
        self.state = State.LISTED

    def objection_is_late(self, received_on: date, notice: PublicNotice) -> bool:
        """Whether what was received on this local day came after the end: of the list's period, or the case's own.

        While the case is suspended its time stands still, and nothing is late.
        """
        last = self.last_day_on(notice)
        return last is not None and received_on > last

    def last_day_on(self, notice: PublicNotice) -> date | None:
        """The last local day on which an objection to the case is in time; None while its time stands still."""
        deadline = notice.deadline
        if self.notice_id == notice.id:
            deadline = self.notice_until or deadline
            if self.suspension is not None and self.is_suspended and deadline is not None:
                stands_still = not self.notice_elapsed and deadline.is_met(self.suspension.since)
                return None if stands_still else deadline.local_due.date()
        return deadline.local_due.date() if deadline is not None else None

    def _own_time(self, notice: PublicNotice, since: datetime, at: datetime, edition: Edition) -> Deadline | None:
        """When the notice ends for this case, which stood still from `since` to `at`; None when it had run before."""
        running = self.notice_until or notice.deadline
        if self.notice_elapsed or running is None:
            return None
        own = replace(restarted(running, since, at, edition), kind=OWN_TIME)
        check_period(own)
        return own

    def _clear_if_over(self) -> None:
        """Clear a case whose time was over before, now that nothing is in its way any more."""
        if self.state is State.PUBLIC_NOTICE and self.notice_elapsed and not self.open_objections:
            assert self.notice_id is not None  # noqa: S101  # the state says so; tells the type checker
            self._cleared(notice_id=self.notice_id, notice_no=self.notice_no)

    def _check_elapsed(self, notice: PublicNotice) -> None:
        if not (notice.has_elapsed and self.is_on(notice)):
            raise errors.notice_still_running()

    def _end(self, notice: PublicNotice) -> None:
        if self.open_objections:
            self._notice_elapsed(notice_no=notice.notice_no)
        else:
            self._cleared(notice_id=notice.id, notice_no=notice.notice_no)

    @property
    def is_shown(self) -> bool:
        """Whether the case stands before the public, held or not."""
        return self.state in (State.PUBLIC_NOTICE, State.NOTICE_HELD)
