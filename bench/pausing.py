"""How long everything else waits while eight slow queries run: with the kernel's bootstrap, and without it.

`python -m bench.pausing kernel` (or `plain`) prints the longest gap of a five-millisecond ticker, in milliseconds. It
is a process of its own because a process is made cooperative once, before anything else is imported.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

SLOW = "select pg_sleep(0.25)"
QUERIES = 8


def longest_pause(way: str, database_url: str) -> float:
    """The longest pause of a fresh process, in milliseconds."""
    command = [sys.executable, "-W", "ignore", "-m", "bench.pausing", way]
    told = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"PAUSE_DB": database_url}
    )
    return float(told.stdout.split()[-1])


def _measured(eventlet: Any) -> float:
    from services.shared.kernel.postgres import Database

    database = Database(os.environ["PAUSE_DB"], size=QUERIES)
    database.open()
    database.pool.resize(QUERIES, QUERIES)
    database.pool.wait()
    gaps: list[float] = []

    def tick() -> None:
        last = time.perf_counter()
        while True:
            eventlet.sleep(0.005)
            now = time.perf_counter()
            gaps.append(now - last - 0.005)
            last = now

    ticker = eventlet.spawn(tick)
    eventlet.sleep(0.05)
    for query in [eventlet.spawn(database.rows, SLOW) for _ in range(QUERIES)]:
        query.wait()
    ticker.kill()
    database.close()
    return max(gaps) * 1000


def main(way: str) -> None:
    if way == "kernel":
        from services.shared.kernel import bootstrap  # noqa: F401  # it patches the process
    import eventlet

    if way == "plain":
        eventlet.monkey_patch()
    sys.stdout.write(f"{_measured(eventlet)}\n")


if __name__ == "__main__":
    main(sys.argv[1])
