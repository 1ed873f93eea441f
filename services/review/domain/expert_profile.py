"""ExpertProfile (专家库): fields, employer and every relation, declared before any case is known (S4.2).

Experts are known by the subject of their login; who that is stays with the identity provider.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from services.review.domain import rules
from services.review.domain.standing import refuse
from services.review.domain.values import Expert
from services.shared.aggregate import Aggregate, acting_now, event
from services.shared.policy import Edition
from services.shared.vocabulary import Finding

_POOL = UUID("0190a0b0-0000-7000-8000-000000000e00")


@dataclass(frozen=True)
class Relation:
    """A tie to a unit (利益关系): its kind by `expert.recusal_rules`, to whom, and until when (None: it goes on)."""

    kind: str
    uscc: str
    unit: str
    until: date | None = None


@dataclass(frozen=True)
class Note:
    """What an expert's record says of a case, e.g. a conflict that was not declared."""

    case_id: UUID
    text: str
    noted_by: str


class ExpertProfile(Aggregate):
    """One expert of the pool. `people` is the expert alone."""

    TOPIC = "review.expert"

    @event("Enrolled", topic="review.expert.enrolled")
    def __init__(self, id: UUID, expert: Expert, relations: tuple[Relation, ...]) -> None:
        self.expert = expert
        self.relations = relations
        self.people = (expert.subject,)
        self.notes: tuple[Note, ...] = ()
        self.is_active = True

    @property
    def ties(self) -> tuple[Relation, ...]:
        """Every tie that the pool knows of: to the employer, and those that were declared."""
        return (Relation("same_employer", self.expert.employer_uscc, self.expert.employer), *self.relations)

    def declare_relations(self, *, relations: tuple[Relation, ...], edition: Edition) -> None:
        """Declare every relation anew (申报利益关系). Raises Invalid for a kind that the edition lacks. S4.2"""
        refuse(relations_are_known(relations, edition))
        if relations != self.relations:
            self._relations_declared(relations=relations)

    @event("RelationsDeclared", topic="review.expert.relations-declared")
    def _relations_declared(self, relations: tuple[Relation, ...]) -> None:
        self.relations = relations

    def note(self, *, case_id: UUID, text: str) -> None:
        """Put a note on the record. S4.2"""
        self._noted(note=Note(case_id, text, acting_now().actor))

    @event("Noted", topic="review.expert.noted")
    def _noted(self, note: Note) -> None:
        self.notes = (*self.notes, note)

    def retire(self) -> None:
        """Draw the expert no more. A repeat changes nothing. S4.2"""
        if self.is_active:
            self._retired()

    @event("Retired", topic="review.expert.retired")
    def _retired(self) -> None:
        self.is_active = False


def profile_id(subject: str) -> UUID:
    """The id of an expert's profile: one for each login."""
    return uuid5(_POOL, subject)


def relations_are_known(relations: tuple[Relation, ...], edition: Edition) -> rules.Findings:
    """Every relation is of a kind that the edition names."""
    zh, en = "没有这一利益关系类别", "there is no such kind of relation"
    return tuple(
        Finding("unknown-relation", zh, en, f"/relations/{index}/kind", "S4.2")
        for index, relation in enumerate(relations)
        if relation.kind not in edition["expert.recusal_rules"]
    )
