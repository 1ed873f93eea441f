"""A case as this service recorded it, told in sentences: when, who, in which capacity, what, by which clause."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec

from services.shared.calendar import BEIJING
from services.shared.kernel.application import Application, fold

_COMMON = {"originator_id", "originator_version", "timestamp", "metadata", "originator_topic"}


def sentences_of(application: Application, case: UUID, until: int | None = None) -> Iterator[str]:
    """One line for each event of an aggregate, and one for the state that they add up to.

    `until` is a position of the log: what came later is left out.
    """
    events = []
    for position, event in _events_of(application, case):
        if until is not None and position > until:
            break
        events.append(event)
        yield _sentence(position, event)
    if events:
        aggregate = fold(None, events)
        state = {name: value for name, value in vars(aggregate).items() if not name.startswith("_")}
        yield "= " + msgspec.json.encode(state, enc_hook=_plain).decode()


def _events_of(application: Application, case: UUID) -> Iterator[tuple[int, Any]]:
    rows = application.database.rows(
        "select position, originator_id, originator_version, topic, state from log where originator_id = %s"
        " order by originator_version",
        (case,),
    )
    for position, *stored in rows:
        yield position, application.event_mapper.event_from(*stored)


def _sentence(position: int, event: Any) -> str:
    about, values = event.metadata, msgspec.to_builtins(event)
    said = {name: value for name, value in values.items() if name not in _COMMON}
    at = event.timestamp.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    clauses = "、".join(about.legal_basis) or "-"
    what = msgspec.json.encode(said).decode()
    return f"{position:>6} {at} {event.TOPIC} | {about.capacity} {about.actor} | {clauses} | {what}"


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, set | frozenset) else str(value)
