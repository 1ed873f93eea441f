"""The basic conditions (基本条件) of the policy, judged again from what is registered now (S3.2).

Each is a sentence that is true of a centre in order. What nobody registered since the listing stands as it was examined
then, and is not judged again: such a condition gives None. The first yearly summary registers all (`FIGURES`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from services.registry.domain import errors
from services.registry.domain.facts import Fact, Value, founding_units
from services.shared.policy import Edition
from services.shared.vocabulary import Invalid, Track


@dataclass(frozen=True)
class Registry:
    """What is registered of one centre, as far as the conditions look at it."""

    track: Track
    lead_uscc: str
    member_usccs: tuple[str, ...]
    values: Mapping[str, Value]

    def number(self, name: str) -> Decimal | None:
        """A registered figure; None when it was never registered."""
        value = self.values.get(name)
        return Decimal(value) if isinstance(value, str) else None

    def count(self, name: str) -> int | None:
        """How many different entries a registered list has; None when it was never registered."""
        value = self.values.get(name)
        return len(set(value)) if isinstance(value, tuple) else None


def founding_units_at_least_the_floor(known: Registry, rules: Edition) -> bool | None:
    """组建单位不少于三家 (S3.2.2)."""
    least: int = rules.on_track("founders.min_count", known.track)
    return founding_units(known.lead_uscc, known.member_usccs, rules) >= least


def owners_at_least_the_floor(known: Registry, rules: Edition) -> bool | None:
    """投资主体多元化 (S3.2.1)."""
    return _enough(known.count("owner_usccs"), rules.on_track("owners.min_count", known.track))


def full_time_staff_at_least_the_floor(known: Registry, rules: Edition) -> bool | None:
    """有专职研发人员 (S3.2.2)."""
    return _enough(known.number("full_time_rd_staff"), rules.on_track("rd_staff.min_full_time", known.track))


def formation_funds_at_least_the_floor(known: Registry, rules: Edition) -> bool | None:
    """全部组建资金不少于一千万元 (S3.2.3)."""
    return _enough(known.number("total_formation_funds_wan"), rules.on_track("capital.min_wan", known.track))


def core_technologies_at_least_the_floor(known: Registry, rules: Edition) -> bool | None:
    """至少一项核心技术 (S3.2.4)."""
    return _enough(known.count("core_technologies"), rules.on_track("core_tech.min_count", known.track))


class Condition(NamedTuple):
    """A basic condition: the parameter that has its floor, its clause, and its judgement."""

    code: str
    clause: str
    holds: Callable[[Registry, Edition], bool | None]


CONDITIONS = (
    Condition("founders.min_count", "S3.2.2", founding_units_at_least_the_floor),
    Condition("owners.min_count", "S3.2.1", owners_at_least_the_floor),
    Condition("rd_staff.min_full_time", "S3.2.2", full_time_staff_at_least_the_floor),
    Condition("capital.min_wan", "S3.2.3", formation_funds_at_least_the_floor),
    Condition("core_tech.min_count", "S3.2.4", core_technologies_at_least_the_floor),
)


FIGURES = {
    "owner_usccs": "S3.2.1",
    "full_time_rd_staff": "S3.2.2",
    "total_formation_funds_wan": "S3.2.3",
    "core_technologies": "S3.2.4",
}
"""The figures of a yearly summary from which the conditions are judged again, each with the clause that wants it."""


def check_figures(figures: Iterable[Fact]) -> None:
    """Raises Invalid with every figure of a basic condition that is missing."""
    given = {figure.name for figure in figures}
    if missing := [errors.figure_missing(name, clause) for name, clause in FIGURES.items() if name not in given]:
        raise Invalid(*missing)


def _enough(count: Decimal | int | None, least: Decimal | int) -> bool | None:
    return None if count is None else count >= least
