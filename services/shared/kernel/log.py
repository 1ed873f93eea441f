"""The event log of one service on PostgreSQL: one function call an append, callers that wait share a commit.

A group commit writes the events of several commands, and what belongs to each (inbox position, idempotency record,
read-model rows), in one transaction. When any of them fails, all are tried again one after the other, so that each
caller gets the answer to its own command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn, overload
from uuid import UUID

import psycopg
from eventsourcing.persistence import ApplicationRecorder, IntegrityError, Notification, StoredEvent
from psycopg.rows import TupleRow

from services.shared.kernel.gathering import NOT_TOGETHER, Gathering
from services.shared.kernel.postgres import Cursor, Database
from services.shared.kernel.sharing import SharedCommits, Write
from services.shared.kernel.tracking import already_taken

OLDEST_FIRST = """
select originator_id, originator_version, topic, state from log
where originator_id = %b and originator_version > %b and originator_version <= %b
order by originator_version limit %b
"""
NEWEST_FIRST = OLDEST_FIRST.replace("order by originator_version", "order by originator_version desc")
STATES = """
select topic, state from log
where originator_id = %b and originator_version > %b and originator_version <= %b
order by originator_version
"""
APPEND = "select append(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])"


class _Appended:
    """The position of the first event of a call that was sent, and perhaps not answered yet."""

    def __init__(self, cursor: Cursor, events: Sequence[StoredEvent]) -> None:
        self._cursor = cursor
        self._first: int | None = None
        cursor.execute(APPEND, _columns(events), prepare=True)

    def first(self) -> int:
        if self._first is None:
            row = self._cursor.fetchone()
            if row is None:
                raise RuntimeError("append returned nothing")
            self._first = int(row[0])
        return self._first


class _Positions(Sequence[int]):
    """The positions of one command's events, which are waited for when one is looked at."""

    def __init__(self, appended: _Appended | None, offset: int, length: int) -> None:
        self._appended, self._offset, self._length = appended, offset, length

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        return self.known()[index]

    def known(self) -> range:
        first = (self._appended.first() if self._appended else 0) + self._offset
        return range(first, first + self._length)


class Log(ApplicationRecorder):
    """Appends to and reads the log; `on_commit` is called after each commit (it wakes the relay of this process)."""

    def __init__(self, database: Database, *, group: int = 500, on_commit: Callable[[], None] | None = None) -> None:
        self.database = database
        self.on_commit = on_commit or (lambda: None)
        self._shared = SharedCommits(self._write_group, most=group)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Append events and carry out `effects` (a keyword argument) in one transaction; returns their positions.

        Raises IntegrityError when another writer was first, and whatever the effects raise; then nothing is stored.
        """
        write = Write(stored_events, kwargs.get("effects"))
        self._shared.take(write)
        return write.positions

    def _write_group(self, writes: list[Write]) -> None:
        try:
            self._commit(writes)
        except Exception as error:
            if len(writes) == 1:
                writes[0].error = error
                return
            for write in writes:
                self._write_group([write])

    def _commit(self, writes: list[Write]) -> None:
        events = [event for write in writes for event in write.events]
        try:
            if any(write.effects for write in writes):
                self._commit_with_effects(writes, events)
            elif events:
                [(first,)] = self.database.rows(APPEND, _columns(events), prepare=True)
                for write in writes:
                    write.positions = range(first, first + len(write.events))
                    first += len(write.events)
        except psycopg.errors.UniqueViolation as error:
            raise IntegrityError(str(error)) from error
        except psycopg.errors.NotNullViolation as error:
            raise already_taken(error) or error from None
        self.on_commit()

    def _commit_with_effects(self, writes: list[Write], events: Sequence[StoredEvent]) -> None:
        """The rows of all go together; only when those of a single command cannot, they go event by event."""
        try:
            self._write_all(writes, events, gather=True)
        except NOT_TOGETHER as error:
            if len(writes) > 1 or error.diag.table_name == "log":
                raise
            self._write_all(writes, events, gather=False)

    def _write_all(self, writes: list[Write], events: Sequence[StoredEvent], *, gather: bool) -> None:
        given: list[_Positions] = []
        with self.database.pipelined_transaction() as plain:
            appended = _Appended(plain.connection.cursor(binary=True), events) if events else None
            cursor = Gathering(plain.connection) if gather else plain
            offset = 0
            for write in writes:
                given.append(_Positions(appended, offset, len(write.events)))
                offset += len(write.events)
                if write.effects:
                    write.effects(cursor, given[-1])
            if isinstance(cursor, Gathering):
                cursor.write()
        for write, positions in zip(writes, given, strict=True):
            write.positions = positions.known()

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The events of one aggregate in order of version."""
        return [StoredEvent(*row) for row in self.rows_of(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)]

    def rows_of(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[TupleRow]:
        """As `select_events`, each as a row of the four columns."""
        return self.database.rows(
            NEWEST_FIRST if desc else OLDEST_FIRST,
            (originator_id, gt or 0, lte if lte is not None else 2**62, limit if limit is not None else 2**31 - 1),
            prepare=True,
        )

    def states_of(self, originator_id: UUID, *, gt: int | None = None, lte: int | None = None) -> list[TupleRow]:
        """Topic and state of the events of one aggregate in order of version: all that a replay needs."""
        return self.database.rows(STATES, (originator_id, gt or 0, lte if lte is not None else 2**62), prepare=True)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """A page of the log in order of position."""
        first = (start or 1) if inclusive_of_start else (start or 0) + 1
        rows = self.database.rows(
            "select position, originator_id, originator_version, topic, state from log"
            " where position >= %b and position <= %b and (%b::text[] = '{}' or topic = any(%b::text[]))"
            " order by position limit %b",
            (first, stop if stop is not None else 2**62, list(topics), list(topics), limit),
        )
        return [Notification(id=p, originator_id=i, originator_version=v, topic=t, state=s) for p, i, v, t, s in rows]

    def max_notification_id(self) -> int | None:
        """The newest position, or None while the log is empty."""
        [(position,)] = self.database.rows("select position from log_head")
        return position or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> NoReturn:
        """Refused: the library's subscriptions do not survive eventlet or a database restart; the relay polls."""
        raise NotImplementedError("follow the log with the relay")


def _columns(events: Sequence[StoredEvent]) -> tuple[list[UUID | str], list[int], list[str], list[bytes]]:
    return (
        [e.originator_id for e in events],
        [e.originator_version for e in events],
        [e.topic for e in events],
        [e.state for e in events],
    )
