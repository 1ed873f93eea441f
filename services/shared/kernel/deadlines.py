"""Deadlines live in the service's database; a timer turns those that are past into commands of the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence import IntegrityError
from psycopg.types.json import Jsonb

from services.shared.aggregate import Acting
from services.shared.calendar import Deadline
from services.shared.kernel.application import Application
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection
from services.shared.vocabulary import Refusal, Role

TABLES = """
create table if not exists deadlines (
    aggregate_id uuid not null,
    kind text not null,
    due timestamptz not null,
    provisional boolean not null,
    explanation jsonb not null,
    primary key (aggregate_id, kind)
);
create index if not exists deadlines_due on deadlines (due);
"""


class Due(NamedTuple):
    """A deadline that is past."""

    aggregate_id: UUID
    kind: str


def deadlines_projection() -> Projection:
    """The projection that a service registers its own deadline events on."""
    return Projection("deadlines", TABLES)


def set_deadline(cursor: Cursor, aggregate_id: UUID, deadline: Deadline) -> None:
    """Put down a deadline of an aggregate, in the place of one of the same kind."""
    zh, en = deadline.explain()
    cursor.execute(
        "insert into deadlines values (%s, %s, %s, %s, %s) on conflict (aggregate_id, kind) do update"
        " set due = excluded.due, provisional = excluded.provisional, explanation = excluded.explanation",
        (aggregate_id, deadline.kind, deadline.due, deadline.provisional, Jsonb({"zh": zh, "en": en})),
    )


def clear_deadline(cursor: Cursor, aggregate_id: UUID, *kinds: str) -> None:
    """Take deadlines of an aggregate away: what they waited for has happened."""
    cursor.execute("delete from deadlines where aggregate_id = %s and kind = any(%s)", (aggregate_id, list(kinds)))


def run_due(
    application: Application, acts: Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]], limit: int = 100
) -> int:
    """Carry out the acts of the deadlines that are past, oldest first; returns how many were carried out.

    `acts` maps a kind of deadline to a method of the application, which is given the aggregate's id, and the legal
    basis. A refusal or a lost race leaves the deadline for the next tick.
    """
    now, done = application.clock.now(), 0
    due = application.database.rows(
        "select aggregate_id, kind from deadlines where due <= %s and kind = any(%s) order by due limit %s",
        (now, list(acts), limit),
    )
    for item in (Due(*row) for row in due):
        act, basis = acts[item.kind]
        circumstances = Acting(
            at=now,
            actor="clock",
            capacity=Role.CLOCK,
            command=act.__name__,
            command_id=f"clock:{item.kind}:{item.aggregate_id}",
            correlation_id=f"clock:{item.kind}:{item.aggregate_id}",
            legal_basis=basis,
        )
        try:
            with carrying_out(Command(circumstances)):
                act(application, item.aggregate_id)
            done += 1
        except (Refusal, IntegrityError):
            continue
    return done
