"""What summaries, assessments, rectifications and revocation procedures have in common: the centre that they are of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from services.shared.aggregate import Aggregate
from services.shared.vocabulary import DocumentRef


@dataclass(frozen=True)
class CentreRef:
    """The centre that a record belongs to: what a reader of the record needs to know of it."""

    case_id: UUID
    number: str
    lead_uscc: str
    prefecture: str
    member_usccs: tuple[str, ...]


class Record(Aggregate):
    """A procedure about one centre, with a life of its own."""

    if TYPE_CHECKING:  # at run time the library would take an annotation for a field of the first event
        centre: CentreRef
        documents: tuple[DocumentRef, ...]

    @property
    def lead_uscc(self) -> str:
        """The lead unit of the centre."""
        return self.centre.lead_uscc

    @property
    def prefecture(self) -> str:
        """The prefecture of the centre."""
        return self.centre.prefecture

    @property
    def member_usccs(self) -> tuple[str, ...]:
        """The member units of the centre."""
        return self.centre.member_usccs
