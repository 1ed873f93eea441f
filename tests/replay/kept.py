"""Kept logs: the exact rows of services' logs in a file, and the end states to which they folded when they were kept.

`logs/<name>.jsonl` has one row a line; `state` is the stored text itself, so that the chain of links can be verified.
`logs/<name>.states.json` has the end states by service and id: a case keeps its id in every service.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from services.shared.kernel.breaks import Break
from services.shared.kernel.chain import LogRow, verify_chain
from services.shared.kernel.mapper import Mapper
from tests.architecture.services import definition_of

LOGS = Path(__file__).parent / "logs"


class KeptRow(NamedTuple):
    """One row of one service's log."""

    service: str
    row: LogRow


def kept_names() -> list[str]:
    """The names of all kept logs."""
    return sorted(path.stem for path in LOGS.glob("*.jsonl"))


def read_rows(text: str) -> Iterator[KeptRow]:
    """The rows of a kept log."""
    for line in text.removesuffix("\n").split("\n"):
        said = json.loads(line)
        row = LogRow(
            said["position"],
            UUID(said["originator_id"]),
            said["originator_version"],
            said["topic"],
            said["state"].encode(),
            bytes.fromhex(said["link"]),
        )
        yield KeptRow(said["service"], row)


def write_rows(rows: Iterable[KeptRow]) -> str:
    """The text from which `read_rows` gives these rows."""
    lines = []
    for service, row in rows:
        said = {
            "service": service,
            "position": row.position,
            "originator_id": str(row.originator_id),
            "originator_version": row.originator_version,
            "topic": row.topic,
            "state": row.state.decode(),
            "link": row.link.hex(),
        }
        lines.append(json.dumps(said, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


def breaks_in(rows: Iterable[KeptRow]) -> list[Break]:
    """Where the chain of any service does not hold over the exact bytes."""
    return [found for service, own in _by_service(rows).items() for found in verify_chain(own, service=service)[0]]


def end_states(rows: Iterable[KeptRow]) -> dict[str, dict[str, Any]]:
    """What the rows fold to under today's code: by service and id, the public attributes as plain JSON values."""
    states: dict[str, dict[str, Any]] = {}
    for service, own in _by_service(rows).items():
        mapper = Mapper(definition_of(service).application.aggregates)
        aggregates: dict[UUID, Any] = {}
        for row in own:
            event = mapper.event_from(row.originator_id, row.originator_version, row.topic, row.state)
            aggregates[row.originator_id] = event.mutate(aggregates.get(row.originator_id))
        states[service] = {str(key): _plain(aggregate) for key, aggregate in sorted(aggregates.items())}
    return states


def histories(rows: Iterable[KeptRow]) -> Iterator[tuple[Mapper, list[LogRow]]]:
    """The rows of each aggregate, with the mapper of its service."""
    for service, own in _by_service(rows).items():
        mapper = Mapper(definition_of(service).application.aggregates)
        streams: dict[UUID, list[LogRow]] = {}
        for row in own:
            streams.setdefault(row.originator_id, []).append(row)
        yield from ((mapper, stream) for stream in streams.values())


def _by_service(rows: Iterable[KeptRow]) -> dict[str, list[LogRow]]:
    logs: dict[str, list[LogRow]] = {}
    for service, row in rows:
        logs.setdefault(service, []).append(row)
    return logs


def _plain(aggregate: Any) -> Any:
    public = {name: value for name, value in vars(aggregate).items() if not name.startswith("_")}
    return json.loads(msgspec.json.encode(public, order="deterministic", enc_hook=dict))  # a read-only mapping
