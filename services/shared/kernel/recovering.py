"""Brings a log that was restored to an older moment up to what a witness has kept of it, byte for byte.

The rows go through the same `append` as ever, so that they are linked again; the link of the last one proves them all.
With them come back what stood beside them: how far each sender was heard, which commands were carried out, and, from
what the senders tell again, which events were parked. Read models are rebuilt afterwards. What the witness does not
hold either is lost, and what was never an event (a vault's text, an uploaded document) comes back from its own backup
only: it is named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
import psycopg
from psycopg import sql

from services.shared.envelope import IntegrationEvent, decode, source_of
from services.shared.kernel.idempotency import UNKNOWN_DIGEST
from services.shared.kernel.log import APPEND
from services.shared.kernel.logpages import LogRecord
from services.shared.kernel.missing import Spoken
from services.shared.kernel.parking import park
from services.shared.vocabulary import Role

PAGE = 500
REACH = 1_000_000
"""So many positions of a sender are looked through for the cause of an effect."""

_HEARD = """
insert into inbox_position values (%s, %s) on conflict (sender) do update set position = excluded.position
"""
MACHINE = (Role.SYSTEM, Role.CLOCK)
NO_EFFECT = "heard after the backup and without an effect in the ledger: it was parked, or there was nothing to do"


class NotTheSameLog(Exception):
    """The rows do not continue the log as it stands; nothing was changed."""


class Recovered(msgspec.Struct, frozen=True):
    """What came back: events, commands that will not be carried out twice, how far each sender was heard, and how many
    events are parked again. `spoken` is what the events speak of beside the log.
    """

    events: int
    commands: int
    heard: dict[str, int]
    parked: int
    spoken: Spoken


class Told(NamedTuple):
    """What senders tell again, so that what was parked is known: their events, and which of them are asked for."""

    events: Iterable[IntegrationEvent] = ()
    asked: Collection[str] = ()


NOTHING_TOLD = Told()


class _Metadata(msgspec.Struct):
    actor: str
    capacity: str
    command: str
    command_id: str
    causation_id: str = ""


class _State(msgspec.Struct):
    """What every stored event has, whatever it is."""

    timestamp: str
    metadata: _Metadata


def read_witness(lines: Iterable[str]) -> Iterator[LogRecord]:
    """The rows of a file that `docs/operations.md` says how to take from the ledger: JSON, a row a line."""
    for line in lines:
        row = msgspec.json.decode(line, type=dict[str, Any])
        state, link = bytes.fromhex(row["state"]), bytes.fromhex(row["link"])
        originator = UUID(row["originator_id"]), row["originator_version"]
        yield LogRecord(row["position"], *originator, row["topic"], state, link)


def read_told(lines: Iterable[str]) -> Iterator[IntegrationEvent]:
    """The events of a file that a sender's word `told` has written. Raises EnvelopeError."""
    return (decode(line.encode()) for line in lines)


def recover(
    conninfo: str, service: str, senders: Sequence[str], kept: Iterable[LogRecord], told: Told = NOTHING_TOLD
) -> Recovered:
    """Append what the log lacks of the rows that a witness has kept, in their order, all in one transaction.

    `conninfo` is the owner's; nothing of the service may run. Rows that the log has are passed over. Raises
    NotTheSameLog when one is missing between, or when the links differ: then the log and the witness tell two stories.
    """
    with psycopg.connect(conninfo) as connection:
        connection.execute(sql.SQL("set local search_path to {}").format(sql.Identifier(service)))
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"{service}.log"])
        rows = (row for row in kept if row.position > _head(connection)[0])
        events = commands = 0
        causes, spoken = dict[str, set[str]](), Spoken()
        while page := list(islice(rows, PAGE)):
            _append(connection, page)
            events += len(page)
            for row in page:
                commands += _remember(connection, row, causes)
                spoken.add(row)
        heard = {sender: _heard(connection, sender, causes.get(source_of(sender), set())) for sender in senders}
        parked = _park_again(connection, told, heard, set().union(*causes.values()))
    reached = {sender: stretch[-1] for sender, stretch in heard.items() if stretch}
    return Recovered(events, commands, reached, parked, spoken)


def _head(connection: psycopg.Connection) -> tuple[int, bytes]:
    row = connection.execute("select position, link from log_head").fetchone()
    return (int(row[0]), bytes(row[1])) if row else (0, b"")


def _append(connection: psycopg.Connection, page: Sequence[LogRecord]) -> None:
    position, _ = _head(connection)
    if [row.position for row in page] != list(range(position + 1, position + 1 + len(page))):
        raise NotTheSameLog(f"after {position} comes {page[0].position}; the kept rows have holes")
    columns: tuple[list[Any], ...] = ([], [], [], [])
    for row in page:
        for column, value in zip(columns, row[1:5], strict=True):
            column.append(value)
    connection.cursor(binary=True).execute(APPEND, columns)
    if _head(connection) != (page[-1].position, page[-1].link):
        raise NotTheSameLog(f"the links to {page[-1].position} differ: the log before was not the one that was kept")


def _remember(connection: psycopg.Connection, row: LogRecord, causes: dict[str, set[str]]) -> bool:
    """Note the command of a person, so that its repeat is answered and not carried out, or the cause of an effect."""
    state = msgspec.json.decode(row.state, type=_State)
    said = state.metadata
    if said.capacity in MACHINE:
        causes.setdefault(said.actor, set()).add(said.causation_id)
        return False
    connection.execute(
        "insert into idempotency (caller, key, digest, command, originator_id, originator_version, recorded_at)"
        " values (%s, %s, %s, %s, %s, %s, %s) on conflict (caller, key) do update"
        " set originator_version = excluded.originator_version"
        " where idempotency.originator_id = excluded.originator_id",
        (said.actor, said.command_id, UNKNOWN_DIGEST, said.command, *row[1:3], state.timestamp),
    )
    return True


def _heard(connection: psycopg.Connection, sender: str, causes: set[str]) -> range:
    """Move the place of a sender to its last event that had an effect; the positions that it moved over, if any."""
    row = connection.execute("select position from inbox_position where sender = %s", [sender]).fetchone()
    start, left, last = int(row[0]) if row else 0, set(causes), 0
    for position in range(start + 1, start + REACH) if causes else ():
        event = str(uuid5(NAMESPACE_URL, f"{source_of(sender)}:{position}"))
        if event in left:
            left.discard(event)
            last = position
        if not left:
            break
    if last:
        connection.execute(_HEARD, (sender, last))
    return range(start + 1, last + 1)


def _park_again(connection: psycopg.Connection, told: Told, heard: Mapping[str, range], causes: set[str]) -> int:
    """Park what was heard since and had no effect; what was parked then and has had its effect since is no more so."""
    for sender, position in connection.execute("select sender, position from parked").fetchall():
        if str(uuid5(NAMESPACE_URL, f"{source_of(sender)}:{position}")) in causes:
            connection.execute("delete from parked where sender = %s and position = %s", (sender, position))
    parked = 0
    for event in told.events:
        is_asked = event.routing_key in told.asked and event.position in heard.get(event.sender, ())
        if is_asked and event.id not in causes:
            park(connection.cursor(), event, NO_EFFECT, 0)
            parked += 1
    return parked
