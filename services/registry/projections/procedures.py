"""Procedures about a centre: changes, shortfalls, exits, upgrades."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from services.registry.domain.change import ChangeRequest, first_state
from services.registry.domain.change import State as ChangeState
from services.registry.domain.leaving import ExitRequest
from services.registry.domain.leaving import State as ExitState
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
    document_no text not null default '',
    other_lead_uscc text not null default ''
);
alter table changes add column if not exists other_lead_uscc text not null default '';
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
    document_no text not null default '',
    source text not null default ''
);
alter table upgrades add column if not exists source text not null default '';
create index if not exists upgrades_case on upgrades (case_id);
""",
)

sets(
    CHANGES,
    {
        ChangeRequest.Refused: {"state": ChangeState.REFUSED},
        ChangeRequest.Withdrawn: {"state": ChangeState.WITHDRAWN},
        ChangeRequest.ReopenedByRemedy: {"state": ChangeState.PROV_REVIEW},
        ChangeRequest.Joined: {"state": ChangeState.PREF_OPINION},
        ChangeRequest.CorrectionAskedFor: {"state": ChangeState.CORRECTION},
        ChangeRequest.Ceased: {"state": ChangeState.CEASED},
    },
)
sets(
    SHORTFALLS,
    {
        Shortfall.ConditionShortfallCured: {"state": ShortfallState.CURED},
        Shortfall.ConditionShortfallCeased: {"state": ShortfallState.CEASED},
        Shortfall.ConditionShortfallLapsed: {"state": ShortfallState.LAPSED},
    },
)
sets(
    EXITS,
    {
        ExitRequest.ExitRefused: {"state": ExitState.REFUSED},
        ExitRequest.ReopenedByRemedy: {"state": ExitState.REQUESTED},
    },
)
sets(
    UPGRADES,
    {
        UpgradeRequest.Ceased: {"state": UpgradeState.CEASED},
    },
)


@CHANGES.on(ChangeRequest.Requested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "state": first_state(event.change_class, event.other_lead_uscc, event.opinion_wanted),
        "subject": event.subject,
        "change_class": event.change_class,
        "facts": Jsonb({fact.name: fact.value for fact in event.facts}),
        "effective_on": event.effective_on,
        "prefectures": list(event.prefectures),
        "other_case_id": event.other_case_id,
        "other_lead_uscc": event.other_lead_uscc,
    }
    opens(cursor, "changes", event, row)


@CHANGES.on(ChangeRequest.OpinionGiven)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute(
        "update changes set version = %s, opinions = opinions || %s::text, state = case"
        " when opinions || %s::text @> prefectures then %s else state end where id = %s",
        (event.originator_version, *[event.prefecture] * 2, ChangeState.PROV_REVIEW, event.originator_id),
    )


@CHANGES.on(ChangeRequest.CorrectionAnswered)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    given = {"facts": Jsonb({fact.name: fact.value for fact in event.facts})} if event.facts else {}
    change(cursor, "changes", event, state=ChangeState.PROV_REVIEW, **given)


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


@UPGRADES.on(UpgradeRequest.UpgradeFailed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    case_id = {"review_case_id": event.review_case_id} if event.review_case_id else {}
    told = {"document_no": event.document_no, "source": event.source}
    change(cursor, "upgrades", event, state=UpgradeState.FAILED, **told, **case_id)


@UPGRADES.on(UpgradeRequest.ReopenedByRemedy)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute(
        "update upgrades set version = %s, state = case when notice_no = '' then %s else %s end where id = %s",
        (event.originator_version, UpgradeState.REQUESTED, UpgradeState.CLEARED, event.originator_id),
    )
