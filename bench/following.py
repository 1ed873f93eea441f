"""Following a log that grows: what a reader misses, how soon it sees, and how long a writer waits for maintenance."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from itertools import pairwise
from statistics import quantiles
from typing import Any

import psycopg
from eventsourcing.application import Application as StockApplication

from bench.contenders import Contenders, contenders
from bench.measurement import Book
from bench.pausing import longest_pause
from bench.reading import Reading
from bench.stock import stock_application, stock_catch_up, stock_round
from bench.timing import Callers, Work, rates
from services.shared.kernel.log import Log
from services.shared.kernel.streams import read_log
from services.shared.kernel.wiring import Wired

WRITERS, SIZE = 8, 50
MAINTENANCE = ("vacuum {}", "analyze {}", "create index concurrently bench_{n} on {} (topic)")


def measure_following(wired: Wired, book: Book, *, events: int, times: int) -> None:
    """A reader behind eight writers, delays, catching up, maintenance, and the pause of everything else."""
    log = wired.application.event_log
    seen, written = _tail(wired, events)
    missed = abs(written - len(set(seen))) + sum(b != a + 1 for a, b in pairwise(seen))
    book.note(
        f"missed by a reader behind {WRITERS} writers, of {written:,}",
        missed,
        "events",
        target=0,
        at_most=True,
        absolute=True,
    )
    stock = stock_application(wired.settings.database_url)
    try:
        with contenders(wired) as ways:
            _note_delays(book, _delays(wired, log, ways, times), _stock_delays(stock, times))
            _note_maintenance(wired, book, ways)
    finally:
        stock.close()
    pause, plain = (longest_pause(way, wired.settings.database_url) for way in ("kernel", "plain"))
    versus = {"versus": "eventlet as it comes", "versus_value": plain}
    book.note("pause while eight slow queries run", pause, "ms", target=20, at_most=True, absolute=True, **versus)


def measure_catching_up(wired: Wired, book: Book, *, seconds: float, events: int) -> None:
    """A read model brought from nothing to the log's head, beside the library's own runner."""
    stock = stock_application(wired.settings.database_url)
    reading = Reading(wired, stock)
    try:
        found = rates(reading.rebuild(), seconds=seconds)
        found["stock library"] = stock_catch_up(stock, wired.settings.database_url, events)
    finally:
        reading.close()
        stock.close()
    name = "read model rebuilt"
    book.note(name, found[name], "events/s", target=30_000, absolute=True)
    book.note(name, found[name], "events/s", versus="stock library", versus_value=found["stock library"], target=50)
    book.note(name, found[name], "events/s", versus="plain select", versus_value=found["plain select"])


def _tail(wired: Wired, events: int) -> tuple[list[int], int]:
    """The positions that a reader saw while writers appended, in order, and how many were written in all."""
    seen: list[int] = []
    over = threading.Event()
    start = wired.application.event_log.max_notification_id() or 0

    def follow() -> None:
        while True:
            ended = over.is_set()
            page = read_log(wired.database, seen[-1] if seen else start, 5000)
            seen.extend(record.position for record in page)
            if ended and not page:
                return

    reader = threading.Thread(target=follow)
    reader.start()
    with contenders(wired) as ways:
        left = [events]

        def work(append: Work) -> Work:
            def one() -> int:
                left[0] -= SIZE
                return append() if left[0] >= 0 else 0

            return one

        writers = [work(ways.by_name["log"](SIZE)) for _ in range(WRITERS)]
        while left[0] > 0:
            Callers(writers, 0.5).rate()
    over.set()
    reader.join()
    return seen, (wired.application.event_log.max_notification_id() or 0) - start


def _delays(wired: Wired, log: Log, ways: Contenders, times: int) -> list[float]:
    """Seconds from the writer's answer until the reader of the same process, woken as the relay is, has the event."""
    woken, over = threading.Event(), threading.Event()
    log.on_commit = woken.set
    came: dict[int, float] = {}

    def follow() -> None:
        after = log.max_notification_id() or 0
        while not over.is_set():
            page = read_log(wired.database, after, 100)
            if page:
                came.update((record.position, time.perf_counter()) for record in page)
                after = page[-1].position
            else:
                woken.wait(0.02)
                woken.clear()

    reader = threading.Thread(target=follow)
    reader.start()
    time.sleep(0.1)
    answered: dict[int, float] = {}
    for _ in range(times):
        [position] = log.insert_events(ways.events(1))
        answered[position] = time.perf_counter()
        time.sleep(0.005)
    time.sleep(0.1)
    over.set()
    woken.set()
    reader.join()
    log.on_commit = lambda: None
    return [max(0.0, came[position] - at) for position, at in answered.items()]


def _stock_delays(stock: StockApplication[Any], times: int) -> list[float]:
    """The same for the library's own subscription."""
    came: list[float] = []
    answered: list[float] = []
    start = stock.recorder.max_notification_id()
    with stock.recorder.subscribe(gt=start) as subscription:

        def follow() -> None:
            for _ in range(times):
                next(subscription)
                came.append(time.perf_counter())

        reader = threading.Thread(target=follow)
        reader.start()
        time.sleep(0.2)
        for _ in range(times):
            stock_round(stock, 1)
            answered.append(time.perf_counter())
            time.sleep(0.005)
        reader.join(10)
    return [max(0.0, b - a) for a, b in zip(answered, came, strict=False)]


def _note_delays(book: Book, ours: list[float], stock: list[float]) -> None:
    for name, at, most in (("p50", 49, 1.0), ("p99", 98, 10.0)):
        value, other = (quantiles(found, n=100, method="inclusive")[at] * 1000 for found in (ours, stock))
        versus = {"versus": "stock library", "versus_value": max(other, 0.001)}
        book.note(f"writer to reader, {name}", value, "ms", target=most, at_most=True, absolute=True, **versus)


def _note_maintenance(wired: Wired, book: Book, ways: Contenders) -> None:
    conninfo = wired.settings.database_url
    worst = _worst_write(conninfo, "intake.log", ways.by_name["log"](1))
    stock = _worst_write(conninfo, ways.stock_table, ways.by_name["stock library"](1))
    versus = {"versus": "stock library", "versus_value": stock}
    book.note("worst write during maintenance", worst, "ms", target=100, at_most=True, absolute=True, **versus)


def _worst_write(conninfo: str, table: str, write: Callable[[], int]) -> float:
    """Milliseconds of the longest of the writes that go on while the table is vacuumed, analysed and indexed."""
    over, longest = threading.Event(), 0.0

    def maintain() -> None:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            for number in range(2):
                for job in MAINTENANCE:
                    connection.execute(job.format(table, n=f"{table.replace('.', '_')}_{number}").encode())
        over.set()

    worker = threading.Thread(target=maintain)
    worker.start()
    while not over.is_set():
        started = time.perf_counter()
        write()
        longest = max(longest, time.perf_counter() - started)
    worker.join()
    return longest * 1000
