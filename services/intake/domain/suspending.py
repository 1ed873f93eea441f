"""Suspended (中止办理): the prefecture lets a case stand still, and with it the time for a correction (S4.1.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.intake.domain.standing import Standing, Suspension
from services.intake.domain.states import State
from services.shared.aggregate import event
from services.shared.calendar import Deadline


class Suspended(Standing):
    """The part of a dossier that hears that it stands still. A repeat, or what comes too late, changes nothing."""

    def note_suspended(self, suspension: Suspension) -> None:
        """Note that nothing goes on, from when, and for what cause."""
        if self.state in (State.SUBMITTED, State.CORRECTING) and self.suspension is None:
            self._case_suspended(suspension=suspension)

    @event("CaseSuspended", topic="intake.dossier.case-suspended")
    def _case_suspended(self, suspension: Suspension) -> None:
        self.suspension = suspension

    def note_resumed(
        self,
        *,
        document_no: str,
        deadline: Deadline | None = None,
        explanation: str = "",
        lapses_at: datetime | None = None,
    ) -> None:
        """Note that the case goes on; a correction that runs has until `deadline`, if one was told, to be answered."""
        if self.suspension is None:
            return
        if self.state is not State.CORRECTING or self.correction is None:
            self._case_resumed(document_no=document_no)
            return
        told = self.correction
        self._case_resumed(
            document_no=document_no,
            deadline=deadline or told.deadline,
            explanation=explanation if deadline else told.explanation,
            lapses_at=lapses_at if deadline else told.lapses_at,
        )

    @event("CaseResumed", topic="intake.dossier.case-resumed")
    def _case_resumed(
        self,
        document_no: str,  # kept in the event
        deadline: Deadline | None = None,
        explanation: str = "",
        lapses_at: datetime | None = None,
    ) -> None:
        self.suspension = None
        if self.correction is not None and deadline is not None:
            self.correction = replace(self.correction, deadline=deadline, explanation=explanation, lapses_at=lapses_at)
