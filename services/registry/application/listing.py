"""Listing and plaque (列入名单、授牌): S4.2."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.registry.application.base import Base, in_law
from services.registry.domain import due, errors
from services.registry.domain.centre import Centre
from services.registry.domain.complaint import Complaint
from services.registry.domain.held import ENDED, OBJECTION, HeldCase, held_id
from services.registry.domain.qualification import LISTED, Qualification
from services.registry.domain.round import KnownRound
from services.registry.domain.values import Facts, Listing
from services.shared.policy import edition


class ListsCentres(Base):
    """From the clear notice to the plaque, and to the recommendation."""

    def open_centre(self, case_id: UUID, *, facts: Facts, policy_edition: str) -> None:
        """Take in a case whose public notice closed clear, or did so again; it waits for its decision."""
        centre = self.find(Centre, case_id)
        if centre is None:
            centre = Centre(id=case_id, facts=facts, policy_edition=policy_edition)
        centre.clear_again(facts)
        if changed := [thing for thing in (centre, *self._let_go(case_id, OBJECTION)) if thing.pending_events]:
            self.save(*changed)

    def hold_case(self, case_id: UUID, *, cause: str, document_no: str) -> None:
        """Take in that review has suspended a case, or opened it again: it is not listed meanwhile (S4.2)."""
        held = self.find(HeldCase, held_id(case_id))
        if held is None:
            held = HeldCase(id=held_id(case_id), case_id=case_id, cause=cause, document_no=document_no)
        held.hold(cause=cause, document_no=document_no)
        if held.pending_events:
            self.save(held)

    def holding(self, case_id: UUID) -> dict[str, str]:
        """Why a case is not listed for now, with the number of the document that says so (S4.2)."""
        held = self.find(HeldCase, held_id(case_id))
        return dict(held.holding) if held is not None else {}

    def hold_ended_case(self, case_id: UUID, *, document_no: str) -> bool:
        """Take in that a case was given up after it was cleared: it is not listed any more; False when it was not.

        S4.1.1, S4.2
        """
        centre = self.find(Centre, case_id)
        if centre is None or centre.qualification is not Qualification.CLEARED:
            return False
        self.hold_case(case_id, cause=ENDED, document_no=document_no)
        return True

    def release_case(self, case_id: UUID, *, cause: str) -> None:
        """Take in that a cause for which a case was held has fallen (S4.2)."""
        if held := self._let_go(case_id, cause):
            self.save(*held)

    def take_complaint(self, objection_id: UUID, **of: Any) -> None:
        """Take in an objection that became a complaint (S4.2, S4.3). A repeat does nothing."""
        if self.find(Complaint, objection_id) is None:
            self.save(Complaint(id=objection_id, **of))

    def note_round(self, round_id: UUID, *, number: str, opens_on: date, policy_edition: str) -> None:
        """Take in that a round was opened. A repeat does nothing. S4.0"""
        if self.find(KnownRound, round_id) is None:
            self.save(KnownRound(id=round_id, number=number, opens_on=opens_on, policy_edition=policy_edition))

    def designate(
        self, case_id: UUID, *, document_no: str, effective_on: date, document_on: date | None = None
    ) -> Centre:
        """List a centre as designated, and ask for its first yearly summary (S4.2, S4.3)."""
        self._check_day(effective_on)
        self._check_not_held(case_id)
        centre = self.load(Centre, case_id)
        listing = replace(self._listing(centre, document_no, effective_on), document_on=document_on)
        with in_law(effective_on):
            assessment_due = due.assessment(effective_on, edition(centre.policy_edition))
            opened_on = self._round_opened_on(centre)
            centre.designate(listing, assessment_due=assessment_due, round_opened_on=opened_on)
            self.save(centre, self._summary_required(centre, effective_on.year))
        return centre

    def list_for_cultivation(
        self,
        case_id: UUID,
        *,
        document_no: str,
        effective_on: date,
        document_on: date | None = None,
        centre_uscc: str = "",
    ) -> Centre:
        """List a centre for cultivation; one that was being founded names its code now (S4.2, S4.3)."""
        self._check_day(effective_on)
        self._check_not_held(case_id)
        centre = self.load(Centre, case_id)
        listing = replace(self._listing(centre, document_no, effective_on, centre_uscc), document_on=document_on)
        rules = edition(centre.policy_edition)
        assessment_due = due.assessment(effective_on, rules)
        with in_law(effective_on):
            opened_on = self._round_opened_on(centre)
            centre.list_for_cultivation(listing, assessment_due=assessment_due, round_opened_on=opened_on)
            centre.set_cultivation_term(due=due.cultivation(effective_on, rules))
            self.save(centre, self._summary_required(centre, effective_on.year))
        return centre

    def issue_plaque(self, case_id: UUID, *, plaque_no: str) -> Centre:
        """Give the plaque (S4.2). Raises Invalid for a number that another centre has."""
        centre = self.load(Centre, case_id)
        if self._plaque_is_taken(plaque_no):
            raise errors.plaque_number_taken(plaque_no)
        centre.issue_plaque(plaque_no=plaque_no)
        self.save(centre)
        return centre

    def replace_plaque(self, case_id: UUID, *, plaque_no: str, reason: str) -> Centre:
        """Give a new plaque for the old one (S4.2). Raises Invalid for a number that is or was in use."""
        centre = self.load(Centre, case_id)
        if self._plaque_is_taken(plaque_no):
            raise errors.plaque_number_taken(plaque_no)
        centre.replace_plaque(plaque_no=plaque_no, reason=reason)
        self.save(centre)
        return centre

    def return_plaque(self, case_id: UUID, *, received_on: date) -> Centre:
        """Note that a recalled plaque came back."""
        self._check_day(received_on)
        centre = self.load(Centre, case_id)
        with in_law(received_on):
            centre.return_plaque(received_on=received_on)
            self.save(centre)
        return centre

    def void_plaque(self, case_id: UUID, *, reason: str, document_no: str) -> Centre:
        """Declare a recalled plaque void."""
        centre = self.load(Centre, case_id)
        if self.database.rows("select from remedies where case_id = %s and suspended", (case_id,)):
            raise errors.execution_suspended()
        centre.void_plaque(reason=reason, document_no=document_no)
        self.save(centre)
        return centre

    def recommend_to_ministry(self, case_id: UUID, *, letter_no: str) -> Centre:
        """Recommend a centre for national designation (S4.3)."""
        centre = self.load(Centre, case_id)
        centre.recommend_to_ministry(letter_no=letter_no)
        self.save(centre)
        return centre

    def _listing(self, centre: Centre, document_no: str, effective_on: date, centre_uscc: str = "") -> Listing:
        number = self._next_number(effective_on.year)
        code = centre.facts.centre_uscc or centre_uscc
        if code and (other := self._listed_already(centre.id, code)):
            raise errors.listed_already(other)
        return Listing(number, document_no, effective_on, code)

    def _listed_already(self, case_id: UUID, centre_uscc: str) -> str:
        """The number under which this legal person stands on the list from another case; none, mostly."""
        query = "select number from centres where centre_uscc = %s and id <> %s and qualification = any(%s)"
        rows = self.database.rows(query, (centre_uscc, case_id, list(LISTED)))
        return rows[0][0] if rows else ""

    def _next_number(self, year: int) -> str:
        """The next number on the list, `YNMIC-2026-001`; of two that ask at once, the table refuses the second."""
        start = f"YNMIC-{year}-"
        rows = self.database.rows("select count(*) from centres where starts_with(number, %s)", (start,))
        return f"{start}{rows[0][0] + 1:03d}"

    def _plaque_is_taken(self, plaque_no: str) -> bool:
        return bool(self.database.rows("select 1 from plaques where plaque_no = %s", (plaque_no,)))
