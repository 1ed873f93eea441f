"""Deadlines: of notices, on which the clock acts here, of corrections, on which intake does, and of the check."""

from __future__ import annotations

from typing import Any

from services.review.domain.clearing import OWN_TIME
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.shared.calendar import Deadline
from services.shared.kernel.deadlines import clear_deadline, deadlines_projection, set_deadline
from services.shared.kernel.postgres import Cursor

DEADLINES = deadlines_projection()

CHECK = "material-check"
"""The kind of the deadline of the check at receipt, on which nobody acts but the officer."""


@DEADLINES.on(PublicNotice.Posted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(PublicNotice.Closed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "notice")


@DEADLINES.on(Review.CorrectionRequested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, CHECK)
    set_deadline(cursor, event.originator_id, event.correction.deadline)


@DEADLINES.on(Review.Corrected, Review.Lapsed, Review.Rescinded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "correction", CHECK)
    _set(cursor, event, getattr(event, "check", None))


@DEADLINES.on(Review.ReceiptRegistered)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _set(cursor, event, event.check)


@DEADLINES.on(Review.Accepted, Review.Returned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, CHECK)


@DEADLINES.on(Review.CaseSuspended, Review.Withdrawn, Review.Terminated)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "correction", CHECK, OWN_TIME)


@DEADLINES.on(Review.CaseResumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    for deadline in (event.correction_until, event.check_until, event.notice_until):
        _set(cursor, event, deadline)


@DEADLINES.on(Review.Cleared, Review.NoticeElapsed, Review.ProposalAmended, Review.ObjectionSustained, Review.Listed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, OWN_TIME)


@DEADLINES.on(Review.ListingAmended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    if event.renotice:
        clear_deadline(cursor, event.originator_id, OWN_TIME)


def _set(cursor: Cursor, event: Any, deadline: Deadline | None) -> None:
    if deadline is not None:
        set_deadline(cursor, event.originator_id, deadline)
