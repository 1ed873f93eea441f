"""What the projections of records share: their common columns, their first row, and changes that never vary."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

COMMON = """
    id uuid primary key,
    version bigint not null,
    case_id uuid not null,
    number text not null,
    lead_uscc text not null,
    member_usccs text[] not null,
    prefecture text not null,
    state text not null,
    policy_edition text not null,
"""
"""The columns of every table of records."""


def opens(cursor: Cursor, table: str, event: Any, row: dict[str, Any]) -> None:
    """Insert the row of a new record: what every record has, and its own columns."""
    centre = event.centre
    common = {
        "id": event.originator_id,
        "version": event.originator_version,
        "case_id": centre.case_id,
        "number": centre.number,
        "lead_uscc": centre.lead_uscc,
        "member_usccs": list(centre.member_usccs),
        "prefecture": centre.prefecture,
        "policy_edition": event.policy_edition,
    }
    upsert(cursor, table, "id", {**common, **row})


def sets(projection: Projection, columns_of: Mapping[type, Mapping[str, Any]]) -> None:
    """Let each of these events set columns of its own row to values that never vary."""
    for event, columns in columns_of.items():
        projection.on(event)(partial(_set, columns, projection.name))


def _set(columns: Mapping[str, Any], table: str, cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, table, event, **columns)
