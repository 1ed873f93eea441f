"""The security log: refused attempts, reads of protected things and administrative acts, apart from business events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from services.shared.kernel.postgres import Database

CHAINED = """
alter table {table} add column if not exists link bytea;
create or replace function chain_{table}() returns trigger language plpgsql
set timezone = 'UTC' set datestyle = 'ISO' as $$
declare
    last bigint; tip bytea;
begin
    perform pg_advisory_xact_lock(hashtext(tg_table_schema || '.{table}'));
    execute format('select number, link from %I.{table} order by number desc limit 1', tg_table_schema)
        into last, tip;
    new.number := coalesce(last, 0) + 1;
    new.link := sha256(coalesce(tip, sha256(''::bytea))
        || convert_to(jsonb_strip_nulls(to_jsonb(new) - 'link')::text, 'UTF8'));
    return new;
end $$;
create or replace trigger chained before insert on {table} for each row execute function chain_{table}();
create or replace trigger append_only before update or delete or truncate on {table}
    for each statement execute function forbid_change();
"""
"""Makes a record a chain of its own, numbered 1, 2, 3 … without holes, which nobody can change or shorten unnoticed:
`link = sha256(previous link ‖ the row as jsonb text, without the link and what is null)`. A row that was written
before there were links has none, and the chain starts behind it.
"""


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
