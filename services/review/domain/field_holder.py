"""FieldHolder: the field of a listed centre, as the registry told; free once the centre leaves the roll (S1.4)."""

from __future__ import annotations

from uuid import UUID, uuid5

from services.shared.aggregate import Aggregate, event


class FieldHolder(Aggregate):
    """One centre and its field."""

    TOPIC = "review.field-holder"

    @event("Taken", topic="review.field-holder.taken")
    def __init__(self, id: UUID, case_id: UUID, name: str, field_domain: str) -> None:
        self.case_id = case_id
        self.name = name
        self.field_domain = field_domain
        self.holds = True

    def take(self, *, name: str, field_domain: str) -> None:
        """The centre is listed again, or for another track. A repeat changes nothing. S1.4"""
        if (self.holds, self.name, self.field_domain) != (True, name, field_domain):
            self._taken_again(name=name, field_domain=field_domain)

    @event("TakenAgain", topic="review.field-holder.taken-again")
    def _taken_again(self, name: str, field_domain: str) -> None:
        self.name = name
        self.field_domain = field_domain
        self.holds = True

    def free(self) -> None:
        """The centre has left the roll. A repeat changes nothing. S1.4"""
        if self.holds:
            self._freed()

    @event("Freed", topic="review.field-holder.freed")
    def _freed(self) -> None:
        self.holds = False


def holder_id(case_id: UUID) -> UUID:
    """The id of what a case's centre holds; one for each case."""
    return uuid5(case_id, "field")
