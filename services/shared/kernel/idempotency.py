"""Idempotent commands: the caller's key is stored with the events, and a repeat gets the answer of the first time.

What is stored is the aggregate and version that the command led to; the answer is that aggregate at that version, so a
repeat after years answers alike. (`Idempotency-Key` is still a draft of the IETF's HTTPAPI group.)
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from services.shared.aggregate import Aggregate, acting_now
from services.shared.kernel.command import Effect
from services.shared.kernel.gathering import add
from services.shared.kernel.postgres import Cursor, Database
from services.shared.kernel.statements import Rows
from services.shared.vocabulary import Finding, Invalid

UNKNOWN_DIGEST = b""
"""Of a command that came back from a witness of the log: which request it was is not known, so its key alone tells."""


_REMEMBER = Rows(
    """
    insert into idempotency (caller, key, digest, command, originator_id, originator_version, recorded_at)
    values (%s, %s, decode(%s, 'hex'), %s, %s, %s, %s)
    """,
    """
    insert into idempotency (caller, key, digest, command, originator_id, originator_version, recorded_at)
    select caller, key, decode(digest, 'hex'), command, originator_id, originator_version, recorded_at
    from json_to_recordset(%s) as done (caller text, key text, digest text, command text, originator_id uuid,
        originator_version bigint, recorded_at timestamptz)
    """,
)


class Done(NamedTuple):
    """A command that was carried out: the digest of its request and where it led."""

    digest: bytes
    command: str
    originator_id: UUID
    originator_version: int


def find(database: Database, caller: str, key: str, digest: bytes) -> Done | None:
    """What this caller's earlier command with this key led to; Invalid when that was another request."""
    rows = database.rows(
        "select digest, command, originator_id, originator_version from idempotency where caller = %s and key = %s",
        (caller, key),
    )
    if not rows:
        return None
    done = Done(*rows[0])
    if bytes(done.digest) not in (digest, UNKNOWN_DIGEST):
        raise Invalid(
            Finding("idempotency-key-reused", "同一幂等键用于不同的请求", "this key was used for another request")
        )
    return done


def remember(caller: str, key: str, digest: bytes, command: str) -> Effect:
    """The effect that stores the key in the transaction of the command's events."""

    def effect(cursor: Cursor, aggregate: Aggregate) -> None:
        row = {
            "caller": caller,
            "key": key,
            "digest": digest.hex(),
            "command": command,
            "originator_id": aggregate.id,
            "originator_version": aggregate.version,
            "recorded_at": acting_now().at,
        }
        add(cursor, _REMEMBER, row)

    return effect
