"""Scoring primitives (计分方法): how what an expert enters for an item becomes points (S4.2; the kinds are ours).

What is entered is always one number: points for `judged`, `bonus` and `deduction`; 1 or 0 for `fixed` and `veto`;
how many are met or counted for `checklist` and `count`; a measured value for `bands` and `ratio`. Points are exact
decimals. The formula is data of the edition's scheme and is printed on the sheet, for "in proportion" is ambiguous.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

JUDGED, BONUS, DEDUCTION, VETO = "judged", "bonus", "deduction", "veto"
NONE, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True)
class Item:
    """One item of a scheme: its kind, its most points, its weight, and what its kind needs besides.

    `unit` is points for each one counted; `of` how many a checklist has; `steps` are pairs of a value and its points,
    best first for bands, rising for a ratio. `group` is the group of weights that it belongs to, if any; `exempt` are
    the fields whose cases are not scored for it (免评).
    """

    code: str
    zh: str
    max: Decimal
    kind: str = JUDGED
    weight: Decimal = ONE
    reason: bool = False
    unit: Decimal = NONE
    of: int = 0
    steps: tuple[tuple[Decimal, Decimal], ...] = ()
    group: str = ""
    exempt: tuple[str, ...] = ()

    @property
    def is_ordinary(self) -> bool:
        """Whether it is one of those that the most points of a sheet are shared out among."""
        return self.kind not in (BONUS, DEDUCTION, VETO)

    def takes(self, given: Decimal) -> bool:
        """Whether this number can be entered."""
        if not given.is_finite() or given < 0:
            return False
        if self.kind in (JUDGED, BONUS, DEDUCTION):
            return given <= self.max
        if self.kind in ("fixed", VETO):
            return given in (NONE, ONE)
        if self.kind == "checklist":
            return given <= self.of and given == given.to_integral_value()
        return self.kind != "count" or given == given.to_integral_value()

    def points(self, given: Decimal) -> Decimal:
        """The points for what was entered, weighted; negative for a deduction. Only for what it takes."""
        value = _RULES[self.kind](self, given) * self.weight
        return -value if self.kind == DEDUCTION else value

    @property
    def formula(self) -> str:
        """How the points come about, as the sheet prints it."""
        text = _FORMULAS[self.kind](self)
        return text if self.weight == ONE else f"（{text}）× 权重 {self.weight}"


def item_of(data: Mapping[str, Any]) -> Item:
    """An item as the edition words it. Raises ValueError for a kind that there is not."""
    kind = data.get("kind", JUDGED)
    if kind not in _RULES:
        raise ValueError(f"no kind of item {kind}")
    return Item(
        data["code"],
        data["zh"],
        Decimal(data["max"]),
        kind,
        Decimal(data.get("weight", 1)),
        bool(data.get("reason", False)),
        Decimal(data.get("unit", 0)),
        int(data.get("of", 0)),
        tuple((Decimal(value), Decimal(points)) for value, points in data.get("steps", ())),
        data.get("group", ""),
        tuple(data.get("exempt", ())),
    )


def _as_given(_: Item, given: Decimal) -> Decimal:
    return given


def _all_or_nothing(item: Item, given: Decimal) -> Decimal:
    return item.max * given


def _share_met(item: Item, given: Decimal) -> Decimal:
    return item.max * given / item.of


def _band(item: Item, given: Decimal) -> Decimal:
    return next((points for least, points in item.steps if given >= least), NONE)


def _counted(item: Item, given: Decimal) -> Decimal:
    return min(item.unit * given, item.max)


def _interpolated(item: Item, given: Decimal) -> Decimal:
    (first, least), (last, most) = item.steps[0], item.steps[-1]
    if given <= first:
        return least
    if given >= last:
        return most
    (low, below), (high, above) = next(pair for pair in pairwise(item.steps) if given <= pair[1][0])
    return below + (above - below) * (given - low) / (high - low)


def _no_points(_: Item, __: Decimal) -> Decimal:
    return NONE


_RULES: dict[str, Callable[[Item, Decimal], Decimal]] = {
    JUDGED: _as_given,
    BONUS: _as_given,
    DEDUCTION: _as_given,
    VETO: _no_points,
    "fixed": _all_or_nothing,
    "checklist": _share_met,
    "bands": _band,
    "count": _counted,
    "ratio": _interpolated,
}


def _ratio_formula(item: Item) -> str:
    parts = [f"x ≤ {item.steps[0][0]} 得 {item.steps[0][1]}"]
    parts += [
        f"{low} < x < {high} 得 {below} + {above - below} × (x − {low}) ÷ {high - low}"
        for (low, below), (high, above) in pairwise(item.steps)
    ]
    return "；".join([*parts, f"x ≥ {item.steps[-1][0]} 得 {item.steps[-1][1]}"])


_FORMULAS: dict[str, Callable[[Item], str]] = {
    JUDGED: lambda item: f"评判 0–{item.max} 分{'，须写理由' if item.reason else ''}",
    BONUS: lambda item: f"加分 0–{item.max}",
    DEDUCTION: lambda item: f"减分 0–{item.max}",
    VETO: lambda _: "一票否决：总分为 0",
    "fixed": lambda item: f"符合得 {item.max}，不符合得 0",
    "checklist": lambda item: f"{item.max} × 符合项数 ÷ {item.of}",
    "bands": lambda item: "；".join(f"x ≥ {least} 得 {points}" for least, points in item.steps) + "；其余得 0",
    "count": lambda item: f"每项 {item.unit} 分，至多 {item.max}",
    "ratio": _ratio_formula,
}
