"""How far a listener has come with each sender: one row, moved forward in the same transaction as the effect."""

from __future__ import annotations

import psycopg

from services.shared.kernel.postgres import Cursor, Database

TRANSIENT: tuple[type[Exception], ...] = (psycopg.OperationalError, psycopg.InterfaceError)
"""The database is away, busy or slow (also lock and statement time-outs, deadlocks, a full pool): try again."""

_FORWARD = """
insert into inbox_position (sender, position) values (%s, %s)
on conflict (sender) do update set position = excluded.position where inbox_position.position < excluded.position
returning true
"""


class AlreadyTaken(Exception):
    """Another instance has had this event's effect; this transaction must not have it again."""


class Tracking:
    """The note that one event was taken. Its `write` belongs into the transaction of the event's effect."""

    def __init__(self, sender: str, position: int) -> None:
        self.sender, self.position = sender, position
        self.written = False

    def write(self, cursor: Cursor) -> None:
        """Note that the event is taken. Raises AlreadyTaken when it was; let that roll the effect back."""
        cursor.execute(_FORWARD, (self.sender, self.position))
        if cursor.fetchone() is None:
            raise AlreadyTaken(f"{self.sender} {self.position}")
        self.written = True


def positions(database: Database) -> dict[str, int]:
    """The last position taken of each sender that was ever heard."""
    return {str(sender): int(position) for sender, position in database.rows("select * from inbox_position")}
