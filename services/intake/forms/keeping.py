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

    def strip(self, case_id: UUID, section: str, loaded: Any) -> Any:
        """The section with a reference in the place of each person, whose data is in the vault now."""
        people = personal_blocks(section, loaded)
        refs = {at: self._vault.put(case_id, f"{section}{at}", fields) for at, fields in people.items()}
        return without_personal(section, loaded, refs)

    def whole(self, sections: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        """The sections with personal data put back; every read is recorded. What was erased stays a reference."""
        refs = references(sections)
        found = self._vault.read_many(refs, reader=reader.who, capacity=reader.capacity, purpose=reader.purpose)
        people = {ref: value for ref, value in found.items() if not isinstance(value, Erased)}
        return {name: with_personal(name, value, people) for name, value in sections.items()}

    def copied(self, case_id: UUID, sections: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        """Another case's sections, their persons under new references of this case. Who was erased is left out."""
        whole = self.whole(sections, reader)
        return {name: self.strip(case_id, name, without_references(name, value)) for name, value in whole.items()}
