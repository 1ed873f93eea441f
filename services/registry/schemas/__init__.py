"""What comes in to the registry and goes out over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import marshmallow as ma

from services.registry.domain.values import AsAt
from services.shared.kernel.clock import Clock, today
from services.shared.kernel.fields import (
    Block,
    Code,
    Day,
    Flag,
    Form,
    Integer,
    Items,
    Moment,
    Money,
    Percent,
    Text,
    Uscc,
    load,
)
from services.shared.policy import clauses

_DAYS = (
    *("document_on", "effective_on", "received_on", "filed_on", "decided_on", "appealed_on", "as_of"),
    *("visited_on", "held_on"),
)
_LISTS = ("reasons", "demands", "grounds", "clauses", "inspectors")


class CommandForm(Form):
    """The base of the forms below: days come out as dates, lists as tuples."""

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        days = {name: date.fromisoformat(data[name]) for name in _DAYS if name in data}
        lists = {name: tuple(data[name]) for name in _LISTS if name in data}
        return {**data, **days, **lists}


class Designate(CommandForm):
    """`POST /centres/{id}/designate`, `/upgrades/{id}/finish`: the document, its day, and from when on it holds."""

    document_no = Text(60, required=True)
    document_on = Day()
    effective_on = Day(required=True)


class ListForCultivation(Designate):
    """`POST /centres/{id}/list-for-cultivation`; the code of a centre that was still being founded."""

    centre_uscc = Uscc()


class IssuePlaque(CommandForm):
    """`POST /centres/{id}/issue-plaque`"""

    plaque_no = Text(20, required=True)


class ReplacePlaque(CommandForm):
    """`POST /centres/{id}/replace-plaque`"""

    plaque_no = Text(20, required=True)
    reason = Text(500, required=True)


class ReturnPlaque(CommandForm):
    """`POST /centres/{id}/return-plaque`"""

    received_on = Day(required=True)


class Decision(CommandForm):
    """A reason and a document: `void-plaque`, `drop`."""

    reason = Text(2000, required=True, multiline=True)
    document_no = Text(60, required=True)


class Figures(Form):
    """The year in numbers; amounts in 万元. From the last four the basic conditions are judged again (S3.2)."""

    rd_spend_wan = Money()
    income_wan = Money()
    patents_filed = Integer()
    results_transferred = Integer()
    enterprises_served = Integer()
    owner_usccs = Items(Uscc(), 1, 200)
    full_time_rd_staff = Integer()
    total_formation_funds_wan = Money()
    core_technologies = Items(Text(200), 0, 50)


class SubmitSummary(CommandForm):
    """`POST /summaries/{id}/submit`"""

    text = Text(20000, min=20, required=True, multiline=True)
    figures = Block(Figures, load_default=dict)


class ReturnSummary(CommandForm):
    """`POST /summaries/{id}/return`"""

    reasons = Items(Text(1000), 1, 50, required=True)


class ForwardSummary(CommandForm):
    """`POST /summaries/{id}/forward`: the opinion of the prefecture (州市意见)."""

    agrees = Flag(required=True)
    text = Text(5000, required=True, multiline=True)


class ScheduleAssessment(CommandForm):
    """`POST /centres/{id}/schedule-assessment`"""

    year = Integer(2019, 2199, required=True)


class Written(CommandForm):
    """A text: materials, a rectification report, a statement."""

    text = Text(20000, required=True, multiline=True)


class Scores(CommandForm):
    """Points by item of the edition's scheme; `score` is the sum as written on the paper, to be compared."""

    items = ma.fields.Dict(keys=Text(40), values=Percent(), required=True)
    score = Percent()
    text = Text(5000, required=True, multiline=True)

    @ma.post_load
    def _decimal(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        points = {code: Decimal(value) for code, value in data["items"].items()}
        return {**data, "items": points, "score": Decimal(data["score"]) if "score" in data else None}


class Signed(CommandForm):
    """`POST /assessments/{id}/finalise`"""

    document_no = Text(60, required=True)


class OrderRectification(CommandForm):
    """`POST /centres/{id}/order-rectification`"""

    demands = Items(Text(1000), 1, 50, required=True)
    document_no = Text(60, required=True)


class GiveRevocationNotice(CommandForm):
    """`POST /centres/{id}/give-revocation-notice`; the edition has the causes and the paragraph on remedies."""

    cause = Text(40, required=True)
    grounds = Items(Text(2000), 1, 50, required=True)
    clauses = Items(Code([clause.id for clause in clauses()]), 1, 50, required=True)
    document_no = Text(60, required=True)


class OverrideStatementPeriod(CommandForm):
    """`POST /revocations/{id}/override-statement-period`"""

    reason = Text(2000, min=10, required=True, multiline=True)


class HoldHearing(Written):
    """`POST /revocations/{id}/hold-hearing`"""

    minute_no = Text(60, required=True)


class Revoke(CommandForm):
    """`POST /revocations/{id}/revoke`"""

    document_no = Text(60, required=True)
    meeting = Text(200, required=True)
    minute_no = Text(60, required=True)
    effective_on = Day(required=True)


class AnnulRevocation(CommandForm):
    """`POST /centres/{id}/annul-revocation`: the decision of the body that annulled, and from when on it holds."""

    document_no = Text(60, required=True)
    body = Text(100, required=True)
    effective_on = Day(required=True)


class RecommendToMinistry(CommandForm):
    """`POST /centres/{id}/recommend-to-ministry`"""

    letter_no = Text(60, required=True)


class _AsAt(Form):
    """`?as_of=2026-06-11&known_at=2026-06-12T18:00:00Z`"""

    as_of = Day()
    known_at = Moment()


def as_at(arguments: Mapping[str, str], clock: Clock) -> AsAt:
    """The day and the knowledge that a query asks about; without them, today as known now. Raises Invalid."""
    asked = load(_AsAt(), {name: arguments[name] for name in ("as_of", "known_at") if name in arguments})
    as_of = date.fromisoformat(asked["as_of"]) if "as_of" in asked else today(clock)
    known_at = datetime.fromisoformat(asked["known_at"]) if "known_at" in asked else clock.now()
    return AsAt(as_of, known_at)
