"""Review (省级评定): one recommended case from receipt at the province to a cleared public notice (S4.2)."""

from __future__ import annotations

from uuid import UUID

from services.review.domain import errors, rules
from services.review.domain.avoiding import Avoiding
from services.review.domain.decided import Decided
from services.review.domain.evaluation import InEvaluation
from services.review.domain.field_claim import FieldClaim, FieldConflict
from services.review.domain.parts import WholeOfParts
from services.review.domain.reopening import Reopening
from services.review.domain.standing import refuse
from services.review.domain.states import ENDED, MATERIAL_CHECK, State
from services.review.domain.suspending import Suspending
from services.review.domain.values import (
    Appraisal,
    CaseFacts,
    NegativeDecision,
    PreReview,
    Proposal,
    SiteReport,
)
from services.shared.aggregate import acting_now, event
from services.shared.calendar import Deadline
from services.shared.policy import Edition
from services.shared.vocabulary import Track


class Review(InEvaluation, FieldClaim, Decided, Avoiding, Reopening, Suspending, WholeOfParts):
    """The province's review of one case; its id is the case id."""

    TOPIC = "review.review"

    @event("Opened", topic="review.review.opened")
    def __init__(self, id: UUID, policy_edition: str, facts: CaseFacts) -> None:
        self.policy_edition = policy_edition
        self.facts = facts
        self.number = facts.number
        self.lead_uscc = facts.lead_uscc
        self.prefecture = facts.prefecture
        self.member_usccs = facts.member_usccs
        self.state = State.RECOMMENDED
        self.pre_review: PreReview | None = None
        self.screeners: frozenset[str] = frozenset()
        self.panel_id: UUID | None = None
        self.appraisal: Appraisal | None = None
        self.site_visit_id: UUID | None = None
        self.site_report: SiteReport | None = None
        self.proposal: Proposal | None = None
        self.notice_id: UUID | None = None
        self.ended_at_stage = ""
        self.decision: NegativeDecision | None = None
        self.stops = ()
        self.suspension = None
        self.check_until = None
        self.correction = None
        self.lapsed = None
        self.correction_rounds = 0
        self.to_avoid = ()
        self.panel_changes = 0
        self.conflicts = ()
        self.resolution = None
        self.notice_no = ""
        self.notice_elapsed = False
        self.notice_until = None
        self.was_cleared = False
        self.shown_before = ()
        self.open_objections = frozenset()
        self.holding = frozenset()
        self.ban = None
        self.served = None
        self.remedy_until = None

    def register_receipt(self, check: Deadline | None = None) -> None:
        """Register the recommended dossier at the province (省级收件登记). S4.2

        Until `check` the materials are found complete, or everything that is missing is told.
        """
        self._require(State.RECOMMENDED)
        self._receipt_registered(check=check)

    @event("ReceiptRegistered", topic="review.review.receipt-registered")
    def _receipt_registered(self, check: Deadline | None = None) -> None:
        self.check_until = check
        self.state = State.PROV_INTAKE

    def accept(self) -> None:
        """Accept the materials as complete; the pre-review (材料初审) begins. S4.2"""
        self._require(State.PROV_INTAKE)
        self._accepted()

    @event("Accepted", topic="review.review.accepted")
    def _accepted(self) -> None:
        self.check_until = None
        self.state = State.PRE_REVIEW

    def draft_pre_review(
        self, *, passed: bool, opinion: str, reasons: tuple[str, ...], clauses: tuple[str, ...]
    ) -> None:
        """Draft the pre-review's outcome; a newer draft takes the place of an older one. S4.2"""
        self._require(State.PRE_REVIEW)
        self._pre_review_drafted(draft=PreReview(passed, opinion, reasons, clauses, acting_now().actor))

    @event("PreReviewDrafted", topic="review.review.pre-review-drafted")
    def _pre_review_drafted(self, draft: PreReview) -> None:
        self.pre_review = draft
        self.screeners = self.screeners | {draft.drafted_by}

    def pass_pre_review(self) -> None:
        """Sign the draft that passes the materials. Raises Denied for the drafter. S4.2"""
        self._signable_draft(passed=True)
        self._pre_review_passed(signed_by=acting_now().actor)

    @event("PreReviewPassed", topic="review.review.pre-review-passed")
    def _pre_review_passed(self, signed_by: str) -> None:
        self.screeners = self.screeners | {signed_by}
        self.state = State.EXPERT_APPRAISAL

    def fail_pre_review(self, *, document_no: str, remedy: str) -> None:
        """Sign the draft that fails the materials; it ends the case. Raises Invalid for a decision without why. S4.2"""
        draft = self._signable_draft(passed=False)
        decision = NegativeDecision(document_no, draft.reasons, draft.clauses, remedy, rules.local_today())
        refuse(rules.decision_tells_why_and_what_can_be_done(decision))
        self._pre_review_failed(decision=decision, stage=MATERIAL_CHECK)

    @event("PreReviewFailed", topic="review.review.pre-review-failed")
    def _pre_review_failed(self, decision: NegativeDecision, stage: str) -> None:
        self.decision = decision
        self.ended_at_stage = stage
        self.state = State.PRE_REVIEW_FAILED

    def propose(self, proposal: Proposal, edition: Edition, conflicts: tuple[FieldConflict, ...] = ()) -> None:
        """Record the collective decision to list the case (综合评估). Raises Invalid with every reason. S4.2

        `conflicts` are those of its field at this moment; each has to be resolved before (S1.4).
        """
        self._require(State.COMPREHENSIVE)
        if self.appraisal is None or self.site_report is None:
            raise errors.not_the_one_of_the_case()
        refuse(
            rules.day_is_not_in_the_future(proposal.meeting_date, "/meeting_date")
            + rules.designation_was_asked_for(proposal.track, self.facts.track_requested)
            + rules.appraisal_carries_the_track(self.appraisal, edition, proposal.track)
            + self.unresolved(conflicts, proposal.track, edition)
        )
        self._proposed(proposal=proposal)

    @event("Proposed", topic="review.review.proposed")
    def _proposed(self, proposal: Proposal) -> None:
        self.proposal = proposal
        self.state = State.PROPOSED

    def withdraw(self, *, reason: str) -> None:
        """The applicant took the dossier back. A case that has ended stays as it is. S4.1.1"""
        if self.state not in ENDED:
            self._withdrawn(reason=reason, at_state=self.state)

    @event("Withdrawn", topic="review.review.withdrawn")
    def _withdrawn(self, reason: str, at_state: State) -> None:
        self.state = State.WITHDRAWN

    def terminate(self, *, document_no: str, reason: str) -> None:
        """The round was called off (终止办理). A case that has ended stays as it is. S4.0"""
        if self.state not in ENDED:
            self._terminated(document_no=document_no, reason=reason)

    @event("Terminated", topic="review.review.terminated")
    def _terminated(self, document_no: str, reason: str) -> None:
        self.state = State.TERMINATED

    @property
    def is_over(self) -> bool:
        """Whether the review of the case has ended, in whatever way."""
        return self.state in ENDED

    @property
    def track_for_panel(self) -> Track:
        """The track by whose numbers a panel is composed; 认定或培育 by the lighter ones of cultivation."""
        asked = self.facts.track_requested
        return Track.DESIGNATION if asked == Track.DESIGNATION else Track.CULTIVATION

    def _signable_draft(self, *, passed: bool) -> PreReview:
        self._require(State.PRE_REVIEW)
        if self.pre_review is None or self.pre_review.passed is not passed:
            raise errors.nothing_drafted(passed)
        if self.pre_review.drafted_by == acting_now().actor:
            raise errors.drafter_may_not_sign()
        return self.pre_review
