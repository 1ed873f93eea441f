"""What intake's read models hold, and how each event changes them."""

from __future__ import annotations

from typing import Any

from services.intake.domain.dossier import Dossier
from services.intake.domain.round import Round
from services.shared.kernel.deadlines import clear_deadline, deadlines_projection, set_deadline
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, Projections, change, upsert

ROUNDS = Projection(
    "rounds",
    """
create table if not exists rounds (
    id uuid primary key,
    version bigint not null,
    number text not null unique,
    title text not null,
    year int not null,
    state text not null,
    policy_edition text not null default '',
    opens_on date not null,
    closes_on date not null
);
""",
)

DOSSIERS = Projection(
    "dossiers",
    """
create table if not exists dossiers (
    id uuid primary key,
    version bigint not null,
    number text not null unique,
    round_id uuid not null,
    round_number text not null,
    state text not null,
    outcome text not null default '',
    lead_uscc text not null,
    member_usccs text[] not null default '{}',
    prefecture text not null,
    centre_name text not null default '',
    field_domain text not null default '',
    policy_edition text not null,
    snapshot_sha256 text not null default '',
    submitted_at timestamptz
);
create index if not exists dossiers_lead on dossiers (lead_uscc, id);
create index if not exists dossiers_prefecture on dossiers (prefecture, id);
create index if not exists dossiers_members on dossiers using gin (member_usccs);
""",
)

DEADLINES = deadlines_projection()

PROJECTIONS = Projections(ROUNDS, DOSSIERS, DEADLINES)


@ROUNDS.on(Round.Planned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "number": event.number,
        "title": event.title,
        "year": event.year,
        "state": "planned",
        "opens_on": event.opens_on,
        "closes_on": event.closes_on,
    }
    upsert(cursor, "rounds", "id", row)


@ROUNDS.on(Round.Opened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, state="open", policy_edition=event.policy_edition)


@ROUNDS.on(Round.Extended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, closes_on=event.closes_on)


@ROUNDS.on(Round.Closed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, state="closed")


@DEADLINES.on(Round.Opened, Round.Extended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(Round.Closed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "round")


@DOSSIERS.on(Dossier.Opened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "number": event.number,
        "round_id": event.round_id,
        "round_number": event.round_number,
        "state": "draft",
        "lead_uscc": event.lead_uscc,
        "prefecture": event.prefecture,
        "policy_edition": event.policy_edition,
    }
    upsert(cursor, "dossiers", "id", row)


@DOSSIERS.on(Dossier.SectionSaved)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    if event.section == "centre":
        usccs = [member["uscc"] for member in event.content.get("members", ()) if "uscc" in member]
        change(cursor, "dossiers", event, member_usccs=usccs, centre_name=event.content.get("centre_name", ""))
    else:
        change(cursor, "dossiers", event)


@DOSSIERS.on(Dossier.AttachmentAdded, Dossier.MemberConfirmed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event)


@DOSSIERS.on(Dossier.Submitted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    facts = event.snapshot.facts
    change(
        cursor,
        "dossiers",
        event,
        state="submitted",
        centre_name=facts.centre_name,
        field_domain=facts.field_domain,
        member_usccs=list(facts.member_usccs),
        snapshot_sha256=event.snapshot.document.sha256,
        submitted_at=event.timestamp,
    )


@DOSSIERS.on(Dossier.Withdrawn)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="withdrawn")


@DOSSIERS.on(Dossier.Concluded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="concluded", outcome=event.outcome)
