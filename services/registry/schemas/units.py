"""What comes in of contributions of the members, and of the centres of prefectures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import marshmallow as ma

from services.registry.domain.prefectural import PrefecturalFacts, Standing
from services.registry.schemas import CommandForm, Decision
from services.shared.kernel.fields import Code, Day, Money, Text, Uscc
from services.shared.policy import edition
from services.shared.vocabulary import PREFECTURES

_EDITION = edition("2019-05-06")


class PledgeContribution(CommandForm):
    """`POST /centres/{id}/pledge-contribution`: a sum in 万元, by when, and the agreement that binds the unit to it."""

    unit_uscc = Uscc(required=True)
    kind = Code(_EDITION["contributions.kinds"], required=True)
    pledged_wan = Money(required=True)
    due_on = Day(required=True)
    agreement_no = Text(60, required=True)

    @ma.post_load
    def _counted(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        sums = {"pledged_wan": Decimal(data["pledged_wan"])}
        return {**data, **sums, "due_on": date.fromisoformat(data["due_on"])}


class PayIn(CommandForm):
    """`POST /contributions/{id}/pay-in`: a sum in 万元, its day and its voucher."""

    amount_wan = Money(required=True)
    paid_on = Day(required=True)
    voucher_no = Text(60, required=True)

    @ma.post_load
    def _counted(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        sums = {"amount_wan": Decimal(data["amount_wan"])}
        return {**data, **sums, "paid_on": date.fromisoformat(data["paid_on"])}


class ReportCentre(CommandForm):
    """`POST /prefectural-centres`: what a prefecture reports of a centre of its own (S5.4)."""

    prefecture = Code(PREFECTURES, required=True)
    centre_name = Text(120, required=True)
    centre_uscc = Uscc(required=True)
    lead_uscc = Uscc(required=True)
    lead_unit_name = Text(120, required=True)
    field_domain = Code(_EDITION["fields.taxonomy"], required=True)
    standing = Code(list(Standing), required=True)
    standing_since = Day(required=True)
    document_no = Text(60, required=True)

    @ma.post_load
    def _reported(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        told = {name: value for name, value in data.items() if name != "prefecture"}
        typed = {"standing": Standing(told["standing"]), "standing_since": date.fromisoformat(told["standing_since"])}
        return {"prefecture": data["prefecture"], "facts": PrefecturalFacts(**{**told, **typed})}


class FileCentre(CommandForm):
    """`POST /prefectural-centres/{id}/file`"""

    filing_no = Text(60, required=True)


class StrikeCentre(Decision):
    """`POST /prefectural-centres/{id}/strike`"""
