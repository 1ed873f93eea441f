"""The policy as dated data: which edition is in force, what it sets, and the clause that each value comes from.

    edition_in_force(date(2026, 6, 1))["capital.min_wan"]   # Decimal("1000.00")

A round binds an edition by its id when it opens; every decision names the edition by which it was judged. An adopted
edition is never edited: a change is a new file with a later date, which says only what differs from its base.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from services.shared.policy.model import (
    BadEdition,
    Clause,
    Edition,
    NoEditionInForce,
    Parameter,
    UnknownClause,
    UnknownEdition,
    UnknownParameter,
)
from services.shared.policy.reading import read_clauses, read_editions

__all__ = [
    "BadEdition",
    "Clause",
    "Edition",
    "NoEditionInForce",
    "Parameter",
    "UnknownClause",
    "UnknownEdition",
    "UnknownParameter",
    "clause",
    "clauses",
    "edition",
    "edition_in_force",
    "editions",
]

_HERE = Path(__file__).parent


@cache
def editions() -> tuple[Edition, ...]:
    """Every edition, drafts included, oldest first."""
    return read_editions(_HERE / "editions")


def edition(edition_id: str) -> Edition:
    """The edition of this id, e.g. "2019-05-06"; a draft too. Raises UnknownEdition."""
    for known in editions():
        if known.id == edition_id:
            return known
    raise UnknownEdition(edition_id)


def edition_in_force(day: date) -> Edition:
    """The edition in force on a local day, never a draft. Raises NoEditionInForce for a day before the first."""
    adopted = [known for known in editions() if not known.is_draft and known.in_force_from <= day]
    if not adopted:
        raise NoEditionInForce(f"no edition of the policy was in force on {day}")
    return max(adopted, key=lambda known: known.in_force_from)


@cache
def clauses() -> tuple[Clause, ...]:
    """Every clause, in the order of the print."""
    return read_clauses(_HERE / "clauses.toml")


def clause(clause_id: str) -> Clause:
    """The clause under our stable id, e.g. "S3.2.3". Raises UnknownClause."""
    for known in clauses():
        if known.id == clause_id:
            return known
    raise UnknownClause(clause_id)
