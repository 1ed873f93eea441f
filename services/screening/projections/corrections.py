"""Rounds of correction, a row each."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from psycopg.types.json import Jsonb

from services.screening.domain.correction import Correction
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

CORRECTIONS = Projection(
    "corrections",
    """
create table if not exists corrections (
    id uuid primary key,
    version bigint not null,
    case_id uuid not null,
    number text not null,
    prefecture text not null,
    round_no integer not null,
    items jsonb not null,
    served_on date not null,
    method text not null,
    due timestamptz not null,
    provisional boolean not null,
    extensions integer not null default 0,
    outcome text not null default ''
);
create index if not exists corrections_case on corrections (case_id, round_no);
""",
)


@CORRECTIONS.on(Correction.Requested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "case_id": event.case_id,
        "number": event.number,
        "prefecture": event.prefecture,
        "round_no": event.round_no,
        "items": Jsonb([asdict(item) for item in event.items]),
        "served_on": event.served.served_on,
        "method": event.served.method,
        "due": event.deadline.due,
        "provisional": event.deadline.provisional,
    }
    upsert(cursor, "corrections", "id", row)


@CORRECTIONS.on(Correction.Extended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    due = {"due": event.deadline.due, "provisional": event.deadline.provisional}
    change(cursor, "corrections", event, **due)
    cursor.execute("update corrections set extensions = extensions + 1 where id = %s", (event.originator_id,))


@CORRECTIONS.on(Correction.DueRecomputed, Correction.Resumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "corrections", event, due=event.deadline.due, provisional=event.deadline.provisional)


@CORRECTIONS.on(Correction.Closed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "corrections", event, outcome=event.outcome)
