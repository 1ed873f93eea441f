"""Rounds: what is asked of them, and how anybody reads them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import marshmallow as ma

from services.intake.domain.round import Conditions, Quota, Round
from services.intake.forms.codes import FIELDS
from services.shared.kernel.fields import (
    Block,
    Code,
    Codes,
    Day,
    Form,
    Integer,
    Items,
    Text,
)
from services.shared.policy.bodies import known_bodies


class PlanRound(Form):
    """`POST /rounds`"""

    number = Text(20, required=True)
    title = Text(200, required=True)
    year = Integer(2019, 2100, required=True)
    opens_on = Day(required=True)
    closes_on = Day(required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, **{name: date.fromisoformat(data[name]) for name in ("opens_on", "closes_on")}}


class OpenRound(Form):
    """`POST /rounds/{id}/open`"""

    document_no = Text(60, required=True)


class ExtendRound(Form):
    """`POST /rounds/{id}/extend`"""

    closes_on = Day(required=True)
    reason = Text(500, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "closes_on": date.fromisoformat(data["closes_on"])}


class QuotaRow(Form):
    """How many cases one recommending body may send up."""

    prefecture = Code(known_bodies(), required=True)
    most = Integer(0, 1000, required=True)


class PublishConditions(Form):
    """`POST /rounds/{id}/conditions`: fields and quotas that are left out are not limited."""

    text = Text(4000, multiline=True, required=True)
    fields_open = Codes(FIELDS, data_key="fields", load_default=list)
    quotas = Items(Block(QuotaRow), load_default=list)
    paper_copies = Integer(0, 20, load_default=0)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        quotas = tuple(Quota(row["prefecture"], row["most"]) for row in data["quotas"])
        return {
            "conditions": Conditions(data["text"], tuple(data["fields_open"]), quotas, data["paper_copies"]),
        }


class CancelRound(Form):
    """`POST /rounds/{id}/cancel`"""

    document_no = Text(60, required=True)
    reason = Text(500, required=True)


class AnnounceRound(Form):
    """`POST /rounds/{id}/announce`"""

    document_no = Text(60, required=True)


class RoundAnswer(ma.Schema):
    """A round after a command."""

    number = ma.fields.String()
    state = ma.fields.String()
    policy_edition = ma.fields.String()


class RoundView(RoundAnswer):
    """A round as anybody reads it."""

    id = ma.fields.UUID()
    title = ma.fields.String()
    year = ma.fields.Integer()
    opens_on = ma.fields.Date()
    closes_on = ma.fields.Date()
    document_no = ma.fields.String()
    announced_by = ma.fields.String()
    conditions = ma.fields.Function(lambda round_: asdict(round_.conditions) if round_.conditions else None)


def closing_of(round_: Round) -> dict[str, Any] | None:
    """Until when dossiers are taken, to the minute, and why; None before the round is opened."""
    if round_.deadline is None:
        return None
    zh, en = round_.deadline.explain()
    return {"due": round_.deadline.due, "explanation": {"zh": zh, "en": en}}
