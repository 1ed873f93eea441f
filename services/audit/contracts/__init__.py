"""The integration events that audit publishes, so that witnesses outside hold them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.shared.contract import contract


@contract("checkpoint.signed.v1", key="ledger_id", subject="origin")
class CheckpointSigned:
    """A signed head of the ledger: its size and Merkle root (hex), and the signature over the statement (hex)."""

    ledger_id: UUID
    origin: str
    incarnation: str
    checkpoint: int
    size: int
    root: str
    sm3: str
    previous: str
    at: datetime
    key_id: str
    algorithm: str
    signature: str


@contract("key.succeeded.v1", key="ledger_id", subject="origin")
class KeySucceeded:
    """The ledger is signed by another key from now on: both public keys, and both signatures of the statement (hex).

    `signature` is empty where the key that hands over was lost.
    """

    ledger_id: UUID
    origin: str
    key: str
    successor: str
    at: datetime
    reason: str
    signature: str
    successor_signature: str


@contract("tampering.found.v1", key="ledger_id", subject="origin")
class TamperingFound:
    """Verification found a log or the ledger to differ from what was once written."""

    ledger_id: UUID
    origin: str
    service: str
    position: int
    kind: str
    detail: str
