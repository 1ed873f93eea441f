"""Deadlines live in the service's database; a timer turns those that are past into commands of the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias
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

Act: TypeAlias = tuple[Callable[..., Any], tuple[str, ...]]
"""A method of the application, which is given the aggregate's id, and the legal basis: what a kind of deadline asks."""

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


PAGE, MOST = 100, 1000
"""So many deadlines are read at once; so many are tried in one tick. Who waits behind a thousand that are refused for
ever is told by the age of the oldest (alert TimerStands)."""

_PAST = """
select due, aggregate_id, kind from deadlines
where due <= %s and kind = any(%s) and (due, aggregate_id, kind) > (%s, %s, %s)
order by due, aggregate_id, kind limit %s
"""


class Due(NamedTuple):
    """A deadline that is past, in the order in which they are carried out."""

    due: datetime
    aggregate_id: UUID
    kind: str


BEFORE_ALL = Due(datetime.min.replace(tzinfo=UTC), UUID(int=0), "")


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


def run_due(application: Application, acts: Mapping[str, Act]) -> int:
    """Carry out the acts of the deadlines that are past, oldest first; returns how many were carried out.

    A refusal or a lost race leaves the deadline for the next tick, and the younger ones have their turn all the same.
    """
    now, done, tried, last = application.clock.now(), 0, 0, BEFORE_ALL
    while tried < MOST:
        page = application.database.rows(_PAST, (now, list(acts), *last, PAGE))
        for last in (Due(*row) for row in page):  # the next page begins behind it
            done += _carried_out(application, acts[last.kind], last, now)
        tried += len(page)
        if len(page) < PAGE:
            break
    return done


def _carried_out(application: Application, act_and_basis: Act, item: Due, now: datetime) -> bool:
    act, basis = act_and_basis
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
    except (Refusal, IntegrityError):
        return False
    return True
