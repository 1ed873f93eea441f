"""What audit tells the others: own domain event → own integration event."""

from __future__ import annotations

from typing import Any

from services.audit import contracts
from services.audit.domain.ledger import Ledger
from services.shared.kernel.publishing import Publishing

PUBLISHING = Publishing()


@PUBLISHING.of(Ledger.CheckpointSigned)
def seal_checkpoint_signed(event: Any, ledger: Ledger) -> contracts.CheckpointSigned:
    signed = event.checkpoint
    return contracts.CheckpointSigned(
        ledger_id=ledger.id,
        origin=signed.origin,
        incarnation=signed.incarnation,
        checkpoint=signed.number,
        size=signed.size,
        root=signed.root,
        sm3=signed.sm3,
        previous=signed.previous,
        at=signed.at,
        key_id=signed.key_id,
        algorithm=signed.algorithm,
        signature=event.signature,
    )


@PUBLISHING.of(Ledger.KeySucceeded)
def seal_key_succeeded(event: Any, ledger: Ledger) -> contracts.KeySucceeded:
    return contracts.KeySucceeded(
        ledger_id=ledger.id,
        origin=ledger.origin,
        key=event.key,
        successor=event.successor,
        at=event.at,
        reason=event.reason,
        signature=event.signature,
        successor_signature=event.successor_signature,
    )


@PUBLISHING.of(Ledger.TamperingFound)
def seal_tampering_found(event: Any, ledger: Ledger) -> contracts.TamperingFound:
    return contracts.TamperingFound(
        ledger_id=ledger.id,
        origin=ledger.origin,
        service=event.service,
        position=event.position,
        kind=event.kind,
        detail=event.detail,
    )
