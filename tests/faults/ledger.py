"""What must hold after every fault, read from the tables of the services and asked of the services themselves."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

import psycopg

from deploy.demo.client import Refused
from services.shared.envelope import source_of
from services.shared.kernel.mapper import Mapper
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.projections import Projection, rebuild
from services.shared.kernel.verifying import verify_log
from services.shared.vocabulary import PREFECTURES
from tests.faults.load import Accepted

PATIENCE = 600.0
AUDIENCES = len(PREFECTURES)
"""So many are told of a round that was opened, each by a notification of its own."""
OPENED = "intake.round.opened"
EFFECTS = (
    (OPENED, "registry"),
    ("intake.dossier.submitted", "screening"),
    ("screening.screening.recommended", "intake"),
    ("screening.screening.recommended", "review"),
    ("review.review.cleared", "registry"),
    ("registry.centre.designated", "intake"),
    ("registry.centre.designated", "review"),
    ("registry.centre.dissolved", "intake"),
    ("registry.centre.dissolved", "review"),
)
"""Events of a case, and who must have done something about each."""


class Found(NamedTuple):
    """How a fault ended: events stored; commands and effects lost and doubled; what else does not hold, in words."""

    events: int
    lost: int
    doubled: int
    broken: tuple[str, ...]


def settle(database_url: str, services: Sequence[str]) -> tuple[float, str]:
    """Wait until what was told was taken, by listeners and ledger; the seconds that took, and who came last.

    Raises TimeoutError.
    """
    started, last = time.monotonic(), ""
    while behind := list(_behind(database_url, services)):
        if time.monotonic() - started > PATIENCE:
            raise TimeoutError(f"not everything has arrived: {behind}")
        last = ", ".join(behind)
        time.sleep(0.05)
    return time.monotonic() - started, last


def _behind(database_url: str, services: Sequence[str]) -> Iterator[str]:
    try:
        with psycopg.connect(database_url, autocommit=True, connect_timeout=2) as connection:
            for service in services:
                yield from _behind_of(connection, service, services)
    except psycopg.OperationalError as error:
        yield str(error)


def _behind_of(connection: psycopg.Connection, service: str, services: Sequence[str]) -> Iterator[str]:
    def number(query: str) -> int:
        row = connection.execute(query.encode()).fetchone()
        return int(row[0]) if row and row[0] is not None else 0

    head = number(f"select position from {service}.log_head")
    if number(f"select position from {service}.relay_position where stream = 'events'") != head:
        yield f"relay of {service}"
    told = number(f"select previous from {service}.relay_position where stream = 'events'")
    for listener in services:
        taken = connection.execute(
            f"select position from {listener}.inbox_position where sender = '{service}'".encode()
        ).fetchone()
        if taken and taken[0] != told:
            yield f"{listener} hears {service}"
    # Audit's own log grows with each checkpoint that the ledger is signed with: it is never at rest.
    is_witnessed = "audit" in services and service != "audit"
    if is_witnessed and number(f"select max(position) from audit_ledger.entries where service = '{service}'") != head:
        yield f"ledger of {service}"


def examine(database_url: str, services: Sequence[str], accepted: Sequence[Accepted]) -> Found:
    """Count what was lost and doubled, of commands and of effects, since the beginning.

    All events of one carrying out of a command bear one moment; so a second moment is a second carrying out.
    """
    with psycopg.connect(database_url) as connection:
        logs = {service: _log_of(connection, service) for service in services}
        parked = [s for s in services if connection.execute(f"select from {s}.parked".encode()).fetchone()]
    runs: dict[str, set[tuple[str, str]]] = {each.key: set() for each in accepted}
    for service, events in logs.items():
        for each in events:
            if each.command_id in runs:
                runs[each.command_id].add((service, each.moment))
    lost = sum(not moments for moments in runs.values())
    doubled = sum(max(0, len(moments) - 1) for moments in runs.values())
    effects_lost, effects_doubled, broken = _effects(logs)
    broken += [f"{service}: parked" for service in parked]
    for service in services:
        broken += _broken_chain(database_url, service)
    return Found(sum(map(len, logs.values())), lost + effects_lost, doubled + effects_doubled, tuple(broken))


class Stored(NamedTuple):
    """What counts here of one event of a log."""

    position: int
    topic: str
    command_id: str
    causation_id: str
    is_effect: bool
    moment: str


def _log_of(connection: psycopg.Connection, service: str) -> list[Stored]:
    query = f"""
        select position, topic, state->'metadata'->>'command_id', coalesce(state->'metadata'->>'causation_id', ''),
            state->'metadata'->>'capacity' = 'system', state->>'timestamp'
        from {service}.log_as_json order by position"""  # our own names
    return [Stored(*row) for row in connection.execute(query.encode())]


def _effects(logs: dict[str, list[Stored]]) -> tuple[int, int, list[str]]:
    """Effects lost and doubled, and who had them in another order than that of their causes."""
    causes = {
        str(uuid5(NAMESPACE_URL, f"{source_of(sender)}:{each.position}")): (sender, each.position, each.topic)
        for sender, events in logs.items()
        for each in events
    }
    lost = doubled = 0
    broken = []
    for listener, events in logs.items():
        moments: dict[str, set[str]] = {}
        last: Counter[str] = Counter()
        for each in events:
            if not each.is_effect or each.causation_id not in causes:
                continue
            moments.setdefault(each.causation_id, set()).add(each.moment)
            sender, position, _ = causes[each.causation_id]
            if position < last[sender]:
                broken.append(f"{listener}: effects of {sender} out of order")
            last[sender] = max(last[sender], position)
        doubled += sum(len(each) - 1 for each in moments.values())
        topics = {topic for topic, who in EFFECTS if who == listener}
        lost += sum(topic in topics and cause not in moments for cause, (_, _, topic) in causes.items())
    few, many = _told_of_rounds(logs["notify"], causes)
    return lost + few, doubled + many, sorted(set(broken))


def _told_of_rounds(events: Sequence[Stored], causes: dict[str, tuple[str, int, str]]) -> tuple[int, int]:
    """How many of those that are to be told of an opened round were not, and how many were told twice."""
    told = Counter(each.causation_id for each in events if each.topic == "notify.notification.prepared")
    counts = [told[cause] for cause, (_, _, topic) in causes.items() if topic == OPENED]
    return sum(max(0, AUDIENCES - count) for count in counts), sum(max(0, count - AUDIENCES) for count in counts)


def _broken_chain(database_url: str, service: str) -> list[str]:
    with opened(database_url, service) as database:
        breaks, _ = verify_log(database, service)
    return [each.en for each in breaks]


def repeats(accepted: Sequence[Accepted]) -> list[str]:
    """Send what was accepted once more: what is not answered as it was the first time."""
    return [f"{each.path}: another answer to the repeat" for each in accepted if _answer_again(each) != each.answer]


def _answer_again(accepted: Accepted) -> object:
    try:
        return accepted.again()
    except Refused as refused:
        return refused


def read_models(database_url: str, services: Sequence[str]) -> list[str]:
    """Which tables of the read models are not those that a replay from nothing gives."""
    different = []
    for service in services:
        application = import_module(f"services.{service}.wiring").DEFINITION.application
        with opened(database_url, service) as database:
            for projection in application.projections.by_name.values():
                different += _differences(database_url, service, projection, Mapper(application.aggregates), database)
    return [f"read model {table} is not its replay" for table in different]


def _differences(
    database_url: str, service: str, projection: Projection, mapper: Mapper, database: Database
) -> list[str]:
    """The tables that a rebuild changes though nothing was committed meanwhile; timers may go on committing."""
    end = time.monotonic() + PATIENCE
    while True:
        before, served = _head(database), _rows(database, projection)
        rebuild(database_url, service, projection, mapper)
        rebuilt = _rows(database, projection)
        if _head(database) == before:
            return [f"{service}.{table}" for table, rows in rebuilt.items() if rows != served[table]]
        if time.monotonic() > end:
            return [f"{service}.{projection.name} (never at rest)"]


def _head(database: Database) -> int:
    [(position,)] = database.rows("select position from log_head")
    return int(position)


def _rows(database: Database, projection: Projection) -> dict[str, list[str]]:
    return {
        table: sorted(row for (row,) in database.rows(f"select t::text from {table} t")) for table in projection.tables
    }


@contextmanager
def opened(database_url: str, service: str) -> Iterator[Database]:
    """A service's database."""
    database = Database(conninfo_as(database_url, f"zc_{service}", f"{service}_read", service))
    database.open()
    try:
        yield database
    finally:
        database.close()


def sample(accepted: Iterable[Accepted], count: int = 12) -> list[Accepted]:
    """The newest commands, which the fault was most likely to hit."""
    return list(accepted)[-count:]
