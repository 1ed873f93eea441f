"""Case (案件) as notify knows it: whom it concerns, for events of others that name a case and no party."""

from __future__ import annotations

from uuid import UUID

from services.notify.domain.values import Parties
from services.shared.aggregate import Aggregate, event


class Case(Aggregate):
    """The parties of one case; its id is the case id."""

    TOPIC = "notify.case"

    @event("TakenUp", topic="notify.case.taken-up")
    def __init__(self, id: UUID, parties: Parties) -> None:
        self.parties = parties

    def renew(self, *, parties: Parties) -> None:
        """Note what a later submission says of the parties. The same again changes nothing."""
        if parties != self.parties:
            self._renewed(parties=parties)

    @event("Renewed", topic="notify.case.renewed")
    def _renewed(self, parties: Parties) -> None:
        self.parties = parties
