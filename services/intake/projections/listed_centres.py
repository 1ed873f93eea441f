"""Centres on the roll, a row each: who holds which field."""

from __future__ import annotations

from typing import Any

from services.intake.domain.listed_centre import ListedCentre
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

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
alter table listed_centres add column if not exists also_fields text[] not null default '{}';
create index if not exists listed_centres_field on listed_centres (field_domain) where holds_field;
create index if not exists listed_centres_banned on listed_centres using gin (banned_usccs);
""",
)


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


@LISTED_CENTRES.on(ListedCentre.Left)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "listed_centres", event, holds_field=False)


@LISTED_CENTRES.on(ListedCentre.Reinstated)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "listed_centres", event, holds_field=True)


@LISTED_CENTRES.on(ListedCentre.BanForgotten)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "listed_centres", event, banned_usccs=[], banned_until=None)


@LISTED_CENTRES.on(ListedCentre.FactsChanged)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    said = {"centre_name": event.centre_name, "centre_uscc": event.centre_uscc, "lead_uscc": event.lead_uscc}
    change(cursor, "listed_centres", event, field_domain=event.field_domain, **said)


@LISTED_CENTRES.on(ListedCentre.FieldsTakenOver)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "listed_centres", event, also_fields=list(event.fields))
