"""Signing keys in files, and the SM3 digest: the cryptography that the domain asks for through small protocols."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


class KeyFileRefused(Exception):
    """The key file is open to others, or holds no Ed25519 private key."""


class Ed25519Verifier:
    """Checks signatures (RFC 8032) by a public key of 32 bytes. Raises ValueError for any other length."""

    algorithm = "ed25519"

    def __init__(self, public_key: bytes) -> None:
        self.public_key = public_key
        self.key_id = hashlib.sha256(public_key).hexdigest()[:16]
        self._public = Ed25519PublicKey.from_public_bytes(public_key)

    def verify(self, statement: bytes, signature: bytes) -> bool:
        """Whether this key signed these bytes."""
        try:
            self._public.verify(signature, statement)
        except InvalidSignature:
            return False
        return True


class Ed25519Signer(Ed25519Verifier):
    """Signs as well."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        super().__init__(private.public_key().public_bytes_raw())
        self._private = private

    def sign(self, statement: bytes) -> bytes:
        """The signature of these bytes, 64 bytes long."""
        return self._private.sign(statement)


def load(path: Path) -> Ed25519Signer:
    """The key in a PKCS#8 PEM file. Raises FileNotFoundError, or KeyFileRefused when it is not safe or not a key.

    The group may read it (a Kubernetes secret is mounted so), but nobody but the owner may write it, nor others read.
    """
    with path.open("rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o037:
            raise KeyFileRefused(f"{path} is open to others: its mode must be 0600")
        content = file.read()
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise KeyFileRefused(f"{path} holds no private key without a password") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyFileRefused(f"{path} holds a key of another kind than Ed25519")
    return Ed25519Signer(private)


def load_or_create(path: Path) -> Ed25519Signer:
    """The key in the file, which is made with mode 0600 when missing; two processes that make it at once agree."""
    with suppress(FileNotFoundError):
        return load(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp opens with 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_pem(Ed25519PrivateKey.generate()))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its key counts
            os.link(temporary, path)
    finally:
        os.unlink(temporary)
    _sync_folder(path.parent)
    return load(path)


def sm3(data: bytes) -> str:
    """The SM3 digest (GB/T 32905-2016) in hex; from `cryptography` where the system's OpenSSL leaves it out."""
    if "sm3" in hashlib.algorithms_available:
        return hashlib.new("sm3", data).hexdigest()
    return sm3_by_cryptography(data)


def sm3_by_cryptography(data: bytes) -> str:
    """The same by the OpenSSL that `cryptography` brings along."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize().hex()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _pem(private: Ed25519PrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
