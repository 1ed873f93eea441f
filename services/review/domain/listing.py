"""On public notice (公示): objections that hold a case, end it, correct its line, or fall (S4.2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.review.domain import errors, rules
from services.review.domain.clearing import Clearing
from services.review.domain.standing import refuse
from services.review.domain.states import ENDED, PUBLIC_NOTICE, State
from services.review.domain.values import Amendment, Ban, NegativeDecision
from services.shared.aggregate import acting_now, event
from services.shared.policy import Edition
from services.shared.vocabulary import Finding


class OnNotice(Clearing):
    """The part of a review that is objected to."""

    decision: NegativeDecision | None
    ended_at_stage: str
    ban: Ban | None

    def note_objection(self, objection_id: UUID, notice_no: str = "") -> None:
        """An objection was received in time: until it is settled the case is not cleared. S4.2

        One that was registered only after the clearing takes that back; `notice_no` is its notice's number. Raises
        NotInThisState for a case that has ended: nothing of it can be held any more.
        """
        if self.state in ENDED:
            raise errors.not_in(self.state, State.PUBLIC_NOTICE, State.NOTICE_HELD, State.NOTICE_CLEARED)
        if self.state is State.NOTICE_CLEARED:
            self._clearing_reopened(objection_id=objection_id, notice_no=notice_no)
        self._objection_noted(objection_id=objection_id)

    @event("ClearingReopened", topic="review.review.clearing-reopened")
    def _clearing_reopened(self, objection_id: UUID, notice_no: str) -> None:  # which one is kept in the event
        self.state = State.PUBLIC_NOTICE
        self.notice_elapsed = True
        self.notice_no = notice_no
        self.was_cleared = True

    @event("ObjectionNoted", topic="review.review.objection-noted")
    def _objection_noted(self, objection_id: UUID) -> None:
        self.open_objections = self.open_objections | {objection_id}

    def hold(self, objection_id: UUID) -> None:
        """Hold this case (中止公示), and no other of the list, for an admitted objection; the clock stops. S4.2"""
        self._require_shown()
        if objection_id not in self.open_objections:
            raise errors.not_the_one_of_the_case()
        self._held(objection_id=objection_id, at=acting_now().at)

    def settle_objection(self, objection_id: UUID) -> None:
        """An objection fell: the case resumes, or is cleared when its notice has elapsed and no other is open. S4.2

        A suspended case is cleared once it goes on, not before.
        """
        if objection_id not in self.open_objections:
            return
        self._objection_settled(objection_id=objection_id)
        if self.state is State.NOTICE_HELD and not self.holding:
            self._resumed(at=acting_now().at)
        elif self.state is State.PROPOSED and not self.holding and not self.is_suspended:
            self._clock_restarted(at=acting_now().at)
        if not self.is_suspended:
            self._clear_if_over()

    @event("ObjectionSettled", topic="review.review.objection-settled")
    def _objection_settled(self, objection_id: UUID) -> None:
        self.open_objections = self.open_objections - {objection_id}
        self.holding = self.holding - {objection_id}

    @event("Resumed", topic="review.review.resumed")
    def _resumed(self, at: datetime) -> None:
        self.state = State.PUBLIC_NOTICE
        self._restart_clock(at, "objection-settled")

    @event("ClockRestarted", topic="review.review.clock-restarted")
    def _clock_restarted(self, at: datetime) -> None:
        self._restart_clock(at, "objection-settled")

    def sustain_objection(self, objection_id: UUID, *, decision: NegativeDecision, ban: Ban | None) -> None:
        """End the case for a sustained objection (异议成立); a ban follows when the edition has one. S4.2

        Raises Invalid for a decision without why.
        """
        self._require(State.PUBLIC_NOTICE, State.NOTICE_HELD, State.PROPOSED)
        if objection_id not in self.open_objections:
            raise errors.not_the_one_of_the_case()
        refuse(rules.decision_tells_why_and_what_can_be_done(decision))
        self._objection_sustained(objection_id=objection_id, decision=decision, stage=PUBLIC_NOTICE)
        if ban is not None:
            self._ban_started(ban=ban)

    def sustain_in_part(
        self, objection_id: UUID, *, amendment: Amendment | None, edition: Edition, notice_no: str = ""
    ) -> None:
        """Correct the list for an objection that is right in part (部分成立); then it is settled. S4.2

        No amendment where the case has left its notice already, for instance for the other track. Raises Invalid
        without one where it has not.
        """
        if amendment is not None:
            self.amend_listing(amendment, edition, notice_no)
        elif self.state is not State.PROPOSED:
            zh, en = "须写明名单如何更正", "say how the list is corrected"
            refuse((Finding("amendment-missing", zh, en, "/centre_name", "S4.2"),))
        self.settle_objection(objection_id)

    @event("ObjectionSustained", topic="review.review.objection-sustained")
    def _objection_sustained(self, objection_id: UUID, decision: NegativeDecision, stage: str) -> None:
        self.open_objections = self.open_objections - {objection_id}
        self.holding = self.holding - {objection_id}
        self.decision = decision
        self.ended_at_stage = stage
        self.state = State.OBJECTION_SUSTAINED

    @event("BanStarted", topic="review.review.ban-started")
    def _ban_started(self, ban: Ban) -> None:
        self.ban = ban
