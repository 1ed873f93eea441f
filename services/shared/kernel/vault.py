"""The vault: personal data (个人信息), written once, each read recorded, erased for good by destroying its key.

Events, queues and logs hold only the random `pii_ref` that `put` returns (PIPL art. 19 and 47; T31). Each person of
each case has a data key of their own (AES-256-GCM), wrapped by a master key that the database never sees. A backup
that is restored brings old keys back: replay the list of erasures (`erasures`, kept outside) with `replay_erasures`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime
from uuid import UUID

from services.shared.kernel.clock import Clock
from services.shared.kernel.postgres import Cursor, Database
from services.shared.kernel.vault_marks import mark, shared
from services.shared.kernel.vault_sealing import (
    ALGORITHM,
    MasterKey,
    VaultDamaged,
    master_key_from,
    new_data_key,
    seal_entry,
    unseal_entry,
)
from services.shared.kernel.vault_tables import migrate_vault
from services.shared.vocabulary import Finding, Invalid, NotFound

__all__ = ["Erased", "MasterKey", "Read", "Vault", "VaultDamaged", "master_key_from", "migrate_vault"]

ERASED_ZH, ERASED_EN = "已删除（个人信息）", "erased (personal data)"
"""What screens and exports show in the place of erased data."""


@dataclass(frozen=True)
class Erased:
    """What is left of erased data: that it was here, on which basis it was erased, by whose approval, and when."""

    ref: str
    case_id: UUID
    person: str
    basis: str
    approver: str
    erased_at: datetime


@dataclass(frozen=True)
class Read:
    """One reading of personal data, as the auditor sees it. `outcome`: shown, erased, unknown or damaged."""

    number: int
    at: datetime
    ref: str
    case_id: UUID | None
    reader: str
    capacity: str
    purpose: str
    outcome: str


class Vault:
    """Personal data by reference. `database` has `vault` as its search path and acts as `zc_vault`.

    As `zc_vault_desk` it can `put` and `read`, and no more (ADR 0018).
    """

    def __init__(self, database: Database, master_key: MasterKey, clock: Clock) -> None:
        self._database, self._master_key, self._clock = database, master_key, clock

    def put(self, case_id: UUID, person: str, fields: Mapping[str, str]) -> str:
        """Write `fields` of `person` in a case; returns the new `pii_ref`.

        `person` tells the people of one case apart ("lead-contact", "expert-3"); it is kept in clear, so it is no name.
        """
        return self.put_many(case_id, {person: fields})[person]

    def put_many(
        self, case_id: UUID, people: Mapping[str, Mapping[str, str]], *, marked: Collection[str] = ()
    ) -> dict[str, str]:
        """Write the fields of several people of one case, all or none; returns the new `pii_ref` of each.

        Of the people `marked`, the contacts can be found again (`shared_contacts`), and that alone.
        """
        for person in people:
            _require(person=person)
        refs = {person: f"pii_{secrets.token_hex(16)}" for person in people}
        texts = {person: _fields_as_bytes(fields) for person, fields in people.items()}
        if not people:
            return {}
        with self._database.transaction() as cursor:
            _one_at_a_time(cursor, case_id, *people)
            keys = self._keys(cursor, case_id, people)
            keys |= {person: self._new_key(cursor, case_id, person) for person in people if person not in keys}
            at = self._clock.now()
            cursor.executemany(
                "insert into entries values (%s, %s, %s, %s, %s, %s)",
                [
                    (ref, case_id, one, ALGORITHM, seal_entry(keys[one], texts[one], ref, case_id, one), at)
                    for one, ref in refs.items()
                ],
            )
            mark(cursor, self._master_key, {refs[person]: people[person] for person in people if person in marked})
        return refs

    def shared_contacts(self, refs: Sequence[str]) -> dict[str, list[tuple[UUID, str]]]:
        """Which of `refs` have a telephone number or an e-mail address in common with other cases, and with which.

        Each other entry by its case and reference. Nothing is opened, shown or recorded.
        """
        with self._database.transaction() as cursor:
            return shared(cursor, refs)

    def read(self, ref: str, *, reader: str, capacity: str, purpose: str) -> dict[str, str] | Erased:
        """The fields under `ref`, or the mark of their erasure. See `read_many`."""
        return self.read_many([ref], reader=reader, capacity=capacity, purpose=purpose)[ref]

    def read_many(
        self, refs: Sequence[str], *, reader: str, capacity: str, purpose: str, cases: Collection[UUID] | None = None
    ) -> dict[str, dict[str, str] | Erased]:
        """What each of `refs` holds. Shown only once it is recorded who read it, in which capacity and what for.

        `cases`, where given, are those whose entries may be shown: a reference into another is unknown. Raises Invalid
        when reader, capacity or purpose is blank, NotFound for an unknown reference, VaultDamaged.
        """
        _require(reader=reader, capacity=capacity, purpose=purpose)
        at = self._clock.now()
        with self._database.transaction() as cursor:
            found = self._look_up(cursor, refs)
            if cases is not None:
                found |= {ref: _Found(ref, f.case_id, "unknown") for ref, f in found.items() if f.case_id not in cases}
            cursor.executemany(
                "insert into reads (at, ref, case_id, reader, capacity, purpose, outcome)"
                " values (%s, %s, %s, %s, %s, %s, %s)",
                [(at, r, f.case_id, reader, capacity, purpose, f.outcome) for r, f in found.items()],
            )
        return {ref: found[ref].shown() for ref in found}

    def erased(self, refs: Sequence[str]) -> set[str]:
        """Which of `refs` were erased. Nothing is opened or recorded."""
        return {ref for (ref,) in self._database.rows("select ref from erasures where ref = any(%s)", (list(refs),))}

    def erase(self, ref: str, *, basis: str, approver: str) -> Erased:
        """Erase what `ref` holds and destroy its key; the person's other entries go on under a new key.

        Erasing twice changes nothing. Raises NotFound, and Invalid when the basis or the approver is blank.
        """
        _require(basis=basis, approver=approver)
        with self._database.transaction() as cursor:
            place = cursor.execute("select case_id, person from entries where ref = %s", (ref,)).fetchone()
            if place is not None:
                erased = Erased(ref, place[0], place[1], basis, approver, self._clock.now())
                self._destroy(cursor, [erased])
            known = _erasures_of(cursor, [ref])
        if not known:
            raise _unknown(ref)
        return known[ref]

    def erase_person(self, case_id: UUID, person: str, *, basis: str, approver: str) -> list[Erased]:
        """Erase everything that the vault holds of one person in one case. As `erase`; [] when there was nothing."""
        _require(basis=basis, approver=approver)
        with self._database.transaction() as cursor:
            _one_at_a_time(cursor, case_id, person)
            rows = cursor.execute("select ref from entries where case_id = %s and person = %s", (case_id, person))
            at = self._clock.now()
            erased = [Erased(ref, case_id, person, basis, approver, at) for (ref,) in rows.fetchall()]
            self._destroy(cursor, erased)
        return erased

    def erasures(self) -> list[Erased]:
        """Every erasure so far, oldest first: the list to keep outside, for `replay_erasures` after a restore."""
        query = "select ref, case_id, person, basis, approver, erased_at from erasures order by number"
        return [Erased(*row) for row in self._database.rows(query)]

    def replay_erasures(self, erasures: Iterable[Erased]) -> int:
        """Erase again what a restored backup has brought back; returns how many entries that were."""
        brought_back = 0
        for erased in erasures:
            with self._database.transaction() as cursor:
                brought_back += self._destroy(cursor, [erased])
        return brought_back

    def reads(
        self, *, ref: str = "", case_id: UUID | None = None, reader: str = "", after: int = 0, limit: int = 200
    ) -> list[Read]:
        """The recorded reads after number `after`, oldest first; of one reference, case or reader where given."""
        query = """
            select number, at, ref, case_id, reader, capacity, purpose, outcome from reads
            where number > %(after)s and (%(ref)s = '' or ref = %(ref)s) and (%(reader)s = '' or reader = %(reader)s)
            and (%(case_id)s::uuid is null or case_id = %(case_id)s::uuid) order by number limit %(limit)s"""
        values = {"ref": ref, "case_id": case_id, "reader": reader, "after": after, "limit": limit}
        return [Read(*row) for row in self._database.rows(query, values)]

    def _look_up(self, cursor: Cursor, refs: Sequence[str]) -> dict[str, _Found]:
        found = {ref: _Found(ref, None, "unknown") for ref in refs}
        rows = cursor.execute(
            "select ref, case_id, person, ciphertext, wrapped_key"
            " from entries join data_keys using (case_id, person) where ref = any(%s)",
            (list(refs),),
        )
        for ref, case_id, person, ciphertext, wrapped in rows.fetchall():
            try:
                key = self._master_key.unwrap(wrapped, case_id, person)
                text = unseal_entry(key, ciphertext, ref, case_id, person)
                found[ref] = _Found(ref, case_id, "shown", fields=json.loads(text))
            except VaultDamaged:
                found[ref] = _Found(ref, case_id, "damaged")
        for ref, erased in _erasures_of(cursor, refs).items():
            found[ref] = _Found(ref, erased.case_id, "erased", erased=erased)
        return found

    def _destroy(self, cursor: Cursor, erased: Sequence[Erased]) -> int:
        """Erase these entries of one person in one case; the key goes, and what stays is sealed anew."""
        if not erased:
            return 0
        case_id, person = erased[0].case_id, erased[0].person
        _one_at_a_time(cursor, case_id, person)
        gone = cursor.execute("delete from entries where ref = any(%s)", ([e.ref for e in erased],)).rowcount
        cursor.executemany(
            "insert into erasures (ref, case_id, person, basis, approver, erased_at)"
            " values (%s, %s, %s, %s, %s, %s) on conflict (ref) do nothing",
            [astuple(e) for e in erased],
        )
        if gone:
            self._change_key(cursor, case_id, person)
        return gone

    def _change_key(self, cursor: Cursor, case_id: UUID, person: str) -> None:
        rest = cursor.execute(
            "select ref, ciphertext from entries where case_id = %s and person = %s", (case_id, person)
        ).fetchall()
        old = self._key(cursor, case_id, person) if rest else None
        if old is None:
            cursor.execute("delete from data_keys where case_id = %s and person = %s", (case_id, person))
            return
        new = self._key_instead(cursor, case_id, person)
        for ref, ciphertext in rest:
            text = unseal_entry(old, ciphertext, ref, case_id, person)
            sealed = seal_entry(new, text, ref, case_id, person)
            cursor.execute("update entries set ciphertext = %s where ref = %s", (sealed, ref))

    def _key(self, cursor: Cursor, case_id: UUID, person: str) -> bytes | None:
        return self._keys(cursor, case_id, [person]).get(person)

    def _keys(self, cursor: Cursor, case_id: UUID, people: Iterable[str]) -> dict[str, bytes]:
        """The data keys of those of these people that have one."""
        rows = cursor.execute(
            "select person, wrapped_key from data_keys where case_id = %s and person = any(%s)", (case_id, list(people))
        )
        return {person: self._master_key.unwrap(wrapped, case_id, person) for person, wrapped in rows.fetchall()}

    def _new_key(self, cursor: Cursor, case_id: UUID, person: str) -> bytes:
        key = new_data_key()
        cursor.execute(
            "insert into data_keys values (%s, %s, %s, %s, %s)",  # no update: `zc_vault_desk` may only add
            (case_id, person, ALGORITHM, self._master_key.id, self._master_key.wrap(key, case_id, person)),
        )
        return key

    def _key_instead(self, cursor: Cursor, case_id: UUID, person: str) -> bytes:
        key = new_data_key()
        cursor.execute(
            "update data_keys set wrapped_key = %s, master_key = %s where case_id = %s and person = %s",
            (self._master_key.wrap(key, case_id, person), self._master_key.id, case_id, person),
        )
        return key


@dataclass(frozen=True)
class _Found:
    """What a look-up came to, before it is recorded and shown."""

    ref: str
    case_id: UUID | None
    outcome: str
    fields: dict[str, str] = field(default_factory=dict, repr=False)
    erased: Erased | None = None

    def shown(self) -> dict[str, str] | Erased:
        if self.outcome == "unknown":
            raise _unknown(self.ref)
        if self.outcome == "damaged":
            raise VaultDamaged(f"{self.ref} does not open")
        return self.erased or self.fields


def _one_at_a_time(cursor: Cursor, case_id: UUID, *people: str) -> None:
    """Writers of one person of one case wait for each other, so that no entry slips in beside a dying key."""
    names = sorted(f"vault {case_id} {person}" for person in people)  # in one order, so that nobody waits in a ring
    cursor.execute("select pg_advisory_xact_lock(hashtextextended(name, 0)) from unnest(%s::text[]) name", (names,))


def _erasures_of(cursor: Cursor, refs: Sequence[str]) -> dict[str, Erased]:
    rows = cursor.execute(
        "select ref, case_id, person, basis, approver, erased_at from erasures where ref = any(%s)", (list(refs),)
    )
    return {row[0]: Erased(*row) for row in rows.fetchall()}


def _fields_as_bytes(fields: Mapping[str, str]) -> bytes:
    if not fields or not all(isinstance(part, str) for pair in fields.items() for part in pair):
        raise TypeError("the vault keeps named texts")  # and never says what it was given instead
    return json.dumps(dict(fields), ensure_ascii=False).encode()


def _require(**texts: str) -> None:
    missing = [name for name, text in texts.items() if not text.strip()]
    if missing:
        raise Invalid(*(Finding(f"{name}-required", f"必须说明 {name}", f"{name} must be stated") for name in missing))


def _unknown(ref: str) -> NotFound:
    return NotFound(Finding("unknown-personal-data", "没有此个人信息记录", f"nothing is kept under {ref}"))
