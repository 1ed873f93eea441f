"""What can be asked of review, each within the caller's scope."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.shared.calendar import BEIJING, KINDS, calendar, days_left
from services.shared.kernel.authority import Admission
from services.shared.kernel.pages import page_through
from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page
from services.shared.vocabulary import Role

_STATE = (
    "id, version, number, round_number, centre_name, state, code, changed_at,"
    " case when notice_id is null then '' else track end as track"
)
_OBJECTION = (
    "id, version, notice_id, case_id, number, centre_name, people, channel, state, result, late,"
    " received_on, receipt_code"
)
_OBJECTION_ASKED = "id, version, number, centre_name, state"
_PANEL = "id, version, case_id, number, centre_name, state, people, sheets"
_PANEL_OF_EXPERT = "id, version, case_id, number, centre_name, state"


def reviews(database: Database, admission: Admission, page: Page, now: datetime) -> dict[str, Any]:
    """The board: every case that the caller may know of, oldest first, with its clocks as they stand now."""
    query = f"select * from reviews where {admission.scope.where}"  # noqa: S608  # a scope's condition is our constant
    return _with_clocks(database, page_through(database, query, admission.parameters, page), now)


def states(database: Database, admission: Admission, page: Page, now: datetime) -> dict[str, Any]:
    """Where the caller's cases stand, and nothing of how they are judged; a track once it is public."""
    query = f"select {_STATE} from reviews where {admission.scope.where}"  # noqa: S608  # our constants
    return _with_clocks(database, page_through(database, query, admission.parameters, page), now)


def clocks(database: Database, case_ids: list[UUID], now: datetime) -> dict[UUID, list[dict[str, Any]]]:
    """The running clocks of these cases: days used and left, by the calendar of each, today's among those left.

    One that stands still is counted as on the day on which it stopped.
    """
    rows = database.dicts(
        "select case_id, kind, length, run, unit, calendar_version, due, stands_since from clocks"
        " where case_id = any(%s) order by due, kind",
        (case_ids,),
    )
    found: dict[UUID, list[dict[str, Any]]] = {case_id: [] for case_id in case_ids}
    for row in rows:
        on = (row["stands_since"] or now).astimezone(BEIJING).date()
        known = calendar(row["calendar_version"] or None)
        left = days_left(row["due"], row["run"], row["unit"], on, known)
        named = {"kind": row["kind"], "title": KINDS[row["kind"]][0], "unit": row["unit"], "due": row["due"]}
        stands = {"stands_since": row["stands_since"]}
        found[row["case_id"]].append({**named, **stands, "used": row["length"] - left, "left": left})
    return found


def _with_clocks(database: Database, page: dict[str, Any], now: datetime) -> dict[str, Any]:
    running = clocks(database, [row["id"] for row in page["items"]], now)
    return {**page, "items": [{**row, "clocks": running[row["id"]]} for row in page["items"]]}


def panels(database: Database, admission: Admission, page: Page) -> dict[str, Any]:
    """The panels that the caller may know of; an expert is not told who else sits, nor how many have scored."""
    columns = _PANEL_OF_EXPERT if admission.role == Role.EXPERT else _PANEL
    query = f"select {columns} from panels where {admission.scope.where}"  # noqa: S608  # our constants
    return page_through(database, query, admission.parameters, page)


def site_visits(database: Database, admission: Admission, page: Page) -> dict[str, Any]:
    """The site visits that the caller may know of."""
    query = f"select * from site_visits where {admission.scope.where}"  # noqa: S608  # our constant
    return page_through(database, query, admission.parameters, page)


def experts(database: Database, admission: Admission, page: Page) -> dict[str, Any]:
    """The experts of the pool that the caller may know of."""
    query = f"select * from experts where {admission.scope.where}"  # noqa: S608  # a scope's condition is our constant
    return page_through(database, query, admission.parameters, page)


def draws(database: Database, page: Page) -> dict[str, Any]:
    """The draws of panels."""
    return page_through(database, "select * from draws", (), page)


def field_conflicts(database: Database) -> dict[str, Any]:
    """Every conflict of fields with how it was resolved, and how many exceptions there are."""
    rows = database.dicts("select * from field_conflicts order by case_id, other_id")
    cases = {row["case_id"] for row in rows if row["way"] == "exception"}
    return {"items": rows, "exceptions": len(cases)}


def objections(database: Database, admission: Admission, page: Page) -> dict[str, Any]:
    """The objections that the caller may know of; the party objected to sees that it is asked, and no more."""
    columns = _OBJECTION_ASKED if admission.role == Role.APPLICANT else _OBJECTION
    query = f"select {columns} from objections where {admission.scope.where}"  # noqa: S608  # our constants
    return page_through(database, query, admission.parameters, page)


def objection_by_receipt(database: Database, receipt_code: str) -> UUID | None:
    """The objection that a receipt was given for."""
    rows = database.rows("select id from objections where receipt_code = %s", (receipt_code,))
    return rows[0][0] if rows else None


def notices(database: Database, page: Page, *, public: bool) -> dict[str, Any]:
    """Public notices; everybody sees those that are posted or closed, with their lists."""
    condition = "posted_on is not null" if public else "true"
    query = f"select * from notices where {condition}"  # noqa: S608  # one of two constants
    answer = page_through(database, query, (), page)
    ids = [notice["id"] for notice in answer["items"]]
    lists = entries(database, ids)
    return {**answer, "items": [{**notice, "entries": lists[notice["id"]]} for notice in answer["items"]]}


def entries(database: Database, notice_ids: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The lists of these notices, in the order of the list."""
    rows = database.dicts(
        "select notice_id, number, centre_name, lead_unit_name, track from notice_entries"
        " where notice_id = any(%s) order by notice_id, row",
        (notice_ids,),
    )
    found: dict[UUID, list[dict[str, Any]]] = {notice_id: [] for notice_id in notice_ids}
    for row in rows:
        found[row.pop("notice_id")].append(row)
    return found


def deadlines_of(database: Database, aggregate_id: UUID) -> list[dict[str, Any]]:
    """The running deadlines of one thing, each with its explanation."""
    return database.dicts(
        "select kind, due, provisional, explanation from deadlines where aggregate_id = %s order by due",
        (aggregate_id,),
    )
