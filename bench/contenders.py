"""The ways to append: the real log, bare and with all that belongs to a command, and what the machine does without it.

Events are made as bytes before the clock starts, so what is timed is the way into the database alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
from eventsourcing.persistence import StoredEvent

from bench.grounds import circumstances, round_with, stored
from bench.pgbench import pgbench_rate
from bench.plain_tables import INSERT, INSERT_MANY, INSERT_ONE, PLAIN, UNCHAINED
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
