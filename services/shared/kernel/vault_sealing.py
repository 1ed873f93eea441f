"""What the vault seals with: AES-256-GCM, a data key for each person of each case, and the master key around them.

Every sealed text is a 96-bit random nonce followed by ciphertext and tag; its associated data name the table, the
reference, the case and the person, so that a text that is moved to another row no longer opens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ALGORITHM = "AES-256-GCM"
"""Stored with every key and entry, so that SM4-GCM can stand beside it one day."""

_NONCE = 12


class MasterKeyRefused(ValueError):
    """What should be the master key is none."""


class VaultDamaged(Exception):
    """A sealed text does not open: altered, moved, or sealed under another key. Its message names no content."""


class MasterKey:
    """The key that wraps every data key: 32 bytes that never leave the process. `id` tells keys apart."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 32:
            raise MasterKeyRefused("a master key is 32 bytes")
        self._secret = secret
        self.id = hashlib.sha256(b"zhichuang master key id" + secret).hexdigest()[:16]

    def wrap(self, data_key: bytes, case_id: UUID, person: str) -> bytes:
        """The data key of one person of one case, sealed."""
        return _seal(self._secret, data_key, "vault.data_keys", str(case_id), person, self.id)

    def mark(self, text: str) -> bytes:
        """What tells whether two texts are the same, to who holds this key and to nobody else."""
        return hmac.digest(self._secret, b"zhichuang contact mark\0" + text.encode(), "sha256")

    def unwrap(self, wrapped: bytes, case_id: UUID, person: str) -> bytes:
        """The data key again. Raises VaultDamaged."""
        return _unseal(self._secret, wrapped, "vault.data_keys", str(case_id), person, self.id)


def master_key_from(environ: Mapping[str, str], *, create: bool = False) -> MasterKey:
    """The master key of `VAULT_MASTER_KEY` (base64), or of the file that `VAULT_MASTER_KEY_FILE` names.

    `create` lets a missing file be made, for its owner only. Raises KeyError, FileNotFoundError, MasterKeyRefused.
    """
    if "VAULT_MASTER_KEY" in environ:
        return MasterKey(_key_bytes(environ["VAULT_MASTER_KEY"]))
    path = Path(environ["VAULT_MASTER_KEY_FILE"])
    if create and not path.exists():
        _make_key_file(path)
    return MasterKey(_key_bytes(path.read_text("ascii")))


def new_data_key() -> bytes:
    """A fresh data key of 256 bits."""
    return AESGCM.generate_key(256)


def seal_entry(data_key: bytes, text: bytes, ref: str, case_id: UUID, person: str) -> bytes:
    """The content of one vault entry, sealed for its place."""
    return _seal(data_key, text, "vault.entries", ref, str(case_id), person)


def unseal_entry(data_key: bytes, sealed: bytes, ref: str, case_id: UUID, person: str) -> bytes:
    """The content again. Raises VaultDamaged."""
    return _unseal(data_key, sealed, "vault.entries", ref, str(case_id), person)


def _seal(key: bytes, text: bytes, *place: str) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, _associated(place))


def _unseal(key: bytes, sealed: bytes, *place: str) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _associated(place))
    except (InvalidTag, ValueError):
        raise VaultDamaged(f"a sealed text of {place[0]} does not open") from None


def _associated(place: tuple[str, ...]) -> bytes:
    return json.dumps([ALGORITHM, *place]).encode()


def _key_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.strip(), validate=True)
    except ValueError:
        raise MasterKeyRefused("the master key is not base64") from None  # the cause would hold the key


def _make_key_file(path: Path) -> None:
    """A new key in a file of its own, complete before it has its name; of two makers, the first one counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(base64.b64encode(secrets.token_bytes(32)))
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
