"""Which cases an event's state names, so that a case's timeline can find it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import msgspec

_NAMES = (b'"case_id"', b'"case_ids"')
_FIELD = b',"case_id":"'
_HEX = b"[0-9a-f]"
_ID = re.compile(b'%b{8}(?:-%b{4}){3}-%b{12}"' % (_HEX, _HEX, _HEX))


def cases_in(state: bytes) -> frozenset[UUID]:
    """Every id in a field `case_id` or `case_ids` of the stored JSON, however deep. None in what cannot be read."""
    if not any(name in state for name in _NAMES):
        return frozenset()
    try:
        return frozenset(_ids_in(msgspec.json.decode(state)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return frozenset()


def names_in(row: bytes) -> list[str]:
    """The same ids in order, as text, of a row that ends with the state: found without decoding it where that is sure.

    In JSON a quotation mark within a text is never bare, so `,"case_id":"` begins a field and its value.
    """
    count = row.count(b"case_id")
    if count == 1 and b"\\u" not in row:
        _, field, after = row.partition(_FIELD)
        if field and _ID.match(after):
            return [after[:36].decode()]
    return sorted(map(str, cases_in(row[row.index(0, 32) + 1 :]))) if count else []


def _ids_in(value: Any, named: bool = False) -> Iterator[UUID]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _ids_in(inner, name in ("case_id", "case_ids"))
    elif isinstance(value, list):
        for inner in value:
            yield from _ids_in(inner, named)
    elif named and isinstance(value, str):
        yield from _id_of(value)


def _id_of(text: str) -> Iterator[UUID]:
    if len(text) == 36:
        try:
            yield UUID(text)
        except ValueError:
            return
