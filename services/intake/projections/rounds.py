"""Rounds, a row each."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from psycopg.types.json import Jsonb

from services.intake.domain.round import Round
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

ROUNDS = Projection(
    "rounds",
    """
create table if not exists rounds (
    id uuid primary key,
    version bigint not null,
    number text not null unique,
    title text not null,
    year int not null,
    state text not null,
    policy_edition text not null default '',
    opens_on date not null,
    closes_on date not null,
    conditions jsonb
);
""",
)


@ROUNDS.on(Round.Planned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "number": event.number,
        "title": event.title,
        "year": event.year,
        "state": "planned",
        "opens_on": event.opens_on,
        "closes_on": event.closes_on,
    }
    upsert(cursor, "rounds", "id", row)


@ROUNDS.on(Round.Opened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, state="open", policy_edition=event.policy_edition)


@ROUNDS.on(Round.Extended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, closes_on=event.closes_on)


@ROUNDS.on(Round.Closed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, state="closed")


@ROUNDS.on(Round.ConditionsPublished)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, conditions=Jsonb(asdict(event.conditions)))


@ROUNDS.on(Round.Cancelled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, state="cancelled")


@ROUNDS.on(Round.ReviewBegun)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, state="in-review")


@ROUNDS.on(Round.Announced)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, state="announced")


@ROUNDS.on(Round.Archived)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, state="archived")
