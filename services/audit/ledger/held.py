"""A checkpoint that somebody outside has held, read back from the JSON in which it was given out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from services.audit.domain.checkpoint import Checkpoint, SignedCheckpoint, parse


def held(text: str | bytes) -> SignedCheckpoint:
    """The checkpoint in this JSON: as listed, as printed by `checkpoint`, or as published. Raises ValueError."""
    said = msgspec.json.decode(text)
    if not isinstance(said, dict):
        raise ValueError("not an object")
    said = said.get("data", said)  # the envelope of an integration event
    try:
        checkpoint = parse(said["statement"].encode(), said["sm3"]) if "statement" in said else _published(said)
        return SignedCheckpoint(checkpoint, bytes.fromhex(said["signature"]))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a checkpoint: {error}") from error


def _published(said: dict[str, Any]) -> Checkpoint:
    return Checkpoint(
        origin=said["origin"],
        incarnation=said["incarnation"],
        number=said["checkpoint"],
        size=said["size"],
        root=said["root"],
        sm3=said["sm3"],
        previous=said["previous"],
        at=datetime.fromisoformat(said["at"]),
        key_id=said["key_id"],
        algorithm=said["algorithm"],
    )
