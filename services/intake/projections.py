"""What intake's read models hold, and how each event changes them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from psycopg.types.json import Jsonb

from services.intake.domain.dossier import Dossier
from services.intake.domain.listed_centre import ListedCentre
from services.intake.domain.round import Round
from services.intake.domain.rules import plain
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
    closes_on date not null,
    conditions jsonb
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
    submitted_at timestamptz,
    core_technologies text[] not null default '{}'
);
create index if not exists dossiers_lead on dossiers (lead_uscc, id);
create index if not exists dossiers_prefecture on dossiers (prefecture, id);
create index if not exists dossiers_rivals on dossiers (field_domain, id) where state in ('submitted', 'correcting');
create index if not exists dossiers_technologies on dossiers using gin (core_technologies);
create index if not exists dossiers_members on dossiers using gin (member_usccs);
""",
)

LISTED_CENTRES = Projection(
    "listed_centres",
    """
create table if not exists listed_centres (
    id uuid primary key,
    version bigint not null,
    centre_name text not null,
    centre_uscc text not null,
    lead_uscc text not null,
    field_domain text not null,
    track text not null,
    holds_field boolean not null default true,
    banned_usccs text[] not null default '{}',
    banned_until date
);
create index if not exists listed_centres_field on listed_centres (field_domain) where holds_field;
create index if not exists listed_centres_banned on listed_centres using gin (banned_usccs);
""",
)

DEADLINES = deadlines_projection()

PROJECTIONS = Projections(ROUNDS, DOSSIERS, LISTED_CENTRES, DEADLINES)


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


@ROUNDS.on(Round.ConditionsPublished)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, conditions=Jsonb(asdict(event.conditions)))


@ROUNDS.on(Round.Cancelled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "rounds", event, state="cancelled")


@DEADLINES.on(Round.Opened, Round.Extended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(Round.Closed, Round.Cancelled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "round")


@DEADLINES.on(Dossier.CorrectionRequested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.originator_id, event.correction.deadline)


@DEADLINES.on(Dossier.CorrectionDeadlineMoved)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    set_deadline(cursor, event.originator_id, event.deadline)


@DEADLINES.on(Dossier.Resubmitted, Dossier.Lapsed, Dossier.Withdrawn, Dossier.Terminated, Dossier.Concluded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, "correction")


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
    elif event.section == "supplement":
        names = [plain(one["name"]) for one in event.content.get("core_technologies", ()) if "name" in one]
        change(cursor, "dossiers", event, core_technologies=names)
    else:
        change(cursor, "dossiers", event)


@DOSSIERS.on(
    Dossier.AttachmentAdded,
    Dossier.MemberConfirmed,
    Dossier.MemberDeclined,
    Dossier.UsccAccepted,
    Dossier.Superseding,
    Dossier.CorrectionDeadlineMoved,
    Dossier.Recommended,
)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event)


@DOSSIERS.on(Dossier.Submitted, Dossier.Resubmitted)
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


@DOSSIERS.on(Dossier.SubmissionRecalled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="draft")


@DOSSIERS.on(Dossier.CorrectionRequested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="correcting")


@DOSSIERS.on(Dossier.Lapsed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="lapsed")


@DOSSIERS.on(Dossier.Terminated)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="terminated")


@DOSSIERS.on(Dossier.Withdrawn)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="withdrawn")


@DOSSIERS.on(Dossier.Concluded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="concluded", outcome=event.outcome)


@LISTED_CENTRES.on(ListedCentre.Listed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "centre_name": event.centre_name,
        "centre_uscc": event.centre_uscc,
        "lead_uscc": event.lead_uscc,
        "field_domain": event.field_domain,
        "track": event.track,
    }
    upsert(cursor, "listed_centres", "id", row)


@LISTED_CENTRES.on(ListedCentre.TrackChanged)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "listed_centres", event, track=event.track)


@LISTED_CENTRES.on(ListedCentre.Revoked)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    said = {"banned_usccs": list(event.usccs), "banned_until": event.banned_until}
    change(cursor, "listed_centres", event, holds_field=False, **said)
