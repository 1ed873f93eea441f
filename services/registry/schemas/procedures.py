"""What comes in and goes out for changes, exits, upgrades, remedy cases and extracts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma

from services.registry.domain.facts import CORRECTABLE, FACTS
from services.registry.domain.national import RESULTS
from services.registry.domain.outcome import Kind, Outcome, Party
from services.registry.domain.splitting import Keeper
from services.registry.domain.values import SERVICE_METHODS, Service
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
    load,
)
from services.shared.policy import clauses, edition
from services.shared.vocabulary import PREFECTURES

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
