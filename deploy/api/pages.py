"""The page of the events for people: what each says, who hears it, its fields and a sample."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from deploy.api.json_schemas import schema_for
from deploy.api.sources import Message, listeners_of

_INTRODUCTION = """# Integration events 集成事件

Made by `make api` from `services/*/contracts`; do not edit. Machine-readable: [asyncapi.yaml](asyncapi.yaml) and one
JSON Schema for each in [schemas](schemas/). How to receive them: [the subscriber's guide](subscribing.md).

A released type never changes: fields may be added, always optional; anything else is a new version beside the old one.
"""


def page(messages: Iterable[Message]) -> str:
    """The whole page."""
    known = list(messages)
    contents = [f"- [`{m.type}`](#{_anchor(m)}) {m.meaning.splitlines()[0]}" for m in known]
    return "\n".join([_INTRODUCTION, *contents, "", *(_section(m) for m in known)])


def _anchor(message: Message) -> str:
    return message.routing_key.replace(".", "")


def _section(message: Message) -> str:
    schema = schema_for(message)
    required = set(schema.get("required", ()))
    rows = [
        f"| `{name}` | {_kind(described)} | {'yes' if name in required else 'no'} |"
        for name, described in schema["properties"].items()
    ]
    heard = ", ".join(listeners_of(message)) or "other systems only"
    return "\n".join(
        [
            f"## {message.routing_key}",
            "",
            message.meaning,
            "",
            f"Type `{message.type}`, schema [{message.name}](schemas/{message.routing_key}.json). Heard by: {heard}.",
            "",
            "| field | kind | required |",
            "| --- | --- | --- |",
            *rows,
            "",
            "```json",
            json.dumps(message.sample(), ensure_ascii=False, indent=2),
            "```",
            "",
        ]
    )


def _kind(described: dict[str, Any]) -> str:
    """A field's kind in a few words."""
    kinds = described.get("type", "value")
    words = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if "enum" in described:
        return "one of " + ", ".join(f"`{value}`" for value in described["enum"])
    if "items" in described:
        return f"list of {_kind(described['items'])}"
    if "properties" in described:
        return "object (" + ", ".join(f"`{name}`" for name in described["properties"]) + ")"
    return f"{words} ({described['format']})" if "format" in described else words
