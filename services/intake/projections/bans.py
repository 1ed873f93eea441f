"""Bans on new dossiers, a row each while they hold."""

from __future__ import annotations

from typing import Any

from services.intake.domain.ban import Ban
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

BANS = Projection(
    "bans",
    """
create table if not exists bans (
    id uuid primary key,
    version bigint not null,
    usccs text[] not null,
    banned_from date not null,
    banned_until date not null,
    holds boolean not null default true
);
create index if not exists bans_usccs on bans using gin (usccs) where holds;
""",
)


@BANS.on(Ban.Started)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "usccs": list(event.usccs),
        "banned_from": event.banned_from,
        "banned_until": event.banned_until,
    }
    upsert(cursor, "bans", "id", row)


@BANS.on(Ban.Changed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    said = {"banned_from": event.banned_from, "banned_until": event.banned_until, "holds": True}
    change(cursor, "bans", event, usccs=list(event.usccs), **said)


@BANS.on(Ban.Lifted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "bans", event, holds=False)
