"""What can be asked of intake, each within the caller's scope."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.intake.projections import LAPSE
from services.shared.kernel.authority import Admission
from services.shared.kernel.pages import page_through
from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page
from services.shared.vocabulary import Finding, Invalid


def rounds(database: Database, page: Page) -> dict[str, Any]:
    """Every round, newest last."""
    return page_through(database, "select * from rounds where true", (), page)


def dossiers(database: Database, admission: Admission, page: Page) -> dict[str, Any]:
    """The dossiers that the caller may know of and is not recused from, oldest first."""
    query = f"select * from dossiers where {admission.scope.where} and not (%s = any(recused))"  # noqa: S608  # a scope's condition is our constant
    return page_through(database, query, (*admission.parameters, admission.identity.subject), page)


def deadlines_of(database: Database, *aggregate_ids: UUID) -> list[dict[str, Any]]:
    """The running deadlines of these things, each with its explanation."""
    return database.dicts(
        "select kind, due, provisional, explanation from deadlines where aggregate_id = any(%s) and kind <> %s"
        " order by due",
        (list(aggregate_ids), LAPSE),
    )


def snapshot_numbers(request: Request) -> tuple[int, int]:
    """The snapshots to compare, `old` and `new`. Raises Invalid with every finding."""
    given = {name: request.args.get(name, "") for name in ("old", "new")}
    wrong = [name for name, text in given.items() if not re.fullmatch("[0-9]{1,4}", text)]
    if wrong:
        raise Invalid(*(_not_a_number(name) for name in wrong))
    return int(given["old"]), int(given["new"])


def _not_a_number(name: str) -> Finding:
    return Finding("not-a-snapshot-number", f"{name} 应为快照编号", f"{name} is the number of a snapshot", f"/{name}")
