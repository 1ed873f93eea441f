"""Appending: the real log, bare and with all that belongs to a command, beside what the machine does without it.

Events are made as bytes before the clock starts, so what is timed is the way into the database alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
from eventsourcing.persistence import StoredEvent

from bench.grounds import circumstances, round_with, stored
from bench.measurement import Book
from bench.pgbench import pgbench_rate
from bench.stock import stock_recorder
from bench.timing import Work, rates
from services.shared.aggregate import acting, new_id
from services.shared.kernel import idempotency
from services.shared.kernel.gathering import Gathering
from services.shared.kernel.log import APPEND, Log
from services.shared.kernel.postgres import Cursor, Database, conninfo_as
from services.shared.kernel.projections import change, upsert
from services.shared.kernel.tracking import Tracking
from services.shared.kernel.wiring import Wired

CALLERS = (1, 4, 16)
SIZES = (1, 100)
PLAIN = """
create table if not exists plain (
    position bigint generated always as identity unique, originator_id uuid, originator_version bigint, topic text,
    state bytea, primary key (originator_id, originator_version)
)
"""
INSERT = "insert into public.plain (originator_id, originator_version, topic, state) "
INSERT_ONE = INSERT + "values (%b, %b, %b, %b)"
INSERT_MANY = INSERT + "select * from unnest(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])"

UNCHAINED = """
create schema if not exists unchained;
create table if not exists unchained.log (
    position bigint generated always as identity unique, originator_id uuid, originator_version bigint, topic text,
    state bytea, primary key (originator_id, originator_version)
);
create or replace function unchained.append(ids uuid[], versions bigint[], topics text[], states bytea[])
returns bigint language plpgsql security definer set search_path = unchained, pg_temp as $$
declare first bigint;
begin
    perform pg_advisory_xact_lock(hashtext('unchained.log'));
    with new as (
        insert into log (originator_id, originator_version, topic, state)
        select * from unnest(ids, versions, topics, states) returning position
    ) select min(position) into first from new;
    return first;
end $$;
grant usage on schema unchained to public
"""
"""The log's own function, less the chain and the numbering without holes: in order, but nothing can be proved."""

GOALS: Mapping[tuple[int, int], Mapping[str, float]] = {
    (1, 1): {"bare driver": 0.7, "stock library": 3.0, "unchained": 0.85},
    (16, 1): {"unlocked inserts": 0.9, "pgbench": 0.9, "stock library": 8.0, "unchained": 0.7},
    (1, 100): {"unlocked inserts": 0.6, "stock library": 3.5, "unchained": 0.95},
}
"""(callers, events an append) → the least ratio of the log to another (event-sourcing.md §9), bare and with effects."""


class Contenders:
    """Each way to append, as a function that gives the work of one more caller for appends of `size` events."""

    def __init__(self, wired: Wired) -> None:
        self._log = wired.application.event_log
        self._conninfo = wired.settings.database_url
        self._topic, self._state = _typical_event(wired)
        self._connections: list[psycopg.Connection] = []
        self._lent = 0
        self._numbers = count(1)
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            connection.execute(PLAIN)
            connection.execute(UNCHAINED)
        self._stock = stock_recorder(self._conninfo)
        self.stock_table = self._stock.events_table_name
        self._unchained_database = Database(conninfo_as(self._conninfo, "zc_intake", "unchained"))
        self._unchained_database.open()
        self._unchained_log = Log(self._unchained_database)
        self.by_name: dict[str, Callable[[int], Work]] = {
            "log": self._log_alone,
            "log with effects": self._log_with_effects,
            "unchained": self._unchained,
            "bare driver": self._bare_driver,
            "bare driver, with effects": self._bare_driver_with_effects,
            "unlocked inserts": self._unlocked_inserts,
            "unlocked inserts, with effects": self._unlocked_inserts_with_effects,
            "stock library": self._stock_library,
        }

    def close(self) -> None:
        self._disconnect()
        self._unchained_database.close()
        self._stock.datastore.close()

    def rates(self, callers: int, size: int, *names: str, seconds: float) -> dict[str, float]:
        """Events per second of the named contenders, or of all."""
        works = {name: self._works(name, callers, size) for name in names or self.by_name}
        try:
            return rates(works, seconds=seconds)
        finally:
            self._disconnect()

    def _works(self, name: str, callers: int, size: int) -> list[Work]:
        self._lent = 0  # one contender works at a time: all use the same connections
        return [self.by_name[name](size) for _ in range(callers)]

    def pgbench(self, callers: int, seconds: float) -> float | None:
        """Unlocked single-row inserts by PostgreSQL's own client in C, per second; None where it is not installed."""
        state = self._state.hex()
        script = f"{INSERT} values (gen_random_uuid(), 1, '{self._topic}', '\\x{state}');\n"
        return pgbench_rate(self._conninfo, script, callers, seconds)

    def _log_alone(self, size: int) -> Work:
        """The kernel's log and nothing beside it."""

        def work() -> int:
            self._log.insert_events(self.events(size))
            return size

        return work

    def _log_with_effects(self, size: int) -> Work:
        """The same with the inbox position, the idempotency record, and a read-model statement for each event."""

        def work() -> int:
            events = self.events(size)
            self._log.insert_events(events, effects=lambda cursor, _: self._beside(cursor, events))
            return size

        return work

    def _unchained(self, size: int) -> Work:
        """The kernel's log on a table whose rows are neither linked nor numbered without holes."""

        def work() -> int:
            self._unchained_log.insert_events(self.events(size))
            return size

        return work

    def _bare_driver_with_effects(self, size: int) -> Work:
        """A connection of the caller's own, sending what one caller of `log with effects` sends, in one pipeline."""
        return self._one_pipeline(size, APPEND)

    def _unlocked_inserts_with_effects(self, size: int) -> Work:
        """The same with plain inserts of the events: what the rows beside the events cost without lock and chain."""
        return self._one_pipeline(size, INSERT_MANY)

    def _one_pipeline(self, size: int, append: str) -> Work:
        connection = self._connect()

        def work() -> int:
            events = self.events(size)
            with connection.pipeline():
                connection.execute("begin", prepare=True)
                connection.cursor(binary=True).execute(append, _columns(events), prepare=True)
                cursor = Gathering(connection)
                self._beside(cursor, events)
                cursor.write()
                connection.execute("commit", prepare=True)
            return size

        return work

    def _bare_driver(self, size: int) -> Work:
        """A connection of the caller's own, calling the same function of the database."""
        connection = self._connect()

        def work() -> int:
            connection.cursor(binary=True).execute(APPEND, _columns(self.events(size)), prepare=True)
            return size

        return work

    def _unlocked_inserts(self, size: int) -> Work:
        """Plain inserts on the caller's own connection: no order that a reader could trust, no chain, no lock."""
        connection = self._connect()

        def work() -> int:
            columns = _columns(self.events(size))
            if size == 1:
                connection.cursor(binary=True).execute(INSERT_ONE, [column[0] for column in columns], prepare=True)
            else:
                connection.cursor(binary=True).execute(INSERT_MANY, columns, prepare=True)
            return size

        return work

    def _stock_library(self, size: int) -> Work:
        """The recorder that `eventsourcing` ships for PostgreSQL, as it comes."""

        def work() -> int:
            self._stock.insert_events(self.events(size))
            return size

        return work

    def _connect(self) -> psycopg.Connection:
        if self._lent == len(self._connections):
            path = "-c search_path=intake_read,intake,public"
            self._connections.append(psycopg.connect(self._conninfo, autocommit=True, options=path))
        self._lent += 1
        return self._connections[self._lent - 1]

    def _disconnect(self) -> None:
        while self._connections:
            self._connections.pop().close()

    def events(self, size: int) -> list[StoredEvent]:
        """Events of a new aggregate, as they are stored."""
        case = new_id()
        return [StoredEvent(case, version, self._topic, self._state) for version in range(1, size + 1)]

    def _beside(self, cursor: Cursor, events: list[StoredEvent]) -> None:
        number, first = next(self._numbers), events[0]
        Tracking(f"sender-{number}", number).write(cursor)
        remember = idempotency.remember("division-head", str(first.originator_id), b"\x00" * 32, "plan_round")
        with acting(circumstances()):
            remember(cursor, _Saved(first.originator_id, len(events)))  # type: ignore[arg-type]  # all that it reads
        upsert(cursor, "rounds", "id", _row(first.originator_id, number))
        for event in events[1:]:
            change(cursor, "rounds", event, state="open")


@contextmanager
def contenders(wired: Wired) -> Iterator[Contenders]:
    """All ways to append, connected."""
    ways = Contenders(wired)
    try:
        yield ways
    finally:
        ways.close()


def measure_appending(wired: Wired, book: Book, *, seconds: float) -> None:
    """The log at 1, 4 and 16 callers and 1 and 100 events an append, beside everything else."""
    with contenders(wired) as ways:
        for size in SIZES:
            for callers in CALLERS:
                found = ways.rates(callers, size, seconds=seconds)
                if size == 1 and (native := ways.pgbench(callers, seconds)) is not None:
                    found["pgbench"] = native
                _note(book, found, callers, size)


def _note(book: Book, found: dict[str, float], callers: int, size: int) -> None:
    goals = GOALS.get((callers, size), {})
    name = f"append {size} event{'s' * (size > 1)}, {callers} caller{'s' * (callers > 1)}"
    for other in ("bare driver", "unlocked inserts", "pgbench", "stock library", "unchained"):
        if other in found:
            versus = {"versus": other, "versus_value": found[other]}
            book.note(name, found["log"], "events/s", **versus, target=goals.get(other))
    full = found["log with effects"]
    same_rows = "unlocked inserts, with effects"
    for other in ("log", "bare driver, with effects", "unlocked inserts", same_rows, "stock library"):
        goal = None if other == same_rows else goals.get(other.removesuffix(", with effects"))
        book.note(f"{name}, with effects", full, "events/s", versus=other, versus_value=found[other], target=goal)


class _Saved:
    """What `idempotency.remember` reads of an aggregate."""

    def __init__(self, aggregate_id: Any, version: int) -> None:
        self.id, self.version = aggregate_id, version


def _typical_event(wired: Wired) -> tuple[str, bytes]:
    """The topic and state of a real event: a round that was extended."""
    _, events = stored(wired, round_with(3, "2026-1"))
    return events[-1].topic, events[-1].state


def _row(round_id: Any, number: int) -> dict[str, Any]:
    return {
        "id": round_id,
        "version": 1,
        "number": f"bench-{number}",
        "title": "批次",
        "year": 2026,
        "state": "planned",
        "opens_on": "2026-01-05",
        "closes_on": "2026-06-30",
    }


def _columns(events: list[StoredEvent]) -> tuple[list[Any], list[int], list[str], list[bytes]]:
    return (
        [e.originator_id for e in events],
        [e.originator_version for e in events],
        [e.topic for e in events],
        [e.state for e in events],
    )
