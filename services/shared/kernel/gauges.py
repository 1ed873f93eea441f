"""What every process shows of itself at a scrape, beside what its service wired: the log, the pool, its own pauses."""

from __future__ import annotations

import threading
import time
from collections import deque
from functools import cache
from typing import TYPE_CHECKING

from services.shared.kernel.deadletters import DeadLetters

if TYPE_CHECKING:
    from services.shared.kernel.wiring import Wired

LOOK_EVERY = 0.1
REMEMBERED = 60.0
"""Seconds between two looks at whether anything else could run, and for how long the longest pause is told."""


class Pauses:
    """How long the process let nothing else run: in green threads one that does not give way stops all others."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()
        self._lock = threading.Lock()

    def watch(self) -> None:
        """Look for ever, in a thread of its own."""
        threading.Thread(target=self._look, daemon=True, name="pauses").start()

    def note(self, now: float, pause: float) -> None:
        """At `now` (monotonic seconds) something had waited `pause` seconds too long."""
        with self._lock:
            self._seen.append((now, pause))
            while self._seen and self._seen[0][0] < now - REMEMBERED:
                self._seen.popleft()

    def longest(self) -> float:
        """Of the last minute, in seconds."""
        with self._lock:
            return max((pause for _, pause in self._seen), default=0.0)

    def _look(self) -> None:
        while True:
            before = time.monotonic()
            time.sleep(LOOK_EVERY)
            now = time.monotonic()
            self.note(now, max(0.0, now - before - LOOK_EVERY))


def show_process(wired: Wired) -> None:
    """Show the gauges of this module; a process that relays shows the dead letters as well."""
    metrics, database = wired.metrics, wired.database

    def events() -> float:
        [(position,)] = database.rows("select position from log_head")
        return float(position)

    metrics.show("log_events", events)
    metrics.show("database_pool_wait_seconds", lambda: database.pool.get_stats().get("requests_wait_ms", 0) / 1000)
    metrics.show("process_pause_seconds", _pauses().longest)


def show_dead_letters(wired: Wired) -> None:
    """Show what lies in the dead-letter queue; `memory://` has none."""
    if not wired.broker.is_memory:
        wired.metrics.show("dead_letters", DeadLetters(wired.broker).count)


@cache
def _pauses() -> Pauses:
    """Of this process, whatever number of services run in it."""
    pauses = Pauses()
    pauses.watch()
    return pauses
