"""What belongs in a pack: every event of a case or of a period, what these name, and the documents that they name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.audit.ledger.causality import message_id
from services.audit.ledger.entries import Entries, Entry
from services.audit.ledger.timeline import recorded_at, sequences_of
from services.shared.kernel.postgres import Database

_DIGEST = re.compile("[0-9a-f]{64}")
_NOT_THINGS = frozenset({"case_id", "case_ids", "originator_id", "command_id", "correlation_id", "causation_id"})


@dataclass(frozen=True)
class Contents:
    """The events of a pack in the order of the ledger, and what was asked for.

    `whole` names the things (service, id) whose every event is in it. `causes_outside` are ids of messages that events
    answer, but that no event in the ledger sent. `names` are those of the documents, by digest.
    """

    about: Mapping[str, Any]
    events: tuple[Entry, ...]
    names: Mapping[str, str]
    whole: tuple[tuple[str, UUID], ...] = ()
    causes_outside: tuple[str, ...] = field(default=())


def of_case(database: Database, case_id: UUID) -> Contents:
    """All of a case: what happened in it, the things that its events name, and the causes of them.

    Another case that an event names is not followed.
    """
    entries = Entries(database)
    found = {entry.sequence: entry for entry in entries.among(sequences_of(database, case_id))}
    whole = {(e.service, e.originator_id) for e in found.values() if e.originator_version == 1}
    while fresh := _named_things(entries, found.values(), whole):
        found |= {entry.sequence: entry for entry in fresh}
        whole |= {(entry.service, entry.originator_id) for entry in fresh}
    outside = causes_of(found.values()) - {message_id(entry.service, entry.position) for entry in found.values()}
    for cause in entries.among(_causes(entries, outside)):
        found[cause.sequence] = cause
        outside.discard(message_id(cause.service, cause.position))
    events = tuple(found[sequence] for sequence in sorted(found))
    return Contents({"case_id": str(case_id)}, events, names_in(events), tuple(sorted(whole)), tuple(sorted(outside)))


def of_period(database: Database, start: datetime, end: datetime) -> Contents:
    """All events from the first to the last of each service's that were recorded from `start` up to, not at, `end`."""
    bounds: dict[str, tuple[int, int]] = {}
    entries = Entries(database)
    for entry in entries.walk():
        at = recorded_at(entry.state)
        if at is not None and start <= at < end:
            first, _ = bounds.get(entry.service, (entry.position, 0))
            bounds[entry.service] = first, entry.position
    chosen = sorted(entry for service, run in bounds.items() for entry in entries.run_of(service, *run))
    about = {"from": start.isoformat(), "to": end.isoformat()}
    return Contents(about, tuple(chosen), names_in(chosen))


def causes_of(entries: Iterable[Entry]) -> set[str]:
    """The ids of the messages that these events answer."""
    metadata = (_decoded(entry.state).get("metadata") for entry in entries)
    return {str(about["causation_id"]) for about in metadata if isinstance(about, dict) and about.get("causation_id")}


def names_in(entries: Iterable[Entry]) -> dict[str, str]:
    """Every document that these events name: its SHA-256 digest, and its name where one is told."""
    names: dict[str, str] = {}
    for entry in entries:
        for inner in _objects_in(_decoded(entry.state)):
            for key, value in inner.items():
                is_reference = key == "sha256" or key.endswith("_sha256")
                if is_reference and isinstance(value, str) and _DIGEST.fullmatch(value):
                    name = str(inner.get("name", "")) if key == "sha256" else ""
                    names[value] = names.get(value) or name
    return names


def _named_things(entries: Entries, of: Collection[Entry], known: set[tuple[str, UUID]]) -> list[Entry]:
    """The events of further things that these events name in a field that ends in `_id` or `_ids`."""
    ids = {named for entry in of for named in _ids_in(_decoded(entry.state))} - {thing for _, thing in known}
    return [entry for entry in entries.of_originators(ids) if (entry.service, entry.originator_id) not in known]


def _causes(entries: Entries, wanted: Collection[str]) -> list[int]:
    """The numbers of the entries that were sent as these messages, looked for from the newest back."""
    left, found = set(wanted), list[int]()
    for sequence, service, position in entries.places_backwards() if left else ():
        if (message := message_id(service, position)) in left:
            found.append(sequence)
            left.discard(message)
            if not left:
                break
    return found


def _ids_in(content: dict[str, Any]) -> Iterator[UUID]:
    for inner in _objects_in(content):
        for key, value in inner.items():
            if key.endswith(("_id", "_ids")) and key not in _NOT_THINGS:
                for each in value if isinstance(value, list) else [value]:
                    if isinstance(each, str) and len(each) == 36:
                        yield UUID(each)


def _objects_in(value: Any) -> Iterator[dict[str, Any]]:
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            yield inner
            waiting.extend(inner.values())
        elif isinstance(inner, list):
            waiting.extend(inner)


def _decoded(state: bytes) -> dict[str, Any]:
    try:
        content = msgspec.json.decode(state)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
