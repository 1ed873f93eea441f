"""Walks the chain of a service's own log: every row from the first, every link recomputed."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from psycopg.rows import TupleRow

from services.shared.kernel.breaks import Break
from services.shared.kernel.chain import LogRow, verify_chain
from services.shared.kernel.postgres import Database

PAGE = 5000


def verify_log(database: Database, service: str) -> tuple[list[Break], int]:
    """The breaks in a service's log, and how many events were read."""
    read = 0

    def rows() -> Iterator[LogRow]:
        nonlocal read
        for page in _pages(database, "log", 0):
            read += len(page)
            yield from map(LogRow._make, page)

    breaks, _ = verify_chain(rows(), service=service)
    return breaks, read


def log_rows(database: Database, table: str, after: int | None = None) -> Iterator[LogRow]:
    """The rows of a log behind a position, in order, page by page; all that there are, however numbered, without one.

    `table` is a name of our own.
    """
    for page in _pages(database, table, after):
        yield from map(LogRow._make, page)


def _pages(database: Database, table: str, after: int | None) -> Iterator[list[TupleRow]]:
    query = (
        "select position, originator_id, originator_version, topic, state, link"  # noqa: S608  # our own name
        f" from {table} where (position, originator_id, originator_version) > (%s, %s, %s)"
        " order by position, originator_id, originator_version limit %s"
    )
    last = _BEFORE_ALL if after is None else (after, UUID(int=2**128 - 1), 2**63 - 1)
    while page := database.rows(query, (*last, PAGE)):
        yield page
        last = page[-1][:3]


_BEFORE_ALL = (-(2**63), UUID(int=0), -(2**63))
