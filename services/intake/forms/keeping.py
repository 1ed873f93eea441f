"""Persons of the forms go into the vault before a section is kept, and come back for whoever says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from services.intake.forms.personal import (
    personal_blocks,
    references,
    with_personal,
    without_personal,
    without_references,
)
from services.shared.kernel.vault import Erased, Vault


class Reader(NamedTuple):
    """Who reads personal data, in which capacity and what for; the vault records it."""

    who: str
    capacity: str
    purpose: str


class Keeping:
    """The way of persons between the forms and the vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def stripped(self, case_id: UUID, sections: Mapping[str, Any]) -> dict[str, Any]:
        """The sections with a reference in the place of each person, whose data is in the vault now."""
        people = {name: personal_blocks(name, loaded) for name, loaded in sections.items()}
        entries = {f"{name}{at}": fields for name, blocks in people.items() for at, fields in blocks.items()}
        marked = [person for person in entries if not person.startswith("member_units")]
        refs = self._vault.put_many(case_id, entries, marked=marked)
        return {
            name: without_personal(name, loaded, {at: refs[f"{name}{at}"] for at in people[name]})
            for name, loaded in sections.items()
        }

    def whole(self, sections: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        """The sections with personal data put back; every read is recorded. What was erased stays a reference."""
        refs = references(sections)
        found = self._vault.read_many(refs, reader=reader.who, capacity=reader.capacity, purpose=reader.purpose)
        people = {ref: value for ref, value in found.items() if not isinstance(value, Erased)}
        return {name: with_personal(name, value, people) for name, value in sections.items()}

    def with_erased(self, sections: Mapping[str, Any]) -> set[str]:
        """The sections that refer to somebody whose data was erased."""
        refs = {name: references({name: section}) for name, section in sections.items()}
        gone = self._vault.erased([ref for each in refs.values() for ref in each])
        return {name for name, each in refs.items() if gone & set(each)}

    def copied(self, sections: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        """Sections with their persons put back, as another case takes them over. Who was erased is left out."""
        return {name: without_references(name, value) for name, value in self.whole(sections, reader).items()}
