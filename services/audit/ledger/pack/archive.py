"""Writes a pack: its files into one ZIP archive, then a manifest of their digests, signed with the ledger's key."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import msgspec

from services.audit.domain import errors
from services.audit.domain.checkpoint import Signer, Sm3
from services.audit.ledger.changes import changes
from services.audit.ledger.entries import Entry
from services.audit.ledger.pack.contents import Contents
from services.audit.ledger.pack.proving import Proofs
from services.audit.ledger.telling import text
from services.audit.ledger.timeline import in_causal_order
from services.shared.kernel.documents import DocumentDamaged, Documents
from services.shared.vocabulary import NotFound

FORMAT = "zhichuang-pack v1"
SIGNED_BY = b"zhichuang-pack v1 manifest\n"
"""What stands before the manifest in the signed bytes, so that the signature can be taken for no other."""

README = """\
审计包 Auditor's pack

核验 Check:   python3 check.py [公钥 PUBLIC-KEY …]
只需 Python 3.9 以上，不连网络，不用数据库。退出码 0 为相符。
Python 3.9 or newer, no network, no database. Exit code 0 when everything holds.

timeline.txt       时间线 what happened, for reading
events.jsonl       事件原始字节 the events: exact stored bytes behind ,"state":
proofs.jsonl       存在性证明 inclusion proof of each event under the last checkpoint (RFC 9162)
checkpoints.jsonl  已签署检查点 signed checkpoints, each with its consistency proof to the last one
keys.jsonl         密钥更替 keys that handed over to the next, each statement signed by both
documents/         事件所引文件 the documents that the events name, by SHA-256
manifest.json      清单 size, SHA-256 and SM3 of every file; manifest.sig is its Ed25519 signature
"""


class Archive:
    """A ZIP archive that notes the digests of what goes in."""

    def __init__(self, target: IO[bytes], sm3: Sm3) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self._sm3 = sm3
        self.files: list[dict[str, Any]] = []

    def add(self, path: str, content: bytes) -> None:
        """Add a file that the manifest lists."""
        digests = {"sha256": hashlib.sha256(content).hexdigest(), "sm3": self._sm3(content)}
        self.files.append({"path": path, "size": len(content), **digests})
        self.write(path, content)

    def write(self, path: str, content: bytes) -> None:
        """Add a file that it does not list."""
        self._zip.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)

    def close(self) -> None:
        self._zip.close()


def write_pack(
    target: IO[bytes],
    contents: Contents,
    proofs: Proofs,
    *,
    documents: Documents,
    signer: Signer,
    public_key: bytes,
    sm3: Sm3,
    made_at: datetime,
) -> None:
    """Write the pack. Raises NotInThisState when a document that its events name is missing or damaged."""
    held = _held(documents, contents)
    archive = Archive(target, sm3)
    archive.add("README.txt", README.encode())
    archive.add("check.py", Path(__file__).with_name("check.py").read_bytes())
    archive.add("timeline.txt", _timeline(contents).encode())
    archive.add("events.jsonl", b"".join(map(event_line, contents.events)))
    paths = ({"sequence": e.sequence, "proof": proofs.paths(e.sequence)} for e in contents.events)
    archive.add("proofs.jsonl", _lines(paths))
    archive.add("checkpoints.jsonl", _lines(map(_checkpoint, proofs.checkpoints)))
    if proofs.successions:
        archive.add("keys.jsonl", _lines(map(_succession, proofs.successions)))
    for path, digest in held.items():
        archive.add(path, documents.read(digest))
    manifest = _manifest(contents, archive.files, public_key, made_at)
    archive.write("manifest.json", manifest)
    archive.write("manifest.sig", signer.sign(SIGNED_BY + manifest).hex().encode() + b"\n")
    archive.close()


def event_line(entry: Entry) -> bytes:
    """One line of JSON that ends with the exact stored bytes, or holds them in base64 when they are not one line."""
    head = {
        "sequence": entry.sequence,
        "service": entry.service,
        "position": entry.position,
        "originator_id": str(entry.originator_id),
        "originator_version": entry.originator_version,
        "topic": entry.topic,
    }
    if _is_one_line_of_json(entry.state):
        return json.dumps(head, ensure_ascii=False).encode()[:-1] + b',"state":' + entry.state + b"}\n"
    coded = {"state_base64": base64.b64encode(entry.state).decode()}
    return json.dumps(head | coded, ensure_ascii=False).encode() + b"\n"


def _is_one_line_of_json(state: bytes) -> bool:
    try:
        return b"\n" not in state and isinstance(json.loads(state), dict)
    except (ValueError, RecursionError):
        return False


def _held(documents: Documents, contents: Contents) -> dict[str, str]:
    """The path in the pack of each document. Raises NotInThisState for what the store does not have whole."""
    held, missing = {}, []
    for digest, name in sorted(contents.names.items()):
        try:
            documents.read(digest)
        except (NotFound, DocumentDamaged):
            missing.append(digest)
        suffix = PurePosixPath(name).suffix
        held[f"documents/{digest}{suffix if suffix[1:].isalnum() and suffix.isascii() else ''}"] = digest
    if missing:
        raise errors.pack_incomplete(missing)
    return held


def _timeline(contents: Contents) -> str:
    history = in_causal_order(contents.events)
    unread = {entry.sequence for entry in contents.events} - {each.sequence for each in history}
    about = contents.about
    title = f"案件 {about['case_id']} 时间线" if "case_id" in about else f"{about['from']} 至 {about['to']} 时间线"
    return text(title, history, changes(history), unread)


def _checkpoint(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("number", "size", "statement", "sm3", "signature", "proof")}


def _succession(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("statement", "signature", "successor_signature")}


def _manifest(contents: Contents, files: list[dict[str, Any]], public_key: bytes, made_at: datetime) -> bytes:
    about = {
        **contents.about,
        "whole": [[service, str(thing)] for service, thing in contents.whole],
        "causes_outside": contents.causes_outside,
    }
    manifest = {
        "format": FORMAT,
        "about": about,
        "made_at": made_at.isoformat(),
        "public_key": public_key.hex(),
        "documents": contents.names,
        "files": files,
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"


def _lines(values: Iterable[Any]) -> bytes:
    return b"".join(_encoded(values))


def _encoded(values: Iterable[Any]) -> Iterator[bytes]:
    for value in values:
        yield msgspec.json.encode(value) + b"\n"
