"""Procedures about a centre: changes, shortfalls, exits, upgrades, remedy cases; and what others rely on."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from services.registry.domain.change import ChangeRequest
from services.registry.domain.change import State as ChangeState
from services.registry.domain.extract import StatusExtract
from services.registry.domain.funding import FundingReference
from services.registry.domain.funding import State as FundingState
from services.registry.domain.leaving import ExitRequest
from services.registry.domain.leaving import State as ExitState
from services.registry.domain.remedy import RemedyCase
from services.registry.domain.remedy import State as RemedyState
from services.registry.domain.shortfall import Shortfall
from services.registry.domain.shortfall import State as ShortfallState
from services.registry.domain.upgrading import State as UpgradeState
from services.registry.domain.upgrading import UpgradeRequest
from services.registry.projections.fixed import COMMON, opens, sets
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change

CHANGES = Projection(
    "changes",
    f"""
create table if not exists changes ({COMMON}
    subject text not null,
    change_class text not null,
    facts jsonb not null,
    effective_on date not null,
    prefectures text[] not null,
    opinions text[] not null default '{{}}',
    other_case_id uuid,
    document_no text not null default ''
);
create index if not exists changes_case on changes (case_id);
create index if not exists changes_prefectures on changes using gin (prefectures);
""",
)

SHORTFALLS = Projection(
    "shortfalls",
    f"""
create table if not exists shortfalls ({COMMON}
    condition text not null,
    clause text not null,
    due timestamptz not null
);
create index if not exists shortfalls_case on shortfalls (case_id);
""",
)

EXITS = Projection(
    "exits",
    f"""
create table if not exists exits ({COMMON}
    document_no text not null default ''
);
create index if not exists exits_case on exits (case_id);
""",
)

UPGRADES = Projection(
    "upgrades",
    f"""
create table if not exists upgrades ({COMMON}
    requested_on date not null,
    review_case_id uuid,
    notice_no text not null default '',
    document_no text not null default ''
);
create index if not exists upgrades_case on upgrades (case_id);
""",
)

REMEDIES = Projection(
    "remedies",
    f"""
create table if not exists remedies ({COMMON}
    kind text not null,
    body text not null,
    decision_id uuid not null,
    filed_on date not null,
    in_time boolean not null,
    due timestamptz not null,
    outcome text not null default '',
    document_no text not null default '',
    answer_sha256 text not null default ''
);
create index if not exists remedies_case on remedies (case_id);
""",
)

FUNDING = Projection(
    "funding_references",
    f"""
create table if not exists funding_references ({COMMON}
    year int not null,
    score text not null,
    grade text not null
);
create index if not exists funding_references_case on funding_references (case_id);
""",
)

EXTRACTS = Projection(
    "status_extracts",
    f"""
create table if not exists status_extracts ({COMMON}
    key text not null,
    department text not null,
    as_of date not null,
    known_at timestamptz not null,
    corrections int not null default 0
);
create index if not exists status_extracts_case on status_extracts (case_id, as_of);
""",
)

sets(
    CHANGES,
    {
        ChangeRequest.Refused: {"state": ChangeState.REFUSED},
        ChangeRequest.Withdrawn: {"state": ChangeState.WITHDRAWN},
    },
)
sets(
    SHORTFALLS,
    {
        Shortfall.ConditionShortfallCured: {"state": ShortfallState.CURED},
        Shortfall.ConditionShortfallLapsed: {"state": ShortfallState.LAPSED},
    },
)
sets(EXITS, {ExitRequest.ExitRefused: {"state": ExitState.REFUSED}})
sets(UPGRADES, {UpgradeRequest.UpgradeFailed: {"state": UpgradeState.FAILED}})
sets(REMEDIES, {RemedyCase.RemedyExecuted: {"state": RemedyState.EXECUTED}})
sets(
    FUNDING,
    {
        FundingReference.FundingReferenceWithdrawn: {"state": FundingState.WITHDRAWN},
        FundingReference.FundingReferenceRestored: {"state": FundingState.PUBLISHED},
    },
)


@CHANGES.on(ChangeRequest.Requested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    with_opinion = event.change_class in "BCD"
    row = {
        "state": ChangeState.PREF_OPINION if with_opinion else ChangeState.PROV_REVIEW,
        "subject": event.subject,
        "change_class": event.change_class,
        "facts": Jsonb({fact.name: fact.value for fact in event.facts}),
        "effective_on": event.effective_on,
        "prefectures": list(event.prefectures),
        "other_case_id": event.other_case_id,
    }
    opens(cursor, "changes", event, row)


@CHANGES.on(ChangeRequest.OpinionGiven)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute(
        "update changes set version = %s, opinions = opinions || %s::text, state = case"
        " when opinions || %s::text @> prefectures then %s else state end where id = %s",
        (event.originator_version, *[event.prefecture] * 2, ChangeState.PROV_REVIEW, event.originator_id),
    )


@CHANGES.on(ChangeRequest.Approved)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "changes", event, state=ChangeState.APPROVED, document_no=event.document_no)


@SHORTFALLS.on(Shortfall.ConditionShortfallOpened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {"condition": event.condition, "clause": event.clause, "due": event.deadline.due}
    opens(cursor, "shortfalls", event, {"state": ShortfallState.OPEN, **row})


@EXITS.on(ExitRequest.ExitRequested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    opens(cursor, "exits", event, {"state": ExitState.REQUESTED})


@EXITS.on(ExitRequest.ExitApproved)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "exits", event, state=ExitState.APPROVED, document_no=event.document_no)


@UPGRADES.on(UpgradeRequest.UpgradeRequested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    opens(cursor, "upgrades", event, {"state": UpgradeState.REQUESTED, "requested_on": event.requested_on})


@UPGRADES.on(UpgradeRequest.UpgradeCleared)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    case_id, notice_no = event.review_case_id, event.notice_no
    change(cursor, "upgrades", event, state=UpgradeState.CLEARED, review_case_id=case_id, notice_no=notice_no)


@UPGRADES.on(UpgradeRequest.UpgradeFinished)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "upgrades", event, state=UpgradeState.DONE, document_no=event.document_no)


@REMEDIES.on(RemedyCase.RemedyCaseOpened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "state": RemedyState.NOTICE_RECEIVED,
        "kind": event.kind,
        "body": event.body,
        "decision_id": event.decision_id,
        "filed_on": event.filed_on,
        "in_time": event.in_time,
        "due": event.deadline.due,
    }
    opens(cursor, "remedies", event, row)


@REMEDIES.on(RemedyCase.AnswerFiled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "remedies", event, state=RemedyState.ANSWER_FILED, answer_sha256=event.document.sha256)


@REMEDIES.on(RemedyCase.RemedyDecided)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    outcome, document_no = event.outcome, event.document_no
    change(cursor, "remedies", event, state=RemedyState.DECIDED, outcome=outcome, document_no=document_no)


@FUNDING.on(FundingReference.FundingReferencePublished)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {"state": FundingState.PUBLISHED, "year": event.year, "score": event.score, "grade": event.grade}
    opens(cursor, "funding_references", event, row)


@EXTRACTS.on(StatusExtract.StatusExtractIssued)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "state": event.status,
        "key": f"{event.centre.number}@{event.as_of.isoformat()}",
        "department": event.department,
        "as_of": event.as_of,
        "known_at": event.known_at,
    }
    opens(cursor, "status_extracts", event, row)


@EXTRACTS.on(StatusExtract.StatusCorrectionPublished)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute(
        "update status_extracts set version = %s, state = %s, known_at = %s, corrections = corrections + 1"
        " where id = %s",
        (event.originator_version, event.status, event.known_at, event.originator_id),
    )
