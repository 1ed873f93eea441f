"""What the events of a log speak of and no log holds: uploaded documents, and personal data in the vault."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import psycopg

from services.shared.kernel.documents import Documents
from services.shared.kernel.logpages import LogRecord

_REFERENCE = re.compile(r"pii_[0-9a-f]{32}")
_NOT_THERE = """
select ref from unnest(%s::text[]) ref
where ref not in (select ref from vault.entries) and ref not in (select ref from vault.erasures)
"""


class Spoken:
    """The documents and the references to personal data that some events speak of, each with the case of the first."""

    def __init__(self) -> None:
        self.documents: dict[str, tuple[str, str]] = {}
        self.personal: dict[str, str] = {}

    def add(self, record: LogRecord) -> None:
        """Look through one event."""
        case = str(record.originator_id)
        for name, sha256 in _documents_in(msgspec.json.decode(record.state)):
            self.documents.setdefault(sha256, (name, case))
        for reference in _REFERENCE.findall(record.state.decode()):
            self.personal.setdefault(reference, case)

    def missing(self, connection: psycopg.Connection, documents: Documents) -> list[str]:
        """What of it is not there now, a sentence for each; who was erased is not missing."""
        lines = [
            f"document {name!r} of {case}: sha256 {sha256}"
            for sha256, (name, case) in sorted(self.documents.items(), key=lambda item: item[1])
            if not documents.exists(sha256)
        ]
        if self.personal and _has_vault(connection):
            gone = connection.execute(_NOT_THERE, [list(self.personal)]).fetchall()
            lines += sorted(f"personal data of {self.personal[reference]}: {reference}" for (reference,) in gone)
        return lines


def _documents_in(value: Any) -> Iterator[tuple[str, str]]:
    """Name and digest of every document reference in a decoded state."""
    if isinstance(value, dict):
        if {"sha256", "sm3", "name", "media_type"} <= value.keys():
            yield value["name"], value["sha256"]
        yield from _in_all(value.values())
    elif isinstance(value, list):
        yield from _in_all(value)


def _in_all(values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for each in values:
        yield from _documents_in(each)


def _has_vault(connection: psycopg.Connection) -> bool:
    row = connection.execute("select to_regclass('vault.entries') is not null").fetchone()
    return bool(row and row[0])
