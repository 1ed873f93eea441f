"""Funding reference (经费依据): PUBLISHED ⇄ WITHDRAWN (S4.3: results are a basis for project money)."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID, uuid5

from services.registry.domain.moves import require_state
from services.registry.domain.record import CentreRef, Record
from services.shared.aggregate import event
from services.shared.vocabulary import DocumentRef


class State(StrEnum):
    """Whether the reference may be used."""

    PUBLISHED = "published"  # 可作依据
    WITHDRAWN = "withdrawn"  # 已撤回


def reference_id(case_id: UUID, year: int) -> UUID:
    """The id of the funding reference that follows from the assessment of a year."""
    return uuid5(case_id, f"funding-reference:{year}")


class FundingReference(Record):
    """The grade of one assessment, as other departments may use it when money is given."""

    TOPIC = "registry.funding-reference"

    @event("FundingReferencePublished", topic="registry.funding-reference.published")
    def __init__(self, id: UUID, centre: CentreRef, year: int, score: str, grade: str, policy_edition: str) -> None:
        self.centre = centre
        self.year = year
        self.score = score
        self.grade = grade
        self.policy_edition = policy_edition
        self.state = State.PUBLISHED
        self.documents: tuple[DocumentRef, ...] = ()

    def withdraw(self, *, reason: str) -> None:
        """Take it back (撤回): the centre is no longer listed."""
        require_state(self.state, State.PUBLISHED)
        self._withdrawn(reason=reason)

    @event("FundingReferenceWithdrawn", topic="registry.funding-reference.withdrawn")
    def _withdrawn(self, reason: str) -> None:  # kept in the event
        self.state = State.WITHDRAWN

    def restore(self) -> None:
        """Publish it again (恢复): what it was withdrawn for is annulled."""
        require_state(self.state, State.WITHDRAWN)
        self._restored()

    @event("FundingReferenceRestored", topic="registry.funding-reference.restored")
    def _restored(self) -> None:
        self.state = State.PUBLISHED
