"""A cursor that gathers: what several events change in one row is written once, and new rows of a table go together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple, Self
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import TupleRow

from services.shared.kernel.postgres import Cursor
from services.shared.kernel.statements import Rows, changing, upserting

NOT_TOGETHER = psycopg.errors.UniqueViolation, psycopg.DataError
"""What may be wrong with rows together and with none of them alone: a value exchanged, a text that JSON cannot be."""


class _Held(NamedTuple):
    """The columns to be written of one row; `whole` when it is to be inserted if it is not there."""

    values: dict[str, Any]
    whole: bool


def add(cursor: Cursor, rows: Rows, row: dict[str, Any]) -> None:
    """Write a row that no other statement of the transaction reads; with a cursor that gathers, at its end."""
    if isinstance(cursor, Gathering):
        cursor.add(rows, row)
    else:
        cursor.execute(rows.one, list(row.values()))


class Gathering(psycopg.Cursor[TupleRow]):
    """Holds back whole rows and changes of rows, and writes them before any other statement and at `write`.

    Rows are written by statement and not in the order of the events: a unique value that two rows exchange among what
    is held is a UniqueViolation here, though it is none event by event. So whoever gathers tries again without when
    the database says one of `NOT_TOGETHER`.
    """

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        super().__init__(connection)
        self.format = psycopg.pq.Format.BINARY
        self._held: dict[tuple[str, UUID], _Held] = {}
        self._beside: dict[Rows, list[dict[str, Any]]] = {}

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """A handler's own statement, which may read or change what is held."""
        self._write_held()
        return super().execute(query, params, **options)

    def executemany(self, query: Any, params_seq: Iterable[Any], **options: Any) -> None:
        """As `execute`."""
        self._write_held()
        super().executemany(query, params_seq, **options)

    def put(self, table: str, row: dict[str, Any]) -> None:
        """Insert the row, or change the row with the same `id`."""
        place = table, row["id"]
        held = self._held.get(place)
        if held is not None and not held.whole:
            self._write_held()
            held = None
        self._held[place] = _Held({**held.values, **row} if held else row, whole=True)

    def change(self, table: str, row_id: UUID, values: dict[str, Any]) -> None:
        """Set columns of the row, if it is there."""
        held = self._held.get((table, row_id))
        self._held[table, row_id] = _Held({**held.values, **values}, held.whole) if held else _Held(values, whole=False)

    def add(self, rows: Rows, row: dict[str, Any]) -> None:
        """A row of a table that no handler reads: it is held to the end, whatever else is executed."""
        self._beside.setdefault(rows, []).append(row)

    def write(self) -> None:
        """Write all that is held."""
        self._write_held()
        beside, self._beside = self._beside, {}
        for statement, rows in beside.items():
            self._write_rows(statement, rows)

    def _write_held(self) -> None:
        if not self._held:
            return
        held, self._held = self._held, {}
        whole: dict[Rows, list[dict[str, Any]]] = {}
        changed: dict[bytes, list[list[Any]]] = {}
        for (table, row_id), (values, is_whole) in held.items():
            if is_whole:
                whole.setdefault(upserting(table, "id", tuple(values)), []).append(values)
            else:
                changed.setdefault(changing(table, tuple(values)), []).append([*values.values(), row_id])
        for statement, rows in whole.items():
            self._write_rows(statement, rows)
        for change, parameters in changed.items():
            super().executemany(change, parameters)

    def _write_rows(self, statement: Rows, rows: Sequence[dict[str, Any]]) -> None:
        """Several rows by one statement, as far as they can travel together; a single one by its own."""
        together: list[dict[str, Any]] = []
        alone: list[dict[str, Any]] = []
        for row in rows:
            (together if len(rows) > 1 and _travels(row.values()) else alone).append(row)
        if together:
            super().execute(statement.many, (msgspec.json.encode(together).decode(),), prepare=True)
        for row in alone:
            super().execute(statement.one, list(row.values()))


def _travels(values: Collection[Any]) -> bool:
    """Whether the database makes the same of these values in JSON as of each as a parameter."""
    if _PLAIN.issuperset(map(type, values)):
        return True
    return all(_travels(value) if type(value) is list else _is_plain(value) for value in values)


def _is_plain(value: object) -> bool:
    return type(value) in _PLAIN or isinstance(value, StrEnum)


_PLAIN = {str, int, bool, type(None), UUID, date, datetime}
"""Not bytes, which would become base64; not numbers with a point, whose digits would differ; not JSON itself."""
