"""What score sheets come to: mean, trimmed mean, median and spread; anyone can compute them again (S4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from services.shared.policy import Edition


@dataclass(frozen=True)
class Statistics:
    """What the sheets come to, rounded half up; `spread` is the best less the worst. Anyone can compute it again."""

    sheets: int
    mean: Decimal
    trimmed_mean: Decimal
    median: Decimal
    spread: Decimal


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
    values = (_mean(ordered), _mean(kept), median(ordered), ordered[-1] - ordered[0])
    mean, trimmed, middle, spread = (value.quantize(unit, ROUND_HALF_UP) for value in values)
    return Statistics(len(ordered), mean, trimmed, middle, spread)


def aggregated(totals: Sequence[Decimal], edition: Edition) -> Decimal:
    """The panel's score by the edition's method, `expert.aggregation`: mean, trimmed_mean or median.

    Raises ValueError for a method that is none of these, and for no totals.
    """
    found, method = statistics_of(totals, edition), edition["expert.aggregation"]
    if method not in ("mean", "trimmed_mean", "median"):
        raise ValueError(f"no aggregation {method}")
    score: Decimal = getattr(found, method)
    return score


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)
