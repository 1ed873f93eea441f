"""Connections to PostgreSQL: one pool for each service and role, every limit set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

Cursor: TypeAlias = psycopg.Cursor[TupleRow]

LOCK_TIMEOUT = 5
STATEMENT_TIMEOUT = 8
"""Seconds. The order of limits: lock 5 < statement 8 < handler and drain 60 < termination grace 75."""


def conninfo_as(conninfo: str, role: str, *schemas: str) -> str:
    """`conninfo` for a session that acts as `role`, finds tables in `schemas`, and never waits for ever."""
    settings = {
        "role": role,
        "search_path": ",".join(schemas),
        "lock_timeout": f"{LOCK_TIMEOUT}s",
        "statement_timeout": f"{STATEMENT_TIMEOUT}s",
        "idle_in_transaction_session_timeout": "60s",
        "timezone": "UTC",
    }
    return make_conninfo(
        conninfo,
        options=" ".join(f"-c {name}={value}" for name, value in settings.items() if value),
        connect_timeout=5,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=10000,
    )


class Database:
    """A pool of connections in autocommit mode; `transaction` gives a cursor that commits when its block ends well."""

    def __init__(self, conninfo: str, *, size: int = 8) -> None:
        self.conninfo = conninfo
        self.pool: ConnectionPool[psycopg.Connection[TupleRow]] = ConnectionPool(
            conninfo, min_size=1, max_size=size, open=False, timeout=10, kwargs={"autocommit": True}, num_workers=1
        )

    def open(self) -> None:
        """Connect; raises psycopg_pool.PoolTimeout when the server does not answer within ten seconds."""
        self.pool.open(wait=True, timeout=10)

    def close(self) -> None:
        self.pool.close()

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        with self.pool.connection() as connection, connection.transaction():
            yield connection.cursor(binary=True)

    @contextmanager
    def pipelined_transaction(self) -> Iterator[Cursor]:
        """As `transaction`, but a statement whose result nobody fetches is not waited for until the end.

        Its failure is raised at the next fetch or at the end; `rowcount` is known only after a fetch.
        """
        with self.pool.connection() as connection:  # which rolls back when what is inside raises
            with connection.pipeline():
                connection.execute("begin", prepare=True)  # the driver's own block would wait for it, and at the end
                yield connection.cursor(binary=True)
                ended = connection.execute("commit", prepare=True)
            if ended.statusmessage != "COMMIT":
                raise psycopg.errors.InFailedSqlTransaction("the transaction ended without being committed")

    def rows(self, query: str, parameters: Any = (), *, prepare: bool | None = None) -> list[TupleRow]:
        """The rows of one query, outside a transaction. `prepare` at once, not after the driver's five times."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(binary=True)
            cursor.execute(query, parameters, prepare=prepare)
            return cursor.fetchall()

    def dicts(self, query: str, parameters: Any = ()) -> list[dict[str, Any]]:
        """The rows of one query as dictionaries by column name."""
        with self.pool.connection() as connection:
            cursor = connection.cursor(binary=True, row_factory=psycopg.rows.dict_row)
            cursor.execute(query, parameters)
            return cursor.fetchall()
