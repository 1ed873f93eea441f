"""Ledger (账本): what audit says about its copy of all logs: signed checkpoints, and tampering that was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from services.audit.domain import errors
from services.audit.domain.checkpoint import (
    Checkpoint,
    Signer,
    Sm3,
    next_checkpoint,
    seal,
    verify_succession,
)
from services.audit.domain.discrepancy import Discrepancy
from services.audit.domain.succession import Succession, hand_over, key_id_of
from services.shared.aggregate import Aggregate, acting_now, event

ORIGIN = "mic.yn.gov.cn/audit"
"""What checkpoints call this ledger."""

LEDGER_ID = uuid5(NAMESPACE_URL, f"https://{ORIGIN}")
"""There is one ledger."""


class Ledger(Aggregate):
    """The one ledger: what was signed and found. Its entries are kept beside the log (see `services.audit.ledger`)."""

    TOPIC = "audit.ledger"

    @event("Opened", topic="audit.ledger.opened")
    def __init__(self, id: UUID, origin: str, incarnation: str) -> None:
        self.origin = origin
        self.incarnation = incarnation
        self.checkpoint: Checkpoint | None = None
        self.signature = ""
        self.key_id = ""
        self.former_keys: frozenset[str] = frozenset()
        self.known: frozenset[tuple[str, int, str]] = frozenset()
        self.security: dict[str, tuple[int, str]] = {}

    def lags_behind(self, heads: Mapping[str, tuple[int, str]]) -> bool:
        """Whether a security log goes further than it was sealed."""
        return bool(self._grown(heads))

    def seal_security(self, heads: Mapping[str, tuple[int, str]]) -> None:
        """Note how far each security log goes (number and link, hex), so that the ledger holds them to it.

        A log that is shorter than it was sealed keeps its seal: verification reports it.
        """
        if grown := self._grown(heads):
            self._security_sealed(heads=grown)

    @event("SecuritySealed", topic="audit.ledger.security-sealed")
    def _security_sealed(self, heads: dict[str, tuple[int, str]]) -> None:
        self.security = {**self.security, **{log: (number, link) for log, (number, link) in heads.items()}}

    def _grown(self, heads: Mapping[str, tuple[int, str]]) -> dict[str, tuple[int, str]]:
        return {log: (n, link) for log, (n, link) in heads.items() if n > self.security.get(log, (0, ""))[0]}

    def sign_checkpoint(self, *, size: int, root: bytes, proof: Sequence[bytes], signer: Signer, sm3: Sm3) -> None:
        """Sign the head of the ledger; `proof` is the consistency proof from the last checkpoint's size to `size`.

        Raises NotInThisState for an empty ledger, for one that does not begin with what was signed last, and for a key
        that is not the ledger's.
        """
        if size == 0:
            raise errors.ledger_is_empty()
        if not self.is_signed_by(signer):
            raise errors.not_the_key(self.key_id, signer.key_id)
        before, now = self.checkpoint, acting_now().at
        following = next_checkpoint(
            before, origin=self.origin, incarnation=self.incarnation, size=size, root=root, at=now, signer=signer
        )
        if before is not None and (flaws := verify_succession(before, following, proof)):
            raise errors.ledger_at_fault(flaws)
        signed = seal(following, signer, sm3)
        self._checkpoint_signed(checkpoint=signed.checkpoint, signature=signed.signature.hex())

    @event("CheckpointSigned", topic="audit.ledger.checkpoint-signed")
    def _checkpoint_signed(self, checkpoint: Checkpoint, signature: str) -> None:
        self.checkpoint = checkpoint
        self.signature = signature
        self.key_id = checkpoint.key_id

    def is_signed_by(self, signer: Signer) -> bool:
        """Whether this key signs the ledger: the successor of the last one, or the first of all."""
        return self.key_id in ("", signer.key_id)

    def succeed_key(self, *, signer: Signer | None, lost_key: str, successor: Signer, reason: str) -> None:
        """Let the `successor` sign from now on. `signer` is the present key; where it was lost, None, and `lost_key` is
        its public key (hex).

        Raises NotInThisState for another key than the ledger's, Invalid for a successor that has signed before.
        """
        key = signer.public_key.hex() if signer else lost_key
        if self.key_id not in ("", key_id_of(key)):
            raise errors.not_the_key(self.key_id, key_id_of(key))
        if successor.key_id in self.former_keys | {key_id_of(key)}:
            raise errors.key_used_before(successor.key_id)
        said = Succession(origin=self.origin, key=key, successor=successor.public_key.hex(), at=acting_now().at)
        signed = hand_over(said, signer, successor)
        self._key_succeeded(
            key=said.key,
            successor=said.successor,
            at=said.at,
            reason=reason,
            signature=signed.signature.hex(),
            successor_signature=signed.successor_signature.hex(),
        )

    @event("KeySucceeded", topic="audit.ledger.key-succeeded")
    def _key_succeeded(  # kept in the event
        self, key: str, successor: str, at: datetime, reason: str, signature: str, successor_signature: str
    ) -> None:
        self.former_keys = self.former_keys | {key_id_of(key)}
        self.key_id = key_id_of(successor)

    def report_tampering(self, found: Iterable[Discrepancy]) -> None:
        """Put on record what was found; what is on record already is not reported again."""
        for each in found:
            if each.key not in self.known:
                self._tampering_found(service=each.service, position=each.position, kind=each.kind, detail=each.detail)

    @event("TamperingFound", topic="audit.ledger.tampering-found")
    def _tampering_found(self, service: str, position: int, kind: str, detail: str) -> None:  # kept in the event
        self.known = self.known | {(service, position, kind)}
