"""Cases that leave a batch after its letter (更正单、补充汇总表): slips, and supplements with letters of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from services.screening.domain import errors, rules
from services.screening.domain.annex_3 import SummaryRow
from services.screening.domain.batch_states import State
from services.screening.domain.values import Slip, Supplement
from services.shared.aggregate import acting_now, event
from services.shared.vocabulary import DocumentRef, Invalid

_UNTRUE = -1
"""As many slips as the last Annex 3 covers when it leaves out a case that stands again: there is something to issue."""


class Supplemented:
    """The part of a batch that says who still stands in it."""

    state: State
    rows: tuple[SummaryRow, ...]
    letters: tuple[str, ...]
    documents: tuple[DocumentRef, ...]
    slips: tuple[Slip, ...]
    slips_covered: int
    draft: Supplement | None
    supplements: tuple[Supplement, ...]

    def note_slip(self, slip: Slip) -> None:
        """Note that a case left after the letter went out (更正单). Annex 3 stays as issued; a repeat is ignored."""
        if slip.case_id not in {noted.case_id for noted in self.slips}:
            self._slip_noted(slip=slip)

    @event("SlipNoted", topic="screening.batch.slip-noted")
    def _slip_noted(self, slip: Slip) -> None:
        self.slips = (*self.slips, slip)

    def take_slip_back(self, case_id: UUID) -> None:
        """Note that a case which had left stands in the batch again (收回更正单); what was issued stays as it was.

        Changes nothing unless the batch is with the province and the case is on it. S4.1.2; ours
        """
        has_row = case_id in {row.case_id for row in self.rows}
        if self.state is State.SUBMITTED and has_row and case_id in {noted.case_id for noted in self.slips}:
            self._slip_taken_back(case_id=case_id)

    @event("SlipTakenBack", topic="screening.batch.slip-taken-back")
    def _slip_taken_back(self, case_id: UUID) -> None:
        covered = self.slips[: max(self.slips_covered, 0)]
        if case_id in {noted.case_id for noted in covered}:
            self.slips_covered = _UNTRUE
        self.slips = tuple(noted for noted in self.slips if noted.case_id != case_id)
        self.draft = None

    def require_supplement(self) -> None:
        """Raises NotInThisState unless a case has left the submitted batch, or come back, since its last Annex 3."""
        self._require(State.SUBMITTED)
        if len(self.slips) == self.slips_covered:
            raise errors.nothing_to_supplement()

    def draft_supplement(self, *, annex_3: DocumentRef, filled_on: date) -> None:
        """Draft a supplementary Annex 3 (补充汇总表), in the place of an earlier draft."""
        self.require_supplement()
        number = len(self.supplements) + 1
        ids = tuple(row.case_id for row in self.standing_rows)
        self._supplement_drafted(draft=Supplement(number, annex_3, ids, filled_on, acting_now().actor))

    @event("SupplementDrafted", topic="screening.batch.supplement-drafted")
    def _supplement_drafted(self, draft: Supplement) -> None:
        self.draft = draft

    def supplement_to_sign(self, *, letter_no: str, letter_date: date, today: date) -> Supplement:
        """The drafted supplement. Raises NotInThisState without one, Denied for who drafted it, Invalid."""
        self.require_supplement()
        if self.draft is None or set(self.draft.case_ids) != {row.case_id for row in self.standing_rows}:
            raise errors.no_supplement_drafted()
        if self.draft.drafted_by == acting_now().actor:
            raise errors.drafter_signs()
        self._check_letter(letter_no, letter_date, self.draft.filled_on, today)
        return self.draft

    def sign_supplement(
        self,
        *,
        letter_no: str,
        letter_date: date,
        today: date,
        form: DocumentRef | None = None,
        seal: DocumentRef | None = None,
    ) -> None:
        """Issue the drafted supplement under a letter of its own. Raises as `supplement_to_sign`."""
        draft = self.supplement_to_sign(letter_no=letter_no, letter_date=letter_date, today=today)
        issued = replace(draft, letter_no=letter_no, letter_date=letter_date, form=form, seal=seal)
        self._supplement_issued(supplement=issued)

    @event("SupplementIssued", topic="screening.batch.supplement-issued")
    def _supplement_issued(self, supplement: Supplement) -> None:
        self.supplements = (*self.supplements, supplement)
        papers = (supplement.annex_3, supplement.form, supplement.seal)
        self.documents = (*self.documents, *(document for document in papers if document))
        self.letters = (*self.letters, supplement.letter_no)
        self.slips_covered = len(self.slips)
        self.draft = None

    @property
    def standing_rows(self) -> tuple[SummaryRow, ...]:
        """The rows of the cases that have not left."""
        left = {slip.case_id for slip in self.slips}
        return tuple(row for row in self.rows if row.case_id not in left)

    def _check_letter(self, letter_no: str, letter_date: date, filled_on: date, today: date) -> None:
        findings = (
            *rules.number_is_official(letter_no, "/letter_no"),
            *rules.letter_is_new(letter_no, self.letters),
            *rules.letter_follows_annex_3(letter_date, filled_on, today),
        )
        if findings:
            raise Invalid(*findings)

    def _require(self, *allowed: State) -> None:
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)
