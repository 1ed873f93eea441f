"""A case across all services: what happened in what order, and what each service knew of it at one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.audit.ledger.causality import causally_ordered
from services.audit.ledger.entries import Entries, Entry
from services.audit.ledger.wording import sentence
from services.shared.kernel.postgres import Database

_COMMON = frozenset(
    {"originator_id", "originator_version", "originator_topic", "timestamp", "metadata", "class_version"}
)
_OF_CASE = """
with named as (select sequence from audit_ledger.mentions where case_id = %(case)s),
wanted as (
    select sequence from audit_ledger.entries where originator_id = %(case)s
    union select sequence from named
    union select later.sequence
        from named
        join audit_ledger.entries first using (sequence)
        join audit_ledger.entries later
            on later.originator_id = first.originator_id and later.service = first.service
        where first.originator_version = 1
)
select sequence from wanted order by sequence
"""
"""What the case's own aggregates record, what names the case, and all that follows in an aggregate that was begun for
it (a panel, an assessment), although its later events do not name the case again.
"""


class Recorded(msgspec.Struct, frozen=True):
    """What every event of the house carries."""

    effective_at: datetime
    actor: str
    capacity: str
    organisation: str
    command: str
    command_id: str
    correlation_id: str
    causation_id: str
    policy_edition: str
    legal_basis: tuple[str, ...]


@dataclass(frozen=True)
class Happening:
    """One event of a case: where it stands, when it was recorded and holds in law, who decided it, and what changed."""

    sequence: int
    service: str
    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    recorded_at: datetime
    about: Recorded
    changed: dict[str, Any]

    @property
    def sentence(self) -> str:
        """The event in Chinese."""
        about = self.about
        return sentence(self.recorded_at, about.capacity, about.actor, self.topic, about.legal_basis)


def sequences_of(database: Database, case_id: UUID) -> list[int]:
    """The numbers in the ledger of everything that it holds of a case, in order."""
    return [sequence for (sequence,) in database.rows(_OF_CASE, {"case": case_id})]


def happenings(database: Database, case_id: UUID) -> list[Happening]:
    """Everything that the ledger holds of a case, in causal order.

    An event whose state cannot be read is left out here; verification names it.
    """
    return in_causal_order(Entries(database).among(sequences_of(database, case_id)))


def in_causal_order(entries: Iterable[Entry]) -> list[Happening]:
    """What these entries tell, each behind its cause; what cannot be read is left out."""
    return causally_ordered(happening for entry in entries for happening in _read(entry))


class _Recorded(msgspec.Struct):
    timestamp: datetime


_recorded = msgspec.json.Decoder(_Recorded)


def recorded_at(state: bytes) -> datetime | None:
    """When the event of this state was recorded; None when that cannot be read."""
    try:
        return _recorded.decode(state).timestamp
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def told(happening: Happening) -> dict[str, Any]:
    """An event as it goes out, without what changed."""
    return {
        "sequence": happening.sequence,
        "service": happening.service,
        "position": happening.position,
        "originator_id": happening.originator_id,
        "originator_version": happening.originator_version,
        "topic": happening.topic,
        "recorded_at": happening.recorded_at,
        **msgspec.structs.asdict(happening.about),
        "sentence": happening.sentence,
    }


@dataclass(frozen=True)
class Asked:
    """Which moment is asked about: what was recorded by `at`; with `known_at`, what held in law by `at` as it was known
    at `known_at`; or what the ledger held up to `sequence`.
    """

    at: datetime | None = None
    known_at: datetime | None = None
    sequence: int | None = None

    def counts(self, each: Happening) -> bool:
        """Whether an event counts."""
        recorded_by = self.known_at or self.at
        return (
            (self.sequence is None or each.sequence <= self.sequence)
            and (recorded_by is None or each.recorded_at <= recorded_by)
            and (self.known_at is None or self.at is None or each.about.effective_at <= self.at)
        )


def as_at(history: Collection[Happening], asked: Asked) -> list[dict[str, Any]]:
    """What each aggregate of the case said at a moment: the last value of every field, by service."""
    states: dict[tuple[str, UUID], dict[str, Any]] = {}
    for each in history:
        if asked.counts(each):
            state = states.setdefault((each.service, each.originator_id), {"events": 0, "values": {}})
            state["events"] += 1
            state["values"] |= each.changed
            state |= {"last": each.sentence, "version": each.originator_version, "topic": each.topic}
    return [
        {"service": service, "originator_id": originator_id, **state}
        for (service, originator_id), state in sorted(states.items(), key=lambda item: item[0])
    ]


class _State(msgspec.Struct):
    timestamp: datetime
    metadata: Recorded


def _read(entry: Entry) -> Iterator[Happening]:
    try:
        head, content = msgspec.json.decode(entry.state, type=_State), msgspec.json.decode(entry.state)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return
    changed = {name: value for name, value in content.items() if name not in _COMMON}
    yield Happening(*entry[:6], head.timestamp, head.metadata, changed)
