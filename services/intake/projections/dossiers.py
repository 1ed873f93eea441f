"""Dossiers, a row each: lists, scopes, and what rivals are found by."""

from __future__ import annotations

from typing import Any

from services.intake.domain.dossier import Dossier
from services.intake.domain.rules import plain
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

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
alter table dossiers add column if not exists recused text[] not null default '{}';
alter table dossiers add column if not exists suspended text not null default '';
create index if not exists dossiers_lead on dossiers (lead_uscc, id);
create index if not exists dossiers_prefecture on dossiers (prefecture, id);
create index if not exists dossiers_rivals on dossiers (field_domain, id) where state in ('submitted', 'correcting');
create index if not exists dossiers_technologies on dossiers using gin (core_technologies);
create index if not exists dossiers_members on dossiers using gin (member_usccs);
""",
)


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
    Dossier.AttachmentRemoved,
    Dossier.AttachmentsScanned,
    Dossier.MemberConfirmed,
    Dossier.MemberDeclined,
    Dossier.UsccAccepted,
    Dossier.Superseding,
    Dossier.CorrectionDeadlineMoved,
    Dossier.Recommended,
    Dossier.TakenIn,
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
    change(cursor, "dossiers", event, state="lapsed", suspended="")


@DOSSIERS.on(Dossier.Terminated)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="terminated", suspended="")


@DOSSIERS.on(Dossier.Withdrawn)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="withdrawn", suspended="")


@DOSSIERS.on(Dossier.Concluded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="concluded", outcome=event.outcome, suspended="")


@DOSSIERS.on(Dossier.Reopened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="submitted", outcome="")


@DOSSIERS.on(Dossier.LapseTakenBack)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, state="correcting")


@DOSSIERS.on(Dossier.CaseSuspended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, suspended=event.suspension.cause)


@DOSSIERS.on(Dossier.CaseResumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, suspended="")


@DOSSIERS.on(Dossier.Transferred)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event, prefecture=event.prefecture)


@DOSSIERS.on(Dossier.OfficerRecused)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "dossiers", event)
    cursor.execute(
        "update dossiers set recused = array_append(recused, %s) where id = %s", (event.officer, event.originator_id)
    )
