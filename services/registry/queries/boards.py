"""Boards for the people who steer: targets, field map, what is overdue (S1.3, S1.4, S4.3)."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.registry.domain.qualification import LISTED, OF_TRACK, Qualification
from services.registry.domain.values import AsAt
from services.registry.queries.history import occupied_fields
from services.shared.kernel.authority import Admission
from services.shared.kernel.pages import page_through
from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page
from services.shared.policy import Edition
from services.shared.vocabulary import Track

_COUNTED = """
select then_.qualification, count(*) from centres join lateral (
    select qualification from centre_status
    where centre_id = centres.id and valid_from <= %s and recorded_at <= %s
    order by valid_from desc, position desc limit 1
) as then_ on true
where then_.qualification = any(%s) group by then_.qualification
"""

_OVERDUE = """
select * from (
    select due_.aggregate_id as id, due_.kind, due_.due, due_.explanation, centres.number, centres.centre_name,
           centres.lead_uscc, centres.member_usccs, centres.prefecture
    from deadlines as due_
    left join summaries on summaries.id = due_.aggregate_id
    left join rectifications on rectifications.id = due_.aggregate_id
    left join revocations on revocations.id = due_.aggregate_id
    left join shortfalls on shortfalls.id = due_.aggregate_id
    left join remedies on remedies.id = due_.aggregate_id
    left join contributions on contributions.id = due_.aggregate_id
    join centres on centres.id = coalesce(summaries.case_id, rectifications.case_id, revocations.case_id,
                                          shortfalls.case_id, remedies.case_id, contributions.case_id,
                                          due_.aggregate_id)
    where due_.due <= %s
    union all
    select summaries.id, 'annual-summary-' || state, due, null, summaries.number, centres.centre_name,
           summaries.lead_uscc, summaries.member_usccs, summaries.prefecture
    from summaries join centres on centres.id = case_id where state in ('overdue', 'missed')
      and not exists (select from deadlines where aggregate_id = summaries.id and deadlines.due <= %s)
    union all
    select contributions.id, 'contribution-short', due_on::timestamptz, null, contributions.number,
           centres.centre_name, contributions.lead_uscc, contributions.member_usccs, contributions.prefecture
    from contributions join centres on centres.id = case_id where state = 'short'
) as late where {scope}
"""


def targets(database: Database, moment: AsAt, rules: Edition) -> dict[str, Any]:
    """How many centres there were on each day of a target, or are on the day asked about, counted both ways.

    `met` is by the tracks that the edition counts (`targets.counts_tracks`).
    """
    counted = {OF_TRACK[Track(track)] for track in rules["targets.counts_tracks"]}
    board = [_target(database, moment, target, counted) for target in rules["targets"]]
    now = _counted(database, moment)
    return {**moment.told(), **now, "policy_edition": rules.id, "counts": sorted(counted), "targets": board}


def field_map(database: Database, moment: AsAt, rules: Edition) -> dict[str, Any]:
    """Every field of the policy, and which centres occupied it; in principle one each (原则上一行业一中心)."""
    occupied = occupied_fields(database, moment)
    fields = [
        {"field": code, "zh": zh, "numbers": occupied.get(code, []), "free": code not in occupied}
        for code, zh in rules["fields.taxonomy"].items()
    ]
    return {**moment.told(), "policy_edition": rules.id, "fields": fields}


def overdue(database: Database, admission: Admission, moment: AsAt, page: Page) -> dict[str, Any]:
    """Deadlines that are past, summaries late or missing, contributions short, within the caller's scope."""
    query = _OVERDUE.format(scope=admission.scope.where)
    parameters = (moment.known_at, moment.known_at, *admission.parameters)
    return moment.told() | page_through(database, query, parameters, page)


def _target(database: Database, moment: AsAt, target: Any, counted: set[Qualification]) -> dict[str, Any]:
    by = date.fromisoformat(target["by"])
    day = min(by, moment.as_of)
    found = _counted(database, AsAt(day, moment.known_at))
    reached = found["both_tracks"] if counted == LISTED else found["designated"]
    return {
        "by": by,
        "wanted": target["count"],
        "counted_on": day,
        **found,
        "met": reached >= target["count"],
        "past": by < moment.as_of,
    }


def _counted(database: Database, moment: AsAt) -> dict[str, int]:
    """How many centres were listed on that day, in both ways of counting."""
    found = {row[0]: row[1] for row in database.rows(_COUNTED, (*moment, list(LISTED)))}
    designated = found.get(Qualification.DESIGNATED, 0)
    return {"designated": designated, "both_tracks": designated + found.get(Qualification.CULTIVATION, 0)}
