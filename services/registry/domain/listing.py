"""Listing (列入名单): on either track, its upgrade from cultivation, the end of a term (S4.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.registry.domain import errors, qualification
from services.registry.domain.ground import Ground
from services.registry.domain.moves import require_move, require_state
from services.registry.domain.qualification import Qualification
from services.registry.domain.values import Facts, Listing
from services.shared.aggregate import event
from services.shared.calendar import Deadline
from services.shared.vocabulary import Track


class Listed(Ground):
    """The part of a centre that stands on the list."""

    def clear_again(self, facts: Facts) -> None:
        """Its public notice closed clear once more (再次公示无异议): what was shown last is listed. S4.2

        The same again, or a centre that is listed already, changes nothing.
        """
        if self.qualification is Qualification.CLEARED and facts != self.facts:
            self._cleared_again(facts=facts)

    @event("ClearedAgain", topic="registry.centre.cleared-again")
    def _cleared_again(self, facts: Facts) -> None:
        self.facts = facts

    def designate(self, listing: Listing, *, assessment_due: Deadline, round_opened_on: date | None = None) -> None:
        """List the centre as designated (认定) from the day that the decision takes effect. S4.2"""
        self._check_listing(Track.DESIGNATION, listing, round_opened_on)
        self._designated(listing=listing, assessment_due=assessment_due)

    @event("Designated", topic="registry.centre.designated")
    def _designated(self, listing: Listing, assessment_due: Deadline) -> None:
        self.listing = listing
        self.listed_since = listing.effective_on
        self.assessment_due = assessment_due
        self.qualification = Qualification.DESIGNATED

    def list_for_cultivation(
        self, listing: Listing, *, assessment_due: Deadline, round_opened_on: date | None = None
    ) -> None:
        """List the centre for cultivation (培育). S4.2"""
        self._check_listing(Track.CULTIVATION, listing, round_opened_on)
        self._listed_for_cultivation(listing=listing, assessment_due=assessment_due)

    @event("ListedForCultivation", topic="registry.centre.listed-for-cultivation")
    def _listed_for_cultivation(self, listing: Listing, assessment_due: Deadline) -> None:
        self.listing = listing
        self.listed_since = listing.effective_on
        self.assessment_due = assessment_due
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
        self,
        *,
        document_no: str,
        effective_on: date,
        upgrade_id: UUID,
        policy_edition: str,
        assessment_due: Deadline,
        document_on: date | None = None,
    ) -> None:
        """Designate a centre in cultivation (培育转认定), under the edition of its request. S4.2"""
        require_state(self.qualification, Qualification.CULTIVATION)
        self.check_not_before_qualification(effective_on)
        self._upgraded(
            document_no=document_no,
            effective_on=effective_on,
            upgrade_id=upgrade_id,
            policy_edition=policy_edition,
            assessment_due=assessment_due,
            document_on=document_on,
        )

    @event("CultivationUpgraded", topic="registry.centre.cultivation-upgraded")
    def _upgraded(
        self,
        document_no: str,
        effective_on: date,
        upgrade_id: UUID,
        policy_edition: str,
        assessment_due: Deadline,
        document_on: date | None = None,
    ) -> None:
        self.listing = replace(self.listed, document_no=document_no, effective_on=effective_on, document_on=document_on)
        self.policy_edition = policy_edition
        self.assessment_due = assessment_due
        self.qualification = Qualification.DESIGNATED

    def expire(self, *, effective_on: date) -> None:
        """Leave the list when the time of cultivation is over (培育期满); the clock does it. S4.2; ours"""
        require_move(qualification.MOVES, self.qualification, Qualification.EXPIRED)
        self._expired(effective_on=effective_on)

    @event("QualificationExpired", topic="registry.centre.qualification-expired")
    def _expired(self, effective_on: date) -> None:  # kept in the event
        self.qualification = Qualification.EXPIRED

    def _check_listing(self, track: Track, listing: Listing, round_opened_on: date | None) -> None:
        require_state(self.qualification, Qualification.CLEARED)
        if track is not self.facts.track:
            raise errors.other_track(self.facts.track)
        if not listing.centre_uscc:
            raise errors.not_incorporated()
        self.check_not_before_round(listing.effective_on, round_opened_on)
        check_not_before(listing.effective_on, self.facts.cleared_on, listing.document_on)


def check_not_before(effective_on: date, cleared_on: date | None, document_on: date | None) -> None:
    """Raises Invalid for a listing before its notice closed clear, or before its document, as far as the days are told.

    The document itself is made after the notice. S4.2
    """
    if cleared_on is not None and min(effective_on, document_on or effective_on) < cleared_on:
        raise errors.before_cleared(cleared_on)
    if document_on is not None and effective_on < document_on:
        raise errors.before_document(document_on)
