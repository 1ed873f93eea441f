"""The statements by which read models change a row; as many as the code has calls, so each is put together once."""

from __future__ import annotations

from functools import cache

from psycopg import sql


@cache
def upserting(table: str, key: str, names: tuple[str, ...]) -> bytes:
    """Insert a row with these columns, or change the one with the same `key`."""
    statement = sql.SQL("insert into {table} ({names}) values ({values}) on conflict ({key}) do update set {changes}")
    return statement.format(
        table=sql.Identifier(table),
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(sql.Placeholder() * len(names)),
        key=sql.Identifier(key),
        changes=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(n)) for n in names),
    ).as_bytes()


@cache
def changing(table: str, names: tuple[str, ...]) -> bytes:
    """Set these columns of the row with an id."""
    changes = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in names)
    return sql.SQL("update {} set {} where id = %s").format(sql.Identifier(table), changes).as_bytes()
