"""One leader among the instances of a service: a session-level advisory lock on a connection of its own."""

from __future__ import annotations

from contextlib import suppress

import psycopg


class Lease:
    """The lock `name`, for as long as its connection lives. Two may believe they hold it for a second or two after a
    connection was lost, so whatever the leader does must bear being done twice.
    """

    def __init__(self, conninfo: str, name: str) -> None:
        self._conninfo, self._name = conninfo, name
        self._connection: psycopg.Connection | None = None

    def take(self) -> bool:
        """Try to become the leader. Raises a TRANSIENT error when the database does not answer."""
        if self._connection is None:
            self._connection = psycopg.connect(self._conninfo, autocommit=True)
        try:
            query = "select pg_try_advisory_lock(hashtext('zhichuang.leader'), hashtext(%s))"
            row = self._connection.execute(query, (self._name,)).fetchone()
        except psycopg.Error:
            self.release()
            raise
        return bool(row and row[0])

    def holds(self) -> bool:
        """Whether the connection, and so the lock, is still there."""
        try:
            if self._connection is None:
                return False
            self._connection.execute("select 1")
        except psycopg.Error:
            return False
        return True

    def release(self) -> None:
        """Let another instance lead."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()
