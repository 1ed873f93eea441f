"""A cursor for rebuilding: what a page of events changes in one row is written once, when the page ends."""

from __future__ import annotations

from typing import Any, NamedTuple, Self
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from services.shared.kernel.statements import changing, upserting


class _Held(NamedTuple):
    """The columns to be written of one row; `whole` when it is to be inserted if it is not there."""

    values: dict[str, Any]
    whole: bool


class Gathering(psycopg.Cursor[TupleRow]):
    """Holds back whole rows and changes of rows, and writes them before any other statement and at `write`.

    Rows are written by statement and not in the order of the events: a unique value that two rows exchange within
    a page is a UniqueViolation here, though it is none event by event.
    """

    def __init__(self, connection: psycopg.Connection[TupleRow]) -> None:
        super().__init__(connection)
        self.format = psycopg.pq.Format.BINARY
        self._held: dict[tuple[str, UUID], _Held] = {}

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """A handler's own statement, which may read or change what is held."""
        self.write()
        return super().execute(query, params, **options)

    def put(self, table: str, row: dict[str, Any]) -> None:
        """Insert the row, or change the row with the same `id`."""
        place = table, row["id"]
        held = self._held.get(place)
        if held is not None and not held.whole:
            self.write()
            held = None
        self._held[place] = _Held({**held.values, **row} if held else row, whole=True)

    def change(self, table: str, row_id: UUID, values: dict[str, Any]) -> None:
        """Set columns of the row, if it is there."""
        held = self._held.get((table, row_id))
        self._held[table, row_id] = _Held({**held.values, **values}, held.whole) if held else _Held(values, whole=False)

    def write(self) -> None:
        """Write what is held."""
        held, self._held = self._held, {}
        rows: dict[bytes, list[list[Any]]] = {}
        for (table, row_id), (values, whole) in held.items():
            names = tuple(values)
            statement = upserting(table, "id", names) if whole else changing(table, names)
            rows.setdefault(statement, []).append([*values.values()] if whole else [*values.values(), row_id])
        for statement, parameters in rows.items():
            super().executemany(statement, parameters)
