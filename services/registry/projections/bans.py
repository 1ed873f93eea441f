"""Bans: which held on any day, as known at any time. A ban that was annulled never held for who knows of it."""

from __future__ import annotations

from typing import Any

from services.registry.domain.ban import Ban, State
from services.registry.projections.fixed import sets
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

BANS = Projection(
    "bans",
    """
create table if not exists bans (
    id uuid primary key,
    version bigint not null,
    case_id uuid not null,
    number text not null,
    centre_name text not null,
    centre_uscc text not null,
    lead_uscc text not null,
    prefecture text not null,
    cause text not null,
    state text not null,
    document_no text not null,
    policy_edition text not null,
    banned_from date not null,
    banned_until date not null,
    recorded_at timestamptz not null,
    annulled_at timestamptz,
    annulled_by text not null default ''
);
create index if not exists bans_lead on bans (lead_uscc);
create index if not exists bans_case on bans (case_id);
create index if not exists bans_centre on bans (centre_uscc);
""",
)

sets(BANS, {Ban.Ended: {"state": State.ENDED}})


@BANS.on(Ban.Started)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    names = ("case_id", "number", "centre_name", "centre_uscc", "lead_uscc", "prefecture", "cause", "document_no")
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        **{name: getattr(event, name) for name in names},
        "state": State.RUNNING,
        "policy_edition": event.policy_edition,
        "banned_from": event.banned_from,
        "banned_until": event.banned_until,
        "recorded_at": event.timestamp,
    }
    upsert(cursor, "bans", "id", row)


@BANS.on(Ban.Annulled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    terms = {"annulled_at": event.timestamp, "annulled_by": event.document_no}
    change(cursor, "bans", event, state=State.ANNULLED, **terms)
