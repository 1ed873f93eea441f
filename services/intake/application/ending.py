"""The end of a dossier: taken back, or decided elsewhere."""

from __future__ import annotations

from uuid import UUID

from services.intake.application.base import Base
from services.intake.domain.dossier import Dossier


class EndsDossiers(Base):
    """What ends a dossier, and what intake notes of its way through the other services."""

    def withdraw_dossier(self, dossier_id: UUID, *, reason: str) -> Dossier:
        """Take a dossier back for good (S4.1.1)."""
        dossier = self.load(Dossier, dossier_id)
        dossier.withdraw(reason=reason)
        self.save(dossier)
        return dossier

    def note_recommended(self, case_id: UUID, *, letter_no: str) -> None:
        """Note that the prefecture has sent the case up: it can be recalled no more. A repeat changes nothing."""
        dossier = self.find(Dossier, case_id)
        if dossier is not None:
            dossier.note_recommended(letter_no=letter_no)
            self.save(dossier)

    def note_taken_in(self, case_id: UUID, *, snapshot_number: int) -> None:
        """Note that the prefecture has begun with a submission. A repeat, or an older submission, changes nothing."""
        if dossier := self.find(Dossier, case_id):
            dossier.note_taken_in(snapshot_number=snapshot_number)
            self.save(dossier)

    def note_transfer(self, case_id: UUID, *, prefecture: str, reason: str) -> None:
        """Note that another prefecture has the case now. A repeat changes nothing."""
        if dossier := self.find(Dossier, case_id):
            dossier.note_transfer(prefecture=prefecture, reason=reason)
            self.save(dossier)

    def note_recusal(self, case_id: UUID, *, officer: str) -> None:
        """Note that an officer is kept away from the case. A repeat changes nothing."""
        if dossier := self.find(Dossier, case_id):
            dossier.note_recusal(officer=officer)
            self.save(dossier)

    def reopen_dossier(self, case_id: UUID, *, level: str, decision_no: str) -> None:
        """Go on with a case whose end was set aside by a review of it. A repeat changes nothing."""
        if dossier := self.find(Dossier, case_id):
            dossier.reopen(level=level, decision_no=decision_no)
            self.save(dossier)

    def conclude_dossier(self, case_id: UUID, *, outcome: str, reference: str) -> None:
        """Note what became of the case in another service."""
        dossier = self.find(Dossier, case_id)
        if dossier is not None:
            dossier.conclude(outcome=outcome, reference=reference)
            self.save(dossier)
