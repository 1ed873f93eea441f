"""The signed checkpoint: what the ledger was at one moment, said so that others can hold the ledger to it.

The signed bytes are the *statement*: UTF-8, exactly these ten lines in this order, each ended by one LF (0x0A), name
and value parted by one space, values without spaces or control characters, nothing before, between or after:

    zhichuang-checkpoint v1
    origin mic.yn.gov.cn/audit                 which ledger
    incarnation 0193a1c2-…                     new after every restore from a backup
    number 17                                  1, 2, 3 … within the incarnation; decimal, no leading zeros
    size 1024                                  leaves of the tree; decimal, no leading zeros
    root 5dc9da79…                             RFC 9162 root hash; 64 lower-case hex digits
    previous 3b0c4429…                         SHA-256 of the previous statement; 64 zeros before the first
    at 2026-11-23T08:30:00.000000Z             RFC 3339, UTC, six decimals
    key 1f2e3d4c5b6a7988                       key id of the signer
    algorithm ed25519                          how the statement is signed

(The remarks on the right are not part of it.) `sm3` is the SM3 digest (GB/T 32905-2016) of the same bytes, in hex.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from services.audit.domain.tree import verify_consistency

FORMAT = "zhichuang-checkpoint v1"
NO_PREVIOUS = "0" * 64
"""What the first checkpoint of a ledger names as the one before."""


class Verifier(Protocol):
    """Who can check signatures of one key."""

    @property
    def public_key(self) -> bytes: ...

    @property
    def key_id(self) -> str: ...

    @property
    def algorithm(self) -> str: ...

    def verify(self, statement: bytes, signature: bytes) -> bool: ...


class Signer(Verifier, Protocol):
    """Who can also make them."""

    def sign(self, statement: bytes) -> bytes: ...


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """That the ledger `origin` had `size` leaves and this `root` `at` this time.

    `root`, `sm3` and `previous` are in hex. Raises ValueError for values that no statement can hold.
    """

    origin: str
    incarnation: str
    number: int
    size: int
    root: str
    sm3: str = ""
    previous: str = NO_PREVIOUS
    at: datetime
    key_id: str
    algorithm: str

    def __post_init__(self) -> None:
        words = (self.origin, self.incarnation, self.key_id, self.algorithm)
        if not all(_WORD.fullmatch(word) for word in words):
            raise ValueError(f"not single words: {words}")
        if not (_DIGEST.fullmatch(self.root) and _DIGEST.fullmatch(self.previous)):
            raise ValueError("root and previous are 64 lower-case hex digits")
        if self.number < 1 or self.size < 0 or self.at.tzinfo is None:
            raise ValueError("number is from 1, size from 0, and the time has a zone")

    @property
    def statement(self) -> bytes:
        """The exact bytes that are signed."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        lines = (
            FORMAT,
            f"origin {self.origin}",
            f"incarnation {self.incarnation}",
            f"number {self.number}",
            f"size {self.size}",
            f"root {self.root}",
            f"previous {self.previous}",
            f"at {at}",
            f"key {self.key_id}",
            f"algorithm {self.algorithm}",
        )
        return "".join(line + "\n" for line in lines).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the statement in hex: what the next checkpoint names as `previous`."""
        return sha256(self.statement).hexdigest()


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint and the signature of its statement."""

    checkpoint: Checkpoint
    signature: bytes


class Flaw(StrEnum):
    """Why a checkpoint is not to be believed. The values are stable codes."""

    OTHER_KEY = "other-key"
    KEY_SUCCEEDED = "key-succeeded"
    SM3_DIFFERS = "sm3-differs"
    SIGNATURE_INVALID = "signature-invalid"
    OTHER_ORIGIN = "other-origin"
    OTHER_INCARNATION = "other-incarnation"
    NUMBER_NOT_NEXT = "number-not-next"
    PREVIOUS_DIFFERS = "previous-differs"
    TIME_GOES_BACK = "time-goes-back"
    LEDGER_REWRITTEN = "ledger-rewritten"

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        return _SENTENCES[self][0]

    @property
    def en(self) -> str:
        """The sentence in English."""
        return _SENTENCES[self][1]


Sm3 = Callable[[bytes], str]
"""The SM3 digest of bytes, in hex; the kernel has one."""


def next_checkpoint(
    before: Checkpoint | None, *, origin: str, incarnation: str, size: int, root: bytes, at: datetime, signer: Signer
) -> Checkpoint:
    """The checkpoint that follows `before` (None for the first of all), not yet sealed.

    The numbers of a new incarnation begin again at 1; `previous` goes on, so that a restore is seen and not lost.
    """
    is_same_life = before is not None and before.incarnation == incarnation
    return Checkpoint(
        origin=origin,
        incarnation=incarnation,
        number=before.number + 1 if before and is_same_life else 1,
        size=size,
        root=root.hex(),
        previous=before.digest if before else NO_PREVIOUS,
        at=at,
        key_id=signer.key_id,
        algorithm=signer.algorithm,
    )


def seal(checkpoint: Checkpoint, signer: Signer, sm3: Sm3) -> SignedCheckpoint:
    """The checkpoint with its SM3 digest and signature. Raises ValueError when it names another key."""
    if (checkpoint.key_id, checkpoint.algorithm) != (signer.key_id, signer.algorithm):
        raise ValueError(f"names key {checkpoint.key_id}, the signer has {signer.key_id}")
    sealed = replace(checkpoint, sm3=sm3(checkpoint.statement))
    return SignedCheckpoint(sealed, signer.sign(sealed.statement))


def verify(signed: SignedCheckpoint, verifier: Verifier, sm3: Sm3) -> list[Flaw]:
    """What is wrong with the seal; nothing when it holds."""
    checkpoint = signed.checkpoint
    if (checkpoint.key_id, checkpoint.algorithm) != (verifier.key_id, verifier.algorithm):
        return [Flaw.OTHER_KEY]
    flaws = []
    if checkpoint.sm3 != sm3(checkpoint.statement):
        flaws.append(Flaw.SM3_DIFFERS)
    if not verifier.verify(checkpoint.statement, signed.signature):
        flaws.append(Flaw.SIGNATURE_INVALID)
    return flaws


def verify_succession(earlier: Checkpoint, later: Checkpoint, proof: Sequence[bytes]) -> list[Flaw]:
    """What is wrong with `later` as the checkpoint right after `earlier`; `proof` is the consistency proof between.

    Seals are checked apart. `other-incarnation` may be honest: the ledger was restored from a backup, on record.
    """
    old_root, new_root = bytes.fromhex(earlier.root), bytes.fromhex(later.root)
    next_number = earlier.number + 1 if later.incarnation == earlier.incarnation else 1
    checks = {
        Flaw.OTHER_ORIGIN: later.origin == earlier.origin,
        Flaw.OTHER_INCARNATION: later.incarnation == earlier.incarnation,
        Flaw.NUMBER_NOT_NEXT: later.number == next_number,
        Flaw.PREVIOUS_DIFFERS: later.previous == earlier.digest,
        Flaw.TIME_GOES_BACK: later.at >= earlier.at,
        Flaw.LEDGER_REWRITTEN: verify_consistency(earlier.size, later.size, proof, old_root, new_root),
    }
    return [flaw for flaw, holds in checks.items() if not holds]


def parse(statement: bytes, sm3: str = "") -> Checkpoint:
    """The checkpoint of these exact statement bytes. Raises ValueError for anything but what `statement` writes."""
    match = _STATEMENT.fullmatch(statement.decode())
    if match is None:
        raise ValueError("not a checkpoint statement")
    said = match.groupdict()
    checkpoint = Checkpoint(
        origin=said["origin"],
        incarnation=said["incarnation"],
        number=int(said["number"]),
        size=int(said["size"]),
        root=said["root"],
        sm3=sm3,
        previous=said["previous"],
        at=datetime.fromisoformat(said["at"]),
        key_id=said["key"],
        algorithm=said["algorithm"],
    )
    if checkpoint.statement != statement:
        raise ValueError("not a checkpoint statement in its one exact form")
    return checkpoint


_WORD = re.compile(r"[!-~]+")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NAMES = ("origin", "incarnation", "number", "size", "root", "previous", "at", "key", "algorithm")
_STATEMENT = re.compile(f"{FORMAT}\n" + "".join(rf"{name} (?P<{name}>[!-~]+)\n" for name in _NAMES))
_SENTENCES = {
    Flaw.OTHER_KEY: ("检查点不是由该密钥签署", "the checkpoint names another key or algorithm"),
    Flaw.KEY_SUCCEEDED: ("检查点由已更替的密钥签署", "it was signed by a key that had handed over before"),
    Flaw.SM3_DIFFERS: ("检查点的 SM3 摘要不符", "the SM3 digest is not that of the statement"),
    Flaw.SIGNATURE_INVALID: ("检查点签名无效", "the signature does not hold"),
    Flaw.OTHER_ORIGIN: ("检查点出自另一账本", "the checkpoint is of another ledger"),
    Flaw.OTHER_INCARNATION: ("账本曾由备份恢复", "the ledger was restored from a backup in between"),
    Flaw.NUMBER_NOT_NEXT: ("检查点编号不连续", "the number does not follow"),
    Flaw.PREVIOUS_DIFFERS: ("检查点未指向前一检查点", "it does not name the checkpoint before it"),
    Flaw.TIME_GOES_BACK: ("检查点时间早于前一检查点", "its time is before that of the checkpoint before it"),
    Flaw.LEDGER_REWRITTEN: ("账本被改写或截短", "the ledger was rewritten or cut since"),
}
