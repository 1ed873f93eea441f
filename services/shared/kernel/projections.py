"""Read models: how each event changes the rows that queries read, in the transaction of the event itself.

A projection is rebuilt beside the served one, page by page, and put in its place in one transaction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dis import get_instructions
from functools import partial
from inspect import signature
from typing import Any, TypeAlias

import psycopg
from psycopg import sql

from services.shared.kernel.doubles import Once
from services.shared.kernel.gathering import NOT_TOGETHER, Gathering
from services.shared.kernel.mapper import Mapper
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.statements import changing, upserting

Handler: TypeAlias = Callable[[Cursor, Any, int], None]
"""Changes rows for one event at one position."""

PAGE = 1000
_PAGE_OF_THE_LOG = """
select position, originator_id, originator_version, topic, state from log where position > %s
order by position limit %s
"""
UNASKED = -1
"""The position given to a handler that does not ask for it."""


class Projection:
    """A named group of tables and the handlers that keep them; the only writer of these tables.

    `version` goes up by one when a handler writes other rows into tables of the same shape: `migrate` then builds them
    anew from the log, as it does, unasked, when the shape differs.
    """

    def __init__(self, name: str, tables: str, version: int = 1) -> None:
        self.name = name
        self.tables = tuple(re.findall(r"create table if not exists (\w+)", tables))
        notes = "".join(f"comment on table {table} is 'version {version}';\n" for table in self.tables)
        self.ddl = f"{tables.rstrip().rstrip(';')};\n{notes}"
        self.handlers: dict[type, Handler] = {}
        self.asks_position: set[Handler] = set()

    def on(self, *events: type) -> Callable[[Handler], Handler]:
        """Register the decorated function for these event classes.

        One that calls its third parameter `_position` has no use for it, and is not made to wait until it is known;
        TypeError when it reads it all the same.
        """

        def register(handler: Handler) -> Handler:
            name = list(signature(handler).parameters)[2]
            if not name.startswith("_"):
                self.asks_position.add(handler)
            elif _reads(handler, name):
                raise TypeError(f"a handler of {self.name} reads {name}: call it position, to be given it")
            for event in events:
                self.handlers[event] = handler
            return handler

        return register

    def apply(self, cursor: Cursor, event: Any, position: int) -> None:
        """Change the rows for this event, if it is one that this projection follows."""
        if handler := self.handlers.get(type(event)):
            handler(cursor, event, position)


def _reads(handler: Handler, name: str) -> bool:
    """Whether the function does anything with this parameter of its own."""
    function: Any = handler.func if isinstance(handler, partial) else handler
    loaded = [each.argval for each in get_instructions(function) if each.opname.startswith("LOAD")]
    return name in function.__code__.co_cellvars or any(name == each or name in _several(each) for each in loaded)


def _several(loaded: Any) -> tuple[Any, ...]:
    """The names that one instruction reads, where it reads two at once (Python 3.13)."""
    return loaded if isinstance(loaded, tuple) else ()


class Projections:
    """All projections of a service."""

    def __init__(self, *projections: Projection) -> None:
        self.by_name = {p.name: p for p in projections}

    @property
    def ddl(self) -> str:
        """The tables of all projections."""
        return "\n".join(p.ddl for p in self.by_name.values())

    def apply(self, cursor: Cursor, events: Sequence[Any], positions: Sequence[int]) -> None:
        """Change the rows of every projection for these events, in order."""
        for number, event in enumerate(events):
            for projection in self.by_name.values():
                if handler := projection.handlers.get(type(event)):
                    handler(cursor, event, positions[number] if handler in projection.asks_position else UNASKED)


def upsert(cursor: Cursor, table: str, key: str, row: dict[str, Any]) -> None:
    """Insert the row, or change the row with the same `key`. Names are the code's own, values travel apart."""
    if isinstance(cursor, Gathering) and key == "id":
        cursor.put(table, row)
    else:
        cursor.execute(upserting(table, key, tuple(row)).one, list(row.values()))


def change(cursor: Cursor, table: str, event: Any, **values: Any) -> None:
    """Set columns of the row whose id is the event's aggregate, and its `version` to the event's."""
    values = {"version": event.originator_version, **values}
    if isinstance(cursor, Gathering):
        cursor.change(table, event.originator_id, values)
    else:
        cursor.execute(changing(table, tuple(values)), [*values.values(), event.originator_id])


def rebuild(conninfo: str, service: str, projection: Projection, mapper: Mapper) -> int:
    """Rebuild one projection, as `rebuild_together`; `conninfo` is the owner's. Raises Doubled."""
    return rebuild_together(conninfo, service, [projection], mapper)


def rebuild_together(conninfo: str, service: str, projections: Sequence[Projection], mapper: Mapper) -> int:
    """Rebuild these from the whole log while the old rows are served; all of them are put in their places, or none.

    New tables fill page by page in a schema beside the served one. The last page is read under the lock that appending
    takes, so no event is missed, and the tables change places in that transaction. Returns the number of events read.
    Raises Doubled when the log holds twice what may be there once.
    """
    last, reached = 0, {}
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for projection in projections:
            with _telling_doubles(connection, service, projection, mapper):
                reached[projection] = _fill(connection, service, projection, mapper)
        with connection.transaction():
            connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"{service}.log"])
            for projection, position in reached.items():
                with _telling_doubles(connection, service, projection, mapper):
                    last = _catch_up(connection, service, projection, mapper, position)
                _swap(connection, service, _beside(service, projection), projection.tables)
    return last


@contextmanager
def _telling_doubles(
    connection: psycopg.Connection, service: str, projection: Projection, mapper: Mapper
) -> Iterator[None]:
    """What a unique index refuses is looked for in tables without it. Raises Doubled."""
    try:
        yield
    except psycopg.errors.UniqueViolation as error:
        beside = _beside(service, projection)
        once = Once(connection, beside, error.diag.constraint_name or "")
        if not once.is_known:
            raise
        _make_tables_beside(connection, service, beside, projection)
        once.lift()
        _apply_all(connection, projection, mapper)
        found = once.told(service)
        connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(beside)))
        raise found from error


def _fill(connection: psycopg.Connection, service: str, projection: Projection, mapper: Mapper) -> int:
    """Fill new tables from the log, all but its last page; returns the position reached."""
    _make_tables_beside(connection, service, _beside(service, projection), projection)
    return _apply_all(connection, projection, mapper, least=PAGE)


def _catch_up(
    connection: psycopg.Connection, service: str, projection: Projection, mapper: Mapper, position: int
) -> int:
    _work_in(connection, service, _beside(service, projection))
    return _apply_all(connection, projection, mapper, position)


def _apply_all(
    connection: psycopg.Connection, projection: Projection, mapper: Mapper, position: int = 0, least: int = 1
) -> int:
    """Apply page after page while each brings `least` events; returns the position reached."""
    while (reached := _apply_page(connection, projection, mapper, position)) - position >= least:
        position = reached
    return reached


def _beside(service: str, projection: Projection) -> str:
    return f"{service}_read_next_{projection.name}"


@contextmanager
def made_beside(connection: psycopg.Connection, service: str, projection: Projection) -> Iterator[str]:
    """Empty tables of this projection in a schema beside the served one, whose name is given; they go again."""
    beside = f"{service}_read_shape_{projection.name}"
    _make_tables_beside(connection, service, beside, projection)
    try:
        yield beside
    finally:
        connection.execute("reset search_path")
        connection.execute(sql.SQL("drop schema if exists {} cascade").format(sql.Identifier(beside)))
        connection.execute("reset role")


def _make_tables_beside(connection: psycopg.Connection, service: str, beside: str, projection: Projection) -> None:
    name, owner = sql.Identifier(beside), sql.Identifier(f"zc_{service}_owner")
    connection.execute("reset role")
    connection.execute(sql.SQL("drop schema if exists {} cascade").format(name))
    connection.execute(sql.SQL("create schema {} authorization {}").format(name, owner))
    connection.execute(sql.SQL("set role {}").format(owner))
    _work_in(connection, service, beside)
    connection.execute(projection.ddl)
    granted = sql.SQL("grant select, insert, update, delete on all tables in schema {} to {}")
    connection.execute(granted.format(name, sql.Identifier(f"zc_{service}")))


def _work_in(connection: psycopg.Connection, service: str, schema: str) -> None:
    names = sql.Identifier(schema), sql.Identifier(service)
    connection.execute(sql.SQL("set search_path to {}, {}").format(*names))


def _apply_page(connection: psycopg.Connection, projection: Projection, mapper: Mapper, after: int) -> int:
    """Apply the page of the log behind position `after` in one transaction; returns the last position applied."""
    rows = connection.cursor(binary=True).execute(_PAGE_OF_THE_LOG, (after, PAGE)).fetchall()
    followed = {getattr(event, "TOPIC", "") for event in projection.handlers}
    events = [(mapper.event_from(*row[1:]), row[0]) for row in rows if row[3] in followed]
    try:
        with connection.transaction(), connection.pipeline():
            gathering = Gathering(connection)
            for event, position in events:
                projection.apply(gathering, event, position)
            gathering.write()
    except NOT_TOGETHER:  # as when two rows have exchanged a value within the page: then event by event
        with connection.transaction(), connection.pipeline():
            for event, position in events:
                projection.apply(connection.cursor(binary=True), event, position)
    return rows[-1][0] if rows else after


def _swap(connection: psycopg.Connection, service: str, beside: str, tables: Iterable[str]) -> None:
    served, next_ = sql.Identifier(f"{service}_read"), sql.Identifier(beside)
    for table in map(sql.Identifier, tables):
        connection.execute(sql.SQL("drop table if exists {}.{} cascade").format(served, table))
        connection.execute(sql.SQL("alter table {}.{} set schema {}").format(next_, table, served))
    connection.execute(sql.SQL("drop schema {} cascade").format(next_))
