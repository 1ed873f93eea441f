"""Cases that come back by remedy, stand still, and go on (S4.0, S4.2)."""

from __future__ import annotations

from uuid import UUID

from services.review.application.base import period
from services.review.application.noticing import PostsNotices, struck_from
from services.review.domain import errors, rules
from services.review.domain.reopening import Remedy
from services.review.domain.review import Review
from services.review.domain.states import State
from services.shared.policy import edition


class ResumesCases(PostsNotices):
    """What is decided on the course of a case itself."""

    def reopen_by_remedy(self, case_id: UUID, *, remedy: Remedy, to: State) -> Review:
        """Go on with a case whose decision was set aside (S4.0, S4.2); who claimed its field meanwhile is flagged."""
        review = self.load(Review, case_id)
        notice = self._notice_of(review)
        in_force = edition(review.policy_edition)
        answer = period(in_force, "correction", "applicant_days", rules.local_today(), "deadline.close_time")
        review.reopen_by_remedy(remedy, to=to, notice_no=notice.notice_no if notice else "", answer=answer)
        if to in (State.COMPREHENSIVE, State.PROPOSED):
            review.flag_field_conflicts(self._field_conflicts(review))
        self.save(review)
        return review

    def suspend_case(self, case_id: UUID, *, cause: str, document_no: str, reason: str) -> Review:
        """Let nothing be decided of a case for an investigation or force majeure (S4.2; ours)."""
        review = self.load(Review, case_id)
        if cause not in edition(review.policy_edition)["suspension.causes"]:
            raise errors.no_such_cause(cause)
        review.suspend(cause=cause, document_no=document_no, reason=reason)
        self.save(review)
        return review

    def resume_case(self, case_id: UUID, *, document_no: str, reason: str) -> Review:
        """Go on with a suspended case where it was; its clocks have the days that were left (S4.2; ours)."""
        review = self.load(Review, case_id)
        notice = self._notice_of(review)
        review.resume(document_no=document_no, reason=reason, edition=edition(review.policy_edition), notice=notice)
        self.save(review, *struck_from(notice, review, reason))
        return review

    def end_own_notice(self, case_id: UUID) -> Review:
        """End the notice of one case that had been suspended, when its own time is over: the clock's act (S4.2)."""
        review = self.load(Review, case_id)
        if (notice := self._notice_of(review)) is None:
            raise errors.notice_still_running()
        review.end_own_notice(notice)
        self.save(review)
        return review
