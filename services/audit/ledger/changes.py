"""What changed, field by field: before and after of each event, and between two moments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.audit.ledger.timeline import Asked, Happening, as_at


class Change(NamedTuple):
    """One field (a dotted path, `facts.lead`) that had one value and then another; None for none."""

    field: str
    before: Any
    after: Any


def changes(history: Iterable[Happening]) -> dict[int, list[Change]]:
    """The changes that each event made to what its aggregate had said before, by number in the ledger.

    The events must be all of their aggregates', in causal order.
    """
    states: dict[tuple[str, UUID], dict[str, Any]] = {}
    found = {}
    for each in history:
        before = states.setdefault((each.service, each.originator_id), {})
        after = before | each.changed
        found[each.sequence] = between({name: before.get(name) for name in each.changed}, each.changed)
        states[each.service, each.originator_id] = after
    return found


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every field that differs, by name. A field that is None and one that is not there are the same."""
    old, new = _flat(before), _flat(after)
    return [
        Change(name, old.get(name), new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def difference(history: list[Happening], start: datetime, end: datetime) -> list[dict[str, Any]]:
    """What each aggregate of a case said differently at two moments, and how many events lie between."""
    earlier, later = (
        {(item["service"], item["originator_id"]): item for item in as_at(history, Asked(moment))}
        for moment in (start, end)
    )
    nothing: dict[str, Any] = {"events": 0, "values": {}, "version": 0}
    found = []
    for key in sorted(earlier.keys() | later.keys()):
        before, after = earlier.get(key, nothing), later.get(key, nothing)
        if before["version"] != after["version"] or before["events"] != after["events"]:
            found.append(
                {
                    "service": key[0],
                    "originator_id": key[1],
                    "events": after["events"] - before["events"],
                    "from_version": before["version"],
                    "to_version": after["version"],
                    "changes": [each._asdict() for each in between(before["values"], after["values"])],
                }
            )
    return found


def _flat(values: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping) and value:
            flat |= _flat(value, f"{above}{name}.")
        else:
            flat[f"{above}{name}"] = value
    return flat
