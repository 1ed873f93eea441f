"""The expert pool and draws from it."""

from __future__ import annotations

from datetime import date
from typing import Any

import marshmallow as ma

from services.review.domain.draw import WORDING
from services.review.domain.expert_profile import Relation
from services.review.schemas.panels import ExpertForm
from services.shared.kernel.fields import (
    Block,
    Day,
    Form,
    Items,
    Text,
    Uscc,
)


class RelationForm(Form):
    """A tie to a unit; `kind` is a key of `expert.recusal_rules` of the edition; without `until` it goes on."""

    kind = Text(40, required=True)
    uscc = Uscc(load_default="")
    unit = Text(120, required=True)
    until = Day(load_default="")

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> Relation:
        until = date.fromisoformat(data["until"]) if data["until"] else None
        return Relation(data["kind"], data["uscc"], data["unit"], until)


class DeclareRelations(Form):
    """`POST /experts/{id}/declare-relations`"""

    relations = Items(Block(RelationForm), 0, 100, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "relations": tuple(data["relations"])}


class EnrolExpert(DeclareRelations):
    """`POST /experts`"""

    expert = Block(ExpertForm, required=True)


class ExpertAnswer(ma.Schema):
    """An expert of the pool."""

    expert = ma.fields.Raw()
    is_active = ma.fields.Boolean()
    relations = ma.fields.Function(lambda profile: list(profile.relations))
    notes = ma.fields.Function(lambda profile: len(profile.notes))


class ExpertView(ExpertAnswer):
    """An expert's record as the department reads it."""

    id = ma.fields.UUID()
    notes = ma.fields.Function(lambda profile: list(profile.notes))


class DrawView(ma.Schema):
    """A draw with everything that is needed to repeat it."""

    id = ma.fields.UUID()
    case_id = ma.fields.UUID()
    rule = ma.fields.String()
    rule_says = ma.fields.Function(lambda draw: WORDING[draw.rule])
    is_repeatable = ma.fields.Boolean()
    seed = ma.fields.String()
    seats = ma.fields.Raw()
    candidates = ma.fields.Function(lambda draw: list(draw.candidates))
    drawn = ma.fields.Function(lambda draw: list(draw.drawn))
