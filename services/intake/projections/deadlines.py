"""Deadlines that run: closings of rounds, answers to corrections, and the midnight with which a case lapses."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake.domain.dossier import Dossier
from services.intake.domain.round import Round
from services.shared.calendar import Deadline
from services.shared.kernel.deadlines import clear_deadline, deadlines_projection, set_deadline
from services.shared.kernel.postgres import Cursor

DEADLINES = deadlines_projection()

LAPSE = "lapse"
"""The kind of deadline at which the clock lapses a case; people are shown the one of the correction."""


@DEADLINES.on(Round.Opened, Round.Extended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(Round.Closed, Round.Cancelled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "round")


@DEADLINES.on(Dossier.CorrectionRequested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _set_correction(cursor, event.originator_id, event.correction.deadline, event.correction.lapses_at)


@DEADLINES.on(Dossier.CorrectionDeadlineMoved)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _set_correction(cursor, event.originator_id, event.deadline, event.lapses_at)


@DEADLINES.on(Dossier.CaseResumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    if event.deadline is not None:
        _set_correction(cursor, event.originator_id, event.deadline, event.lapses_at)


@DEADLINES.on(
    Dossier.Resubmitted,
    Dossier.Lapsed,
    Dossier.Withdrawn,
    Dossier.Terminated,
    Dossier.Concluded,
    Dossier.CaseSuspended,
)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "correction", LAPSE)


def _set_correction(cursor: Cursor, case_id: UUID, deadline: Deadline, lapses_at: datetime | None) -> None:
    set_deadline(cursor, case_id, deadline)
    set_deadline(cursor, case_id, replace(deadline, kind=LAPSE, due=lapses_at or deadline.due))
