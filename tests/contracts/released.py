"""What was released of each contract, held fixed: `python -m tests.contracts.released` records what is new."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from deploy.api.json_schemas import schema_for
from deploy.api.sources import Message, messages

FOLDER = Path(__file__).with_name("released")


class Broken(Exception):
    """A released contract was changed; that needs a new version beside the old one."""


def record_of(message: Message) -> dict[str, Any]:
    """What a listener was promised: the golden sample's digest, each field, and which fields always come."""
    schema = schema_for(message)
    sample = json.dumps(message.sample(), ensure_ascii=False, sort_keys=True).encode()
    return {
        "sample_sha256": hashlib.sha256(sample).hexdigest(),
        "required": sorted(schema.get("required", [])),
        "fields": schema["properties"],
    }


def released() -> dict[str, dict[str, Any]]:
    """The records, by routing key."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def breaks(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Why what is there now breaks what was released; nothing when it has only grown."""
    found = [] if now["sample_sha256"] == before["sample_sha256"] else ["the golden sample was changed"]
    for name, kind in before["fields"].items():
        if now["fields"].get(name) != kind:
            found.append(f"field {name} was changed or taken away")
    found += [f"field {name} no longer always comes" for name in before["required"] if name not in now["required"]]
    return found + [f"new field {name} is not optional" for name in now["required"] if name not in before["required"]]


def record() -> None:
    """Record new contracts and new optional fields. Raises Broken and writes nothing for a contract that changed."""
    known = released()
    FOLDER.mkdir(exist_ok=True)
    for message in messages():
        now = record_of(message)
        before = known.get(message.routing_key, now)
        if found := breaks(before, now):
            raise Broken(f"{message.routing_key}: {'; '.join(found)}")
        path = FOLDER / f"{message.routing_key}.json"
        path.write_text(json.dumps(now, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    record()
