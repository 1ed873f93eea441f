"""The journal: every integration event that notify heard, numbered in the order in which it was taken.

It is written in the transaction of the event's own effect, so it has each event once. An event that is parked comes
into it when it is redriven, and later ones of its case behind it: so the order within a case holds here as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.shared.envelope import IntegrationEvent, encode
from services.shared.kernel.inbox import Tracking
from services.shared.kernel.postgres import Cursor, Database

_KEEP = """
insert into journal (number, sender, position, name, prefecture, at, body)
select coalesce(max(number), 0) + 1, %s, %s, %s, %s, %s, %s from journal
on conflict (sender, position) do nothing
"""


class Keeping(Tracking):
    """The tracking of an event that also writes it into the journal."""

    def __init__(self, event: IntegrationEvent, inner: Tracking) -> None:
        super().__init__(event.sender, event.position)
        self._event, self._inner = event, inner

    def write(self, cursor: Cursor) -> None:
        self._inner.write(cursor)
        keep(cursor, self._event)
        self.written = True


def keep(cursor: Cursor, event: IntegrationEvent) -> None:
    """Write the event down, once. One writer at a time, until its commit: so the numbers are seen in order."""
    cursor.execute("select pg_advisory_xact_lock(hashtext('notify.journal'))")
    prefecture = event.data.get("prefecture")
    at = datetime.fromisoformat(event.time)
    cursor.execute(_KEEP, (event.sender, event.position, event.name, prefecture, at, encode(event)))


def head(database: Database) -> int:
    """The newest number, 0 while the journal is empty."""
    [(number,)] = database.rows("select coalesce(max(number), 0) from journal")
    return int(number)


def number_before(database: Database, since: datetime) -> int:
    """The number behind which everything that was recorded at `since` or later begins."""
    query = (
        "select coalesce(min(number) - 1, (select coalesce(max(number), 0) from journal)) from journal where at >= %s"
    )
    [(number,)] = database.rows(query, (since,))
    return int(number)


def number_of(database: Database, sender: str, position: int) -> int | None:
    """The number of the sender's last event up to `position`; None when there is none."""
    query = "select max(number) from journal where sender = %s and position <= %s"
    [(number,)] = database.rows(query, (sender, position))
    return None if number is None else int(number)


def entries(
    cursor: Cursor, after: int, upto: int, types: Sequence[str], prefecture: str, limit: int
) -> list[tuple[int, bytes]]:
    """The events behind `after`, up to `upto`, that a filter lets through, in order: number and body."""
    cursor.execute(
        f"select number, body from journal where {_LET_THROUGH} order by number limit %s",  # noqa: S608  # constant
        (after, upto, patterns(types), prefecture, prefecture, limit),
    )
    return [(int(number), bytes(body)) for number, body in cursor.fetchall()]


def number_back(cursor: Cursor, place: int, count: int, types: Sequence[str], prefecture: str) -> int:
    """The number behind which the last `count` events up to `place` lie that the filter lets through."""
    query = f"select number from journal where {_LET_THROUGH} order by number desc limit 1 offset %s"  # noqa: S608
    cursor.execute(query, (0, place, patterns(types), prefecture, prefecture, count))
    row = cursor.fetchone()
    return int(row[0]) if row else 0


def behind(database: Database, after: int, types: Sequence[str], prefecture: str) -> int:
    """How many events that the filter lets through are behind `after`."""
    query = f"select count(*) from journal where {_LET_THROUGH}"  # noqa: S608  # constant
    [(count,)] = database.rows(query, (after, 2**62, patterns(types), prefecture, prefecture))
    return int(count)


_LET_THROUGH = (
    "number > %s and number <= %s and name like any(%s) and (%s = '' or prefecture is null or prefecture = %s)"
)


def patterns(types: Sequence[str]) -> list[str]:
    """Prefixes of event names as SQL patterns; they hold lower-case letters, digits, dots and hyphens only."""
    return [f"{prefix}%" for prefix in types]
