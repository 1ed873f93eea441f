"""The boxes for three years' figures, in tables 2 and 3 (近三年销售收入, 近三年R&D投入)."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from services.shared.kernel.fields import Block, Form, Integer, Items, Money, Text, wanted

YEARS = 3


class YearFigure(Form):
    """One year's amount in 万元; where there is none (null), the note says why."""

    year = Integer(1950, 2199, label="年", required=True)
    amount_wan = Money(label="金额（万元）", required=True, allow_none=True)
    note = Text(200, min=0, label="说明")

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _a_missing_amount_is_explained(
        self, data: dict[str, Any], sent: dict[str, Any], *, partial: Any, **_: Any
    ) -> None:
        if "amount_wan" in data and data["amount_wan"] is None:
            wanted("note", data, sent, draft=bool(partial))


def three_years(label: str) -> Items:
    """A field of up to three years; whether they are the right ones is check K19."""
    return Items(Block(YearFigure), 0, YEARS, label=label, required=True)
