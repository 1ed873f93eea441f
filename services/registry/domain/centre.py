"""Centre (创新中心): parallel regions, each a small machine of its own file (S4.2, S4.3).

The yearly summaries, assessments, rectifications and revocation procedures of a centre have lives of their own; what
they lead to is recorded here.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.registry.domain import errors, national, plaque, qualification, supervision
from services.registry.domain.facts import Fact, Registered
from services.registry.domain.moves import require_move, require_state
from services.registry.domain.national import National
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import LISTED, LOST, Qualification
from services.registry.domain.record import CentreRef
from services.registry.domain.scoring import FAILED
from services.registry.domain.supervision import Supervision
from services.registry.domain.values import FAILED_ASSESSMENT, Facts, Grounds, Listing
from services.shared.aggregate import Aggregate, event
from services.shared.calendar import Deadline
from services.shared.policy import edition
from services.shared.vocabulary import Track


class Centre(Aggregate):
    """A centre from the end of its public notice on. Its id is the case id."""

    TOPIC = "registry.centre"

    @event("Cleared", topic="registry.centre.cleared")
    def __init__(self, id: UUID, facts: Facts, policy_edition: str) -> None:
        self.facts = facts
        self.policy_edition = policy_edition
        self.listing: Listing | None = None
        self.qualification = Qualification.CLEARED
        self.supervision = self.supervision_before = Supervision.NORMAL
        self.plaque = Plaque.NONE
        self.plaque_no = ""
        self.national = National.NONE
        self.grade = ""
        self.cause = ""
        self.revocation_id: UUID | None = None
        self.revoked_on: date | None = None
        self.revoked_by = ""
        self.banned_until: date | None = None
        self.extended = False
        self.registered = Registered()

    def designate(self, listing: Listing, *, assessment_due: Deadline) -> None:
        """List the centre as designated (认定) from the day that the decision takes effect. S4.2"""
        self._check_listing(Track.DESIGNATION, listing)
        self._designated(listing=listing, assessment_due=assessment_due)

    @event("Designated", topic="registry.centre.designated")
    def _designated(self, listing: Listing, assessment_due: Deadline) -> None:  # for the deadlines
        self.listing = listing
        self.qualification = Qualification.DESIGNATED

    def list_for_cultivation(self, listing: Listing, *, assessment_due: Deadline) -> None:
        """List the centre for cultivation (培育). S4.2"""
        self._check_listing(Track.CULTIVATION, listing)
        self._listed_for_cultivation(listing=listing, assessment_due=assessment_due)

    @event("ListedForCultivation", topic="registry.centre.listed-for-cultivation")
    def _listed_for_cultivation(self, listing: Listing, assessment_due: Deadline) -> None:  # as above
        self.listing = listing
        self.qualification = Qualification.CULTIVATION

    def set_cultivation_term(self, *, due: Deadline) -> None:
        """Let the time of cultivation (培育期) run. S4.2; ours"""
        require_state(self.qualification, Qualification.CULTIVATION)
        self._cultivation_term_set(due=due)

    @event("CultivationTermSet", topic="registry.centre.cultivation-term-set")
    def _cultivation_term_set(self, due: Deadline) -> None:  # for the deadlines
        pass

    def extend_cultivation(self, *, due: Deadline, reason: str, document_no: str) -> None:
        """Give more time (延长培育期), once. S4.2; ours"""
        require_state(self.qualification, Qualification.CULTIVATION)
        if self.extended:
            raise errors.extended_already()
        self._cultivation_extended(due=due, reason=reason, document_no=document_no)

    @event("CultivationExtended", topic="registry.centre.cultivation-extended")
    def _cultivation_extended(self, due: Deadline, reason: str, document_no: str) -> None:  # kept in the event
        self.extended = True

    def upgrade(
        self, *, document_no: str, effective_on: date, upgrade_id: UUID, policy_edition: str, assessment_due: Deadline
    ) -> None:
        """Designate a centre in cultivation (培育转认定), under the edition of its request. S4.2"""
        require_state(self.qualification, Qualification.CULTIVATION)
        self.check_not_before_listing(effective_on)
        self._upgraded(
            document_no=document_no,
            effective_on=effective_on,
            upgrade_id=upgrade_id,
            policy_edition=policy_edition,
            assessment_due=assessment_due,
        )

    @event("CultivationUpgraded", topic="registry.centre.cultivation-upgraded")
    def _upgraded(
        self, document_no: str, effective_on: date, upgrade_id: UUID, policy_edition: str, assessment_due: Deadline
    ) -> None:
        self.listing = replace(self.listed, document_no=document_no, effective_on=effective_on)
        self.policy_edition = policy_edition
        self.qualification = Qualification.DESIGNATED

    def expire(self, *, effective_on: date) -> None:
        """Leave the list when the time of cultivation is over (培育期满); the clock does it. S4.2; ours"""
        require_move(qualification.MOVES, self.qualification, Qualification.EXPIRED)
        self._expired(effective_on=effective_on)

    @event("QualificationExpired", topic="registry.centre.qualification-expired")
    def _expired(self, effective_on: date) -> None:  # kept in the event
        self.qualification = Qualification.EXPIRED

    def leave(self, *, document_no: str, effective_on: date) -> None:
        """Leave the list as the centre asked (自愿退出); the plaque goes back, no ban. S4.3; ours"""
        self._check_end(Qualification.EXITED, effective_on)
        self._exited(document_no=document_no, effective_on=effective_on)
        if self.plaque is Plaque.ISSUED:
            self.order_plaque_recall()

    @event("VoluntaryExitApproved", topic="registry.centre.voluntary-exit-approved")
    def _exited(self, document_no: str, effective_on: date) -> None:  # kept in the event
        self.qualification = Qualification.EXITED

    def dissolve(self, *, source: str, document_no: str, effective_on: date) -> None:
        """Note that the legal person is no more (主体注销): nobody is left to hand the plaque back. S3.2.1; ours"""
        self._check_end(Qualification.DISSOLVED, effective_on)
        self._dissolved(source=source, document_no=document_no, effective_on=effective_on)
        if self.plaque is Plaque.ISSUED:
            self.order_plaque_recall()
            self.void_plaque(reason=source, document_no=document_no)

    @event("Dissolved", topic="registry.centre.dissolved")
    def _dissolved(self, source: str, document_no: str, effective_on: date) -> None:  # kept in the event
        self.qualification = Qualification.DISSOLVED

    def merge_into(self, survivor: Centre, *, document_no: str, effective_on: date) -> None:
        """Become part of another listed centre (并入他中心), which takes over field and history. S1.4; ours"""
        if survivor.id == self.id:
            raise errors.merged_into_itself()
        require_state(survivor.qualification, *LISTED)
        self._check_end(Qualification.MERGED, effective_on)
        self._merged(survivor_id=survivor.id, document_no=document_no, effective_on=effective_on)
        survivor.absorb(self, document_no=document_no, effective_on=effective_on)
        if self.plaque is Plaque.ISSUED:
            self.order_plaque_recall()

    @event("MergedInto", topic="registry.centre.merged-into")
    def _merged(self, survivor_id: UUID, document_no: str, effective_on: date) -> None:
        self.qualification = Qualification.MERGED
        self.registered = self.registered.part_of(survivor_id)

    def absorb(self, other: Centre, *, document_no: str, effective_on: date) -> None:
        """Take over what another centre held: its fields (领域) and its history. S1.4; ours"""
        fields = tuple(dict.fromkeys((*self.fields, *other.fields)))
        self._absorbed(other_id=other.id, fields=fields, document_no=document_no, effective_on=effective_on)

    @event("Absorbed", topic="registry.centre.absorbed")
    def _absorbed(self, other_id: UUID, fields: tuple[str, ...], document_no: str, effective_on: date) -> None:
        self.registered = self.registered.with_part(other_id, fields)

    def change_facts(self, facts: tuple[Fact, ...], *, change_id: UUID, document_no: str, effective_on: date) -> None:
        """Take changed facts into the register (变更登记), maybe of a day in the past; the old ones stay. S4.3; ours"""
        require_state(self.qualification, *LISTED)
        self.check_not_before_listing(effective_on)
        self._facts_changed(facts=facts, change_id=change_id, document_no=document_no, effective_on=effective_on)

    @event("FactsChanged", topic="registry.centre.facts-changed")
    def _facts_changed(
        self, facts: tuple[Fact, ...], change_id: UUID, document_no: str, effective_on: date
    ) -> None:  # kept in the event
        self._take(facts, effective_on)

    def correct_facts(self, facts: tuple[Fact, ...], *, change_id: UUID, reason: str, effective_on: date) -> None:
        """Put a slip right (更正) from the day on which it was made; what was recorded stays recorded. S4.3; ours"""
        self._corrected(facts=facts, change_id=change_id, reason=reason, effective_on=effective_on)

    @event("RegistryCorrected", topic="registry.centre.registry-corrected")
    def _corrected(
        self, facts: tuple[Fact, ...], change_id: UUID, reason: str, effective_on: date
    ) -> None:  # kept in the event
        self._take(facts, effective_on)

    def issue_plaque(self, *, plaque_no: str) -> None:
        """Give the plaque (授牌). Raises NotInThisState unless designated. S4.2"""
        if self.qualification is not Qualification.DESIGNATED:
            raise errors.no_plaque_without_designation()
        require_move(plaque.MOVES, self.plaque, Plaque.ISSUED)
        self._plaque_issued(plaque_no=plaque_no)

    @event("PlaqueIssued", topic="registry.centre.plaque-issued")
    def _plaque_issued(self, plaque_no: str) -> None:
        self.plaque = Plaque.ISSUED
        self.plaque_no = plaque_no
        self.registered = replace(self.registered, name_on_plaque=self.facts.centre_name)

    def replace_plaque(self, *, plaque_no: str, reason: str) -> None:
        """Give a new plaque for the old one (换发): after a change of name, a loss, damage. S4.2; ours"""
        if self.plaque is not Plaque.ISSUED or not self.is_listed:
            raise errors.not_in(self.plaque, Plaque.ISSUED)
        self._plaque_replaced(plaque_no=plaque_no, replaces=self.plaque_no, reason=reason)

    @event("PlaqueReplaced", topic="registry.centre.plaque-replaced")
    def _plaque_replaced(self, plaque_no: str, replaces: str, reason: str) -> None:  # kept in the event
        self.plaque_no = plaque_no
        self.registered = replace(self.registered, name_on_plaque=self.facts.centre_name)

    def order_plaque_recall(self) -> None:
        """Order the plaque back (责令交回) from a centre that lost its qualification."""
        require_state(self.qualification, *LOST)
        require_move(plaque.MOVES, self.plaque, Plaque.RECALL_ORDERED)
        self._plaque_recall_ordered(plaque_no=self.plaque_no)

    @event("PlaqueRecallOrdered", topic="registry.centre.plaque-recall-ordered")
    def _plaque_recall_ordered(self, plaque_no: str) -> None:  # kept in the event
        self.plaque = Plaque.RECALL_ORDERED

    def return_plaque(self, *, received_on: date) -> None:
        """Note that the plaque came back (已交回)."""
        require_move(plaque.MOVES, self.plaque, Plaque.RETURNED)
        self._plaque_returned(received_on=received_on)

    @event("PlaqueReturned", topic="registry.centre.plaque-returned")
    def _plaque_returned(self, received_on: date) -> None:  # kept in the event
        self.plaque = Plaque.RETURNED

    def void_plaque(self, *, reason: str, document_no: str) -> None:
        """Declare a plaque void that was not handed back (公告作废)."""
        require_move(plaque.MOVES, self.plaque, Plaque.VOIDED)
        self._plaque_voided(reason=reason, document_no=document_no)

    @event("PlaqueVoided", topic="registry.centre.plaque-voided")
    def _plaque_voided(self, reason: str, document_no: str) -> None:  # kept in the event
        self.plaque = Plaque.VOIDED

    def begin_assessment(self, *, assessment_id: UUID, year: int, today: date) -> None:
        """Come under assessment (考核评估). Raises Invalid when the centre has not run long enough. S4.3"""
        require_state(self.qualification, *LISTED)
        require_state(self.supervision, Supervision.NORMAL)
        least = edition(self.policy_edition)["assessment.min_running_months"]
        if (months := self._months_on_list(today)) < least:
            raise errors.running_too_briefly(months, least)
        self._assessment_begun(assessment_id=assessment_id, year=year)

    @event("AssessmentBegun", topic="registry.centre.assessment-begun")
    def _assessment_begun(self, assessment_id: UUID, year: int) -> None:  # kept in the event
        self.supervision = Supervision.ASSESSING
        self.grade = ""

    def conclude_assessment(self, *, grade: str, next_due: Deadline | None) -> None:
        """Take the final grade; a failed centre stays under assessment until what follows is ordered. S4.3"""
        require_state(self.supervision, Supervision.ASSESSING)
        after = Supervision.ASSESSING if grade == FAILED else Supervision.NORMAL
        self._assessment_concluded(grade=grade, after=after, next_due=next_due)

    @event("AssessmentConcluded", topic="registry.centre.assessment-concluded")
    def _assessment_concluded(self, grade: str, after: Supervision, next_due: Deadline | None) -> None:
        self.supervision = after
        self.grade = grade

    def begin_rectification(self, *, rectification_id: UUID) -> None:
        """Rectify within a time limit (限期整改) after a failed assessment."""
        require_move(supervision.MOVES, self.supervision, Supervision.RECTIFYING)
        if self.grade != FAILED:
            raise errors.rectification_not_due()
        self._rectification_begun(rectification_id=rectification_id)

    @event("RectificationBegun", topic="registry.centre.rectification-begun")
    def _rectification_begun(self, rectification_id: UUID) -> None:  # kept in the event
        self.supervision = Supervision.RECTIFYING

    def begin_recheck(self) -> None:
        """Be rechecked (整改复核): the report is in, or its time is over. A repeat changes nothing."""
        if self.supervision is not Supervision.REASSESSING:
            require_move(supervision.MOVES, self.supervision, Supervision.REASSESSING)
            self._recheck_begun()

    @event("RecheckBegun", topic="registry.centre.recheck-begun")
    def _recheck_begun(self) -> None:
        self.supervision = Supervision.REASSESSING

    def conclude_recheck(self, *, grade: str, next_due: Deadline | None) -> None:
        """Take the grade of the recheck: back to normal, or revocation is proposed. S4.3"""
        require_state(self.supervision, Supervision.REASSESSING)
        if grade == FAILED:
            self.propose_revocation(cause=FAILED_ASSESSMENT)
        else:
            self._assessment_concluded(grade=grade, after=Supervision.NORMAL, next_due=next_due)

    def propose_revocation(self, *, cause: str) -> None:
        """Propose to revoke the qualification (拟取消资格). S4.3"""
        require_state(self.qualification, *LISTED)
        require_move(supervision.MOVES, self.supervision, Supervision.REVOCATION_PROPOSED)
        self._revocation_proposed(cause=cause)

    @event("RevocationProposed", topic="registry.centre.revocation-proposed")
    def _revocation_proposed(self, cause: str) -> None:
        self.cause = cause
        self.supervision_before = self.supervision
        self.supervision = Supervision.REVOCATION_PROPOSED

    def face_revocation(self, *, revocation_id: UUID, cause: str) -> None:
        """Be served the notice of rights, one procedure at a time; a failed assessment is proposed before."""
        require_state(self.qualification, *LISTED)
        if self.revocation_id is not None:
            raise errors.revocation_under_way()
        if self.supervision is not Supervision.REVOCATION_PROPOSED and cause != FAILED_ASSESSMENT:
            self.propose_revocation(cause=cause)
        if self.cause != cause:
            raise errors.other_cause(self.cause)
        self._revocation_opened(revocation_id=revocation_id)

    @event("RevocationOpened", topic="registry.centre.revocation-opened")
    def _revocation_opened(self, revocation_id: UUID) -> None:
        self.revocation_id = revocation_id

    def drop_revocation(self) -> None:
        """Go on as before the proposal; after a failed assessment, as a centre in good order."""
        require_state(self.qualification, *LISTED)
        require_state(self.supervision, Supervision.REVOCATION_PROPOSED)
        failed = self.cause == FAILED_ASSESSMENT
        self._revocation_dropped(after=Supervision.NORMAL if failed else self.supervision_before)

    @event("RevocationDropped", topic="registry.centre.revocation-dropped")
    def _revocation_dropped(self, after: Supervision) -> None:
        self.supervision = after
        self.cause = ""
        self.revocation_id = None

    def revoke(self, grounds: Grounds, *, document_no: str, effective_on: date, banned_until: date | None) -> None:
        """Take the qualification away (取消资格): the plaque is recalled, the ban begins, the field is free. S4.3"""
        require_move(qualification.MOVES, self.qualification, Qualification.REVOKED)
        require_state(self.supervision, Supervision.REVOCATION_PROPOSED)
        self.check_not_before_listing(effective_on)
        self._revoked(grounds=grounds, document_no=document_no, effective_on=effective_on, banned_until=banned_until)
        if banned_until is not None:
            self._ban_started(cause=grounds.cause, banned_from=effective_on, banned_until=banned_until)
        if self.plaque is Plaque.ISSUED:
            self.order_plaque_recall()

    @event("Revoked", topic="registry.centre.revoked")
    def _revoked(
        self,
        grounds: Grounds,
        document_no: str,
        effective_on: date,
        banned_until: date | None,
    ) -> None:
        self.qualification_before = self.qualification
        self.qualification = Qualification.REVOKED
        self.revoked_on = effective_on
        self.revoked_by = document_no
        self.banned_until = banned_until

    @event("BanStarted", topic="registry.centre.ban-started")
    def _ban_started(self, cause: str, banned_from: date, banned_until: date) -> None:  # kept in the event
        self.banned_until = banned_until

    def annul_revocation(self, *, document_no: str, body: str, effective_on: date) -> None:
        """Restore what a revocation took, from its first day on, as another body decided (撤销取消决定).

        The proposal may be decided anew. Raises Invalid for another day than the one of the revocation.
        """
        require_state(self.qualification, Qualification.REVOKED)
        if effective_on != self.revoked_on:
            raise errors.not_from_the_beginning(self.revoked_on)
        self._revocation_annulled(
            document_no=document_no,
            body=body,
            effective_on=effective_on,
            restored=self.qualification_before,
            plaque_after=plaque.AFTER_ANNULMENT.get(self.plaque, self.plaque),
        )

    @event("RevocationAnnulled", topic="registry.centre.revocation-annulled")
    def _revocation_annulled(
        self,
        document_no: str,
        body: str,
        effective_on: date,
        restored: Qualification,
        plaque_after: Plaque,
    ) -> None:
        self.qualification = restored
        self.plaque = plaque_after
        self.banned_until = None
        self.revocation_id = None

    def recommend_to_ministry(self, *, letter_no: str) -> None:
        """Recommend for national designation (推荐申报国家级). Raises Invalid with all that stands against it. S4.3"""
        require_move(national.MOVES, self.national, National.RECOMMENDED)
        found = national.stands_against_recommendation(
            self.qualification, self.supervision, self.grade, edition(self.policy_edition)
        )
        if findings := tuple(found):
            raise errors.not_recommendable(findings)
        self._recommended_to_ministry(letter_no=letter_no)

    @event("RecommendedToMinistry", topic="registry.centre.recommended-to-ministry")
    def _recommended_to_ministry(self, letter_no: str) -> None:  # kept in the event
        self.national = National.RECOMMENDED

    @property
    def lead_uscc(self) -> str:
        """The lead unit (牵头单位)."""
        return self.facts.lead_uscc

    @property
    def prefecture(self) -> str:
        """Where the centre belongs."""
        return self.facts.prefecture

    @property
    def member_usccs(self) -> tuple[str, ...]:
        """The member units."""
        return self.facts.member_usccs

    @property
    def is_listed(self) -> bool:
        """Whether the centre stands on the list."""
        return self.qualification in LISTED

    @property
    def ref(self) -> CentreRef:
        """What the records of this centre know of it."""
        return CentreRef(self.id, self.listed.number, self.lead_uscc, self.prefecture, self.member_usccs)

    @property
    def listed(self) -> Listing:
        """The decision that listed the centre. Raises NotInThisState before there is one."""
        if self.listing is None:
            raise errors.not_in(self.qualification, *LISTED)
        return self.listing

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields (领域) that the centre occupies while it is listed: its own, and those of what it took over."""
        return tuple(dict.fromkeys((self.facts.field_domain, *self.registered.fields)))

    def _take(self, facts: tuple[Fact, ...], effective_on: date) -> None:
        """Take the facts that are news; one that a later day has changed already stays as it is."""
        news = {fact.name: fact.value for fact in facts if self.registered.is_news(fact, effective_on)}
        self.facts = self.facts.changed(news)
        self.registered = self.registered.changed(news, effective_on)

    def _check_end(self, end: Qualification, effective_on: date) -> None:
        require_move(qualification.MOVES, self.qualification, end)
        self.check_not_before_listing(effective_on)

    def check_not_before_listing(self, effective_on: date) -> None:
        """Raises Invalid for a day on which the centre was not listed yet. S4.2"""
        if effective_on < self.listed.effective_on:
            raise errors.before_listing(self.listed.effective_on)

    def _check_listing(self, track: Track, listing: Listing) -> None:
        require_state(self.qualification, Qualification.CLEARED)
        if track is not self.facts.track:
            raise errors.other_track(self.facts.track)
        if not listing.centre_uscc:
            raise errors.not_incorporated()
        self.check_not_before_round(listing.effective_on)

    def check_not_before_round(self, effective_on: date) -> None:
        """Raises Invalid for a day of a year before the one in which the case applied. S4.0"""
        if (begun := self.facts.round_began_in) and effective_on.year < begun:
            raise errors.before_round(begun)

    def _months_on_list(self, today: date) -> int:
        since = self.listed.effective_on
        return (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
