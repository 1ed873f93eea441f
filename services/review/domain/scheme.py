"""The score scheme (评分表): which items an expert scores, each by its own method.

The policy has none. Ours is the parameter `expert.items` of the edition that binds the case (clause S4.2, marked as
ours), so a change of the scheme is a new edition and old sheets stay what they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from services.review.domain.primitives import BONUS, VETO, Item, item_of
from services.review.domain.values import ItemScore
from services.shared.policy import Edition
from services.shared.vocabulary import Finding


def scheme(edition: Edition) -> tuple[Item, ...]:
    """The items of an edition, in the order of the sheet."""
    return tuple(item_of(item) for item in edition["expert.items"])


def scored(points: Mapping[str, Decimal], edition: Edition, reasons: Mapping[str, str]) -> tuple[ItemScore, ...]:
    """What was entered and what it comes to, in the order of the sheet; only once `misfits` finds nothing."""
    return tuple(
        ItemScore(
            item.code,
            _rounded(item.points(points[item.code]), edition),
            points[item.code],
            item.formula,
            reasons.get(item.code, ""),
        )
        for item in scheme(edition)
    )


def total_of(items: tuple[ItemScore, ...], edition: Edition) -> Decimal:
    """What a sheet comes to: never below 0, never above `expert.max_score` and its bonuses; a veto leaves 0."""
    kinds = {item.code: item for item in scheme(edition)}
    if any(kinds[score.code].kind == VETO and score.given for score in items):
        return Decimal(0)
    most: Decimal = edition["expert.max_score"] + sum(item.max for item in kinds.values() if item.kind == BONUS)
    total: Decimal = sum((score.points for score in items), Decimal(0))
    return min(max(total, Decimal(0)), most)


def misfits(
    points: Mapping[str, Decimal], edition: Edition, reasons: Mapping[str, str], *, whole: bool = True
) -> tuple[Finding, ...]:
    """What keeps the entries from being a sheet: items left out or unknown, out of range, or without their reason.

    What is not `whole` is a draft, in which items and reasons may still be left out.
    """
    items = {item.code: item for item in scheme(edition)}
    missing = [_missing(item) for code, item in items.items() if whole and code not in points]
    unknown = [_unknown(code) for code in {**points, **reasons} if code not in items]
    beyond = [_beyond(items[code]) for code, given in points.items() if code in items and not items[code].takes(given)]
    silent = [_silent(item) for item in items.values() if whole and item.reason and not reasons.get(item.code, "")]
    return (*missing, *unknown, *beyond, *silent)


def _rounded(points: Decimal, edition: Edition) -> Decimal:
    """Half up to `expert.rounding_places`, only where there are more places than that."""
    unit = Decimal(1).scaleb(-edition["expert.rounding_places"])
    return points if points == points.quantize(unit) else points.quantize(unit, ROUND_HALF_UP)


def _missing(item: Item) -> Finding:
    return Finding("score-missing", f"“{item.zh}”未评分", f"no points for {item.code}", f"/items/{item.code}", "S4.2")


def _unknown(code: str) -> Finding:
    return Finding("score-item-unknown", "评分表没有此项", f"the sheet has no {code}", f"/items/{code}", "S4.2")


def _beyond(item: Item) -> Finding:
    zh, en = f"“{item.zh}”超出范围：{item.formula}", f"{item.code} does not take this number (most points {item.max})"
    return Finding("score-out-of-range", zh, en, f"/items/{item.code}", "S4.2")


def _silent(item: Item) -> Finding:
    zh, en = f"“{item.zh}”须写理由", f"{item.code} needs a reason"
    return Finding("score-reason-missing", zh, en, f"/reasons/{item.code}", "S4.2")
