"""Recommendation batches (推荐批次): assembled, signed, sent up (S4.1.2)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from services.screening.application.base import Base
from services.screening.domain.annex_3 import SummarySheet
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.batch import State as BatchState
from services.screening.domain.quota import Quota
from services.screening.domain.states import State
from services.shared.kernel.clock import today


class RecommendsCases(Base):
    """How cases go up to the province."""

    def assemble_batch(self, *, round_id: UUID, case_ids: tuple[UUID, ...]) -> RecommendationBatch:
        """Put screened cases of the caller's prefecture together and freeze their Annex 3 (S4.1.2)."""
        screenings = self._screenings(case_ids)
        sheet = SummarySheet.of(screenings, round_id=round_id, filled_on=today(self.clock))
        batch = RecommendationBatch.assemble(
            sheet=sheet,
            annex_3=self.documents.put_json(sheet.as_json(), sheet.name),
            quota=self._most(round_id, sheet.prefecture, sheet.policy_edition),
            recommended_before=len(self._quota_of(round_id, sheet.prefecture, sheet.policy_edition).taken),
        )
        self.save(batch)
        return batch

    def sign_batch(self, batch_id: UUID, *, letter_no: str, letter_date: date) -> RecommendationBatch:
        """Sign the letter that sends the batch up; from here on its cases hold their places (S4.1.2).

        Raises Invalid for a number that another letter has, and beyond the prefecture's quota.
        """
        batch = self.load(RecommendationBatch, batch_id)
        self._screenings(batch.case_ids)
        letter: dict[str, Any] = {"letter_no": letter_no, "letter_date": letter_date, "today": today(self.clock)}
        batch.require_signing(**letter)
        self._check_letter_is_free(batch, letter_no)
        form = self._printed(batch, batch.annex_3, letter_no)
        batch.sign(**letter, form=form, seal=self._sealed(batch, batch.annex_3, form, letter_no, letter_date))
        self.save(batch, self._places_for(batch))
        return batch

    def keep_letter(self, batch_id: UUID, *, name: str, body: bytes, media_type: str) -> RecommendationBatch:
        """Keep the covering letter with its red seal, as it was scanned (S4.1.2). Raises Invalid for other bytes."""
        batch = self.load(RecommendationBatch, batch_id)
        self._screenings(batch.case_ids)
        batch.keep_letter(self.documents.put(body, name, media_type))
        self.save(batch)
        return batch

    def submit_batch(self, batch_id: UUID) -> RecommendationBatch:
        """Send the batch up: with it, in one commit, every case of it is recommended (S4.1.2)."""
        batch = self.load(RecommendationBatch, batch_id)
        screenings = self._screenings(batch.case_ids)
        batch.submit(screenings=screenings)
        for screening in screenings:
            if batch.returns:
                screening.recommend_again(letter_no=batch.letter_no)
            else:
                screening.recommend(batch_id=batch.id, letter_no=batch.letter_no)
        self.save(batch, *screenings, self._places_for(batch))
        return batch

    def cancel_batch(self, batch_id: UUID, *, reason: str) -> RecommendationBatch:
        """Give up a batch that has not gone up, or of which nothing remains; its places are free again (S4.1.2)."""
        batch = self.load(RecommendationBatch, batch_id)
        remaining = sum(s.state is State.RETURNED_TO_PREF for s in self._screenings(batch.case_ids))
        places = self._quota_of(batch.round_id, batch.prefecture, batch.policy_edition)
        if batch.state is not BatchState.ASSEMBLED:
            places.release(batch.case_ids)
        batch.cancel(reason=reason, remaining=remaining)
        self.save(batch, places)
        return batch

    def _places_for(self, batch: RecommendationBatch) -> Quota:
        """The quota, with a place for every case of the batch. Raises Invalid when there are not enough."""
        places = self._quota_of(batch.round_id, batch.prefecture, batch.policy_edition)
        places.take(batch.case_ids, most=self._most(batch.round_id, batch.prefecture, batch.policy_edition))
        return places
