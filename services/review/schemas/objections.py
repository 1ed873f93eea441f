"""Objections, and what each reader may see of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma

from services.review.domain.admissibility import GROUNDS
from services.review.domain.objection import Objection
from services.review.domain.objection_states import TITLES as OBJECTION_TITLES
from services.review.domain.objection_states import Result
from services.shared.kernel.fields import (
    Block,
    Code,
    Day,
    Flag,
    Form,
    Items,
    Text,
    Uuid,
)
from services.shared.policy import edition
from services.shared.vocabulary import Role

_CHANNELS: dict[str, str] = dict(edition("2019-05-06")["notice.objection_channels"])


class ObjectorForm(Form):
    """Who objects: goes to the vault, and to no event, log or message."""

    name = Text(60, required=True, personal=True)
    organisation = Text(120, min=0, load_default="", personal=True)
    phone = Text(40, min=0, load_default="", personal=True)
    address = Text(200, min=0, load_default="", personal=True)


class LodgeObjection(Form):
    """`POST /notices/{id}/lodge-objection`: a letter as the desk registers it; no `objector`, an anonymous one.

    `substance` says what is objected to, and not by whom; `sealed` whether an organisation's letter bears its seal;
    `receipt` what proves the day of receipt (postmark, book of receipts), where the notice has ended meanwhile.
    """

    case_id = Uuid(required=True)
    channel = Code(_CHANNELS, required=True)
    objector = Block(ObjectorForm, load_default=None, allow_none=True)
    substance = Text(4000, multiline=True, required=True)
    received_on = Day(required=True)
    sealed = Flag(load_default=False)
    receipt = Text(200, min=0, load_default="")

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        day, objector = date.fromisoformat(data["received_on"]), data["objector"] or {}
        return {**data, "case_id": UUID(data["case_id"]), "received_on": day, "objector": objector}


class AssignObjection(Form):
    """`POST /objections/{id}/assign`"""

    officer = Text(100, required=True)


class NotAdmitObjection(Form):
    """`POST /objections/{id}/not-admit`"""

    ground = Code(GROUNDS, required=True)
    explanation = Text(2000, multiline=True, required=True)


class TransferObjection(Form):
    """`POST /objections/{id}/transfer`"""

    to = Text(120, required=True)


class SeekResponse(Form):
    """`POST /objections/{id}/seek-response`: what the party objected to is shown."""

    question = Text(4000, multiline=True, required=True)


class Worded(Form):
    """`POST /objections/{id}/respond`, `/reply`"""

    text = Text(4000, multiline=True, required=True)


class DraftConclusion(Form):
    """`POST /objections/{id}/draft-conclusion`"""

    result = Code([result.value for result in Result], required=True)
    findings = Text(8000, multiline=True, required=True)
    reasons = Items(Text(1000), load_default=list)
    clauses = Items(Text(20), load_default=list)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        typed = {"reasons": tuple(data["reasons"]), "clauses": tuple(data["clauses"])}
        return {**data, **typed, "result": Result(data["result"])}


class SustainObjection(Form):
    """`POST /objections/{id}/sustain`"""

    document_no = Text(60, required=True)


class WithdrawObjection(Form):
    """`POST /objections/{id}/withdraw`"""

    reason = Text(500, required=True)


class ObjectionAnswer(ma.Schema):
    """An objection after a command, as its desk sees it."""

    state = ma.fields.String()
    late = ma.fields.Boolean()
    seal_missing = ma.fields.Boolean()
    case_is_listed = ma.fields.Boolean()
    receipt_code = ma.fields.String()
    evidence = ma.fields.Function(lambda objection: [document.sha256 for document in objection.evidence])
    result = ma.fields.Function(lambda objection: objection.conclusion and objection.conclusion.result)


class RespondentAnswer(ma.Schema):
    """An objection as the party objected to sees it: what is asked, what it answered, and no more."""

    state = ma.fields.String()
    question = ma.fields.String()
    response = ma.fields.String()


class ObjectionView(ObjectionAnswer):
    """An objection as its desk reads it; who objects is asked for apart."""

    id = ma.fields.UUID()
    against = ma.fields.Raw()
    channel = ma.fields.String()
    real_name = ma.fields.Boolean()
    substance = ma.fields.String()
    received_on = ma.fields.Date()
    receipt = ma.fields.String()
    people = ma.fields.Function(lambda objection: list(objection.people))
    ground = ma.fields.String()
    transferred_to = ma.fields.String()
    question = ma.fields.String()
    response = ma.fields.String()
    conclusion = ma.fields.Raw()
    reply_text = ma.fields.String()


def objection_view(objection: Objection, role: str) -> dict[str, Any]:
    """An objection as this role may see it."""
    if role == Role.APPLICANT:
        shown = RespondentAnswer().dump(objection)
        return {"id": objection.id, "version": objection.version, "number": objection.against.number, **shown}
    return {**ObjectionView().dump(objection), "version": objection.version}


def progress_view(objection: Objection) -> dict[str, Any]:
    """What the holder of a receipt code sees: how far it is, and the reply."""
    return {
        "number": objection.against.number,
        "centre_name": objection.against.centre_name,
        "state": objection.state,
        "title": OBJECTION_TITLES[objection.state],
        "result": objection.conclusion.result if objection.conclusion and not objection.is_open else "",
        "reply": objection.reply_text,
    }
