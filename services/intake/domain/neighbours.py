"""Neighbours (同领域、同主体情况): what else is known of a dossier's units, fields and core technologies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Holder:
    """A listed centre, and the field that it holds."""

    centre_name: str
    centre_uscc: str
    field_domain: str


@dataclass(frozen=True)
class Rival:
    """Another dossier that was handed in and is not over."""

    lead_uscc: str
    field_domain: str
    core_technologies: tuple[str, ...]


@dataclass(frozen=True)
class Neighbours:
    """Who holds or wants the same field, and until when a unit (by its USCC) may hand in no new dossier.

    `shared_contacts` are the places in the forms at which a contact stands that a rival dossier has as well.
    """

    holders: tuple[Holder, ...] = ()
    rivals: tuple[Rival, ...] = ()
    bans: Mapping[str, date] = field(default_factory=dict)
    shared_contacts: tuple[str, ...] = ()
