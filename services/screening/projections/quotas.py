"""The places that are taken, and how many each round allows."""

from __future__ import annotations

from typing import Any

from services.screening.domain.quota import Quota
from services.screening.domain.round_terms import RoundTerms
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

QUOTAS = Projection(
    "quotas",
    """
create table if not exists quotas (
    id uuid primary key,
    version bigint not null,
    round_id uuid not null,
    prefecture text not null,
    case_ids uuid[] not null
);
create index if not exists quotas_round on quotas (round_id, prefecture);
""",
)


TERMS = Projection(
    "terms",
    """
create table if not exists allowances (
    terms_id uuid not null,
    prefecture text not null,
    most integer not null,
    primary key (terms_id, prefecture)
);
""",
)


@QUOTAS.on(Quota.Opened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "round_id": event.round_id,
        "prefecture": event.prefecture,
        "case_ids": list(event.case_ids),
    }
    upsert(cursor, "quotas", "id", row)


@QUOTAS.on(Quota.Taken)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "quotas", event)
    statement = "update quotas set case_ids = case_ids || %s::uuid[] where id = %s"
    cursor.execute(statement, (list(event.case_ids), event.originator_id))


@QUOTAS.on(Quota.Released)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "quotas", event)
    for case_id in event.case_ids:
        statement = "update quotas set case_ids = array_remove(case_ids, %s) where id = %s"
        cursor.execute(statement, (case_id, event.originator_id))


@TERMS.on(RoundTerms.Published, RoundTerms.Changed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute("delete from allowances where terms_id = %s", (event.originator_id,))
    for allowance in event.allowances:
        row = (event.originator_id, allowance.prefecture, allowance.most)
        cursor.execute("insert into allowances values (%s, %s, %s)", row)
