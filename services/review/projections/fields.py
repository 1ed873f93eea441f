"""Fields that listed centres hold, and conflicts of fields with how they were resolved."""

from __future__ import annotations

from typing import Any

from services.review.domain.field_holder import FieldHolder
from services.review.domain.review import Review
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

FIELD_HOLDERS = Projection(
    "field_holders",
    """
create table if not exists field_holders (
    id uuid primary key,
    version bigint not null,
    case_id uuid not null,
    name text not null,
    field_domain text not null,
    taken boolean not null
);
""",
)

FIELD_CONFLICTS = Projection(
    "field_conflicts",
    """
create table if not exists field_conflicts (
    case_id uuid not null,
    other_id uuid not null,
    other_name text not null,
    is_listed boolean not null,
    grounds text[] not null,
    way text not null default '',
    minute_no text not null default '',
    primary key (case_id, other_id)
);
""",
)


@FIELD_HOLDERS.on(FieldHolder.Taken)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "case_id": event.case_id,
        "name": event.name,
        "field_domain": event.field_domain,
        "taken": True,
    }
    upsert(cursor, "field_holders", "id", row)


@FIELD_HOLDERS.on(FieldHolder.TakenAgain)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "field_holders", event, name=event.name, field_domain=event.field_domain, taken=True)


@FIELD_HOLDERS.on(FieldHolder.Freed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "field_holders", event, taken=False)


@FIELD_CONFLICTS.on(Review.FieldConflictFlagged)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    for each in event.conflicts:
        grounds = [ground.value for ground in each.grounds]
        row = (event.originator_id, each.case_id, each.name, each.is_listed, grounds)
        cursor.execute("insert into field_conflicts values (%s, %s, %s, %s, %s) on conflict do nothing", row)


@FIELD_CONFLICTS.on(Review.FieldExceptionGranted, Review.FieldConflictResolved)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    resolved = event.resolution
    cursor.execute(
        "update field_conflicts set way = %s, minute_no = %s where case_id = %s and other_id = any(%s)",
        (resolved.way.value, resolved.minute_no, event.originator_id, list(resolved.about)),
    )
