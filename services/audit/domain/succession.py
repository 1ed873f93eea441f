"""Key succession (密钥更替): one signing key hands over to the next, and what it signed stays provable.

The signed bytes are the *statement*, written as that of a checkpoint is (see `checkpoint`):

    zhichuang-key-succession v1
    origin mic.yn.gov.cn/audit                 which ledger
    key 03a107bf…                              public key that hands over; 64 lower-case hex digits
    successor 8f40c5ad…                        public key that signs from now on
    at 2026-11-23T08:30:00.000000Z             RFC 3339, UTC, six decimals

Both keys sign it, so who holds either of the two can believe the other. A key hands over once. Where it was lost it
cannot sign: then only who holds its public key from elsewhere can believe what it signed before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from services.audit.domain.checkpoint import Signer, Verifier

FORMAT = "zhichuang-key-succession v1"
_KEY = re.compile(r"[0-9a-f]{64}")

VerifierOf = Callable[[bytes], Verifier]
"""Who can check signatures of this public key; the kernel has one."""


@dataclass(frozen=True, kw_only=True)
class Succession:
    """That `key` handed over to `successor` (public keys in hex) `at` this time. Raises ValueError for other keys."""

    origin: str
    key: str
    successor: str
    at: datetime

    def __post_init__(self) -> None:
        if not (_KEY.fullmatch(self.key) and _KEY.fullmatch(self.successor)) or self.key == self.successor:
            raise ValueError("key and successor are two keys of 64 lower-case hex digits")

    @property
    def statement(self) -> bytes:
        """The exact bytes that are signed."""
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        lines = (FORMAT, f"origin {self.origin}", f"key {self.key}", f"successor {self.successor}", f"at {at}")
        return "".join(line + "\n" for line in lines).encode()


@dataclass(frozen=True)
class SignedSuccession:
    """A succession with the signatures of both keys; that of a lost key is empty."""

    succession: Succession
    signature: bytes
    successor_signature: bytes


def hand_over(succession: Succession, signer: Signer | None, successor: Signer) -> SignedSuccession:
    """The succession, signed by both; `signer` is None where the key that hands over was lost."""
    statement = succession.statement
    return SignedSuccession(succession, signer.sign(statement) if signer else b"", successor.sign(statement))


def key_id_of(public_key: str) -> str:
    """How checkpoints name this public key (hex)."""
    return sha256(bytes.fromhex(public_key)).hexdigest()[:16]


class Keyring:
    """The keys whose signatures are believed, and until when each was in use.

    `trusted` are held from elsewhere; from each, every succession that both keys signed leads to one more. Of two
    successions of one key the first counts: whoever stole a key cannot hand it over again.
    """

    def __init__(
        self, trusted: Iterable[Verifier], successions: Sequence[SignedSuccession], verifier_of: VerifierOf
    ) -> None:
        self._known = {each.key_id: each for each in trusted}
        first = _first_of_each_key(successions)
        self._ended = {key_id_of(each.succession.key): each.succession.at for each in first}
        holding = [each for each in first if _holds(each, verifier_of)]
        while fresh := [each for each in holding if self._leads_on(each)]:
            for each in fresh:
                for key in (each.succession.key, each.succession.successor):
                    self._known.setdefault(key_id_of(key), verifier_of(bytes.fromhex(key)))

    def verifier(self, key_id: str) -> Verifier | None:
        """Who checks signatures of this key; None when the key is not believed."""
        return self._known.get(key_id)

    def is_over(self, key_id: str, at: datetime) -> bool:
        """Whether the key had handed over before this time."""
        return key_id in self._ended and at > self._ended[key_id]

    def _leads_on(self, signed: SignedSuccession) -> bool:
        ends = {key_id_of(signed.succession.key), key_id_of(signed.succession.successor)}
        return len(ends & self._known.keys()) == 1


def _first_of_each_key(successions: Iterable[SignedSuccession]) -> list[SignedSuccession]:
    first: dict[str, SignedSuccession] = {}
    for each in successions:
        first.setdefault(each.succession.key, each)
    return list(first.values())


def _holds(signed: SignedSuccession, verifier_of: VerifierOf) -> bool:
    """Whether both keys have signed."""
    said, statement = signed.succession, signed.succession.statement
    pairs = ((said.key, signed.signature), (said.successor, signed.successor_signature))
    return all(verifier_of(bytes.fromhex(key)).verify(statement, signature) for key, signature in pairs)
