"""Deadlines that run, and the clock's look for a newer calendar."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.screening.domain.correction import Correction
from services.screening.domain.screening import Screening
from services.shared.kernel.deadlines import clear_deadline, deadlines_projection, set_deadline
from services.shared.kernel.postgres import Cursor

DEADLINES = deadlines_projection()


RECOMPUTATION = "correction-recomputation"
"""The kind of deadline by which the clock looks for a newer calendar; it binds nobody and is shown to nobody."""


@DEADLINES.on(Screening.IntakeStarted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(
    Screening.Accepted,
    Screening.Transferred,
    Screening.CorrectionRequested,
    Screening.Recalled,
    Screening.Terminated,
    Screening.Withdrawn,
)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "formal-check")


@DEADLINES.on(Screening.ReopenedByRemedy)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "remedy", "service")
    if event.deadline is not None:
        set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(Screening.CorrectionAnswered)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    if event.deadline is not None:
        set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(Screening.CaseSuspended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "formal-check", "correction", RECOMPUTATION)


@DEADLINES.on(Screening.CaseResumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    if event.deadline is not None:
        set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(Correction.Requested, Correction.Extended, Correction.DueRecomputed, Correction.Resumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.case_id, event.deadline)
    clear_deadline(cursor, event.case_id, RECOMPUTATION)
    if event.deadline.provisional:
        set_deadline(cursor, event.case_id, replace(event.deadline, kind=RECOMPUTATION, due=event.timestamp))


@DEADLINES.on(Correction.Closed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.case_id, "correction", RECOMPUTATION)


@DEADLINES.on(Screening.NotRecommended, Screening.RecommendationRescinded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    if event.service is not None:
        set_deadline(cursor, event.originator_id, event.service)


@DEADLINES.on(Screening.DecisionServed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "service")
    set_deadline(cursor, event.originator_id, event.remedy)
