"""Registered facts (登记事项): which there are, how each may change, and from which day each holds (S4.3; ours)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self
from uuid import UUID

from services.registry.domain import errors
from services.shared.policy import Edition

Value = str | tuple[str, ...]

FACTS: Mapping[str, tuple[str, ...]] = {
    "contact": ("contact_ref",),
    "address": ("address",),
    "fax": ("fax",),
    "website": ("website",),
    "centre_name": ("centre_name",),
    "legal_representative": ("legal_representative_ref",),
    "registered_capital": ("registered_capital_wan",),
    "address_across_prefectures": ("address", "prefecture"),
    "rd_direction": ("rd_direction",),
    "lead_unit": ("lead_uscc", "lead_unit_name", "prefecture"),
    "members": ("member_usccs", "member_names"),
    "equity": ("equity", "owner_usccs"),
    "basic_conditions": ("full_time_rd_staff", "total_formation_funds_wan", "owner_usccs", "core_technologies"),
    "field": ("field_domain",),
    "split": ("split_off", "split_off_uscc", "split_keeper", "split_member_usccs", "split_fields"),
}
"""The facts that a change on each subject of the edition's `change.classes` may touch."""

CORRECTABLE = ("centre_name", "centre_uscc", "lead_unit_name", "lead_uscc", "rd_direction", "address")
"""Facts in which a slip of the pen (更正) may be put right."""


@dataclass(frozen=True)
class Fact:
    """One registered fact. Of a person only the vault's reference stands here (`…_ref`)."""

    name: str
    value: Value

    @classmethod
    def of(cls, name: str, value: Any) -> Self:
        """A fact as a form gives it: a list, a number or a text."""
        return cls(name, tuple(map(str, value)) if isinstance(value, list | tuple) else str(value))


@dataclass(frozen=True)
class Registered:
    """What the register knows beyond the facts of the notice, and since when each fact has been as it is."""

    values: Mapping[str, Value] = field(default_factory=dict)
    since: Mapping[str, date] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    parts: tuple[UUID, ...] = ()
    merged_into: UUID | None = None
    name_on_plaque: str = ""

    def is_news(self, fact: Fact, day: date) -> bool:
        """Whether nothing of a later day has changed this fact already."""
        return self.since.get(fact.name, date.min) <= day

    def changed(self, values: Mapping[str, Value], day: date) -> Self:
        """With these values from `day` on."""
        return replace(self, values={**self.values, **values}, since={**self.since, **dict.fromkeys(values, day)})

    def with_part(self, part: UUID, occupied: tuple[str, ...]) -> Self:
        """With another centre taken in, and the fields that are occupied from then on."""
        return replace(self, parts=(*self.parts, part), fields=occupied)

    def part_of(self, survivor: UUID) -> Self:
        """Gone into another centre."""
        return replace(self, merged_into=survivor)


def class_of(subject: str, rules: Edition) -> str:
    """The class A to F of a change. Raises Invalid for a subject that the edition does not list."""
    classes: Mapping[str, str] = rules["change.classes"]
    if subject not in classes:
        raise errors.unknown_subject(subject)
    return classes[subject]


def founding_units(lead_uscc: str, member_usccs: tuple[str, ...], rules: Edition) -> int:
    """How many founding units (组建单位) there are: distinct codes, the lead counted or not as the edition says."""
    members = set(member_usccs)
    return len(members | {lead_uscc} if rules["founders.lead_counts"] else members - {lead_uscc})
