"""What must hold after every fault, read from the tables of both services."""

from __future__ import annotations

import time
from collections import Counter
from typing import NamedTuple

import psycopg

from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.verifying import verify_log
from services.shared.vocabulary import PREFECTURES

PATIENCE = 90.0
AUDIENCES = len(PREFECTURES)
"""So many are told of a round that was opened, each by a notification of its own."""


class Found(NamedTuple):
    """How a fault ended: commands accepted and stored, effects lost or doubled at the listener, links broken."""

    accepted: int
    events: int
    lost: int
    doubled: int
    broken: int


def settle(database_url: str) -> float:
    """Wait until everything that intake has told was taken by notify; the seconds that took. Raises TimeoutError."""
    started = time.monotonic()
    query = (
        "select coalesce((select max(position) from intake.log_head), 0), r.position, r.previous, i.position"
        " from intake.relay_position r, notify.inbox_position i where r.stream = 'events' and i.sender = 'intake'"
    )
    with psycopg.connect(database_url, autocommit=True) as connection:
        while True:
            for head, relayed, told, taken in connection.execute(query):
                if head == relayed and told == taken:
                    return time.monotonic() - started
            if time.monotonic() - started > PATIENCE:
                raise TimeoutError(f"not everything has arrived: {list(connection.execute(query))}")
            time.sleep(0.05)


def examine(database_url: str, accepted: list[str]) -> Found:
    """Count what was lost and doubled, of commands and of effects, since the beginning."""
    with psycopg.connect(database_url) as connection:
        stored = Counter(
            str(found) for (found,) in connection.execute("select originator_id from intake.log").fetchall()
        )
        told = Counter(
            connection.execute(
                "select state->'metadata'->>'causation_id', originator_id::text from notify.log_as_json"
                " where topic = 'notify.notification.prepared'"
            ).fetchall()
        )
        [(opened,)] = connection.execute("select count(*) from intake_read.rounds where state = 'open'").fetchall()
        [(rounds,)] = connection.execute("select count(*) from intake_read.rounds").fetchall()
        [(parked,)] = connection.execute("select count(*) from notify.parked").fetchall()
    wanted = Counter(accepted)
    lost = sum((wanted - stored).values()) + abs(rounds - len(stored)) + parked
    lost += max(0, opened * AUDIENCES - len(told))
    doubled = sum((stored - wanted).values()) + sum(told.values()) - opened * AUDIENCES
    return Found(len(accepted), sum(stored.values()), lost, doubled, _broken(database_url))


def _broken(database_url: str) -> int:
    found = 0
    for service in ("intake", "notify"):
        database = Database(conninfo_as(database_url, f"zc_{service}", service, f"{service}_read"))
        database.open()
        try:
            found += len(verify_log(database, service)[0])
        finally:
            database.close()
    return found
