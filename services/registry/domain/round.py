"""Round (申报批次) in the registry: when it was opened, so that nothing is dated before it (S4.0)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.aggregate import Aggregate, event


class KnownRound(Aggregate):
    """A round that intake opened. Intake decides; this only notes what a listing may not be dated before."""

    TOPIC = "registry.known-round"

    @event("Opened", topic="registry.known-round.opened")
    def __init__(self, id: UUID, number: str, opens_on: date, policy_edition: str) -> None:
        self.number = number
        self.opens_on = opens_on
        self.policy_edition = policy_edition
