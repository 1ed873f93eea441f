"""Terms of a round (申报条件): what a round sets beside the policy for the recommending bodies (S4.0, S4.1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from services.shared.aggregate import Aggregate, event


@dataclass(frozen=True)
class Allowance:
    """How many cases a prefecture may recommend in the round."""

    prefecture: str
    most: int


class RoundTerms(Aggregate):
    """What a round says of quotas and paper; its id follows from the round."""

    TOPIC = "screening.round-terms"

    @event("Published", topic="screening.round-terms.published")
    def __init__(self, id: UUID, round_id: UUID, allowances: tuple[Allowance, ...], paper_copies: int) -> None:
        self.round_id = round_id
        self.allowances = allowances
        self.paper_copies = paper_copies

    @staticmethod
    def id_of(round_id: UUID) -> UUID:
        """The id of the terms of a round."""
        return uuid5(round_id, "terms")

    def change(self, *, allowances: tuple[Allowance, ...], paper_copies: int) -> None:
        """Take other terms. The same again change nothing."""
        if (allowances, paper_copies) != (self.allowances, self.paper_copies):
            self._changed(allowances=allowances, paper_copies=paper_copies)

    @event("Changed", topic="screening.round-terms.changed")
    def _changed(self, allowances: tuple[Allowance, ...], paper_copies: int) -> None:
        self.allowances = allowances
        self.paper_copies = paper_copies

    def quota_of(self, prefecture: str) -> int | None:
        """How many cases the prefecture may recommend; None when the round does not say."""
        return next((a.most for a in self.allowances if a.prefecture == prefecture), None)
