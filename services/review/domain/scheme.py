"""The score scheme (评分表): which items an expert scores, each with its most points.

The policy has none. Ours is the parameter `expert.items` of the edition that binds the case (clause S4.2, marked as
ours), so a change of the scheme is a new edition and old sheets stay what they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.review.domain.values import ItemScore
from services.shared.policy import Edition
from services.shared.vocabulary import Finding


@dataclass(frozen=True)
class Item:
    """One item of the scheme, scored from 0 to `max` points."""

    code: str
    zh: str
    max: Decimal


def scheme(edition: Edition) -> tuple[Item, ...]:
    """The items of an edition, in the order of the sheet."""
    return tuple(Item(item["code"], item["zh"], Decimal(item["max"])) for item in edition["expert.items"])


def scored(points: Mapping[str, Decimal], edition: Edition) -> tuple[ItemScore, ...]:
    """The points in the order of the sheet; only once `misfits` finds nothing."""
    return tuple(ItemScore(item.code, points[item.code]) for item in scheme(edition))


def misfits(points: Mapping[str, Decimal], edition: Edition) -> tuple[Finding, ...]:
    """What keeps the points from being a sheet: items left out or unknown, points below 0 or above the most."""
    items = {item.code: item for item in scheme(edition)}
    missing = [_missing(item) for code, item in items.items() if code not in points]
    unknown = [_unknown(code) for code in points if code not in items]
    beyond = [_beyond(items[code]) for code, given in points.items() if code in items and not _fits(given, items[code])]
    return (*missing, *unknown, *beyond)


def _fits(points: Decimal, item: Item) -> bool:
    return points.is_finite() and 0 <= points <= item.max


def _missing(item: Item) -> Finding:
    return Finding("score-missing", f"“{item.zh}”未评分", f"no points for {item.code}", f"/items/{item.code}", "S4.2")


def _unknown(code: str) -> Finding:
    return Finding("score-item-unknown", "评分表没有此项", f"the sheet has no {code}", f"/items/{code}", "S4.2")


def _beyond(item: Item) -> Finding:
    zh, en = f"“{item.zh}”应为 0 至 {item.max} 分", f"{item.code} takes 0 to {item.max} points"
    return Finding("score-out-of-range", zh, en, f"/items/{item.code}", "S4.2")
