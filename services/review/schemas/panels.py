"""Panels and score sheets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import marshmallow as ma

from services.review.domain.avoiding import Avoidance
from services.review.domain.panel import NONE_KNOWN, Panel
from services.review.domain.primitives import Item
from services.review.domain.rules import Conflicts
from services.review.domain.scheme import Scheme
from services.review.domain.values import SPECIALITIES, Expert
from services.shared.kernel.authority import Admission
from services.shared.kernel.fields import (
    Block,
    Code,
    Day,
    Flag,
    Form,
    Items,
    Money,
    Text,
    Uscc,
)
from services.shared.policy import edition
from services.shared.vocabulary import Role

_FIELDS: dict[str, str] = dict(edition("2019-05-06")["fields.taxonomy"])


class ExpertForm(Form):
    """An expert for a panel: by the subject of the login, never by name."""

    subject = Text(100, required=True)
    speciality = Code(SPECIALITIES, required=True)
    employer = Text(120, required=True)
    employer_uscc = Uscc(load_default="")
    fields_known = Items(Code(_FIELDS), load_default=list, data_key="fields")
    outside_province = Flag(required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> Expert:
        return Expert(fields=tuple(data.pop("fields_known")), **data)


class ConstitutePanel(Form):
    """`POST /reviews/{id}/constitute-panel`"""

    experts = Items(Block(ExpertForm), 1, 50, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"experts": tuple(data["experts"])}


class AvoidanceForm(Form):
    """One expert to avoid, by the subject of the login, and why."""

    expert = Text(100, required=True)
    reason = Text(1000, required=True, multiline=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> Avoidance:
        return Avoidance(**data)


class AskToAvoid(Form):
    """`POST /reviews/{id}/ask-to-avoid`: everybody to avoid, anew."""

    experts = Items(Block(AvoidanceForm), 0, 50, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"experts": tuple(data["experts"])}


class ReplaceExpert(Form):
    """`POST /panels/{id}/replace-expert`"""

    recused = Text(100, required=True)
    expert = Block(ExpertForm, required=True)


class DrawSubstitute(Form):
    """`POST /panels/{id}/draw-substitute`"""

    recused = Text(100, required=True)


class DeclareConflict(Form):
    """`POST /panels/{id}/declare-conflict`; `ground` is a key of `expert.recusal_rules` of the edition."""

    ground = Text(40, required=True)


class DeclineSeat(Form):
    """`POST /panels/{id}/decline`"""

    reason = Text(500, required=True)


class SaveScoreSheet(Form):
    """`POST /panels/{id}/save-score-sheet`; `items` maps items of the edition's scheme to what is entered for each."""

    items = ma.fields.Dict(keys=Text(40), values=Money(), required=True, validate=ma.validate.Length(max=50))
    reasons = ma.fields.Dict(
        keys=Text(40), values=Text(1000, multiline=True), load_default=dict, validate=ma.validate.Length(max=50)
    )
    comment = Text(2000, min=0, multiline=True, load_default="")

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "items": {code: Decimal(points) for code, points in data["items"].items()}}


class SubmitScoreSheet(SaveScoreSheet):
    """`POST /panels/{id}/submit-score-sheet`: as a draft is saved, with every item."""


class VoidScoreSheet(Form):
    """`POST /panels/{id}/void-score-sheet`; `ground` is a key of `expert.recusal_rules` of the edition."""

    expert = Text(100, required=True)
    ground = Text(40, required=True)
    cause = Text(2000, multiline=True, required=True)


class RecordDissent(Form):
    """`POST /panels/{id}/record-dissent`"""

    text = Text(4000, multiline=True, required=True)


class SignOpinion(Form):
    """`POST /panels/{id}/draft-opinion`, `/sign-opinion`: what is signed is the wording that was drafted."""

    text = Text(8000, multiline=True, required=True)
    met_on = Day(required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "met_on": date.fromisoformat(data["met_on"])}


class PanelAnswer(ma.Schema):
    """A panel after a command; the score once the opinion is signed."""

    case_id = ma.fields.UUID()
    state = ma.fields.String()
    sheets = ma.fields.Function(lambda panel: len(panel.sheets))
    score = ma.fields.Function(lambda panel: panel.appraisal and panel.appraisal.score)


def _printed(item: Item) -> dict[str, Any]:
    return {"code": item.code, "zh": item.zh, "kind": item.kind, "max": item.max, "formula": item.formula}


def _scheme(scheme: Scheme) -> dict[str, Any]:
    return {
        "scheme": [_printed(item) for item in scheme.items],
        "scheme_version": scheme.version,
        "scheme_formula": scheme.formula,
        "exempted": [item.code for item in scheme.exempted],
    }


def panel_view(panel: Panel, admission: Admission, conflicts: Conflicts = NONE_KNOWN) -> dict[str, Any]:
    """A panel as this reader may see it; `conflicts` are those that the pool knows of against an expert.

    An expert sees nothing but the title and the parties before the declaration, no sheet of others before the own one
    is in, and who the others are once every sheet is in. Whoever has a conflict sees the title, and which it is.
    """
    reader, is_expert = admission.identity.subject, admission.role == Role.EXPERT
    title = {"id": panel.id, "version": panel.version, "number": panel.facts.number}
    title |= {"centre_name": panel.facts.centre_name, "case_id": panel.case_id, "state": panel.state}
    if is_expert and (kinds := conflicts.get(reader)):
        return {**title, "conflicts": kinds}
    if is_expert and not panel.is_open_to(reader):
        return {**title, "parties": [panel.facts.lead_unit_name, *panel.facts.member_names]}
    sheets = panel.sheets_for(reader, admission.role)
    return {
        **PanelAnswer().dump(panel),
        **title,
        **_people(panel, reader, is_expert=is_expert),
        "track": panel.track,
        **_scheme(panel.scheme(edition(panel.policy_edition))),
        "draft": panel.draft_of(reader, admission.role),
        "score_sheets": sheets,
        "opinion": panel.opinion,
        "opinion_draft": panel.opinion_draft if panel.is_complete and sheets else None,
        "signers": panel.signers if panel.is_complete and sheets else (),
        "dissents": panel.dissents if panel.appraisal else {},
        "statistics": panel.statistics(edition(panel.policy_edition)) if panel.is_complete and sheets else None,
        "votes": panel.votes(edition(panel.policy_edition)) if panel.is_complete and sheets else {},
        "statistics_before": [] if is_expert else list(panel.before),
        "voided": panel.voided_for(admission.role),
    }


def _people(panel: Panel, reader: str, *, is_expert: bool) -> dict[str, Any]:
    """Who sits, has declared and is recused; an expert knows of the own seat, and of all once every sheet is in."""
    if not is_expert:
        return {
            "experts": panel.seated,
            "declared": sorted(panel.free_of_conflict),
            "recused": sorted(panel.recused),
        }
    seats = panel.seated if panel.is_complete else tuple(seat for seat in panel.seated if seat.subject == reader)
    return {"experts": seats, "declared": [reader], "recused": []}
