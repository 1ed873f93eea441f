"""Posted (公示): the line of a case on a list, its posting, and corrections by which it leaves its notice (S4.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.review.domain import errors, rules
from services.review.domain.public_notice import PublicNotice
from services.review.domain.standing import Standing, refuse
from services.review.domain.states import State
from services.review.domain.values import Amendment, NoticeEntry, Proposal
from services.shared.aggregate import acting_now, event
from services.shared.calendar import Deadline
from services.shared.policy import Edition
from services.shared.vocabulary import Finding, Track


class Posting(Standing):
    """The part of a review that goes on a list, and leaves it."""

    proposal: Proposal | None
    notice_id: UUID | None
    notice_no: str
    notice_elapsed: bool
    notice_until: Deadline | None
    was_cleared: bool
    shown_before: tuple[str, ...]
    open_objections: frozenset[UUID]
    holding: frozenset[UUID]

    def notice_entry(self, case_id: UUID) -> NoticeEntry:
        """The line of this case on a proposed list (拟认定或培育试点名单). Raises NotInThisState. S4.2"""
        self._require(State.PROPOSED)
        assert self.proposal is not None  # noqa: S101  # the state says so; tells the type checker
        facts = self.facts
        track = self.proposal.track
        return NoticeEntry(case_id, facts.number, facts.centre_name, facts.lead_unit_name, track, self.shown_before)

    def post(self, notice_id: UUID, entry: NoticeEntry, until: Deadline | None = None) -> None:
        """Go on public notice (公示) with the posted list, in whose line it stands as it is today. S4.2

        `until` is when the list has been shown for its full period. Raises Invalid for a line drawn up before the
        name, the lead unit or the track changed (invariant 3).
        """
        if entry != self.notice_entry(entry.case_id):
            refuse((errors.line_is_out_of_date(entry.number),))
        self._posted(notice_id=notice_id, until=until)
        for objection_id in sorted(self.holding):
            self._held(objection_id=objection_id, at=acting_now().at)

    @event("Posted", topic="review.review.posted")
    def _posted(self, notice_id: UUID, until: Deadline | None = None) -> None:  # until when: for the clocks
        self.notice_id = notice_id
        self.notice_elapsed = False
        self.notice_until = None
        self.was_cleared = False
        self.state = State.PUBLIC_NOTICE

    def is_on(self, notice: PublicNotice) -> bool:
        """Whether the case stands on this notice, held or not."""
        return self.state in (State.PUBLIC_NOTICE, State.NOTICE_HELD) and self.notice_id == notice.id

    @event("Held", topic="review.review.held")
    def _held(self, objection_id: UUID, at: datetime) -> None:
        self.holding = self.holding | {objection_id}
        self.state = State.NOTICE_HELD
        self._stop_clock("objection", at)

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

        `notice_no` is the number of the notice that it leaves; one that has not been posted yet leaves none.
        """
        self._require(State.PROPOSED, State.PUBLIC_NOTICE, State.NOTICE_HELD)
        found = rules.day_is_not_in_the_future(proposal.meeting_date, "/meeting_date")
        if proposal.track is not Track.CULTIVATION or self.proposal is None or self.proposal.track is proposal.track:
            zh, en = "拟列入的事项只能由认定转为培育", "a proposed case changes from designation to cultivation only"
            found += (Finding("track-may-not-change-so", zh, en, "/track", "S4.2"),)
        refuse(found)
        self._proposal_amended(proposal=proposal, notice_no=notice_no)

    @event("ProposalAmended", topic="review.review.proposal-amended")
    def _proposal_amended(self, proposal: Proposal, notice_no: str = "") -> None:
        self.proposal = proposal
        self._leave_notice(notice_no)

    @property
    def is_proposal_public(self) -> bool:
        """Whether the track proposed is known to the public: from the posting of the notice on."""
        return self.notice_id is not None

    def _require_shown(self) -> None:
        """For what is only noted: the case stands before the public, suspended or not."""
        self._require_state(State.PUBLIC_NOTICE, State.NOTICE_HELD)

    def _leave_notice(self, notice_no: str) -> None:
        self.notice_id = None
        self.notice_until = None
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
