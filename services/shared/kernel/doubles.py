"""Names what a table may hold once only and a log holds twice: why a unique index cannot be made."""

from __future__ import annotations

import psycopg
from psycopg import sql

_INDEX = """
select t.relname, pg_get_expr(i.indpred, i.indrelid),
    array(select pg_get_indexdef(i.indexrelid, n, true) from generate_series(1, i.indnkeyatts) n)
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
where c.relnamespace = to_regnamespace(%s) and c.relname = %s and i.indisunique and not i.indisprimary
"""
SHOWN = 20
"""So many values are named; of more, how many there are."""


class Doubled(Exception):
    """The log holds twice what a read model may hold once; the message names the values. Nothing was changed."""


class Once:
    """A unique index of tables beside the served ones: taken away, so that what it refuses can be looked at."""

    def __init__(self, connection: psycopg.Connection, schema: str, index: str) -> None:
        self._connection, self._schema, self._index = connection, schema, index
        row = connection.execute(_INDEX, (schema, index)).fetchone()
        self.is_known = row is not None
        self.table, self._where, self.columns = row or ("", None, [])

    def lift(self) -> None:
        """Let the tables hold doubles."""
        table, index = sql.Identifier(self._schema, self.table), sql.Identifier(self._index)
        drop = sql.SQL("alter table {} drop constraint if exists {}")
        self._connection.execute(drop.format(table, index))
        self._connection.execute(sql.SQL("drop index if exists {}").format(sql.Identifier(self._schema, self._index)))

    def told(self, service: str) -> Doubled:
        """What stands in the table more than once, in one sentence."""
        columns = ", ".join(self.columns)
        query = f"select concat_ws(' ', {columns}), count(*) from {{}} where {self._where or 'true'}"  # noqa: S608  # the catalogue's words
        counted = sql.SQL(f"{query} group by {columns} having count(*) > 1 order by 1")
        found = self._connection.execute(counted.format(sql.Identifier(self._schema, self.table))).fetchall()
        values = ", ".join(f"{value} ({count} times)" for value, count in found[:SHOWN])
        more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        return Doubled(
            f"the log of {service} holds doubles, so {self.table} cannot be built with one row for each {columns}:"
            f" {values}{more}; nothing was changed"
        )
