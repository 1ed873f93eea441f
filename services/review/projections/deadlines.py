"""Deadlines: of notices, on which the clock acts here, and of corrections, on which intake does."""

from __future__ import annotations

from typing import Any

from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.shared.kernel.deadlines import clear_deadline, deadlines_projection, set_deadline
from services.shared.kernel.postgres import Cursor

DEADLINES = deadlines_projection()


@DEADLINES.on(PublicNotice.Posted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(PublicNotice.Closed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "notice")


@DEADLINES.on(Review.CorrectionRequested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.originator_id, event.correction.deadline)


@DEADLINES.on(Review.Corrected, Review.Lapsed, Review.Withdrawn, Review.Terminated)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "correction")
