"""How far a listener has come with each sender: one row, moved forward in the same transaction as the effect."""

from __future__ import annotations

import psycopg

from services.shared.kernel.gathering import add
from services.shared.kernel.postgres import Cursor, Database
from services.shared.kernel.statements import Rows

TRANSIENT: tuple[type[Exception], ...] = (psycopg.OperationalError, psycopg.InterfaceError)
"""The database is away, busy or slow (also lock and statement time-outs, deadlocks, a full pool): try again."""

_FORWARD = Rows(
    """
    insert into inbox_position (sender, position) values (
        %s, case when not exists (select from parked where partition_key = %s and sender <> '?') then %s::bigint end
    ) on conflict (sender) do update set position =
        case when inbox_position.position < excluded.position then excluded.position end
    """,
    """
    insert into inbox_position (sender, position) select taken.sender, case when not exists (
        select from parked where parked.partition_key = taken.partition_key and parked.sender <> '?'
    ) then taken.position end
    from json_to_recordset(%s) as taken (sender text, partition_key text, position bigint)
    on conflict (sender) do update set position =
        case when inbox_position.position < excluded.position then excluded.position end
    """,
)
"""What does not move forward, or whose case is parked, would be null, which the table refuses: so nobody has to wait
for the answer to know."""


class AlreadyTaken(Exception):
    """This transaction must not have the event's effect: another instance has had it, or an earlier event of the same
    case is parked.
    """


class Tracking:
    """The note that one event, of the case `partition_key`, was taken.

    Its `write` belongs into the transaction of the event's effect. Whether the case may go on is asked in the same
    statement: it costs no way to the database of its own.
    """

    def __init__(self, sender: str, position: int, partition_key: str = "") -> None:
        self.sender, self.position, self.partition_key = sender, position, partition_key
        self.written = False

    def write(self, cursor: Cursor) -> None:
        """Note that the event is taken. Raises AlreadyTaken when it must not be; let that roll the effect back.

        In a pipelined transaction it is the commit that fails (see `already_taken`).
        """
        self._forward(cursor, self.partition_key)

    def write_parked(self, cursor: Cursor) -> None:
        """Note that the event is taken, by putting it aside. Raises AlreadyTaken when it was."""
        self._forward(cursor, "")

    def _forward(self, cursor: Cursor, partition_key: str) -> None:
        try:
            row = {"sender": self.sender, "partition_key": partition_key, "position": self.position}
            add(cursor, _FORWARD, row)
        except psycopg.errors.NotNullViolation as error:
            raise already_taken(error) or error from None
        self.written = True


def already_taken(error: psycopg.errors.NotNullViolation) -> AlreadyTaken | None:
    """What the violation means, if it is that of a place that would not move forward."""
    return AlreadyTaken(str(error)) if error.diag.table_name == "inbox_position" else None


def positions(database: Database) -> dict[str, int]:
    """The last position taken of each sender that was ever heard."""
    return {str(sender): int(position) for sender, position in database.rows("select * from inbox_position")}
