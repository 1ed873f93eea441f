"""The security log: refused attempts, reads of protected things and administrative acts, apart from business events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from services.shared.kernel.postgres import Database


class SecurityLog:
    """Appends to the service's `security_log`, in a transaction of its own. Values of forms never go in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        at: datetime,
        *,
        actor: str,
        act: str,
        outcome: str,
        capacity: str = "",
        organisation: str = "",
        thing: str = "",
        detail: dict[str, Any] | None = None,
    ) -> None:
        """Note who tried what on which thing, and how it ended."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "insert into security_log (at, actor, capacity, organisation, act, outcome, object, detail)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s)",
                (at, actor, capacity, organisation, act, outcome, thing, Jsonb(detail or {})),
            )
