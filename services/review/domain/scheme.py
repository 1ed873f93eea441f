"""The score scheme (评分表): which items an expert scores for a case, each by its own method, and what they come to.

The policy has none. Ours are the parameters `expert.items` and `expert.groups` of the edition that binds the case
(clause S4.2, marked as ours), or those of its track, so a change of the scheme is a new edition and old sheets stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from services.review.domain.primitives import BONUS, VETO, Item, item_of
from services.review.domain.values import ItemScore
from services.shared.policy import Edition
from services.shared.vocabulary import Finding, Track

ALL = Decimal(1)


@dataclass(frozen=True)
class Group:
    """A group of items (权重组): what they come to counts with this weight, and never for more than `max`."""

    code: str
    zh: str
    weight: Decimal
    max: Decimal | None = None

    def points(self, scored: Decimal) -> Decimal:
        """The points of the group."""
        return self.weight * (scored if self.max is None else min(scored, self.max))


@dataclass(frozen=True)
class Scheme:
    """The scheme by which one case is scored: `version` is edition and track; `exempted` are items of other fields."""

    version: str
    items: tuple[Item, ...]
    groups: tuple[Group, ...]
    exempted: tuple[Item, ...]
    max_score: Decimal
    places: int

    def scored(self, given: Mapping[str, Decimal], reasons: Mapping[str, str]) -> tuple[ItemScore, ...]:
        """What was entered and what it comes to, in the order of the sheet; only once `misfits` finds nothing."""
        return tuple(
            ItemScore(
                item.code,
                self._rounded(item.points(given[item.code])),
                given[item.code],
                item.formula,
                reasons.get(item.code, ""),
            )
            for item in self.items
        )

    def total_of(self, scores: tuple[ItemScore, ...]) -> Decimal:
        """What a sheet comes to: never below 0, never above `max_score` and the bonuses; a veto leaves 0.

        Where items are exempted, the ordinary ones are raised in proportion to what is left of the most points.
        """
        items = {item.code: item for item in self.items}
        if any(items[score.code].kind == VETO and score.given for score in scores):
            return Decimal(0)
        ordinary = self._grouped({s.code: s.points for s in scores if items[s.code].is_ordinary})
        ordinary = ordinary * self.max_score / self.left
        others = sum((score.points for score in scores if not items[score.code].is_ordinary), Decimal(0))
        most = self.max_score + sum(item.max for item in self.items if item.kind == BONUS)
        return min(max(self._rounded(ordinary + others), Decimal(0)), most)

    @property
    def left(self) -> Decimal:
        """What is left of the most points without the items that are exempted."""
        return self.max_score - sum((item.max * item.weight * self._weight(item) for item in self.exempted), Decimal(0))

    @property
    def formula(self) -> str:
        """How the total comes about, as the sheet prints it."""
        parts = [f"各项得分之和，满分 {self.max_score}"]
        parts += [
            f"“{group.zh}”合计{'' if group.max is None else f'（至多 {group.max}）'} × {group.weight}"
            for group in self.groups
        ]
        if self.exempted:
            names = "、".join(item.zh for item in self.exempted)
            parts.append(f"本领域免评：{names}；其余（不含加减分）× {self.max_score} ÷ {self.left}")
        return "；".join(parts)

    def misfits(
        self, given: Mapping[str, Decimal], reasons: Mapping[str, str], *, whole: bool = True
    ) -> tuple[Finding, ...]:
        """What keeps the entries from being a sheet: items left out or unknown, out of range, or without reason.

        What is not `whole` is a draft, in which items and reasons may still be left out.
        """
        items = {item.code: item for item in self.items}
        missing = [_missing(item) for code, item in items.items() if whole and code not in given]
        unknown = [self._unknown(code) for code in {**given, **reasons} if code not in items]
        beyond = [
            _beyond(items[code]) for code, number in given.items() if code in items and not items[code].takes(number)
        ]
        silent = [_silent(item) for item in items.values() if whole and item.reason and not reasons.get(item.code, "")]
        return (*missing, *unknown, *beyond, *silent)

    def _grouped(self, points: Mapping[str, Decimal]) -> Decimal:
        known = {group.code: group for group in self.groups}
        sums: dict[str, Decimal] = {}
        for item in self.items:
            if item.code in points:
                sums[item.group] = sums.get(item.group, Decimal(0)) + points[item.code]
        return sum((known[code].points(each) if code in known else each for code, each in sums.items()), Decimal(0))

    def _weight(self, item: Item) -> Decimal:
        return next((group.weight for group in self.groups if group.code == item.group), ALL)

    def _rounded(self, points: Decimal) -> Decimal:
        """Half up to `places`, only where there are more places than that."""
        unit = Decimal(1).scaleb(-self.places)
        return points if points == points.quantize(unit) else points.quantize(unit, ROUND_HALF_UP)

    def _unknown(self, code: str) -> Finding:
        if any(item.code == code for item in self.exempted):
            zh, en = "本领域免评此项", f"cases of this field are not scored for {code}"
            return Finding("score-item-exempted", zh, en, f"/items/{code}", "S4.2")
        return Finding("score-item-unknown", "评分表没有此项", f"the sheet has no {code}", f"/items/{code}", "S4.2")


def scheme_for(edition: Edition, track: Track, field_domain: str) -> Scheme:
    """The scheme of an edition for a case of this track and field, its items in the order of the sheet."""
    items = tuple(item_of(item) for item in edition.on_track("expert.items", track))
    return Scheme(
        version=f"{edition.id}/{track.value}",
        items=tuple(item for item in items if field_domain not in item.exempt),
        groups=tuple(_group_of(group) for group in edition.on_track("expert.groups", track)),
        exempted=tuple(item for item in items if field_domain in item.exempt),
        max_score=edition["expert.max_score"],
        places=edition["expert.rounding_places"],
    )


def _group_of(data: Mapping[str, object]) -> Group:
    most = data.get("max")
    return Group(
        str(data["code"]), str(data["zh"]), Decimal(str(data["weight"])), None if most is None else Decimal(str(most))
    )


def _missing(item: Item) -> Finding:
    return Finding("score-missing", f"“{item.zh}”未评分", f"no points for {item.code}", f"/items/{item.code}", "S4.2")


def _beyond(item: Item) -> Finding:
    zh, en = f"“{item.zh}”超出范围：{item.formula}", f"{item.code} does not take this number (most points {item.max})"
    return Finding("score-out-of-range", zh, en, f"/items/{item.code}", "S4.2")


def _silent(item: Item) -> Finding:
    zh, en = f"“{item.zh}”须写理由", f"{item.code} needs a reason"
    return Finding("score-reason-missing", zh, en, f"/reasons/{item.code}", "S4.2")
