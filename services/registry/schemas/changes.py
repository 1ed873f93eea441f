"""What comes in for changes of registered facts (变更): requests, corrections, opinions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import marshmallow as ma

from services.registry.domain.facts import CORRECTABLE, FACTS
from services.registry.domain.splitting import Keeper
from services.registry.schemas import CommandForm
from services.shared.kernel.fields import (
    Block,
    Code,
    Day,
    Email,
    Flag,
    Form,
    Integer,
    Items,
    Mobile,
    Money,
    Text,
    Uscc,
    Uuid,
)
from services.shared.policy import edition
from services.shared.vocabulary import PREFECTURES


class Person(Form):
    """A person; goes to the vault."""

    name = Text(60, required=True, personal=True)
    mobile = Mobile(personal=True)
    email = Email(personal=True)


class Facts(Form):
    """Registered facts as they are to be; those of the subject only."""

    centre_name = Text(120)
    centre_uscc = Uscc()
    address = Text(200)
    fax = Text(40)
    website = Text(200)
    registered_capital_wan = Money()
    prefecture = Code(PREFECTURES)
    rd_direction = Text(500)
    lead_uscc = Uscc()
    lead_unit_name = Text(120)
    member_usccs = Items(Uscc(), 1, 200)
    member_names = Items(Text(120), 1, 200)
    equity = Text(2000, multiline=True)
    owner_usccs = Items(Uscc(), 1, 200)
    full_time_rd_staff = Integer()
    total_formation_funds_wan = Money()
    core_technologies = Items(Text(200), 0, 50)
    field_domain = Code(edition("2019-05-06")["fields.taxonomy"])
    split_off = Text(120)
    split_off_uscc = Uscc()
    split_keeper = Code(list(Keeper))
    split_member_usccs = Items(Uscc(), 0, 200)
    split_fields = Items(Code(edition("2019-05-06")["fields.taxonomy"]), 0, 50)


class RequestChange(CommandForm):
    """`POST /centres/{id}/request-change`; `effective_on` may be a day in the past."""

    subject = Code([*FACTS, "merger"], required=True)
    facts = Block(Facts, load_default=dict)
    person = Block(Person)
    other_case_id = Uuid()
    effective_on = Day(required=True)
    reason = Text(2000, required=True, multiline=True)

    @ma.post_load
    def _identified(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, **({"other_case_id": UUID(data["other_case_id"])} if "other_case_id" in data else {})}


class RequestCorrection(CommandForm):
    """`POST /centres/{id}/request-correction`"""

    facts = Block(Facts(only=CORRECTABLE), required=True)
    effective_on = Day(required=True)
    reason = Text(2000, required=True, multiline=True)


class AskCorrection(CommandForm):
    """`POST /changes/{id}/ask-correction`: all that is missing, at once."""

    items = Items(Text(1000), 1, 50, required=True)

    @ma.post_load
    def _listed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"items": tuple(data["items"])}


class AnswerCorrection(CommandForm):
    """`POST /changes/{id}/answer-correction`; without facts those of the request stand."""

    facts = Block(Facts, load_default=dict)
    reason = Text(2000, required=True, multiline=True)


class GiveOpinion(CommandForm):
    """`POST /changes/{id}/give-opinion`"""

    prefecture = Code(PREFECTURES, required=True)
    agrees = Flag(required=True)
    text = Text(5000, required=True, multiline=True)
