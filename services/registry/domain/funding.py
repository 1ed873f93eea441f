"""Funding reference (经费依据): PUBLISHED ⇄ WITHDRAWN, or ANNULLED with its result (S4.3: a basis for project money).

Each message under its key replaces the one before; `corrections` counts them.
"""

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
    ANNULLED = "annulled"  # 所依据的考核结果已撤销


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
        self.corrections = 0

    @property
    def key(self) -> str:
        """What stays the same in every message on this reference."""
        return f"{self.centre.number}@{self.year}"

    def withdraw(self, *, reason: str) -> None:
        """Take it back (撤回): the centre is no longer listed."""
        require_state(self.state, State.PUBLISHED)
        self._withdrawn(reason=reason)

    @event("FundingReferenceWithdrawn", topic="registry.funding-reference.withdrawn")
    def _withdrawn(self, reason: str) -> None:  # kept in the event
        self.state = State.WITHDRAWN
        self.corrections += 1

    def restore(self) -> None:
        """Publish it again (恢复): what it was withdrawn for is annulled."""
        require_state(self.state, State.WITHDRAWN)
        self._restored()

    @event("FundingReferenceRestored", topic="registry.funding-reference.restored")
    def _restored(self) -> None:
        self.state = State.PUBLISHED
        self.corrections += 1

    def annul(self, *, reason: str, document_no: str) -> None:
        """Take it back for good (撤回): the result that it tells of was annulled. S4.3; ours"""
        require_state(self.state, State.PUBLISHED, State.WITHDRAWN)
        self._annulled(reason=reason, document_no=document_no)

    @event("FundingReferenceAnnulled", topic="registry.funding-reference.annulled")
    def _annulled(self, reason: str, document_no: str) -> None:  # both kept in the event
        self.state = State.ANNULLED
        self.corrections += 1

    def reissue(self, *, score: str, grade: str, policy_edition: str) -> None:
        """Publish the result of the assessment that was held again (重新考核), under the same key."""
        require_state(self.state, State.ANNULLED)
        self._reissued(score=score, grade=grade, edition_id=policy_edition)

    @event("FundingReferenceReissued", topic="registry.funding-reference.reissued")
    def _reissued(self, score: str, grade: str, edition_id: str) -> None:
        self.score = score
        self.grade = grade
        self.policy_edition = edition_id
        self.state = State.PUBLISHED
        self.corrections += 1
