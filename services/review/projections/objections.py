"""Objections, as their desk sees them: nothing here says who objects."""

from __future__ import annotations

from typing import Any

from services.review.domain.objection import Objection
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

OBJECTIONS = Projection(
    "objections",
    """
create table if not exists objections (
    id uuid primary key,
    version bigint not null,
    notice_id uuid not null,
    case_id uuid not null,
    number text not null,
    centre_name text not null,
    respondent text not null,
    lead_uscc text not null default '', -- who may know of it as the party objected to: nobody before it is asked
    people text[] not null,
    channel text not null,
    state text not null,
    result text not null default '',
    late boolean not null,
    received_on date not null,
    receipt_code text not null unique
);
create index if not exists objections_case on objections (case_id);
create index if not exists objections_people on objections using gin (people);
create index if not exists objections_lead on objections (lead_uscc, id);
""",
)


@OBJECTIONS.on(Objection.Lodged)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    against = event.against
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "notice_id": against.notice_id,
        "case_id": against.case_id,
        "number": against.number,
        "centre_name": against.centre_name,
        "respondent": against.lead_uscc,
        "people": [event.by],
        "channel": event.channel,
        "state": "lodged",
        "late": event.late,
        "received_on": event.received_on,
        "receipt_code": event.receipt_code,
    }
    upsert(cursor, "objections", "id", row)


MOVES: dict[type, str] = {
    Objection.Admitted: "admitted",
    Objection.NotAdmitted: "not-admitted",
    Objection.TurnedIntoComplaint: "late-to-complaint",
    Objection.Transferred: "transferred",
    Objection.InvestigationBegun: "investigating",
    Objection.ResponseGiven: "investigating",
    Objection.Withdrawn: "withdrawn",
    Objection.Replied: "replied",
}
"""Events that change nothing but the state."""


@OBJECTIONS.on(*MOVES)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "objections", event, state=MOVES[type(event)])


@OBJECTIONS.on(Objection.EvidenceAttached, Objection.ConclusionDrafted, Objection.Referred)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "objections", event)


@OBJECTIONS.on(Objection.Assigned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "objections", event)
    add = "update objections set people = array_append(people, %s) where id = %s"
    cursor.execute(add, (event.officer, event.originator_id))


@OBJECTIONS.on(Objection.ResponseSought)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "objections", event, state="response-sought")
    cursor.execute("update objections set lead_uscc = respondent where id = %s", (event.originator_id,))


@OBJECTIONS.on(Objection.Concluded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "objections", event, state="concluded", result=event.conclusion.result.value)
