"""Held (暂缓列入): a cleared case that is not listed for now; its review stands still, or is open again (S4.2)."""

from __future__ import annotations

from uuid import UUID, uuid5

from services.registry.domain import errors
from services.shared.aggregate import Aggregate, event

SUSPENDED, OBJECTION, ENDED = "suspended", "objection", "ended"
"""Why: the case is suspended (中止办理), a letter in time was registered after it was cleared, or it was given up."""


class HeldCase(Aggregate):
    """What review said of one case since it was cleared; nothing is listed while it holds."""

    TOPIC = "registry.held-case"

    @event("Noted", topic="registry.held-case.noted")
    def __init__(self, id: UUID, case_id: UUID, cause: str, document_no: str) -> None:
        self.case_id = case_id
        self.holding: dict[str, str] = {cause: document_no}

    def hold(self, *, cause: str, document_no: str) -> None:
        """Let nothing be listed of the case for this cause. A repeat changes nothing. S4.2"""
        if cause not in self.holding:
            self._held(cause=cause, document_no=document_no)

    @event("Held", topic="registry.held-case.held")
    def _held(self, cause: str, document_no: str) -> None:
        self.holding = {**self.holding, cause: document_no}

    def release(self, *, cause: str) -> None:
        """This cause has fallen. A repeat changes nothing. S4.2"""
        if cause in self.holding:
            self._released(cause=cause)

    @event("Released", topic="registry.held-case.released")
    def _released(self, cause: str) -> None:
        self.holding = {known: number for known, number in self.holding.items() if known != cause}

    def check_free(self) -> None:
        """Raises NotInThisState while anything holds the case. S4.2"""
        if self.holding:
            raise errors.listing_is_held(tuple(self.holding))


def held_id(case_id: UUID) -> UUID:
    """The id of what holds a case; one for each."""
    return uuid5(case_id, "held")
