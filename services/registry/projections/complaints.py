"""Complaints about cases that were on notice, for those who supervise the centres."""

from __future__ import annotations

from typing import Any

from services.registry.domain.complaint import Complaint
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, upsert

COMPLAINTS = Projection(
    "complaints",
    """
create table if not exists complaints (
    id uuid primary key,
    version bigint not null,
    case_id uuid not null,
    case_number text not null,
    centre_name text not null,
    received_on date not null,
    in_time boolean not null
);
create index if not exists complaints_case on complaints (case_id);
""",
)


@COMPLAINTS.on(Complaint.Received)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "case_id": event.case_id,
        "case_number": event.case_number,
        "centre_name": event.centre_name,
        "received_on": event.received_on,
        "in_time": event.in_time,
    }
    upsert(cursor, "complaints", "id", row)
