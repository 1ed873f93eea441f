"""Status extract (资格证明): what the list said of one day, for another department; corrected when need be."""

from __future__ import annotations

from datetime import date, datetime

from services.registry.domain.record import CentreRef, Record
from services.shared.aggregate import event
from services.shared.vocabulary import DocumentRef


class StatusExtract(Record):
    """A statement on one day, as known when it was made. Its `key` stays the same in every correction."""

    TOPIC = "registry.status-extract"

    @event("StatusExtractIssued", topic="registry.status-extract.issued")
    def __init__(
        self, centre: CentreRef, department: str, as_of: date, known_at: datetime, status: str, policy_edition: str
    ) -> None:
        self.centre = centre
        self.department = department
        self.as_of = as_of
        self.known_at = known_at
        self.status = status
        self.policy_edition = policy_edition
        self.corrections = 0
        self.documents: tuple[DocumentRef, ...] = ()

    @property
    def key(self) -> str:
        """What the department files it under: the number on the list and the day."""
        return f"{self.centre.number}@{self.as_of.isoformat()}"

    def correct(self, *, status: str, known_at: datetime, document_no: str) -> None:
        """Say what holds of that day now (更正); nothing when it is what was said."""
        if status != self.status:
            self._corrected(status=status, known_at=known_at, document_no=document_no)

    @event("StatusCorrectionPublished", topic="registry.status-extract.corrected")
    def _corrected(self, status: str, known_at: datetime, document_no: str) -> None:  # number is kept in the event
        self.status = status
        self.known_at = known_at
        self.corrections += 1
