"""What score sheets come to: mean, trimmed mean, median, spread, and the mark that a majority of them reaches (S4.2).

Anyone can compute them again from the sheets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from services.shared.policy import Edition


@dataclass(frozen=True)
class Statistics:
    """What the sheets come to, rounded half up; `spread` is the best less the worst, `majority` as `majority_mark`.

    Panels from before there was a majority have none kept.
    """

    sheets: int
    mean: Decimal
    trimmed_mean: Decimal
    median: Decimal
    spread: Decimal
    majority: Decimal | None = None


@dataclass(frozen=True)
class Vote:
    """The sheets as votes (多数决) on what takes `least` points: whoever gave as many is for it."""

    least: Decimal
    in_favour: int
    against: int
    is_carried: bool


def statistics_of(totals: Sequence[Decimal], edition: Edition) -> Statistics:
    """Mean, trimmed mean, median and spread in exact decimals, rounded half up to `expert.rounding_places`.

    The best and the worst are left out of the trimmed mean from `expert.trim_min_sheets` sheets on. Raises ValueError
    for no totals.
    """
    if not totals:
        raise ValueError("no sheets, no statistics")
    ordered = sorted(totals)
    kept = ordered[1:-1] if len(ordered) >= max(edition["expert.trim_min_sheets"], 3) else ordered
    unit = Decimal(1).scaleb(-edition["expert.rounding_places"])
    values = (_mean(ordered), _mean(kept), median(ordered), ordered[-1] - ordered[0], majority_mark(ordered, edition))
    mean, trimmed, middle, spread, majority = (value.quantize(unit, ROUND_HALF_UP) for value in values)
    return Statistics(len(ordered), mean, trimmed, middle, spread, majority)


def majority_mark(totals: Sequence[Decimal], edition: Edition) -> Decimal:
    """The highest mark that a majority of the sheets reaches: whatever takes so many points is carried by vote.

    With as many sheets for as against, `expert.tie_rule` says whether that is enough (`accept`) or not (`reject`).
    Raises ValueError for no totals, and for a rule that is neither.
    """
    if not totals:
        raise ValueError("no sheets, no majority")
    if (rule := edition["expert.tie_rule"]) not in ("reject", "accept"):
        raise ValueError(f"no tie rule {rule}")
    needed = (len(totals) + 1) // 2 if rule == "accept" else len(totals) // 2 + 1
    return sorted(totals, reverse=True)[needed - 1]


def vote_on(least: Decimal, totals: Sequence[Decimal], edition: Edition) -> Vote:
    """How the sheets vote on what takes so many points. Raises as `majority_mark` does."""
    in_favour = sum(total >= least for total in totals)
    return Vote(least, in_favour, len(totals) - in_favour, majority_mark(totals, edition) >= least)


def aggregated(totals: Sequence[Decimal], edition: Edition) -> Decimal:
    """The panel's score by the edition's method, `expert.aggregation`: mean, trimmed_mean, median or majority.

    Raises ValueError for a method that is none of these, and for no totals.
    """
    found, method = statistics_of(totals, edition), edition["expert.aggregation"]
    if method not in ("mean", "trimmed_mean", "median", "majority"):
        raise ValueError(f"no aggregation {method}")
    score: Decimal = getattr(found, method)
    return score


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)
