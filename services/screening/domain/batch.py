"""Recommendation batch (推荐批次): cases of one prefecture and round, with Annex 3 and the covering letter (S4.1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.screening.domain import errors, rules
from services.screening.domain.annex_3 import SummaryRow, SummarySheet, rows_of
from services.screening.domain.batch_states import State
from services.screening.domain.screening import Screening
from services.screening.domain.supplementing import Supplemented
from services.screening.domain.values import Slip, Supplement
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.vocabulary import DocumentRef, Invalid, NotInThisState

__all__ = ["RecommendationBatch", "State"]


class RecommendationBatch(Supplemented, Aggregate):
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
        self.filler_ref = ""
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

    def require_filler(self) -> None:
        """Raises NotInThisState once the batch has gone up, or is given up."""
        self._require(State.ASSEMBLED, State.SIGNED)

    def name_filler(self, *, ref: str) -> None:
        """Note who fills in Annex 3 (填表人), by the vault's reference. Raises as `require_filler`. A3"""
        self.require_filler()
        self._filler_named(ref=ref)

    @event("FillerNamed", topic="screening.batch.filler-named")
    def _filler_named(self, ref: str) -> None:
        self.filler_ref = ref

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
        self.filler_ref = ""
        self.documents = (*self.documents, annex_3)
        self.slips_covered = len(self.slips)
        self.state = State.ASSEMBLED

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
