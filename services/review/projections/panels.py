"""Panels."""

from __future__ import annotations

from typing import Any

from services.review.domain.panel import Panel
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

PANELS = Projection(
    "panels",
    """
create table if not exists panels (
    id uuid primary key,
    version bigint not null,
    case_id uuid not null,
    number text not null,
    centre_name text not null,
    state text not null,
    people text[] not null,
    sheets int not null default 0,
    score numeric
);
create index if not exists panels_people on panels using gin (people);
""",
)


@PANELS.on(Panel.Constituted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "case_id": event.case_id,
        "number": event.facts.number,
        "centre_name": event.facts.centre_name,
        "state": "constituted",
        "people": [expert.subject for expert in event.experts],
    }
    upsert(cursor, "panels", "id", row)


@PANELS.on(Panel.ExpertReplaced)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "panels", event, state="constituted")
    add = "update panels set people = array_append(people, %s) where id = %s"
    cursor.execute(add, (event.expert.subject, event.originator_id))


@PANELS.on(Panel.Approved)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "panels", event, state="approved")


@PANELS.on(Panel.NoConflictDeclared, Panel.ScoreSheetSaved)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "panels", event)


@PANELS.on(Panel.ConflictDeclared)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "panels", event)
    _leave(cursor, event, event.expert)


@PANELS.on(Panel.ScoreSheetSubmitted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "panels", event)
    cursor.execute("update panels set sheets = sheets + 1 where id = %s", (event.originator_id,))


@PANELS.on(Panel.OpinionSigned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "panels", event, state="concluded", score=event.appraisal.score)


@PANELS.on(Panel.Declined)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "panels", event)
    _leave(cursor, event, event.expert)


@PANELS.on(Panel.ScoreSheetVoided)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "panels", event, state="constituted", score=None)
    cursor.execute("update panels set sheets = sheets - 1 where id = %s", (event.originator_id,))
    _leave(cursor, event, event.voided.sheet.expert)


@PANELS.on(Panel.DissentRecorded, Panel.OpinionDrafted, Panel.OpinionEndorsed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "panels", event)


def _leave(cursor: Cursor, event: Any, expert: str) -> None:
    remove = "update panels set people = array_remove(people, %s) where id = %s"
    cursor.execute(remove, (expert, event.originator_id))
