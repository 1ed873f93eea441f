"""What can be asked of intake, each within the caller's scope."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.shared.kernel.authority import Admission
from services.shared.kernel.pages import page_through
from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page


def rounds(database: Database, page: Page) -> dict[str, Any]:
    """Every round, newest last."""
    return page_through(database, "select * from rounds where true", (), page)


def dossiers(database: Database, admission: Admission, page: Page) -> dict[str, Any]:
    """The dossiers that the caller may know of, oldest first."""
    query = f"select * from dossiers where {admission.scope.where}"  # noqa: S608  # a scope's condition is our constant
    return page_through(database, query, admission.parameters, page)


def deadlines_of(database: Database, aggregate_id: UUID) -> list[dict[str, Any]]:
    """The running deadlines of one thing, each with its explanation."""
    return database.dicts(
        "select kind, due, provisional, explanation from deadlines where aggregate_id = %s order by due",
        (aggregate_id,),
    )
