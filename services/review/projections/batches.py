"""Which cases came with which batch, and the corrections that were asked for."""

from __future__ import annotations

from typing import Any

from services.review.domain.review import Review
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, upsert

BATCHES = Projection(
    "batches",
    """
create table if not exists batch_cases (
    case_id uuid primary key,
    batch_id uuid not null
);
create index if not exists batch_cases_batch on batch_cases (batch_id);
""",
)

CORRECTIONS = Projection(
    "corrections",
    """
create table if not exists corrections (
    case_id uuid not null,
    round_no int not null,
    came_from text not null,
    items int not null,
    due timestamptz not null,
    primary key (case_id, round_no)
);
""",
)


@BATCHES.on(Review.Opened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {"case_id": event.originator_id, "batch_id": event.facts.batch_id}
    upsert(cursor, "batch_cases", "case_id", row)


@CORRECTIONS.on(Review.CorrectionRequested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    asked = event.correction
    row = (event.originator_id, asked.round_no, asked.came_from.value, len(asked.items), asked.deadline.due)
    cursor.execute("insert into corrections values (%s, %s, %s, %s, %s) on conflict do nothing", row)
