"""What was known on one day about another: every fact of a centre at two times (as known at T1 about T0)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.registry.domain.qualification import LISTED
from services.registry.domain.values import AsAt
from services.registry.queries import status
from services.shared.kernel.authority import Admission
from services.shared.kernel.pages import page_through
from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page

_FACTS = """
select distinct on (fact) fact, value, valid_from, recorded_at, document_no from centre_facts
where centre_id = %s and valid_from <= %s and recorded_at <= %s
order by fact, valid_from desc, position desc
"""

_BANS = """
select * from bans
where banned_from <= %s and recorded_at <= %s and banned_until >= %s and (annulled_at is null or annulled_at > %s)
  and {scope}
"""

_BAN_OF = """
select cause, banned_until as until from bans where case_id = %s
  and banned_from <= %s and recorded_at <= %s and banned_until >= %s and (annulled_at is null or annulled_at > %s)
order by banned_until desc limit 1
"""

_FIELDS = """
select occupied.field, array_agg(distinct occupied.number order by occupied.number) as numbers from (
    select centres.number, unnest(array_append(coalesce(
               (select array_agg(taken) from jsonb_array_elements_text(facts.known -> 'taken_over') as taken), '{}'),
               facts.known ->> 'field_domain')) as field
    from centres join lateral (
        select qualification from centre_status
        where centre_id = centres.id and valid_from <= %s and recorded_at <= %s
        order by valid_from desc, position desc limit 1
    ) as then_ on then_.qualification = any(%s)
    join lateral (
        select jsonb_object_agg(fact, value) as known from (
            select distinct on (fact) fact, value from centre_facts
            where centre_id = centres.id and fact in ('field_domain', 'taken_over')
              and valid_from <= %s and recorded_at <= %s
            order by fact, valid_from desc, position desc
        ) as latest
    ) as facts on true
) as occupied group by occupied.field
"""

_PUBLIC = ("centre_name", "lead_unit_name", "member_names", "prefecture", "field_domain", "merged_into", "split_off")
"""The facts that anybody may know: of units, never of persons."""


def as_at(database: Database, case_id: UUID, moment: AsAt) -> dict[str, Any]:
    """Status, name, lead, members, plaque, ban and fields of a centre on that day as known at that time."""
    rows = database.dicts(_FACTS, (case_id, *moment))
    facts = {row["fact"]: row["value"] for row in rows}
    bans_ = database.dicts(_BAN_OF, (case_id, *moment, *moment))
    facts["ban"] = bans_[0] if bans_ else None
    known = status(database, case_id, moment)
    listed = known["qualification"] in LISTED
    held = dict.fromkeys((facts.get("field_domain"), *facts.get("taken_over", ())))
    facts["fields"] = list(held) if listed else []
    return {**known, "facts": facts, "listed": listed}


def changes_of(database: Database, case_id: UUID, *, public: bool) -> list[dict[str, Any]]:
    """Every fact that was ever registered of a centre, in the order in which it held; old names among them."""
    condition = "and fact = any(%s)" if public else ""
    query = (
        "select fact, value, valid_from, recorded_at, document_no from centre_facts"  # noqa: S608  # constants
        f" where centre_id = %s {condition} order by valid_from, position, fact"
    )
    return database.dicts(query, (case_id, list(_PUBLIC)) if public else (case_id,))


def statuses_of(database: Database, case_id: UUID) -> list[dict[str, Any]]:
    """Every qualification that a centre was ever recorded to have."""
    query = (
        "select qualification, valid_from, recorded_at, document_no, policy_edition from centre_status"
        " where centre_id = %s order by valid_from, position"
    )
    return database.dicts(query, (case_id,))


def bans(database: Database, admission: Admission, moment: AsAt, page: Page) -> dict[str, Any]:
    """The bans that held on that day as known at that time."""
    query = _BANS.format(scope=admission.scope.where)
    return moment.told() | page_through(database, query, (*moment, *moment, *admission.parameters), page)


def occupied_fields(database: Database, moment: AsAt) -> dict[str, list[str]]:
    """Which centres occupied each field on that day as known at that time, by their numbers."""
    return {row["field"]: row["numbers"] for row in database.dicts(_FIELDS, (*moment, list(LISTED), *moment))}
