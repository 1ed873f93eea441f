"""Keyset pages: stable while rows are added, as fast at the last page as at the first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.shared.kernel.postgres import Database
from services.shared.kernel.request import Page, cursor_behind


def page_through(database: Database, query: str, parameters: tuple[Any, ...], page: Page) -> dict[str, Any]:
    """One page of `query` (which ends in a condition and has a column `id`), in the order of id.

    Answers `items` and, while there is more, `next`: the cursor to send as `after`. Raises Invalid for a cursor that
    is not one of these.
    """
    behind = page.behind(UUID) or []
    condition = "and id > %s" if behind else ""
    rows = database.dicts(f"{query} {condition} order by id limit %s", (*parameters, *behind, page.limit + 1))
    items, more = rows[: page.limit], len(rows) > page.limit
    return {"items": items, **({"next": cursor_behind([items[-1]["id"]])} if more else {})}
