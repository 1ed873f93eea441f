"""What audit's read models hold, and how each event changes them."""

from __future__ import annotations

from typing import Any

from services.audit.domain.ledger import ORIGIN, Ledger
from services.audit.domain.succession import Succession
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, Projections, upsert

CHECKPOINTS = Projection(
    "checkpoints",
    """
create table if not exists checkpoints (
    id uuid not null,
    position bigint primary key,
    origin text not null,
    incarnation text not null,
    number bigint not null,
    size bigint not null,
    root text not null,
    sm3 text not null,
    previous text not null,
    at timestamptz not null,
    key_id text not null,
    algorithm text not null,
    statement text not null,
    signature text not null
);
create index if not exists checkpoints_number on checkpoints (number);
""",
)

FINDINGS = Projection(
    "findings",
    """
create table if not exists findings (
    position bigint primary key,
    service text not null,
    at_position bigint not null,
    kind text not null,
    detail text not null,
    reported_at timestamptz not null
);
""",
)

SUCCESSIONS = Projection(
    "successions",
    """
create table if not exists successions (
    position bigint primary key,
    key text not null,
    successor text not null,
    at timestamptz not null,
    reason text not null,
    statement text not null,
    signature text not null,
    successor_signature text not null
);
""",
)

PROJECTIONS = Projections(CHECKPOINTS, FINDINGS, SUCCESSIONS)


@CHECKPOINTS.on(Ledger.CheckpointSigned)
def _(cursor: Cursor, event: Any, position: int) -> None:
    signed = event.checkpoint
    row = {
        "id": event.originator_id,
        "position": position,
        "origin": signed.origin,
        "incarnation": signed.incarnation,
        "number": signed.number,
        "size": signed.size,
        "root": signed.root,
        "sm3": signed.sm3,
        "previous": signed.previous,
        "at": signed.at,
        "key_id": signed.key_id,
        "algorithm": signed.algorithm,
        "statement": signed.statement.decode(),
        "signature": event.signature,
    }
    upsert(cursor, "checkpoints", "position", row)


@FINDINGS.on(Ledger.TamperingFound)
def _(cursor: Cursor, event: Any, position: int) -> None:
    row = {
        "position": position,
        "service": event.service,
        "at_position": event.position,
        "kind": event.kind,
        "detail": event.detail,
        "reported_at": event.timestamp,
    }
    upsert(cursor, "findings", "position", row)


@SUCCESSIONS.on(Ledger.KeySucceeded)
def _(cursor: Cursor, event: Any, position: int) -> None:
    said = Succession(origin=ORIGIN, key=event.key, successor=event.successor, at=event.at)
    row = {
        "position": position,
        "key": event.key,
        "successor": event.successor,
        "at": event.at,
        "reason": event.reason,
        "statement": said.statement.decode(),
        "signature": event.signature,
        "successor_signature": event.successor_signature,
    }
    upsert(cursor, "successions", "position", row)
