"""Quota (推荐名额): the places of one prefecture in one round, held from the signature of a letter on (S4.1.2).

Every letter that takes places is stored in one commit with this aggregate, so two letters at once cannot both take the
last place: the later one is tried again on what is then left.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID, uuid5

from services.screening.domain import rules
from services.shared.aggregate import Aggregate, event
from services.shared.vocabulary import Invalid


class Quota(Aggregate):
    """The cases that hold a place; its id follows from the round and the prefecture."""

    TOPIC = "screening.quota"

    @event("Opened", topic="screening.quota.opened")
    def __init__(
        self, id: UUID, round_id: UUID, prefecture: str, policy_edition: str, case_ids: tuple[UUID, ...]
    ) -> None:
        self.round_id = round_id
        self.prefecture = prefecture
        self.policy_edition = policy_edition
        self.taken = case_ids

    @staticmethod
    def id_of(round_id: UUID, prefecture: str) -> UUID:
        """The id of the quota of a prefecture in a round."""
        return uuid5(round_id, f"quota-{prefecture}")

    def take(self, case_ids: Collection[UUID], *, most: int | None) -> None:
        """Give these cases a place; those that hold one keep it. Raises Invalid beyond `most` (None: no limit)."""
        new = tuple(case_id for case_id in case_ids if case_id not in self.taken)
        kept = rules.quota_is_kept(self.prefecture, listed=len(new), recommended_before=len(self.taken), quota=most)
        if findings := tuple(kept):
            raise Invalid(*findings)
        if new:
            self._taken(case_ids=new)

    @event("Taken", topic="screening.quota.taken")
    def _taken(self, case_ids: tuple[UUID, ...]) -> None:
        self.taken = (*self.taken, *case_ids)

    def release(self, case_ids: Collection[UUID]) -> None:
        """Take the places of these cases back; those that hold none change nothing."""
        held = tuple(case_id for case_id in case_ids if case_id in self.taken)
        if held:
            self._released(case_ids=held)

    @event("Released", topic="screening.quota.released")
    def _released(self, case_ids: tuple[UUID, ...]) -> None:
        self.taken = tuple(case_id for case_id in self.taken if case_id not in case_ids)
