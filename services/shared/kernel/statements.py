"""The statements by which read models change a row; as many as the code has calls, so each is put together once."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from psycopg import sql


class Rows(NamedTuple):
    """How a row is written: `one` takes its values in order, `many` a JSON array of such rows as objects by column."""

    one: bytes | str
    many: bytes | str


@cache
def upserting(table: str, key: str, names: tuple[str, ...]) -> Rows:
    """Insert a row with these columns, or change the one with the same `key`.

    The many must have different keys, and give a column of JSON no plain text.
    """
    insert = sql.SQL("insert into {table} ({names}) {values} on conflict ({key}) do update set {changes}")
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    placeholders = sql.SQL(", ").join(sql.Placeholder() * len(names))
    one, many = (
        insert.format(
            table=sql.Identifier(table),
            names=columns,
            values=values,
            key=sql.Identifier(key),
            changes=sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(n)) for n in names),
        ).as_bytes()
        for values in (
            sql.SQL("values ({})").format(placeholders),
            sql.SQL("select {} from json_populate_recordset(null::{}, %s)").format(columns, sql.Identifier(table)),
        )
    )
    return Rows(one, many)


@cache
def changing(table: str, names: tuple[str, ...]) -> bytes:
    """Set these columns of the row with an id."""
    changes = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(name)) for name in names)
    return sql.SQL("update {} set {} where id = %s").format(sql.Identifier(table), changes).as_bytes()
