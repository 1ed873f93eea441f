"""Corrections, opinions and decisions of a prefecture."""

from __future__ import annotations

from datetime import date
from typing import Any

import marshmallow as ma

from services.screening.domain.states import State
from services.screening.domain.values import SERVICE_METHODS, Defect, ServiceRecord
from services.shared.kernel.fields import Block, Code, Day, Flag, Form, Integer, Items, Text


class DefectForm(Form):
    """One item of a notice of correction."""

    pointer = Text(300, 0, load_default="")
    zh = Text(500, required=True, multiline=True)
    clause = Text(20, required=True)


class RecordService(Form):
    """`POST /screenings/{id}/record-service`"""

    served_on = Day(required=True)
    method = Code(SERVICE_METHODS, required=True)
    proof = Text(200, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"served": _served(data)}


class RequestCorrection(Form):
    """`POST /screenings/{id}/request-correction`; `days` only where fewer than the usual ones do."""

    served_on = Day(required=True)
    method = Code(SERVICE_METHODS, required=True)
    proof = Text(200, required=True)
    items = Items(Block(DefectForm), min=1, max=100, required=True)
    days = Integer(1, 365, load_default=None)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        items = tuple(Defect(**item) for item in data["items"])
        return {"served": _served(data), "items": items, "days": data["days"]}


class ExtendCorrection(Form):
    """`POST /screenings/{id}/extend-correction`"""

    reason = Text(500, required=True, multiline=True)


class DraftOpinion(Form):
    """`POST /screenings/{id}/draft-opinion`"""

    recommends = Flag(required=True)
    opinion = Text(2000, required=True, multiline=True)
    reasons = Items(Text(500, multiline=True), max=20, load_default=list)
    clauses = Items(Text(20), max=20, load_default=list)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "reasons": tuple(data["reasons"]), "clauses": tuple(data["clauses"])}


class SignNotRecommended(Form):
    """`POST /screenings/{id}/sign-not-recommended` and `/rescind-recommendation`"""

    document_no = Text(60, required=True)


class ReopenByRemedy(Form):
    """`POST /screenings/{id}/reopen-by-remedy`: the decision that sets the prefecture's aside, and where it goes on."""

    body = Text(100, required=True)
    decision_no = Text(60, required=True)
    to = Code({State.PREF_INTAKE: "州市形式审查", State.PREF_SCREENING: "州市初审"}, required=True)
    reason = Text(500, required=True, multiline=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "to": State(data["to"])}


class ResumeCase(Form):
    """`POST /screenings/{id}/resume`"""

    document_no = Text(60, required=True)
    reason = Text(1000, required=True, multiline=True)


class SuspendCase(ResumeCase):
    """`POST /screenings/{id}/suspend`: `cause` is one of the edition's."""

    cause = Text(40, required=True)


def _served(data: dict[str, Any]) -> ServiceRecord:
    return ServiceRecord(date.fromisoformat(data["served_on"]), data["method"], data["proof"])
