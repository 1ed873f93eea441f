"""What comes in and goes out for assessments, exits, upgrades, remedy cases and extracts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import marshmallow as ma

from services.registry.domain.national import RESULTS
from services.registry.domain.outcome import Kind, Outcome, Party
from services.registry.domain.values import SERVICE_METHODS, Service
from services.registry.schemas import CommandForm
from services.shared.kernel.fields import (
    Code,
    Day,
    Form,
    Items,
    Text,
    load,
)
from services.shared.policy import clauses

DEPARTMENTS = ("TAX", "SCIENCE", "NDRC", "FINANCE")
"""The departments that a status extract may be made for (S5.1, S5.2)."""


class Reasoned(CommandForm):
    """A reason only: `extend`."""

    reason = Text(2000, required=True, multiline=True)


class PostResult(CommandForm):
    """`POST /assessments/{id}/post-result`"""

    notice_no = Text(60, required=True)


class RecordVisit(CommandForm):
    """`POST /assessments/{id}/record-visit`: a day that has come, the subjects of the inspectors, what they found."""

    visited_on = Day(required=True)
    inspectors = Items(Text(100), 1, 20, required=True)
    text = Text(20000, required=True, multiline=True)


class RecordDeliberation(CommandForm):
    """`POST /assessments/{id}/record-deliberation`: the day of the meeting, the number of its minutes, and the text."""

    held_on = Day(required=True)
    minute_no = Text(60, required=True)
    text = Text(20000, required=True, multiline=True)


class Finding(CommandForm):
    """`POST /centres/{id}/close-investigation`"""

    finding = Text(5000, required=True, multiline=True)


class NationalResult(CommandForm):
    """`POST /centres/{id}/record-national-result`: the ministry's decision; `none` when it chose others."""

    result = Code(list(RESULTS), required=True)
    document_no = Text(60, required=True)


class Serve(CommandForm):
    """`serve-notice`, `serve-decision` of a revocation, `serve-outcome` of a remedy: when, how, what proves it."""

    served_on = Day(required=True)
    method = Code(SERVICE_METHODS, required=True)
    proof = Text(200, required=True)

    @ma.post_load
    def _recorded(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"served": Service(date.fromisoformat(str(data["served_on"])), data["method"], data["proof"])}


class AskForReport(CommandForm):
    """`POST /centres/{id}/ask-for-report`"""

    subject = Text(200, required=True)


class Dated(CommandForm):
    """A decision document and the day from which it holds: `approve` of an exit, `finish` of an upgrade."""

    document_no = Text(60, required=True)
    effective_on = Day(required=True)


class Dissolve(Dated):
    """`POST /centres/{id}/dissolve`; `source` says where the fact comes from."""

    source = Text(200, required=True)


class RequestExit(CommandForm):
    """`POST /centres/{id}/request-exit`, with the final report."""

    reason = Text(2000, required=True, multiline=True)
    report = Text(20000, min=20, required=True, multiline=True)


class Refuse(CommandForm):
    """A negative decision: reasons, clauses, document; the edition has the paragraph on remedies."""

    reasons = Items(Text(2000), 1, 50, required=True)
    clauses = Items(Code([clause.id for clause in clauses()]), 1, 50, required=True)
    document_no = Text(60, required=True)


class OpenRemedyCase(CommandForm):
    """`POST /records/{id}/open-remedy-case`: the record is the procedure that ended in the decision."""

    kind = Code(list(Kind), required=True)
    body = Text(100, required=True)
    filed_on = Day(required=True)


class RecordOutcome(CommandForm):
    """`POST /remedies/{id}/record-outcome`"""

    outcome = Code(list(Outcome), required=True)
    document_no = Text(60, required=True)
    decided_on = Day(required=True)
    text = Text(5000, required=True, multiline=True)


class AppealJudgment(CommandForm):
    """`POST /remedies/{id}/appeal`: who appealed, to which court."""

    by = Code(list(Party), required=True)
    body = Text(100, required=True)
    appealed_on = Day(required=True)


class Annul(CommandForm):
    """`POST /bans/{id}/annul`, `/assessments/{id}/annul`: the decision of the body that annulled it or its source."""

    document_no = Text(60, required=True)
    body = Text(100, required=True)


class IssueExtract(CommandForm):
    """`POST /centres/{id}/issue-extract`"""

    department = Code(DEPARTMENTS, required=True)
    as_of = Day(required=True)


class _Named(Form):
    """`?name=虚茶`"""

    name = Text(120)


def name_asked(arguments: Mapping[str, str]) -> str:
    """The characters of a name that a query asks for; none without them. Raises Invalid."""
    asked = load(_Named(), {name: arguments[name] for name in ("name",) if name in arguments})
    return str(asked.get("name", ""))
