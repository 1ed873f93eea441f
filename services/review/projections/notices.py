"""Public notices with their lists, and what was struck off them."""

from __future__ import annotations

from typing import Any

from services.review.domain.public_notice import PublicNotice
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

NOTICES = Projection(
    "notices",
    """
create table if not exists notices (
    id uuid primary key,
    version bigint not null,
    title text not null,
    state text not null,
    notice_no text not null default '',
    posted_on date,
    ends_at timestamptz,
    text_sha256 text not null default ''
);
-- a number names one notice, also when two are posted at the same moment
create unique index if not exists notices_number on notices (notice_no) where notice_no <> '';
create table if not exists notice_entries (
    notice_id uuid not null,
    row int not null,
    case_id uuid not null,
    number text not null,
    centre_name text not null,
    lead_unit_name text not null,
    track text not null,
    primary key (notice_id, row)
);
create table if not exists struck_entries (
    notice_id uuid not null,
    case_id uuid not null,
    reason text not null,
    primary key (notice_id, case_id)
);
""",
)


@NOTICES.on(PublicNotice.Drafted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "title": event.title,
        "state": "drafted",
    }
    upsert(cursor, "notices", "id", row)
    for number, entry in enumerate(event.entries, 1):
        cursor.execute(
            "insert into notice_entries values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            (
                event.originator_id,
                number,
                entry.case_id,
                entry.number,
                entry.centre_name,
                entry.lead_unit_name,
                entry.track.value,
            ),
        )


@NOTICES.on(PublicNotice.Approved)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "notices", event, state="approved")


@NOTICES.on(PublicNotice.Posted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(
        cursor,
        "notices",
        event,
        state="posted",
        notice_no=event.notice_no,
        posted_on=event.posted_on,
        ends_at=event.deadline.due,
        text_sha256=event.text.sha256,
    )


@NOTICES.on(PublicNotice.Closed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "notices", event, state="closed")


@NOTICES.on(PublicNotice.ProofAttached)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "notices", event)


@NOTICES.on(PublicNotice.EntryStruck)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "notices", event)
    row = (event.originator_id, event.case_id, event.reason)
    cursor.execute("insert into struck_entries values (%s, %s, %s) on conflict do nothing", row)
