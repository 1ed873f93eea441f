"""The read models of a service as they were: made anew from its log up to a position or a moment, beside the live ones.

Nothing is kept: the tables are temporary. What they say is what today's handlers make of the log, and so what the live
tables said, unless the handlers have changed since.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from services.shared.kernel.application import Application
from services.shared.kernel.postgres import conninfo_as

PAGE = 1000
_LOG = (
    "select position, originator_id, originator_version, topic, state from {}.log"
    " where position > %s and position <= %s order by position limit %s"
)
_KEY = (
    "select attname from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)"
    " where indrelid = to_regclass(%s) and indisprimary order by attnum"
)
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class When:
    """Which events count: up to a position; recorded by a moment; with `known_at` also in force in law by `at`.

    What is left out asks for nothing.
    """

    position: int | None = None
    at: datetime | None = None
    known_at: datetime | None = None

    def counts(self, event: Any) -> bool:
        """Whether an event within the position counts."""
        recorded_by = self.known_at or self.at
        in_force = self.known_at is None or self.at is None or event.metadata.effective_at <= self.at
        return in_force and (recorded_by is None or event.timestamp <= recorded_by)


class ReadModels:
    """The tables of all read models at one time, to be read while the connection is open."""

    def __init__(self, connection: psycopg.Connection[Any], tables: tuple[str, ...]) -> None:
        self._connection, self.tables = connection, tables

    def rows(self, table: str) -> Rows:
        """All rows of a table, in the order of its key. Raises KeyError for a table that is not one of these."""
        key = ", ".join(self.key(table))
        cursor = self._connection.cursor(binary=True, row_factory=psycopg.rows.dict_row)
        return cursor.execute(f"select * from pg_temp.{table} order by {key or '1'}".encode()).fetchall()  # noqa: S608  # names of our own

    def key(self, table: str) -> tuple[str, ...]:
        """The columns of its primary key."""
        if table not in self.tables:
            raise KeyError(table)
        return tuple(name for (name,) in self._connection.execute(_KEY, (f"pg_temp.{table}",)).fetchall())


@contextmanager
def as_at(application: Application, service: str, conninfo: str, when: When) -> Iterator[ReadModels]:
    """The read models of this service at that time. `conninfo` is a login that may act as the service."""
    projections = application.projections.by_name.values()
    with psycopg.connect(conninfo_as(conninfo, f"zc_{service}", "pg_temp"), autocommit=True) as connection:
        for projection in projections:
            connection.execute(projection.ddl)
        _replay(connection, application, service, when)
        yield ReadModels(connection, tuple(table for each in projections for table in each.tables))


def difference(application: Application, service: str, conninfo: str, table: str, first: When, then: When) -> Rows:
    """The rows of a table that were otherwise at two times: the key, and what either said, None for no row."""
    found = []
    for when in (first, then):
        with as_at(application, service, conninfo, when) as models:
            key = models.key(table)
            found.append({tuple(row[name] for name in key): row for row in models.rows(table)})
    before, after = found
    return [
        {"key": dict(zip(key, place, strict=True)), **_told(before.get(place), after.get(place))}
        for place in [*before, *(each for each in after if each not in before)]
        if before.get(place) != after.get(place)
    ]


def _told(before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    """Both rows, or of two that there were what differs."""
    if before is None or after is None:
        return {"before": before, "after": after}
    differing = [name for name in before if before[name] != after[name]]
    return {"before": {name: before[name] for name in differing}, "after": {name: after[name] for name in differing}}


def _replay(connection: psycopg.Connection[Any], application: Application, service: str, when: When) -> None:
    after, last = 0, 2**62 if when.position is None else when.position
    query = _LOG.format(service).encode()
    while rows := connection.cursor(binary=True).execute(query, (after, last, PAGE)).fetchall():
        with connection.transaction(), connection.pipeline():
            cursor = connection.cursor(binary=True)
            for position, *stored in rows:
                event = application.event_mapper.event_from(*stored)
                if when.counts(event):
                    application.projections.apply(cursor, [event], [position])
        after = rows[-1][0]
