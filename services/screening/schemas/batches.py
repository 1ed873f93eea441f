"""Recommendation batches."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma

from services.screening.domain.batch import RecommendationBatch
from services.shared.kernel.fields import Day, Form, Items, Phone, Text, Uuid


class AssembleBatch(Form):
    """`POST /batches`"""

    round_id = Uuid(required=True)
    case_ids = Items(Uuid(), min=1, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"round_id": UUID(data["round_id"]), "case_ids": tuple(map(UUID, data["case_ids"]))}


class SignBatch(Form):
    """`POST /batches/{id}/sign` and `/sign-supplement`"""

    letter_no = Text(60, required=True)
    letter_date = Day(required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "letter_date": date.fromisoformat(data["letter_date"])}


class NameFiller(Form):
    """`POST /batches/{id}/filler`"""

    name = Text(60, required=True)
    phone = Phone(required=True)


class CancelBatch(Form):
    """`POST /batches/{id}/cancel`"""

    reason = Text(500, required=True)


def _rows(batch: RecommendationBatch) -> list[dict[str, Any]]:
    return [asdict(row) for row in batch.rows]


class BatchAnswer(ma.Schema):
    """A batch after a command, with the frozen Annex 3."""

    prefecture = ma.fields.String()
    round_number = ma.fields.String()
    state = ma.fields.String()
    letter_no = ma.fields.String()
    annex_3 = ma.fields.Function(lambda batch: asdict(batch.annex_3))
    form = ma.fields.Function(lambda batch: asdict(batch.form) if batch.form else None)
    seal = ma.fields.Function(lambda batch: asdict(batch.seal) if batch.seal else None)
    letter = ma.fields.Function(lambda batch: asdict(batch.letter) if batch.letter else None)
    policy_edition = ma.fields.String()


class BatchView(BatchAnswer):
    """A batch as it is read."""

    id = ma.fields.UUID()
    round_id = ma.fields.UUID()
    filled_on = ma.fields.Date()
    letter_date = ma.fields.Date()
    rows = ma.fields.Function(_rows)
    filler_ref = ma.fields.String()
    letters = ma.fields.List(ma.fields.String())
    returns = ma.fields.Function(lambda batch: [list(reasons) for reasons in batch.returns])
    slips = ma.fields.Function(lambda batch: [asdict(slip) for slip in batch.slips])
    draft = ma.fields.Function(lambda batch: asdict(batch.draft) if batch.draft else None)
    supplements = ma.fields.Function(lambda batch: [asdict(supplement) for supplement in batch.supplements])
