"""Corrections (补正): the notice of a level, the answer in time, and what happens without one (S4.1.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.intake.domain import errors
from services.intake.domain.correction import Correction
from services.intake.domain.rules import Check
from services.intake.domain.snapshot import Facts, Snapshot
from services.intake.domain.standing import Standing
from services.intake.domain.states import State
from services.shared.aggregate import event
from services.shared.calendar import Deadline
from services.shared.vocabulary import DocumentRef, Finding


class InCorrection(Standing):
    """The part of a dossier that answers corrections."""

    def ask_for_correction(self, correction: Correction) -> None:
        """Open the dossier for an answer to a level's notice (补正). S4.1.2

        The same notice again changes nothing, unless it brings another deadline. A dossier that is not with anybody
        (withdrawn, lapsed, concluded) takes no notice.
        """
        if self.state is State.SUBMITTED and not (self.correction and self.correction.is_same_as(correction)):
            self._correction_requested(correction=correction)
        elif (
            self.state is State.CORRECTING
            and self.correction
            and self.correction.is_same_as(correction)
            and correction.deadline.due != self.correction.deadline.due
        ):
            self._correction_deadline_moved(
                deadline=correction.deadline, explanation=correction.explanation, lapses_at=correction.lapses_at
            )

    @event("CorrectionRequested", topic="intake.dossier.correction-requested")
    def _correction_requested(self, correction: Correction) -> None:
        self.correction = correction
        self.state = State.CORRECTING

    @event("CorrectionDeadlineMoved", topic="intake.dossier.correction-deadline-moved")
    def _correction_deadline_moved(
        self, deadline: Deadline, explanation: str, lapses_at: datetime | None = None
    ) -> None:
        if self.correction is not None:
            self.correction = replace(self.correction, deadline=deadline, explanation=explanation, lapses_at=lapses_at)

    def resubmit(
        self,
        *,
        at: datetime,
        faults: tuple[Finding, ...],
        checks: tuple[Check, ...],
        document: DocumentRef,
        facts: Facts,
    ) -> None:
        """Answer the correction with the next snapshot. Raises as `require_answerable` and `require_complete`."""
        correction = self.require_answerable(at)
        self.require_complete(faults=faults, checks=checks)
        snapshot = self._next_snapshot(checks, document, facts, at)
        self._resubmitted(snapshot=snapshot, level=correction.level, round_no=correction.round_no)

    @event("Resubmitted", topic="intake.dossier.resubmitted")
    def _resubmitted(self, snapshot: Snapshot, level: str, round_no: int) -> None:
        self.snapshots = (*self.snapshots, snapshot)
        self.state = State.SUBMITTED

    def lapse(self, *, at: datetime) -> None:
        """Count the case as given up (视为放弃): the answer did not come in time. Raises while it still may."""
        self._require(State.CORRECTING)
        self.require_going_on()
        assert self.correction is not None  # noqa: S101  # for the type checker: CORRECTING has a correction
        if at < self.correction.lapses_from:
            raise errors.still_in_time(self.correction.deadline.explain())
        self._lapsed(level=self.correction.level)

    @event("Lapsed", topic="intake.dossier.lapsed")
    def _lapsed(self, level: str) -> None:
        self.state = State.LAPSED
