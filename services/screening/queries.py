"""What can be asked of screening, each within the caller's scope."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.screening.domain.round_terms import RoundTerms
from services.screening.domain.screening import Screening
from services.screening.domain.states import ENDED, State
from services.screening.projections import RECOMPUTATION
from services.shared.kernel.authority import Admission
from services.shared.kernel.pages import page_through
from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page, cursor_behind
from services.shared.policy import edition
from services.shared.vocabulary import Finding, Invalid


def screenings(database: Database, admission: Admission, page: Page, state: str = "") -> dict[str, Any]:
    """The inbox: the screenings that the caller may know of, what is due first, then those without a due moment.

    `state` narrows it to one state; cases that the caller is recused from are not there. Raises Invalid for a state
    that there is none of.
    """
    if state and state not in set(State):
        raise Invalid(Finding("not-a-state", f"没有状态 {state}", f"there is no state {state}", "/state"))
    condition, behind = _behind(page)
    of_state, states = ("and state = %s", [state]) if state else ("", [])
    query = (
        f"select * from screenings where {admission.scope.where} {of_state}"  # noqa: S608  # a scope's condition is our constant
        f" and not (%s = any(recused)) {condition} order by coalesce(due, 'infinity'), id limit %s"
    )
    parameters = (*admission.parameters, *states, admission.identity.subject, *behind, page.limit + 1)
    rows = database.dicts(query, parameters)
    items = rows[: page.limit]
    if len(rows) == len(items):
        return {"items": items}
    last = items[-1]
    return {"items": items, "next": cursor_behind([last["due"].isoformat() if last["due"] else "infinity", last["id"]])}


def rivals_of(database: Database, admission: Admission, screening: Screening) -> dict[str, Any]:
    """The other open cases of the same prefecture whose field is the same or overlaps (S1.4, check K20)."""
    overlaps = edition(screening.policy_edition)["fields.overlap_matrix"]
    own = screening.facts.field_domain
    fields = [own, *(other for pair in overlaps if own in pair for other in pair if other != own)]
    query = (
        "select id, number, centre_name, lead_unit_name, field_domain, field_domain = %s as same_field, round_number,"  # noqa: S608  # a scope's condition is our constant
        f" state from screenings where {admission.scope.where} and prefecture = %s and field_domain = any(%s)"
        " and id <> %s and not (state = any(%s)) and not (%s = any(recused)) order by id"
    )
    subject = admission.identity.subject
    narrowed = (screening.prefecture, fields, screening.id, [*ENDED], subject)
    return {"items": database.dicts(query, (own, *admission.parameters, *narrowed))}


def quotas(database: Database, admission: Admission, round_id: UUID) -> dict[str, Any]:
    """The quota meter: for each prefecture with cases in the round, how many places it has and how many are taken.

    `most` and `free` are null where nobody set a limit.
    """
    query = (
        "select prefecture, min(policy_edition) as policy_edition, count(*) as cases,"  # noqa: S608  # as above
        " count(*) filter (where ready) as ready from screenings"
        f" where {admission.scope.where} and round_id = %s group by prefecture order by prefecture"
    )
    rows = database.dicts(query, (*admission.parameters, round_id))
    return {"items": [_metered(database, round_id, row) for row in rows]}


def corrections_of(database: Database, case_id: UUID) -> list[dict[str, Any]]:
    """The rounds of correction of a case, in order."""
    return database.dicts("select * from corrections where case_id = %s order by round_no", (case_id,))


def batches(database: Database, admission: Admission, page: Page) -> dict[str, Any]:
    """The batches that the caller may know of, oldest first."""
    query = f"select * from batches where {admission.scope.where}"  # noqa: S608  # a scope's condition is our constant
    return page_through(database, query, admission.parameters, page)


def deadlines_of(database: Database, aggregate_id: UUID) -> list[dict[str, Any]]:
    """The running deadlines of one thing, each with its explanation."""
    return database.dicts(
        "select kind, due, provisional, explanation from deadlines where aggregate_id = %s and kind <> %s order by due",
        (aggregate_id, RECOMPUTATION),
    )


def supplement_of(request: Request) -> int:
    """Which supplement of a batch is asked for (`?supplement=`), 0 being the first Annex 3. Raises Invalid."""
    text = request.args.get("supplement", "0")
    if not re.fullmatch("[0-9]{1,4}", text):
        en = "supplement is the number of a supplementary Annex 3"
        raise Invalid(Finding("not-a-number", "supplement 应为补充汇总表的编号", en, "/supplement"))
    return int(text)


def _behind(page: Page) -> tuple[str, list[Any]]:
    """The condition for the page behind a cursor of the inbox: a due moment (or infinity) and an id."""
    behind = page.behind(_due, UUID)
    if behind is None:
        return "", []
    return "and (coalesce(due, 'infinity'), id) > (%s::timestamptz, %s::uuid)", behind


def _due(given: Any) -> str:
    """A moment as the cursor writes it. Raises ValueError, TypeError for anything else."""
    return "infinity" if given == "infinity" else datetime.fromisoformat(given).isoformat()


def _metered(database: Database, round_id: UUID, row: dict[str, Any]) -> dict[str, Any]:
    prefecture = row["prefecture"]
    held = database.rows(
        "select cardinality(case_ids) from quotas where round_id = %s and prefecture = %s", (round_id, prefecture)
    )
    allowed = database.rows(
        "select most from allowances where terms_id = %s and prefecture = %s", (RoundTerms.id_of(round_id), prefecture)
    )
    taken = held[0][0] if held else 0
    most = allowed[0][0] if allowed else edition(row["policy_edition"])["prefecture.quota"].get(prefecture)
    return {**row, "taken": taken, "most": most, "free": None if most is None else max(0, most - taken)}
