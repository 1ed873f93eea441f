"""Parked events: those that keep failing, and, behind each, the later ones of the same case; every other case flows."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from services.shared.envelope import IntegrationEvent, decode, encode
from services.shared.kernel.postgres import Cursor, Database
from services.shared.kernel.tracking import TRANSIENT, AlreadyTaken, Tracking

log = logging.getLogger(__name__)

React: TypeAlias = Callable[[IntegrationEvent, Tracking], None]
"""Has the effect of one event and writes the tracking in its transaction; an event of no interest may just return."""

ATTEMPTS = 3
"""Tries of an event that fails for another reason than a database that is away; then it is parked."""
BEHIND = "behind an earlier event of the same case"
UNREADABLE_SENDER = "?"

_PARK = """
insert into parked (sender, position, partition_key, body, error, attempts) values (%s, %s, %s, %s, %s, %s)
on conflict do nothing
"""
_ORDER = "order by parked_at, sender, position"

AGAIN_AFTER = (30, 120, 600, 3600)
"""Seconds from its parking at which the clock tries a case again: what only came too early is then taken in without
anybody's help. After the last it waits for people.
"""
_RIPE = """
select partition_key from parked
where sender <> %s and attempts between 1 and %s
    and parked_at + make_interval(secs => (%s::int[])[greatest(attempts - %s, 1)]) <= now()
group by partition_key order by min(parked_at)
"""


@dataclass(frozen=True)
class ParkedEvent:
    """One parked event, for people. `attempts` is 0 for one that waits behind another and was never tried."""

    sender: str
    position: int
    partition_key: str
    error: str
    attempts: int
    parked_at: datetime


def park(cursor: Cursor, event: IntegrationEvent, error: str, attempts: int) -> None:
    """Put `event` aside; to be called in the transaction that writes its tracking."""
    cursor.execute(_PARK, (event.sender, event.position, event.partitionkey, encode(event), error, attempts))


def park_unreadable(database: Database, body: bytes, error: str) -> None:
    """Keep what no broker keeps for us (`memory://` has no dead letters). It is shown but never redriven."""
    number = int.from_bytes(hashlib.sha256(body).digest()[:7])
    with database.transaction() as cursor:
        cursor.execute(_PARK, (UNREADABLE_SENDER, number, "", body, error, 1))


def is_parked(database: Database, partition_key: str) -> bool:
    """Whether an event of this case is parked, so that later ones must wait behind it."""
    query = "select from parked where partition_key = %s and sender <> %s limit 1"
    return bool(database.rows(query, (partition_key, UNREADABLE_SENDER)))


def anything_parked(database: Database) -> bool:
    """Whether any case has to wait."""
    return bool(database.rows("select from parked where sender <> %s limit 1", (UNREADABLE_SENDER,)))


def parked(database: Database) -> list[ParkedEvent]:
    """Everything that is parked, oldest first."""
    columns = "sender, position, partition_key, error, attempts, parked_at"
    return [ParkedEvent(*row) for row in database.rows(f"select {columns} from parked {_ORDER}")]  # noqa: S608  # constants


def redrive(database: Database, react: React, partition_key: str | None = None) -> int:
    """Try parked events again, of one case or of all; returns how many were taken.

    In order per case, each in one transaction with the removal of its parked row; a case stops at the first event that
    fails again. Raises a TRANSIENT error as it is: then run it again later.
    """
    keys = [partition_key] if partition_key is not None else _parked_keys(database)
    return sum(_redrive_case(database, react, key) for key in keys)


def take_in_again(database: Database, react: React) -> int:
    """Try the cases whose time to be tried again has come (`AGAIN_AFTER`), as `redrive` does. Raises as that."""
    before = ATTEMPTS - 1
    query = UNREADABLE_SENDER, before + len(AGAIN_AFTER), list(AGAIN_AFTER), before
    return sum(_redrive_case(database, react, key) for (key,) in database.rows(_RIPE, query))


class _Redriving(Tracking):
    """The tracking of an event that was parked: its position is long noted, so it is its parked row that goes."""

    def write(self, cursor: Cursor) -> None:
        gone = "delete from parked where sender = %s and position = %s returning true"
        # Fetched, not counted: in a pipelined transaction the count is not known yet.
        if cursor.execute(gone, (self.sender, self.position)).fetchone() is None:
            raise AlreadyTaken(f"{self.sender} {self.position}")
        self.written = True


def _parked_keys(database: Database) -> list[str]:
    query = "select partition_key from parked where sender <> %s group by partition_key order by min(parked_at)"
    return [key for (key,) in database.rows(query, (UNREADABLE_SENDER,))]


def _redrive_case(database: Database, react: React, key: str) -> int:
    query = f"select body from parked where partition_key = %s and sender <> %s {_ORDER}"  # noqa: S608  # constants
    taken = 0
    for (body,) in database.rows(query, (key, UNREADABLE_SENDER)):
        event = decode(body)
        try:
            _redrive_one(database, react, event)
        except AlreadyTaken:
            continue  # somebody else redrives at the same time
        except TRANSIENT:
            raise
        except Exception as error:  # whatever the reaction raises: it stays parked
            log.warning("event %s failed again: %s", event.id, type(error).__name__)
            _note_failure(database, event, describe(error))
            break
        taken += 1
    return taken


def _redrive_one(database: Database, react: React, event: IntegrationEvent) -> None:
    tracking = _Redriving(event.sender, event.position)
    react(event, tracking)
    if not tracking.written:
        with database.transaction() as cursor:
            tracking.write(cursor)


def _note_failure(database: Database, event: IntegrationEvent, error: str) -> None:
    with database.transaction() as cursor:
        cursor.execute(
            "update parked set error = %s, attempts = attempts + 1 where sender = %s and position = %s",
            (error, event.sender, event.position),
        )


def describe(error: Exception) -> str:
    """An error as it is kept beside a parked event."""
    return f"{type(error).__name__}: {error}"[:1000].replace("\0", "")
