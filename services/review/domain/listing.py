"""On public notice (公示): posting, objections that hold a case, corrections of the list, clearing (S4.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.review.domain import errors, rules
from services.review.domain.public_notice import PublicNotice
from services.review.domain.standing import Standing, refuse
from services.review.domain.states import PUBLIC_NOTICE, State
from services.review.domain.values import Amendment, Ban, NegativeDecision, NoticeEntry, Proposal
from services.shared.aggregate import acting_now, event
from services.shared.policy import Edition
from services.shared.vocabulary import Finding, Track


class OnNotice(Standing):
    """The part of a review that stands before the public."""

    proposal: Proposal | None
    notice_id: UUID | None
    notice_no: str
    notice_elapsed: bool
    shown_before: tuple[str, ...]
    open_objections: frozenset[UUID]
    holding: frozenset[UUID]
    decision: NegativeDecision | None
    ended_at_stage: str
    ban: Ban | None

    def notice_entry(self, case_id: UUID) -> NoticeEntry:
        """The line of this case on a proposed list (拟认定或培育试点名单). Raises NotInThisState. S4.2"""
        self._require(State.PROPOSED)
        assert self.proposal is not None  # noqa: S101  # the state says so; tells the type checker
        facts = self.facts
        track = self.proposal.track
        return NoticeEntry(case_id, facts.number, facts.centre_name, facts.lead_unit_name, track, self.shown_before)

    def post(self, notice_id: UUID, entry: NoticeEntry) -> None:
        """Go on public notice (公示) with the posted list, in whose line it stands as it is today. S4.2

        Raises Invalid for a line drawn up before the name, the lead unit or the track changed (invariant 3).
        """
        if entry != self.notice_entry(entry.case_id):
            refuse((errors.line_is_out_of_date(entry.number),))
        self._posted(notice_id=notice_id)
        for objection_id in sorted(self.holding):
            self._held(objection_id=objection_id, at=acting_now().at)

    @event("Posted", topic="review.review.posted")
    def _posted(self, notice_id: UUID) -> None:
        self.notice_id = notice_id
        self.notice_elapsed = False
        self.state = State.PUBLIC_NOTICE

    def is_on(self, notice: PublicNotice) -> bool:
        """Whether the case stands on this notice, held or not."""
        return self.state in (State.PUBLIC_NOTICE, State.NOTICE_HELD) and self.notice_id == notice.id

    def note_objection(self, objection_id: UUID) -> None:
        """An objection was lodged in time: until it is settled the case is not cleared. S4.2"""
        self._require(State.PUBLIC_NOTICE, State.NOTICE_HELD)
        self._objection_noted(objection_id=objection_id)

    @event("ObjectionNoted", topic="review.review.objection-noted")
    def _objection_noted(self, objection_id: UUID) -> None:
        self.open_objections = self.open_objections | {objection_id}

    def hold(self, objection_id: UUID) -> None:
        """Hold this case (中止公示), and no other of the list, for an admitted objection; the clock stops. S4.2"""
        self._require(State.PUBLIC_NOTICE, State.NOTICE_HELD)
        if objection_id not in self.open_objections:
            raise errors.not_the_one_of_the_case()
        self._held(objection_id=objection_id, at=acting_now().at)

    @event("Held", topic="review.review.held")
    def _held(self, objection_id: UUID, at: datetime) -> None:
        self.holding = self.holding | {objection_id}
        self.state = State.NOTICE_HELD
        self._stop_clock("objection", at)

    def settle_objection(self, objection_id: UUID) -> None:
        """An objection fell: the case resumes, or is cleared when its notice has elapsed and no other is open. S4.2"""
        if objection_id not in self.open_objections:
            return
        self._objection_settled(objection_id=objection_id)
        if self.state is State.NOTICE_HELD and not self.holding:
            self._resumed(at=acting_now().at)
        elif self.state is State.PROPOSED and not self.holding and not self.is_suspended:
            self._clock_restarted(at=acting_now().at)
        if self.state is State.PUBLIC_NOTICE and self.notice_elapsed and not self.open_objections:
            assert self.notice_id is not None  # noqa: S101  # the state says so; tells the type checker
            self._cleared(notice_id=self.notice_id, notice_no=self.notice_no)

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

    def amend_listing(self, amendment: Amendment, edition: Edition, notice_no: str = "") -> None:
        """Correct the names on the list (更正) numbered so; by the edition that takes a new notice of full length. S4.2

        Raises Invalid when nothing would change.
        """
        self._require(State.PUBLIC_NOTICE, State.NOTICE_HELD)
        changed = self._changed_by(amendment)
        if not changed:
            zh, en = "名单没有变化", "the list would stay as it is"
            refuse((Finding("nothing-changes", zh, en, clause="S4.2"),))
        renotice = bool(changed.intersection(edition["notice.renotice_on"]))
        self._listing_amended(amendment=amendment, renotice=renotice, notice_no=notice_no)

    @event("ListingAmended", topic="review.review.listing-amended")
    def _listing_amended(self, amendment: Amendment, renotice: bool, notice_no: str = "") -> None:
        self.facts = replace(self.facts, centre_name=amendment.centre_name, lead_unit_name=amendment.lead_unit_name)
        if renotice:
            self._leave_notice(notice_no)

    def amend_proposal(self, proposal: Proposal, notice_no: str = "") -> None:
        """Propose the case for the other track, by a new collective decision; it needs a notice of its own. S4.2

        `notice_no` is the number of the notice that it leaves.
        """
        self._require(State.PUBLIC_NOTICE, State.NOTICE_HELD)
        found = rules.day_is_not_in_the_future(proposal.meeting_date, "/meeting_date")
        if proposal.track is not Track.CULTIVATION or self.proposal is None or self.proposal.track is proposal.track:
            zh, en = "公示中的事项只能由认定转为培育", "on notice a case changes from designation to cultivation only"
            found += (Finding("track-may-not-change-so", zh, en, "/track", "S4.2"),)
        refuse(found)
        self._proposal_amended(proposal=proposal, notice_no=notice_no)

    @event("ProposalAmended", topic="review.review.proposal-amended")
    def _proposal_amended(self, proposal: Proposal, notice_no: str = "") -> None:
        self.proposal = proposal
        self._leave_notice(notice_no)

    def end_notice(self, notice: PublicNotice) -> None:
        """The notice has run its full period (公示期满): clear the case unless an objection is open. S4.2

        Raises NotInThisState for a notice that still runs, or that the case is not on.
        """
        self._require(State.PUBLIC_NOTICE, State.NOTICE_HELD)
        if not (notice.has_elapsed and self.is_on(notice)):
            raise errors.notice_still_running()
        if self.open_objections:
            self._notice_elapsed(notice_no=notice.notice_no)
        else:
            self._cleared(notice_id=notice.id, notice_no=notice.notice_no)

    @event("NoticeElapsed", topic="review.review.notice-elapsed")
    def _notice_elapsed(self, notice_no: str) -> None:
        self.notice_elapsed = True
        self.notice_no = notice_no

    @event("Cleared", topic="review.review.cleared")
    def _cleared(self, notice_id: UUID, notice_no: str) -> None:
        self.state = State.NOTICE_CLEARED

    def note_listing(self, *, document_no: str) -> None:
        """Note that the registry has listed the centre. A repeat changes nothing. S4.2"""
        if self.state is State.NOTICE_CLEARED:
            self._listed(document_no=document_no)

    @event("Listed", topic="review.review.listed")
    def _listed(self, document_no: str) -> None:
        self.state = State.LISTED

    @property
    def is_proposal_public(self) -> bool:
        """Whether the track proposed is known to the public: from the posting of the notice on."""
        return self.notice_id is not None

    def _leave_notice(self, notice_no: str) -> None:
        self.notice_id = None
        self.shown_before = (*self.shown_before, *([notice_no] if notice_no else []))
        self.notice_elapsed = False
        self.state = State.PROPOSED

    def _changed_by(self, amendment: Amendment) -> set[str]:
        changed = set()
        if amendment.centre_name != self.facts.centre_name:
            changed.add("name")
        if amendment.lead_unit_name != self.facts.lead_unit_name:
            changed.add("lead_unit")
        return changed
