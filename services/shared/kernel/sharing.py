"""Callers that wait share a commit: who writes, for whom, and who is next.

The first caller leads: it writes for all that wait, hands out the answers, and passes the lead to whoever came in the
meantime. Without more, those who come while one half is written would be the other half, for ever: the next leader
therefore gives the callers just answered a tenth of the time that their commit took to come again.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import TypeAlias

import psycopg
from eventsourcing.persistence import StoredEvent

from services.shared.kernel.postgres import Cursor

Effects: TypeAlias = Callable[[Cursor, Sequence[int]], None]
"""What else a command writes in the transaction of its events; it is given the positions of those events.

To look at a position is to wait for the database; effects that do not are sent together with the events.
"""

LONGEST_PATIENCE = 0.005
"""Seconds that a leader waits at most for others."""


class Write:
    """One command that waits to be written."""

    __slots__ = ("effects", "error", "events", "finished", "positions", "turn")

    def __init__(self, events: Sequence[StoredEvent], effects: Effects | None) -> None:
        self.events, self.effects = events, effects
        self.positions: Sequence[int] = ()
        self.error: BaseException | None = None
        self.finished = False
        self.turn = threading.Lock()  # held until its turn has come, to lead or to go; lighter than an Event
        self.turn.acquire()


class SharedCommits:
    """Calls `write_group` for all that wait, up to `most` events, one group at a time.

    `write_group` gives each write its positions or its error.
    """

    def __init__(self, write_group: Callable[[list[Write]], None], *, most: int) -> None:
        self._write_group, self._most = write_group, most
        self._mutex = threading.Lock()
        self._waiting: deque[Write] = deque()
        self._leader: Write | None = None
        self._expected = 0  # how many there may soon be: those that wait, and those that were answered last
        self._patience = 0.0
        self._all_here: threading.Lock | None = None  # held while a leader waits for those that are expected

    def take(self, write: Write) -> None:
        """Have it written; returns when it is, and raises what stood against it."""
        with self._mutex:
            self._waiting.append(write)
            leads = self._leader is None
            if leads:
                self._leader = write
            if self._all_here is not None and len(self._waiting) >= self._expected:
                self._all_here.release()
                self._all_here = None
        try:
            if not leads:
                write.turn.acquire()
            if not write.finished:
                self._wait_for_others()
        except BaseException:  # its caller is stopped, as a greenlet may be
            self._abandon(write)
            raise
        if not write.finished:
            self._lead()
        if write.error is not None:
            raise write.error

    def _abandon(self, write: Write) -> None:
        """It waits no longer; if it was to lead, the next does."""
        with self._mutex:
            if write not in self._waiting:
                return
            self._waiting.remove(write)
            passed_on = self._leader is write
            if passed_on:
                self._leader = self._waiting[0] if self._waiting else None
        if passed_on and self._leader is not None:
            self._leader.turn.release()

    def _lead(self) -> None:
        writes = self._next_group()
        started = perf_counter()
        try:
            self._write_group(writes)
        except BaseException:  # the leader is stopped: nobody may believe that it was written
            for write in writes:
                write.error = write.error or psycopg.OperationalError("whether this was written is not known")
            raise
        finally:
            self._patience = min((perf_counter() - started) / 10, LONGEST_PATIENCE)
            self._hand_out(writes)

    def _wait_for_others(self) -> None:
        with self._mutex:
            if len(self._waiting) >= self._expected:
                return
            all_here = self._all_here = threading.Lock()
            all_here.acquire()
        all_here.acquire(timeout=self._patience)
        with self._mutex:
            self._all_here = None

    def _next_group(self) -> list[Write]:
        writes: list[Write] = []
        events = 0
        with self._mutex:
            while self._waiting and events < self._most:
                writes.append(self._waiting.popleft())
                events += len(writes[-1].events)
        return writes

    def _hand_out(self, writes: list[Write]) -> None:
        with self._mutex:
            heir = self._leader = self._waiting[0] if self._waiting else None
            self._expected = len(self._waiting) + len(writes)
        for write in writes:
            write.finished = True
            write.turn.release()
        if heir is not None:
            heir.turn.release()
