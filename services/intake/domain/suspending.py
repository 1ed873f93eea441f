"""Suspended (中止办理): prefecture or province lets a case stand still, and the time to answer (S4.1.2, S4.2)."""

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
        """Note that nothing goes on, from when, and for what cause.

        A case that lapsed before this was heard, in time that did not run any more, has not lapsed.
        """
        if self.suspension is not None:
            return
        if self._lapsed_in_vain(suspension):
            self._lapse_taken_back(level=suspension.level)
        if self.state in (State.SUBMITTED, State.CORRECTING):
            self._case_suspended(suspension=suspension)

    @event("LapseTakenBack", topic="intake.dossier.lapse-taken-back")
    def _lapse_taken_back(self, level: str) -> None:  # kept in the event
        self.state = State.CORRECTING

    @event("CaseSuspended", topic="intake.dossier.case-suspended")
    def _case_suspended(self, suspension: Suspension) -> None:
        self.suspension = suspension

    def _lapsed_in_vain(self, suspension: Suspension) -> bool:
        told = self.correction if self.state is State.LAPSED else None
        return told is not None and told.level == suspension.level and told.deadline.is_met(suspension.since)

    def note_resumed(
        self,
        *,
        level: str,
        document_no: str,
        deadline: Deadline | None = None,
        explanation: str = "",
        lapses_at: datetime | None = None,
    ) -> None:
        """Note that the level which stopped the case lets it go on.

        A correction that runs has until `deadline`, if one was told, to be answered.
        """
        if self.suspension is None or self.suspension.level != level:
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
