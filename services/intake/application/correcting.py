"""Corrections (补正): the notice of a level, the answer in time, and what happens without one (S4.1.2)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.intake.application.base import Base
from services.intake.domain.correction import Correction, CorrectionItem, deadline_until, lapse_after
from services.intake.domain.dossier import Dossier, Facts
from services.intake.domain.standing import Suspension
from services.intake.domain.values import Content
from services.shared.calendar import calendar
from services.shared.kernel.clock import today
from services.shared.policy import edition


class AnswersCorrections(Base):
    """What follows a notice of correction."""

    def ask_for_correction(
        self,
        case_id: UUID,
        *,
        level: str,
        round_no: int,
        items: tuple[CorrectionItem, ...],
        due: datetime,
        provisional: bool,
        explanation: str,
    ) -> None:
        """Open the dossier for an answer to a level's notice. The same notice again changes nothing."""
        dossier = self.find(Dossier, case_id)
        if dossier is None:
            return
        deadline = deadline_until(due, provisional=provisional, heard_on=today(self.clock), calendar=calendar())
        lapses_at = lapse_after(due, grace=edition(dossier.policy_edition)["correction.grace"])
        dossier.ask_for_correction(Correction(level, round_no, items, deadline, explanation, lapses_at))
        self.save(dossier)

    def note_suspended(self, case_id: UUID, *, suspension: Suspension) -> None:
        """Note that a level lets the case stand still (S4.1.2, S4.2). A repeat changes nothing."""
        if dossier := self.find(Dossier, case_id):
            dossier.note_suspended(suspension)
            self.save(dossier)

    def note_resumed(
        self, case_id: UUID, *, level: str, document_no: str, due: datetime | None, provisional: bool, explanation: str
    ) -> None:
        """Note that the case goes on, and until when a correction that runs is answered (S4.1.2, S4.2)."""
        dossier = self.find(Dossier, case_id)
        if dossier is None:
            return
        if due is None:
            dossier.note_resumed(level=level, document_no=document_no)
        else:
            heard_on = today(self.clock)
            deadline = deadline_until(due, provisional=provisional, heard_on=heard_on, calendar=calendar())
            lapses_at = lapse_after(due, grace=edition(dossier.policy_edition)["correction.grace"])
            dossier.note_resumed(
                level=level, document_no=document_no, deadline=deadline, explanation=explanation, lapses_at=lapses_at
            )
        self.save(dossier)

    def resubmit_dossier(self, dossier_id: UUID) -> Dossier:
        """Answer the correction: check everything and freeze the next snapshot (S4.1.2)."""
        dossier, now = self.load(Dossier, dossier_id), self.clock.now()
        dossier.require_answerable(now)
        self._look_again(dossier)
        faults, checks = self._faults(dossier), self.checks_of(dossier)
        dossier.require_complete(faults=faults, checks=checks)
        facts = Facts.of(Content(dossier.sections))
        dossier.resubmit(at=now, faults=faults, checks=checks, document=self._frozen(dossier), facts=facts)
        self.save(dossier)
        return dossier

    def lapse_dossier(self, dossier_id: UUID) -> Dossier:
        """Count an unanswered case as given up: the clock's act when the time is over (S4.1.2)."""
        dossier = self.load(Dossier, dossier_id)
        dossier.lapse(at=self.clock.now())
        self.save(dossier)
        return dossier
