"""Recommendation batch (推荐批次): cases of one prefecture and round, with Annex 3 and the covering letter (S4.1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from services.screening.domain import errors, rules
from services.screening.domain.annex_3 import SummaryRow, SummarySheet, rows_of
from services.screening.domain.screening import Screening
from services.screening.domain.values import Slip, Supplement
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.vocabulary import DocumentRef, Invalid, NotInThisState


class State(StrEnum):
    """Where a batch stands."""

    ASSEMBLED = "assembled"  # 已汇总
    SIGNED = "signed"  # 已签发
    SUBMITTED = "submitted"  # 已上报
    RETURNED = "returned"  # 已退回
    CANCELLED = "cancelled"  # 已作废


class RecommendationBatch(Aggregate):
    """The cases that a prefecture sends up together."""

    TOPIC = "screening.batch"

    @event("Assembled", topic="screening.batch.assembled")
    def __init__(
        self,
        prefecture: str,
        round_id: UUID,
        round_number: str,
        policy_edition: str,
        filled_on: date,
        rows: tuple[SummaryRow, ...],
        annex_3: DocumentRef,
        assembled_by: str,
    ) -> None:
        self.prefecture = prefecture
        self.round_id = round_id
        self.round_number = round_number
        self.policy_edition = policy_edition
        self.filled_on = filled_on
        self.rows = rows
        self.annex_3 = annex_3
        self.assembled_by = assembled_by
        self.state = State.ASSEMBLED
        self.letter_no = ""
        self.letter_date: date | None = None
        self.letters: tuple[str, ...] = ()
        self.form: DocumentRef | None = None
        self.seal: DocumentRef | None = None
        self.letter: DocumentRef | None = None
        self.returns: tuple[tuple[str, ...], ...] = ()
        self.slips: tuple[Slip, ...] = ()
        self.slips_covered = 0
        self.draft: Supplement | None = None
        self.supplements: tuple[Supplement, ...] = ()
        self.documents: tuple[DocumentRef, ...] = (annex_3,)

    @classmethod
    def assemble(
        cls, *, sheet: SummarySheet, annex_3: DocumentRef, quota: int | None, recommended_before: int
    ) -> RecommendationBatch:
        """Put a batch together (汇总) with its frozen Annex 3. Raises Invalid beyond the prefecture's quota."""
        listed = len(sheet.rows)
        kept = rules.quota_is_kept(sheet.prefecture, listed=listed, recommended_before=recommended_before, quota=quota)
        if findings := tuple(kept):
            raise Invalid(*findings)
        return cls(
            prefecture=sheet.prefecture,
            round_id=sheet.round_id,
            round_number=sheet.round_number,
            policy_edition=sheet.policy_edition,
            filled_on=sheet.filled_on,
            rows=sheet.rows,
            annex_3=annex_3,
            assembled_by=acting_now().actor,
        )

    def require_signing(self, *, letter_no: str, letter_date: date, today: date) -> None:
        """Raises Denied for who assembled the batch, Invalid for a wrong number or date of its letter (行文)."""
        self._require(State.ASSEMBLED)
        if acting_now().actor == self.assembled_by:
            raise errors.drafter_signs()
        self._check_letter(letter_no, letter_date, self.filled_on, today)

    def sign(
        self,
        *,
        letter_no: str,
        letter_date: date,
        today: date,
        form: DocumentRef | None = None,
        seal: DocumentRef | None = None,
    ) -> None:
        """Sign the covering letter (行文): the prefecture's act. Raises as `require_signing`.

        `form` is Annex 3 as it is printed; `seal` the statement that binds letter, Annex 3 and form by their digests.
        """
        self.require_signing(letter_no=letter_no, letter_date=letter_date, today=today)
        self._signed(letter_no=letter_no, letter_date=letter_date, form=form, seal=seal)

    @event("Signed", topic="screening.batch.signed")
    def _signed(
        self,
        letter_no: str,
        letter_date: date,
        form: DocumentRef | None = None,
        seal: DocumentRef | None = None,
    ) -> None:
        self.letter_no = letter_no
        self.letter_date = letter_date
        self.letters = (*self.letters, letter_no)
        self.form, self.seal, self.letter = form, seal, None
        self.documents = (*self.documents, *(document for document in (form, seal) if document))
        self.state = State.SIGNED

    def keep_letter(self, letter: DocumentRef) -> None:
        """Keep the covering letter with its red seal (州市行文盖章件), before it goes up. A repeat is ignored."""
        self._require(State.SIGNED)
        if letter != self.letter:
            self._letter_kept(letter=letter)

    @event("LetterKept", topic="screening.batch.letter-kept")
    def _letter_kept(self, letter: DocumentRef) -> None:
        self.letter = letter
        self.documents = (*self.documents, letter)

    def submit(self, *, screenings: Sequence[Screening]) -> None:
        """Send the batch up (上报), or up again. `screenings` are its cases as they stand now, in row order.

        Raises NotInThisState when a case is no longer ready, Invalid when Annex 3 is no longer true of it.
        """
        self._require(State.SIGNED)
        not_ready = tuple(rules.cases_are_ready(screenings))
        findings = (*not_ready, *rules.annex_3_is_current(self.rows, rows_of(screenings)))
        if findings:
            raise (NotInThisState if not_ready else Invalid)(*findings)
        if self.returns:
            self._resubmitted()
        else:
            self._submitted()

    @event("Submitted", topic="screening.batch.submitted")
    def _submitted(self) -> None:
        self.state = State.SUBMITTED

    @event("Resubmitted", topic="screening.batch.resubmitted")
    def _resubmitted(self) -> None:
        self.state = State.SUBMITTED

    def return_to_prefecture(self, *, reasons: tuple[str, ...]) -> None:
        """The province returned the batch (退回) for a fault of its letter or its Annex 3."""
        self._require(State.SUBMITTED)
        self._returned(reasons=reasons)

    @event("Returned", topic="screening.batch.returned")
    def _returned(self, reasons: tuple[str, ...]) -> None:
        self.returns = (*self.returns, reasons)
        self.draft = None
        self.state = State.RETURNED

    def reassemble(self, *, sheet: SummarySheet, annex_3: DocumentRef) -> None:
        """Put the returned batch together anew (重新汇总) from the cases that stay in it; a new letter follows."""
        self._require(State.RETURNED, *((State.ASSEMBLED, State.SIGNED) if self.returns else ()))
        self._reassembled(filled_on=sheet.filled_on, rows=sheet.rows, annex_3=annex_3, assembled_by=acting_now().actor)

    @event("Reassembled", topic="screening.batch.reassembled")
    def _reassembled(
        self, filled_on: date, rows: tuple[SummaryRow, ...], annex_3: DocumentRef, assembled_by: str
    ) -> None:
        self.filled_on = filled_on
        self.rows = rows
        self.annex_3 = annex_3
        self.assembled_by = assembled_by
        self.form = self.seal = self.letter = None
        self.documents = (*self.documents, annex_3)
        self.slips_covered = len(self.slips)
        self.state = State.ASSEMBLED

    def note_slip(self, slip: Slip) -> None:
        """Note that a case left after the letter went out (更正单). Annex 3 stays as issued; a repeat is ignored."""
        if slip.case_id not in {noted.case_id for noted in self.slips}:
            self._slip_noted(slip=slip)

    @event("SlipNoted", topic="screening.batch.slip-noted")
    def _slip_noted(self, slip: Slip) -> None:
        self.slips = (*self.slips, slip)

    def require_supplement(self) -> None:
        """Raises NotInThisState unless a case has left the submitted batch since its last Annex 3."""
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

    def cancel(self, *, reason: str, remaining: int = 0) -> None:
        """Give up a batch that has not gone up (作废), so that its cases can be put together anew.

        A returned one is given up only when none of its cases remains in it.
        """
        self._require(State.ASSEMBLED, State.SIGNED, State.RETURNED)
        if self.returns and remaining:
            raise errors.returned_cases_remain(remaining)
        self._cancelled(reason=reason)

    @event("Cancelled", topic="screening.batch.cancelled")
    def _cancelled(self, reason: str) -> None:  # kept in the event
        self.state = State.CANCELLED

    @property
    def case_ids(self) -> tuple[UUID, ...]:
        """The cases, in the order of the rows."""
        return tuple(row.case_id for row in self.rows)

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
