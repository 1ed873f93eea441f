"""Clocks (计时) of each case: material check, correction, notice; how long they are, until when, whether they stand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.review.domain.review import Review
from services.shared.calendar import Deadline
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection

CLOCKS = Projection(
    "clocks",
    """
create table if not exists clocks (
    case_id uuid not null,
    kind text not null,
    length int not null,
    run int not null,
    unit text not null,
    calendar_version text not null,
    due timestamptz not null,
    stands_since timestamptz,
    primary key (case_id, kind)
);
""",
)
"""`length` is what the period had at first, `run` what is left of it since it last stood still: what is used is the
first less what is left."""

CHECK, CORRECTION, NOTICE = "material-check", "correction", "notice"


@CLOCKS.on(Review.ReceiptRegistered, Review.Corrected)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _stop(cursor, event.originator_id, CORRECTION)
    _start(cursor, event.originator_id, event.check)


@CLOCKS.on(Review.Accepted, Review.Returned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _stop(cursor, event.originator_id, CHECK)


@CLOCKS.on(Review.CorrectionRequested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _stop(cursor, event.originator_id, CHECK)
    _start(cursor, event.originator_id, event.correction.deadline)


@CLOCKS.on(Review.Posted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _start(cursor, event.originator_id, event.until)


@CLOCKS.on(
    Review.Lapsed,
    Review.Rescinded,
    Review.Withdrawn,
    Review.Terminated,
    Review.ProposalAmended,
    Review.NoticeLeft,
    Review.NoticeElapsed,
    Review.Cleared,
    Review.Listed,
    Review.ObjectionSustained,
)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _stop(cursor, event.originator_id, CHECK, CORRECTION, NOTICE)


@CLOCKS.on(Review.ListingAmended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    if event.renotice:
        _stop(cursor, event.originator_id, NOTICE)


@CLOCKS.on(Review.CaseSuspended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    query = "update clocks set stands_since = %s where case_id = %s"
    cursor.execute(query, (event.suspension.since, event.originator_id))


@CLOCKS.on(Review.CaseResumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute("update clocks set stands_since = null where case_id = %s", (event.originator_id,))
    own = replace(event.notice_until, kind=NOTICE) if event.notice_until else None
    for deadline in (event.check_until, event.correction_until, own):
        if deadline is not None:
            query = "update clocks set run = %s, due = %s, calendar_version = %s where case_id = %s and kind = %s"
            moved = (deadline.length, deadline.due, deadline.calendar_version)
            cursor.execute(query, (*moved, event.originator_id, deadline.kind))


def _start(cursor: Cursor, case_id: UUID, deadline: Deadline | None) -> None:
    if deadline is None:
        return
    cursor.execute(
        "insert into clocks values (%s, %s, %s, %s, %s, %s, %s) on conflict (case_id, kind) do update"
        " set length = excluded.length, run = excluded.run, unit = excluded.unit,"
        " calendar_version = excluded.calendar_version, due = excluded.due, stands_since = null",
        (case_id, deadline.kind, *[deadline.length] * 2, deadline.unit, deadline.calendar_version, deadline.due),
    )


def _stop(cursor: Cursor, case_id: UUID, *kinds: str) -> None:
    cursor.execute("delete from clocks where case_id = %s and kind = any(%s)", (case_id, list(kinds)))
