"""What the public may ask: the history of a centre, whether a plaque is genuine, the roll as CSV and feed."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

from services.registry.domain.values import AsAt
from services.registry.queries import roll
from services.registry.queries.history import as_at, changes_of, statuses_of
from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page
from services.shared.vocabulary import Finding, NotFound

_COLUMNS = {
    "number": "编号",
    "centre_name": "创新中心名称",
    "centre_uscc": "统一社会信用代码",
    "lead_unit_name": "牵头单位",
    "prefecture": "州市代码",
    "field_domain": "所属领域",
    "qualification": "类别",
    "valid_from": "生效日期",
    "document_no": "文号",
}

_FOUND = """
select distinct centre_id as id, number from (
    select centre_id from plaques where plaque_no = %(asked)s and issued_at <= %(known)s
    union all
    select centre_id from centre_status where document_no = %(asked)s and recorded_at <= %(known)s
    union all
    select id from centres where number = %(asked)s
) as found join centres on centres.id = centre_id
where exists (select from centre_status where centre_status.centre_id = centres.id and recorded_at <= %(known)s)
order by centre_id
"""


def history(database: Database, case_id: UUID) -> dict[str, Any]:
    """Names, units and qualifications that a listed centre ever had. Raises NotFound for one that never was listed."""
    rows = database.dicts("select id, number from centres where id = %s and number is not null", (case_id,))
    if not rows:
        raise _unknown()
    return {
        **rows[0],
        "qualifications": statuses_of(database, case_id),
        "facts": changes_of(database, case_id, public=True),
    }


def verification(database: Database, number: str, moment: AsAt) -> dict[str, Any]:
    """Whether a plaque, a number on the list or a decision's document number is genuine and valid. Raises NotFound.

    `valid` says that the centre is listed and, when a plaque was asked about, that this plaque is the one in use.
    A decision may have listed several centres: all stand in `centres`, the first of them also for itself.
    """
    found = database.dicts(_FOUND, {"asked": number, "known": moment.known_at})
    if not found:
        raise _unknown()
    centres = [_verified(database, row, number, moment) for row in found]
    return {**moment.told(), "asked": number, **centres[0], "centres": centres}


def _verified(database: Database, row: dict[str, Any], asked: str, moment: AsAt) -> dict[str, Any]:
    known = as_at(database, row["id"], moment)
    told = {**row, "centre_name": known["facts"].get("centre_name"), "qualification": known["qualification"]}
    issued = database.dicts("select plaque_no, replaced_by from plaques where plaque_no = %s", (asked,))
    if not issued:
        return {**told, "plaque_no": None, "state": None, "replaced_by": None, "valid": known["listed"]}
    plaque = known["facts"].get("plaque", {"state": "none", "no": ""})
    in_use = plaque["no"] == asked
    state = plaque["state"] if in_use else "replaced" if issued[0]["replaced_by"] else "none"
    valid = known["listed"] and in_use and state == "issued"
    return {**told, **issued[0], "state": state, "valid": valid}


def roll_as_csv(database: Database, moment: AsAt) -> str:
    """The whole list, with a byte-order mark for spreadsheets. No cell is taken for a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    rows = csv.writer(out)
    rows.writerow(_COLUMNS.values())
    after: list[Any] | None = None
    while True:
        page = roll(database, moment, Page(_PAGE, after))
        rows.writerows([_harmless(row[name]) for name in _COLUMNS] for row in page["items"])
        if "next" not in page:
            return out.getvalue()
        after = [str(page["items"][-1]["id"])]


def roll_as_feed(database: Database, moment: AsAt, page: Page, url: str) -> dict[str, Any]:
    """A page of the list as a JSON Feed (version 1.1)."""
    told = roll(database, moment, page)
    items = [
        {
            "id": str(row["id"]),
            "title": f"{row['number']} {row['centre_name']}",
            "url": f"{url}/{row['id']}",
            "date_published": f"{row['valid_from'].isoformat()}T00:00:00+08:00",
            "content_text": f"{row['lead_unit_name']}，{row['qualification']}，{row['document_no']}",
            "_centre": row,
        }
        for row in told["items"]
    ]
    following = {"next_url": f"{url}.feed.json?after={told['next']}"} if "next" in told else {}
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "云南省制造业创新中心名录",
        "home_page_url": url,
        **moment.told(),
        **following,
        "items": items,
    }


_PAGE = 200


def _harmless(value: Any) -> str:
    """A cell that a spreadsheet shows as it is: what would begin a formula gets an apostrophe before it."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _unknown() -> NotFound:
    return NotFound(Finding("not-found", "名录中没有这一编号", "the list knows no such number"))
