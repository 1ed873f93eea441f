"""What audit's own log says was signed: checkpoints, and the successions of the keys that signed them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from eventsourcing.persistence import MapperDeserialisationError

from services.audit.domain.checkpoint import SignedCheckpoint
from services.audit.domain.discrepancy import Discrepancy, Fault, discrepancy
from services.audit.domain.ledger import ORIGIN, Ledger
from services.audit.domain.succession import SignedSuccession, Succession
from services.shared.kernel.mapper import Mapper
from services.shared.kernel.postgres import Database


def signed_checkpoints(database: Database, mapper: Mapper) -> tuple[list[SignedCheckpoint], list[Discrepancy]]:
    """The checkpoints, oldest first, and those that cannot be read any more."""
    signed, unreadable = list[SignedCheckpoint](), list[Discrepancy]()
    for position, *stored in _stored(database, Ledger.CheckpointSigned.TOPIC):
        try:
            event = mapper.event_from(*stored)
            signed.append(SignedCheckpoint(event.checkpoint, bytes.fromhex(event.signature)))
        except (MapperDeserialisationError, ValueError):
            unreadable.append(discrepancy(Fault.CHECKPOINT_UNREADABLE, position, service="audit"))
    return signed, unreadable


def signed_successions(database: Database, mapper: Mapper) -> list[SignedSuccession]:
    """The successions, oldest first; one that cannot be read is none, and what it vouched for is not believed."""
    found = list[SignedSuccession]()
    for _, *stored in _stored(database, Ledger.KeySucceeded.TOPIC):
        with suppress(MapperDeserialisationError, ValueError):
            event = mapper.event_from(*stored)
            said = Succession(origin=ORIGIN, key=event.key, successor=event.successor, at=event.at)
            signatures = bytes.fromhex(event.signature), bytes.fromhex(event.successor_signature)
            found.append(SignedSuccession(said, *signatures))
    return found


def _stored(database: Database, topic: str) -> list[Any]:
    """The stored events of one topic, each behind its position."""
    columns = "position, originator_id, originator_version, topic, state"
    return database.rows(f"select {columns} from log where topic = %s order by position", (topic,))  # noqa: S608  # constants
