"""How far a listener has come with each sender: one row, moved forward in the same transaction as the effect."""

from __future__ import annotations

import psycopg

from services.shared.kernel.postgres import Cursor, Database

TRANSIENT: tuple[type[Exception], ...] = (psycopg.OperationalError, psycopg.InterfaceError)
"""The database is away, busy or slow (also lock and statement time-outs, deadlocks, a full pool): try again."""

_FORWARD = """
insert into inbox_position (sender, position) values (%s, %s)
on conflict (sender) do update set position =
    case when inbox_position.position < excluded.position then excluded.position end
"""
"""What does not move forward would be null, which the table refuses: so nobody has to wait for the answer to know."""


class AlreadyTaken(Exception):
    """Another instance has had this event's effect; this transaction must not have it again."""


class Tracking:
    """The note that one event was taken. Its `write` belongs into the transaction of the event's effect."""

    def __init__(self, sender: str, position: int) -> None:
        self.sender, self.position = sender, position
        self.written = False

    def write(self, cursor: Cursor) -> None:
        """Note that the event is taken. Raises AlreadyTaken when it was; let that roll the effect back.

        In a pipelined transaction it is the commit that fails (see `already_taken`).
        """
        try:
            cursor.execute(_FORWARD, (self.sender, self.position))
        except psycopg.errors.NotNullViolation as error:
            raise already_taken(error) or error from None
        self.written = True


def already_taken(error: psycopg.errors.NotNullViolation) -> AlreadyTaken | None:
    """What the violation means, if it is that of a place that would not move forward."""
    return AlreadyTaken(str(error)) if error.diag.table_name == "inbox_position" else None


def positions(database: Database) -> dict[str, int]:
    """The last position taken of each sender that was ever heard."""
    return {str(sender): int(position) for sender, position in database.rows("select * from inbox_position")}
