"""Cases that stand still and go on (中止、恢复办理), with the deadlines that run in them (S4.1.2; ours)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.screening.application.base import Base
from services.screening.domain.correction import Correction
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.shared.calendar import Deadline
from services.shared.calendar.suspension import restarted
from services.shared.policy import edition


class SuspendsCases(Base):
    """How a case stands still for an investigation or force majeure."""

    def suspend_case(self, case_id: UUID, *, cause: str, document_no: str, reason: str) -> Screening:
        """Let nothing be done with a case; its deadlines stand still (S4.1.2).

        Raises NotInThisState for a correction whose time is up: nothing is left that could stand still.
        """
        screening = self.load(Screening, case_id)
        causes = edition(screening.policy_edition)["suspension.causes"]
        screening.suspend(cause=cause, document_no=document_no, reason=reason, causes=causes)
        for correction in self._running_correction(screening):
            correction.require_in_time(self.clock.now())
        self.save(screening)
        return screening

    def resume_case(self, case_id: UUID, *, document_no: str, reason: str) -> Screening:
        """Go on with a suspended case where it was, with the days that were left (S4.1.2)."""
        screening = self.load(Screening, case_id)
        since = screening.require_suspended().since
        corrections = self._running_correction(screening)
        for correction in corrections:
            correction.resume(deadline=self._going_on(screening, correction.deadline, since))
        running = corrections[0].deadline if corrections else self._formal_check_of(screening, since)
        screening.resume(document_no=document_no, reason=reason, deadline=running)
        self.save(screening, *corrections)
        return screening

    def _running_correction(self, screening: Screening) -> tuple[Correction, ...]:
        return (self._correction_of(screening),) if screening.state is State.PREF_CORRECTION else ()

    def _formal_check_of(self, screening: Screening, since: datetime) -> Deadline | None:
        if screening.state is not State.PREF_INTAKE or screening.formal_check is None:
            return None
        return self._going_on(screening, screening.formal_check, since)

    def _going_on(self, screening: Screening, deadline: Deadline, since: datetime) -> Deadline:
        return restarted(deadline, since, self.clock.now(), edition(screening.policy_edition))
