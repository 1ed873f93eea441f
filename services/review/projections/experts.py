"""The expert pool, and the draws from it."""

from __future__ import annotations

from typing import Any

from services.review.domain.draw import Draw
from services.review.domain.expert_profile import ExpertProfile
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

EXPERTS = Projection(
    "experts",
    """
create table if not exists experts (
    id uuid primary key,
    version bigint not null,
    subject text not null unique,
    speciality text not null,
    employer text not null,
    fields text[] not null,
    outside_province boolean not null,
    people text[] not null,
    relations int not null,
    notes int not null default 0,
    active boolean not null default true
);
""",
)

DRAWS = Projection(
    "draws",
    """
create table if not exists draws (
    id uuid primary key,
    version bigint not null,
    case_id uuid not null,
    rule text not null,
    seed text not null,
    drawn text[] not null
);
create index if not exists draws_case on draws (case_id);
""",
)


@EXPERTS.on(ExpertProfile.Enrolled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    expert = event.expert
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "subject": expert.subject,
        "speciality": expert.speciality,
        "employer": expert.employer,
        "fields": list(expert.fields),
        "outside_province": expert.outside_province,
        "people": [expert.subject],
        "relations": len(event.relations),
    }
    upsert(cursor, "experts", "id", row)


@EXPERTS.on(ExpertProfile.RelationsDeclared)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "experts", event, relations=len(event.relations))


@EXPERTS.on(ExpertProfile.Noted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "experts", event)
    cursor.execute("update experts set notes = notes + 1 where id = %s", (event.originator_id,))


@EXPERTS.on(ExpertProfile.Retired)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "experts", event, active=False)


@DRAWS.on(Draw.Drawn)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "case_id": event.case_id,
        "rule": event.rule,
        "seed": event.seed,
        "drawn": list(event.drawn),
    }
    upsert(cursor, "draws", "id", row)
