"""What it costs to load an aggregate, beside reading its rows with plain SQL in the same run (see ADR 0011)."""

from __future__ import annotations

import time
from statistics import median
from typing import ClassVar

import pytest

from services.shared.aggregate import Aggregate, event
from services.shared.kernel.application import Application
from services.shared.kernel.command import Command, carrying_out
from tests.given import circumstances

EVENTS = 1000


class Counter(Aggregate):
    """Counts."""

    TOPIC = "intake.test-counter"

    @event("Started", topic="intake.test-counter.started")
    def __init__(self) -> None:
        self.count = 0

    @event("Counted", topic="intake.test-counter.counted")
    def counted(self, by: int, note: str) -> None:
        self.count += by


class Counters(Application):
    """Counters."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (Counter,)


@pytest.fixture
def counters(wire):
    wired = wire("intake")
    return Counters(wired.database, wired.clock)


def counted(counters):
    with carrying_out(Command(circumstances())):
        counter = Counter()
        for n in range(1, EVENTS):
            counter.counted(by=n, note="申报材料" * 20)
        counters.save(counter)
    return counter.id


def timed(work, rounds=9):
    spent = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return median(spent)


def test_loads_a_thousand_events_within_five_times_of_reading_their_rows(counters, capsys):
    counter_id = counted(counters)
    query = "select originator_id, originator_version, topic, state from log where originator_id = %s order by 2"
    read = timed(lambda: counters.database.rows(query, (counter_id,)))
    replayed = timed(lambda: counters.find(Counter, counter_id, version=EVENTS))
    cached = timed(lambda: counters.find(Counter, counter_id))
    with capsys.disabled():
        print(  # noqa: T201  # the figures are what the test is read for
            f"\n  {EVENTS} events: rows {read * 1000:.1f} ms, replay {replayed * 1000:.1f} ms"
            f" ({replayed / read:.1f} x), from the cache {cached * 1000:.1f} ms"
        )
    assert counters.find(Counter, counter_id).count == sum(range(EVENTS))
    assert replayed < 5 * read + 0.02
