"""Jurisdiction (管辖): whether a case lies with the right prefecture, or goes to another (S4.1.1, check K24)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from services.screening.domain import errors, rules
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.policy import edition
from services.shared.policy.bodies import recommending_bodies
from services.shared.vocabulary import Invalid, Role


@dataclass(frozen=True)
class Challenge:
    """Somebody's view that another prefecture is the right one."""

    to_prefecture: str
    reason: str
    raised_by: str


class Jurisdiction(Aggregate):
    """The question of jurisdiction of one case; its id follows from the case."""

    TOPIC = "screening.jurisdiction"

    @event("Opened", topic="screening.jurisdiction.opened")
    def __init__(self, id: UUID, case_id: UUID, number: str, policy_edition: str) -> None:
        self.case_id = case_id
        self.number = number
        self.policy_edition = policy_edition
        self.challenge: Challenge | None = None
        self.transfers = 0

    @staticmethod
    def id_of(case_id: UUID) -> UUID:
        """The id of the question of jurisdiction of a case."""
        return uuid5(case_id, "jurisdiction")

    def raise_challenge(self, *, to_prefecture: str, own_prefecture: str, reason: str) -> None:
        """Hold another prefecture for the right one (管辖异议). Raises Invalid when it is none, or one's own."""
        if self.challenge is not None:
            raise errors.jurisdiction_in_question()
        bodies = recommending_bodies(edition(self.policy_edition))
        if findings := tuple(rules.prefecture_is_another(to_prefecture, own_prefecture, bodies)):
            raise Invalid(*findings)
        self._challenged(challenge=Challenge(to_prefecture, reason, acting_now().actor))

    @event("Challenged", topic="screening.jurisdiction.challenged")
    def _challenged(self, challenge: Challenge) -> None:
        self.challenge = challenge

    def decide(self, *, transfers: bool, reason: str) -> Challenge:
        """Decide the challenge; returns what was decided on.

        Raises Denied for who raised it. A case that was transferred once is moved again by the province alone
        (指定管辖), so that two prefectures do not send it back and forth.
        """
        challenge = self.challenge
        if challenge is None:
            raise errors.jurisdiction_not_in_question()
        if challenge.raised_by == acting_now().actor:
            raise errors.drafter_signs()
        if transfers and self.transfers and acting_now().capacity != Role.DIVISION_HEAD:
            raise errors.province_decides_jurisdiction()
        self._decided(transfers=transfers, reason=reason, decided_by=acting_now().actor)
        return challenge

    @event("Decided", topic="screening.jurisdiction.decided")
    def _decided(self, transfers: bool, reason: str, decided_by: str) -> None:  # kept in the event
        self.challenge = None
        self.transfers += transfers
