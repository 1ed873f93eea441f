"""Scores of an assessment: items of the edition's scheme, their total, and the grade that it earns (S4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.registry.domain import errors
from services.shared.policy import Edition
from services.shared.vocabulary import Finding, Invalid

FAILED = "failed"
"""The grade 不合格, which the policy itself names; the other grades are the edition's."""


@dataclass(frozen=True)
class ItemScore:
    """The points of one item."""

    code: str
    points: Decimal


@dataclass(frozen=True)
class Score:
    """A whole score sheet: the items in the order of the scheme, their total in points, and its grade."""

    items: tuple[ItemScore, ...]
    total: Decimal
    grade: str

    @property
    def passes(self) -> bool:
        """Whether the centre keeps its qualification."""
        return self.grade != FAILED


def scored(items: Mapping[str, Decimal], edition: Edition, stated_total: Decimal | None = None) -> Score:
    """The score of these items. Raises Invalid with every item that is unknown, missing or out of range.

    `stated_total` is what a person wrote down as the sum, when there is one.
    """
    total = sum(items.values(), Decimal(0))
    findings = list(_wrong_items(items, edition))
    if stated_total is not None and stated_total != total:
        findings.append(errors.total_disagrees(total))
    if findings:
        raise Invalid(*findings)
    sheet = tuple(ItemScore(item["code"], items[item["code"]]) for item in edition["assessment.scheme"])
    return Score(sheet, total, grade_of(total, edition))


def grade_of(total: Decimal, edition: Edition) -> str:
    """The best grade whose floor the total reaches."""
    return next(str(grade["code"]) for grade in edition["assessment.grades"] if total >= grade["min"])


def _wrong_items(items: Mapping[str, Decimal], edition: Edition) -> Iterator[Finding]:
    most = {item["code"]: item["max"] for item in edition["assessment.scheme"]}
    yield from (errors.unknown_item(code) for code in items if code not in most)
    for code, limit in most.items():
        if code not in items:
            yield errors.item_missing(code)
        elif not 0 <= items[code] <= limit:
            yield errors.item_over_maximum(code, limit)
