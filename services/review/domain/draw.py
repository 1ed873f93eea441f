"""The draw of a panel (专家抽取): balanced, by chance, and repeatable by anyone from what is recorded (S4.2).

Rule `balanced-1`: the seats are filled in the order finance, management, technology. For each seat the candidates of
its speciality are ranked: from outside the province first, while too few are; then from an employer that has no seat
yet; then who knows the field of the case; then by SHA-256 of "seed:subject". The first is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from services.review.domain import errors
from services.review.domain.values import Expert
from services.shared.aggregate import Aggregate, event
from services.shared.policy import Edition
from services.shared.vocabulary import Track

RULE = "balanced-1"


@dataclass(frozen=True)
class Candidate:
    """An expert of the pool as the draw saw it, and the conflicts that kept the name out."""

    expert: Expert
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Seats:
    """How many seats of each kind, how many from outside the province at least, and the field of the case."""

    finance: int
    management: int
    technology: int
    outside: int
    field_domain: str


class Draw(Aggregate):
    """One draw, with everything that is needed to repeat it."""

    TOPIC = "review.draw"

    @event("Drawn", topic="review.draw.drawn")
    def __init__(
        self,
        case_id: UUID,
        policy_edition: str,
        rule: str,
        seed: str,
        seats: Seats,
        candidates: tuple[Candidate, ...],
        drawn: tuple[str, ...],
    ) -> None:
        self.case_id = case_id
        self.policy_edition = policy_edition
        self.rule = rule
        self.seed = seed
        self.seats = seats
        self.candidates = candidates
        self.drawn = drawn

    @classmethod
    def hold(
        cls, *, case_id: UUID, seats: Seats, candidates: tuple[Candidate, ...], seed: str, edition: Edition
    ) -> Draw:
        """Draw a panel. Raises Invalid when the pool has nobody left for a seat. S4.2"""
        names = tuple(expert.subject for expert in RULES[RULE](candidates, seats, seed))
        return cls(
            case_id=case_id,
            policy_edition=edition.id,
            rule=RULE,
            seed=seed,
            seats=seats,
            candidates=candidates,
            drawn=names,
        )

    @property
    def experts(self) -> tuple[Expert, ...]:
        """Who was drawn, in the order of the draw."""
        known = {candidate.expert.subject: candidate.expert for candidate in self.candidates}
        return tuple(known[subject] for subject in self.drawn)

    @property
    def is_repeatable(self) -> bool:
        """Whether the recorded rule gives the same panel again from what is recorded."""
        again = RULES[self.rule](self.candidates, self.seats, self.seed)
        return tuple(expert.subject for expert in again) == self.drawn


def seats_for(size: int, field_domain: str, edition: Edition) -> Seats:
    """The seats of a panel of `size` by the edition's rules of composition."""
    finance, management, share = (
        edition["expert.finance_min"],
        edition["expert.management_min"],
        edition["expert.outside_min"],
    )
    outside = -(-size * share["numerator"] // share["denominator"])
    return Seats(finance, management, size - finance - management, outside, field_domain)


def seat_of(leaving: Expert, staying: Sequence[Expert], field_domain: str, edition: Edition) -> Seats:
    """The one seat of an expert who leaves, from outside the province where those who stay are too few from there."""
    wanted = seats_for(len(staying) + 1, field_domain, edition).outside
    outside = int(sum(expert.outside_province for expert in staying) < wanted)
    of = {speciality: int(leaving.speciality == speciality) for speciality in ("finance", "management", "technology")}
    return Seats(**of, outside=outside, field_domain=field_domain)


def least_size(edition: Edition, track: Track) -> int:
    """The smallest panel that the edition allows for a track, made odd where it has to be."""
    least: int = edition.on_track("expert.min", track)
    return least + 1 if edition["expert.odd"] and least % 2 == 0 else least


def drawn(candidates: Sequence[Candidate], seats: Seats, seed: str) -> tuple[Expert, ...]:
    """Who is drawn by rule `balanced-1`: the same for the same candidates in any order, seats and seed.

    Raises Invalid when nobody is left for a seat.
    """
    free = [candidate.expert for candidate in candidates if not candidate.conflicts]
    chosen: list[Expert] = []
    plan = ["finance"] * seats.finance + ["management"] * seats.management + ["technology"] * seats.technology
    for speciality in plan:
        left = [expert for expert in free if expert.speciality == speciality and expert not in chosen]
        if not left:
            raise errors.pool_too_small(speciality)
        chosen.append(min(left, key=lambda expert: _rank(expert, chosen, seats, seed)))
    if sum(expert.outside_province for expert in chosen) < seats.outside:
        raise errors.pool_too_small("outside")
    return tuple(chosen)


def _rank(expert: Expert, chosen: Sequence[Expert], seats: Seats, seed: str) -> tuple[bool, bool, bool, str]:
    outside_wanted = sum(each.outside_province for each in chosen) < seats.outside
    return (
        outside_wanted and not expert.outside_province,
        any(expert.employer == each.employer for each in chosen),
        seats.field_domain not in expert.fields,
        sha256(f"{seed}:{expert.subject}".encode()).hexdigest(),
    )


RULES: dict[str, Callable[[Sequence[Candidate], Seats, str], tuple[Expert, ...]]] = {RULE: drawn}
"""Every rule by which a draw was ever held, by the version that is recorded: add, do not change."""

WORDING = {
    RULE: (
        "席位依次为财务、管理、技术；每一席从同专长且无利害关系的候选人中取排序最前者："
        "省外人数未足时省外优先，其次所在单位尚无席位者，其次熟悉本案领域者，其次按“种子:登录名”的 SHA-256 升序。"
    )
}
"""What each rule says, so that anybody can repeat a draw by hand."""
