"""Marks of contacts: whether two cases have a telephone number or an e-mail address in common, without opening either.

A mark is a keyed digest (HMAC-SHA-256): eleven digits could be guessed from a plain one in seconds. It goes with its
entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from services.shared.kernel.postgres import Cursor
from services.shared.kernel.vault_sealing import MasterKey

CONTACTS = ("mobile", "phone", "email")
"""The fields that are marked."""


def mark(cursor: Cursor, key: MasterKey, people: Mapping[str, Mapping[str, str]]) -> None:
    """Mark the contacts of these people, by their references."""
    rows = {
        (key.mark(_plain(fields[name])), ref) for ref, fields in people.items() for name in CONTACTS if fields.get(name)
    }
    if rows:
        cursor.executemany("insert into marks values (%s, %s)", sorted(rows))


def shared(cursor: Cursor, refs: Sequence[str]) -> dict[str, list[tuple[UUID, str]]]:
    """For each of `refs` that has a contact in common with another case: the case and reference of each other entry."""
    found: defaultdict[str, list[tuple[UUID, str]]] = defaultdict(list)
    rows = cursor.execute(
        "select distinct mine.ref, other.case_id, other.ref from marks mine join entries own on own.ref = mine.ref"
        " join marks theirs on theirs.mark = mine.mark join entries other on other.ref = theirs.ref"
        " where mine.ref = any(%s) and other.case_id <> own.case_id order by 1, 2, 3",
        (list(refs),),
    )
    for ref, case_id, other in rows.fetchall():
        found[ref].append((case_id, other))
    return dict(found)


def _plain(contact: str) -> str:
    """A contact as it is compared: without case, spaces and hyphens."""
    return "".join(contact.casefold().replace("-", "").split())
