"""The ground of screening: what belongs to a case, a batch or a round."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.screening.domain import errors
from services.screening.domain.annex_3 import seal_as_json
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.correction import Correction, Outcome
from services.screening.domain.jurisdiction import Jurisdiction
from services.screening.domain.paper import PaperCopies
from services.screening.domain.quota import Quota
from services.screening.domain.round_terms import RoundTerms
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.domain.values import Slip
from services.screening.forms import XLSX, annex_3_as_xlsx
from services.screening.projections import PROJECTIONS
from services.shared.aggregate import Aggregate, acting_now
from services.shared.kernel.application import Application
from services.shared.kernel.clock import Clock, today
from services.shared.kernel.documents import Documents
from services.shared.kernel.postgres import Database
from services.shared.kernel.vault import Vault
from services.shared.policy import edition
from services.shared.vocabulary import DocumentRef


class Base(Application):
    """The ground of screening."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (
        Screening,
        PaperCopies,
        Jurisdiction,
        Correction,
        RecommendationBatch,
        Quota,
        RoundTerms,
    )
    projections = PROJECTIONS

    def __init__(self, database: Database, clock: Clock, documents: Documents, vault: Vault) -> None:
        super().__init__(database, clock)
        self.documents, self.vault = documents, vault

    def paper_of(self, screening: Screening) -> PaperCopies | None:
        """The paper of a case, once any is known."""
        return self.find(PaperCopies, PaperCopies.id_of(screening.id))

    def jurisdiction_of(self, screening: Screening) -> Jurisdiction | None:
        """The question of jurisdiction of a case, once anybody has raised it."""
        return self.find(Jurisdiction, Jurisdiction.id_of(screening.id))

    def _screenings(self, case_ids: Sequence[UUID]) -> tuple[Screening, ...]:
        """The cases; whoever has an interest in one of them does nothing with the batch."""
        screenings = tuple(self.load(Screening, case_id) for case_id in case_ids)
        for screening in screenings:
            screening.require_no_conflict()
        return screenings

    def _correction_of(self, screening: Screening) -> Correction:
        return self.load(Correction, Correction.id_of(screening.id, screening.correction_rounds))

    def _closing_correction(self, screening: Screening, outcome: Outcome) -> tuple[Correction, ...]:
        """The correction that runs, closed; none when none runs."""
        if screening.state is not State.PREF_CORRECTION:
            return ()
        correction = self._correction_of(screening)
        correction.close(outcome)
        return (correction,)

    def _leaving(self, screening: Screening, cause: str) -> tuple[Aggregate, ...]:
        """What a case leaves behind: a slip on the batch that it went up with, and its place in the quota."""
        batch = self.find(RecommendationBatch, screening.batch_id) if screening.batch_id else None
        if batch is not None:
            batch.note_slip(Slip(screening.id, screening.number, cause, today(self.clock)))
        places = self.find(Quota, Quota.id_of(screening.round_id, screening.prefecture))
        if places is not None:
            places.release((screening.id,))
        return tuple(thing for thing in (batch, places) if thing is not None)

    def _standing_again(self, screening: Screening) -> tuple[Aggregate, ...]:
        """What a case that had left gets back: its row on the batch, and its place, also one beyond the quota.

        The province goes on with it by no act of the prefecture: a place that was given on since is not taken away.
        """
        batch = self.find(RecommendationBatch, screening.batch_id) if screening.batch_id else None
        if batch is not None:
            batch.take_slip_back(screening.id)
        places = self.find(Quota, Quota.id_of(screening.round_id, screening.prefecture))
        if places is not None:
            places.take((screening.id,), most=None)
        return tuple(thing for thing in (batch, places) if thing is not None)

    def _quota_of(self, round_id: UUID, prefecture: str, policy_edition: str) -> Quota:
        """The quota of a prefecture in a round; the first time, with what went up before."""
        quota_id = Quota.id_of(round_id, prefecture)
        if (places := self.find(Quota, quota_id)) is not None:
            return places
        query = (
            "select id from screenings where prefecture = %s and round_id = %s and state = %s"
            " and not withdrawal_noted order by id"
        )
        rows = self.database.rows(query, (prefecture, round_id, State.RECOMMENDED))
        return Quota(quota_id, round_id, prefecture, policy_edition, tuple(case_id for (case_id,) in rows))

    def _most(self, round_id: UUID, prefecture: str, policy_edition: str) -> int | None:
        """How many cases the prefecture may recommend: by the round, else by the edition; None: no limit."""
        terms = self.find(RoundTerms, RoundTerms.id_of(round_id))
        by_round = terms.quota_of(prefecture) if terms is not None else None
        by_edition: int | None = edition(policy_edition)["prefecture.quota"].get(prefecture)
        return by_round if by_round is not None else by_edition

    def _printed(self, batch: RecommendationBatch, annex_3: DocumentRef, letter_no: str) -> DocumentRef:
        """The official table of a frozen Annex 3 under its letter, frozen as well."""
        frozen = json.loads(self.documents.read(annex_3.sha256))
        columns = edition(batch.policy_edition)["summary_sheet.columns"]
        name = f"{annex_3.name.removesuffix('.json')}-{letter_no}.xlsx"
        return self.documents.put(annex_3_as_xlsx(frozen, columns, letter_no=letter_no), name, XLSX)

    def _sealed(
        self, batch: RecommendationBatch, annex_3: DocumentRef, form: DocumentRef, letter_no: str, letter_date: date
    ) -> DocumentRef:
        """The statement by which the prefecture makes a letter and what goes with it its own act, frozen."""
        statement = seal_as_json(
            prefecture=batch.prefecture,
            policy_edition=batch.policy_edition,
            round_number=batch.round_number,
            letter_no=letter_no,
            letter_date=letter_date,
            signed_by=acting_now().actor,
            documents={"annex_3": annex_3, "form": form},
        )
        return self.documents.put_json(statement, f"行文用印-{letter_no}.json")

    def _check_letter_is_free(self, batch: RecommendationBatch, letter_no: str) -> None:
        query = "select from batches where prefecture = %s and %s = any(letters) and state <> 'cancelled' and id <> %s"
        if self.database.rows(query, (batch.prefecture, letter_no, batch.id)):
            raise errors.letter_number_taken(letter_no)
