"""Batches that the province returned, and those that a case has left (S4.1.2, S4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.screening.application.base import Base
from services.screening.application.counting import time_to_serve
from services.screening.domain.annex_3 import SummarySheet, supplement_as_json
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.batch import State as BatchState
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.shared.kernel.clock import today
from services.shared.policy import edition


class AnswersReturns(Base):
    """What is done with a batch that has gone up."""

    def return_batch(
        self, batch_id: UUID, *, letter_no: str, case_ids: Sequence[UUID], reasons: tuple[str, ...]
    ) -> None:
        """Take note that the province returned the batch that went up under this letter (S4.2). A repeat is ignored."""
        batch = self.find(RecommendationBatch, batch_id)
        if batch is None or batch.state is not BatchState.SUBMITTED or batch.letter_no != letter_no:
            return
        batch.return_to_prefecture(reasons=reasons)
        returned = [s for case_id in case_ids if (s := self.find(Screening, case_id)) is not None]
        for screening in returned:
            screening.return_to_prefecture(reasons=reasons)
        self.save(batch, *returned)

    def rescind_recommendation(self, case_id: UUID, *, document_no: str) -> Screening:
        """Drop a case of a returned batch, by a reasoned decision (S4.1.2)."""
        screening = self.load(Screening, case_id)
        service = time_to_serve(edition(screening.policy_edition), today(self.clock))
        screening.rescind_recommendation(document_no=document_no, service=service)
        self.save(screening, *self._leaving(screening, "rescinded"))
        return screening

    def reassemble_batch(self, batch_id: UUID) -> RecommendationBatch:
        """Put a returned batch together anew from the cases that stay in it, with a new Annex 3 (S4.1.2)."""
        batch = self.load(RecommendationBatch, batch_id)
        staying = [s for s in self._screenings(batch.case_ids) if s.state is State.RETURNED_TO_PREF]
        sheet = SummarySheet.of(staying, round_id=batch.round_id, filled_on=today(self.clock))
        batch.reassemble(sheet=sheet, annex_3=self.documents.put_json(sheet.as_json(), sheet.name))
        self.save(batch)
        return batch

    def draft_supplement(self, batch_id: UUID) -> RecommendationBatch:
        """Draft the supplementary Annex 3 of a batch that a case has left (S4.1.2)."""
        batch = self.load(RecommendationBatch, batch_id)
        self._screenings(batch.case_ids)
        batch.require_supplement()
        number, filled_on = len(batch.supplements) + 1, today(self.clock)
        sheet = SummarySheet(
            batch.prefecture, batch.round_id, batch.round_number, batch.policy_edition, filled_on, batch.standing_rows
        )
        content = supplement_as_json(sheet, number=number, letter_no=batch.letter_no, slips=batch.slips)
        annex_3 = self.documents.put_json(content, f"补充{number}-{sheet.name}")
        batch.draft_supplement(annex_3=annex_3, filled_on=filled_on)
        self.save(batch)
        return batch

    def sign_supplement(self, batch_id: UUID, *, letter_no: str, letter_date: date) -> RecommendationBatch:
        """Issue the supplementary Annex 3 under a letter of its own; the first one stays as it was (S4.1.2)."""
        batch = self.load(RecommendationBatch, batch_id)
        self._screenings(batch.case_ids)
        letter: dict[str, Any] = {"letter_no": letter_no, "letter_date": letter_date, "today": today(self.clock)}
        drafted = batch.supplement_to_sign(**letter)
        self._check_letter_is_free(batch, letter_no)
        form = self._printed(batch, drafted.annex_3, letter_no)
        seal = self._sealed(batch, drafted.annex_3, form, letter_no, letter_date)
        batch.sign_supplement(**letter, form=form, seal=seal)
        self.save(batch)
        return batch
