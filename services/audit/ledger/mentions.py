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
    return frozenset({UUID(only)}) if (only := _only_case(state)) else decoded_cases(state)


def names_in(row: bytes) -> list[str]:
    """The same ids in order, as text, of a row of a log that ends with the state (see `ledger.sweep`)."""
    if only := _only_case(row):
        return [only]
    return sorted(map(str, decoded_cases(row[row.index(0, 32) + 1 :]))) if b"case_id" in row else []


def decoded_cases(state: bytes) -> frozenset[UUID]:
    """As `cases_in`, by decoding the whole."""
    if not any(name in state for name in _NAMES):
        return frozenset()
    try:
        return frozenset(_ids_in(msgspec.json.decode(state)))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return frozenset()


def _only_case(text: bytes) -> str:
    """The only id that the JSON at the end of this names, found without decoding it; "" where that is not sure.

    In JSON a quotation mark within a text is never bare, so `,"case_id":"` begins a field and its value.
    """
    if text.count(b"case_id") != 1 or b"\\u" in text:
        return ""
    _, field, after = text.partition(_FIELD)
    return after[:36].decode() if field and _ID.match(after) else ""


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
