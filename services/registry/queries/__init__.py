"""What can be asked of the registry, each within the caller's scope."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from services.registry.domain.qualification import LISTED
from services.registry.domain.values import AsAt
from services.shared.kernel.authority import Admission
from services.shared.kernel.pages import page_through
from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page

RECORDS = (
    *("summaries", "assessments", "rectifications", "revocations", "changes", "shortfalls", "exits", "upgrades"),
    *("remedies", "funding_references", "status_extracts", "bans"),
)
"""The tables of what a centre has records of."""

_STATUS = """
select qualification, valid_from, recorded_at, document_no from centre_status
where centre_id = %s and valid_from <= %s and recorded_at <= %s
order by valid_from desc, position desc limit 1
"""

_FACTS_AS_AT = """
    left join lateral (
        select jsonb_object_agg(fact, value) as known from (
            select distinct on (fact) fact, value from centre_facts
            where centre_id = centres.id and fact = any(%s) and valid_from <= %s and recorded_at <= %s
            order by fact, valid_from desc, position desc
        ) as latest
    ) as facts on true
"""

_NAMES = ["centre_name", "centre_uscc", "lead_uscc", "lead_unit_name", "member_usccs", "prefecture", "field_domain"]
_THEN = """
           facts.known ->> 'centre_name' as centre_name, facts.known ->> 'centre_uscc' as centre_uscc,
           facts.known ->> 'lead_unit_name' as lead_unit_name, facts.known ->> 'prefecture' as prefecture,
           facts.known ->> 'field_domain' as field_domain,
"""

_CENTRES_AS_AT = f"""
select * from (
    select id, version, number, case_number, {_THEN}
           facts.known ->> 'lead_uscc' as lead_uscc, facts.known -> 'member_usccs' as member_usccs,
           track, supervision, plaque, plaque_no, national_level, grade, revocation_id,
           coalesce(then_.qualification, 'cleared') as qualification, then_.valid_from, then_.recorded_at
    from centres left join lateral (
        select qualification, valid_from, recorded_at from centre_status
        where centre_id = centres.id and valid_from <= %s and recorded_at <= %s
        order by valid_from desc, position desc limit 1
    ) as then_ on true {_FACTS_AS_AT}
    where {{scope}}
) as known where true
"""  # noqa: S608  # constants of the code

_LISTED_NOW = "qualification in ('designated', 'cultivation')"
"""Has an index of its own: a page of the list costs the same however many centres left it before."""

_LEFT_SINCE = "select from centres where left_on > %s union all select from centres where left_at > %s limit 1"
_NOT_LEFT = f"({_LISTED_NOW} or left_on > %s or left_at > %s)"
"""Of an earlier day, or as known before: also those that left later, or whose end was not known yet."""

_ROLL = f"""
select * from (
    select centres.id, number, {_THEN}
           then_.qualification, then_.valid_from, then_.document_no
    from (select * from centres where {{among}}) as centres join lateral (
        select qualification, valid_from, document_no from centre_status
        where centre_id = centres.id and valid_from <= %s and recorded_at <= %s
        order by valid_from desc, position desc limit 1
    ) as then_ on true {_FACTS_AS_AT}
) as known where qualification = any(%s)
"""  # noqa: S608  # as above

_EVER_NAMED = """ and id in (
    select centre_id from centre_facts
    where fact = 'centre_name' and recorded_at <= %s and value #>> '{}' like %s escape '!'
) """


def centres(database: Database, admission: Admission, as_at: AsAt, page: Page) -> dict[str, Any]:
    """The centres that the caller may know of, as they were then; track and the other regions are of today."""
    query = _CENTRES_AS_AT.format(scope=admission.scope.where)
    return as_at.told() | page_through(database, query, (*as_at, _NAMES, *as_at, *admission.parameters), page)


def roll(database: Database, as_at: AsAt, page: Page, name: str = "") -> dict[str, Any]:
    """The public list (名录): every centre that was listed then, by the names of then.

    `name`: only those that have, or ever had, these characters in their name.
    """
    query, parameters = _ROLL.format(among=_LISTED_NOW), _of_the_roll(as_at)
    if database.rows(_LEFT_SINCE, as_at):
        query, parameters = _ROLL.format(among=_NOT_LEFT), (*as_at, *parameters)
    if not name:
        return as_at.told() | page_through(database, query, parameters, page)
    words = re.sub("([!%_])", r"!\1", name)
    return as_at.told() | page_through(
        database, f"{query}{_EVER_NAMED}", (*parameters, as_at.known_at, f"%{words}%"), page
    )


def _of_the_roll(as_at: AsAt) -> tuple[Any, ...]:
    return (*as_at, _NAMES, *as_at, list(LISTED))


def status(database: Database, case_id: UUID, as_at: AsAt) -> dict[str, Any]:
    """The qualification of one centre on that day as known at that time; none before the first listing."""
    rows = database.dicts(_STATUS, (case_id, *as_at))
    return as_at.told() | (rows[0] if rows else {"qualification": None})


def listed(database: Database, table: str, admission: Admission, page: Page) -> dict[str, Any]:
    """The rows of a table of records, or of the bans, that the caller may know of."""
    query = f"select * from {table} where {admission.scope.where}"  # noqa: S608  # both are constants of the code
    return page_through(database, query, admission.parameters, page)


def contributions_of(database: Database, case_id: UUID) -> dict[str, Any]:
    """What each unit pledged to a centre and paid in, in 万元, and the sums; what fell with the centre is left out."""
    sums = "sum(pledged_wan) as pledged_wan, sum(paid_wan) as paid_wan, sum(outstanding_wan) as outstanding_wan"
    counted = "count(*) filter (where state = 'short') as short"
    query = (
        f"select unit_uscc, {sums}, {counted} from contributions"  # noqa: S608  # constants of the code
        " where case_id = %s and state <> 'ceased' group by rollup (unit_uscc) order by unit_uscc"
    )
    *units, total = database.dicts(query, (case_id,))
    return {"items": units, "total": {name: value for name, value in total.items() if name != "unit_uscc"}}


def records_of(database: Database, table: str, case_id: UUID) -> list[dict[str, Any]]:
    """The records of one kind that a centre has."""
    return database.dicts(f"select * from {table} where case_id = %s order by id", (case_id,))  # noqa: S608  # as above


def deadlines_of(database: Database, aggregate_id: UUID) -> list[dict[str, Any]]:
    """The running deadlines of one thing, each with its explanation."""
    return database.dicts(
        "select kind, due, provisional, explanation from deadlines where aggregate_id = %s order by due",
        (aggregate_id,),
    )
