"""The document store: files by the digest of their bytes, written once, the same bytes once only.

A folder by default; whatever keeps the `Documents` protocol can take its place (an S3-compatible store in a cluster).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from cryptography.hazmat.primitives import hashes

from services.shared.kernel.contents import check_content, media_type_of, refused
from services.shared.vocabulary import DocumentRef, Finding, NotFound

MAX_BYTES = 20 * 1024 * 1024
"""The largest document that is taken in."""

_CHUNK = 1 << 16
_MAX_INTEGER = 2**53 - 1
_ABANDONED_AFTER = 3600


class DocumentDamaged(Exception):
    """The stored bytes are no longer those of their digest."""


class Documents(Protocol):
    """Where documents are kept."""

    def put(self, source: bytes | BinaryIO, name: str, media_type: str) -> DocumentRef:
        """Take in a document; again and again gives the same. Raises Invalid."""
        ...

    def put_json(self, value: Any, name: str) -> DocumentRef:
        """Take in `canonical_json(value)`."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a stream that the caller closes. Raises NotFound."""
        ...

    def read(self, sha256: str) -> bytes:
        """The bytes, checked against their digest. Raises NotFound, DocumentDamaged."""
        ...

    def exists(self, sha256: str) -> bool:
        """Whether there is such a document."""
        ...

    def verify(self, sha256: str) -> bool:
        """Whether the stored bytes still have this digest. Raises NotFound."""
        ...


class DocumentStore:
    """Documents in a folder: `root/ab/cd/<sha256>`. `limit` is in bytes."""

    def __init__(self, root: Path, *, limit: int = MAX_BYTES) -> None:
        self._root, self._limit = root, limit
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        self._sweep()

    def put(self, source: bytes | BinaryIO, name: str, media_type: str) -> DocumentRef:
        """Take in a document of at most `limit` bytes.

        Raises Invalid with code `unsafe-name`, `type-not-allowed`, `content-does-not-match-name`, `too-large`, `empty`.
        """
        name = unicodedata.normalize("NFC", name)
        kind = media_type_of(name, media_type)
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        handle, fresh = tempfile.mkstemp(dir=self._incoming)
        try:
            with os.fdopen(handle, "w+b") as file:
                sha256, sm3, size = self._receive(stream, file)
                check_content(file, kind)
                os.fsync(file.fileno())
            self._keep(Path(fresh), sha256)
        finally:
            Path(fresh).unlink(missing_ok=True)
        return DocumentRef(sha256=sha256, sm3=sm3, name=name, media_type=kind, size=size)

    def put_json(self, value: Any, name: str) -> DocumentRef:
        """Take in `canonical_json(value)`. Raises as `put` and `canonical_json` do."""
        return self.put(canonical_json(value), name, "application/json")

    def open(self, sha256: str) -> BinaryIO:
        """The bytes as a stream that the caller closes. Raises NotFound."""
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError:
            raise _not_found() from None

    def read(self, sha256: str) -> bytes:
        """The bytes, checked against their digest. Raises NotFound, DocumentDamaged."""
        with self.open(sha256) as file:
            data = file.read()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DocumentDamaged(sha256)
        return data

    def exists(self, sha256: str) -> bool:
        """Whether there is such a document."""
        try:
            return self._path(sha256).is_file()
        except NotFound:
            return False

    def verify(self, sha256: str) -> bool:
        """Whether the stored bytes still have this digest. Raises NotFound."""
        digest = hashlib.sha256()
        with self.open(sha256) as file:
            for chunk in _chunks(file):
                digest.update(chunk)
        return digest.hexdigest() == sha256

    def _receive(self, stream: BinaryIO, file: BinaryIO) -> tuple[str, str, int]:
        """Write the stream to `file`, never more than the limit; its SHA-256, SM3 (GB/T 32905) and size."""
        sha256, sm3, size = hashlib.sha256(), hashes.Hash(hashes.SM3()), 0
        for chunk in _chunks(stream):
            size += len(chunk)
            if size > self._limit:
                most = self._limit // 1024**2
                raise refused("too-large", f"文件超过 {most} MB", f"the file is over {most} MB")
            sha256.update(chunk)
            sm3.update(chunk)
            file.write(chunk)
        if size == 0:
            raise refused("empty", "文件为空", "the file is empty")
        file.flush()
        return sha256.hexdigest(), sm3.finalize().hex(), size

    def _keep(self, fresh: Path, sha256: str) -> None:
        """Give the complete file its name; where it has been before, the fresh one heals what may be damaged."""
        path = self._path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.chmod(0o440)
        fresh.replace(path)
        for folder in (path.parent, path.parent.parent, self._root):
            _sync_folder(folder)

    def _path(self, sha256: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise _not_found()
        return self._root / sha256[:2] / sha256[2:4] / sha256

    def _sweep(self) -> None:
        """Remove what a crash left half received."""
        for left in self._incoming.iterdir():
            with suppress(FileNotFoundError):  # another process may finish or sweep meanwhile
                if time.time() - left.stat().st_mtime > _ABANDONED_AFTER:
                    left.unlink()


def canonical_json(value: Any) -> bytes:
    """`value` as bytes that are the same for everybody: RFC 8785 (JCS), narrowed, over text in Unicode NFC.

    UTF-8; no white space between tokens; members sorted by the UTF-16 code units of their names; only the escapes that
    JSON demands; integers up to 2**53 - 1 either way. Fractions are written as text by the caller. Lists and tuples
    alike are arrays. Raises TypeError for floats and every other type, ValueError for larger integers, for names that
    are equal after normalisation, and for lone surrogates.

    >>> canonical_json({"b": [1, True, None], "a": "e\\u0301"}).decode()
    '{"a":"é","b":[1,true,null]}'
    """
    text = json.dumps(_normal(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def _normal(value: Any) -> Any:
    if isinstance(value, str):  # nearly everything, and nearly all of it is in NFC already
        return value if unicodedata.is_normalized("NFC", value) else unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > _MAX_INTEGER:
            raise ValueError("an integer beyond 2**53 - 1 is written as text")
        return int(value)
    if isinstance(value, list | tuple):
        return [_normal(item) for item in value]
    if isinstance(value, dict):
        return _normal_members(value)
    raise TypeError(f"canonical JSON has no {type(value).__name__}")


def _normal_members(members: dict[Any, Any]) -> dict[str, Any]:
    if not all(isinstance(name, str) for name in members):
        raise TypeError("names of members are text")
    if all(map(str.isascii, members)):  # in NFC, and sorted alike by every measure
        return {str(name): _normal(members[name]) for name in sorted(members)}
    pairs = [(unicodedata.normalize("NFC", name), _normal(item)) for name, item in members.items()]
    normal = dict(sorted(pairs, key=lambda pair: pair[0].encode("utf-16-be")))
    if len(normal) != len(members):
        raise ValueError("two names are the same after normalisation")
    return normal


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        time.sleep(0)  # digests hold the processor; this lets the other threads of a cooperative process run
        yield chunk


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _not_found() -> NotFound:
    return NotFound(Finding("unknown-document", "没有此文件", "there is no such document"))
