"""Audit: full verification beside plain reading and hashing, a timeline in a long ledger, intake, and its lag."""

from __future__ import annotations

import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg

from bench.grounds import throw_away_database
from bench.ledgers import CASE_EVENTS, case_of, log_rows, plainly_hashed, stock
from bench.measurement import Book
from bench.serving import deployed
from bench.timing import seconds_of
from services.audit import queries
from services.audit.application import SENDERS, Audit
from services.audit.ledger.filters import Wanted
from services.audit.wiring import DEFINITION
from services.intake.wiring import DEFINITION as INTAKE
from services.shared.kernel.logpages import LogRecord, page_of
from services.shared.kernel.runtime import prepare
from services.shared.kernel.settings import Settings
from services.shared.kernel.wiring import Wired
from tests.deployment import SERVICES, Deployment

ROUNDS = 3
BATCH = 500
"""Rows of a page as relays send them."""
STEADY = 40
"""Commands a second of the steady load, where the machine can do as many."""


def measure_auditing(server: str, broker: str, book: Book, *, events: int, seconds: float) -> None:
    """Everything, on a ledger of `events`; the lag is watched for `seconds`."""
    with throw_away_database(server) as database, audit_on(database) as audit:
        stock(database, events)
        note_verification(audit, book, events)
        note_timeline(audit, book, events)
    with throw_away_database(server) as database, audit_on(database) as audit:
        note_intake(audit, book, min(events, 20_000))
    with throw_away_database(server) as database, deployed(database, broker, *SERVICES) as deployment:
        note_lag(deployment, book, seconds)


@contextmanager
def audit_on(database_url: str) -> Iterator[Audit]:
    """Audit and intake's tables on a database; nothing serves or relays."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        keys = (home / "vault", home / "audit")
        for definition in (INTAKE, DEFINITION):
            prepare(definition, database_url)
        wired = Wired(DEFINITION, Settings(database_url, "memory://", home, *keys, "", "b", "b", create_keys=True))
        wired.open()
        try:
            assert isinstance(wired.application, Audit)  # noqa: S101  # what the definition says
            yield wired.application
        finally:
            wired.close()


def note_verification(audit: Audit, book: Book, events: int) -> None:
    """Full verification beside reading the same rows with plain SQL and hashing each once, in turns."""
    audit.sign_if_grown()
    found: dict[str, list[float]] = {"plain": [], "verified": []}
    for _ in range(ROUNDS):
        found["plain"].append(events / seconds_of(lambda: plainly_hashed(audit.logs)))
        found["verified"].append(events / seconds_of(lambda: _verified(audit, events)))
    versus = {"versus": "plain read and SHA-256 of the same rows", "versus_value": median(found["plain"])}
    name = f"full verification, {events:,} events"
    book.note(name, median(found["verified"]), "events/s", **versus, target=0.5)


def note_timeline(audit: Audit, book: Book, events: int) -> None:
    """The timeline of one case of 300 events, as JSON and as text."""
    asked = (audit.database, case_of(3 % max(1, events // CASE_EVENTS)), SENDERS, Wanted())
    for form, tell in (("JSON", queries.timeline), ("text", queries.timeline_text)):
        taken = [seconds_of(lambda tell=tell: tell(*asked, with_content=True)) * 1000 for _ in range(20)]  # type: ignore[misc]  # a default of a lambda
        name = f"timeline of {min(events, CASE_EVENTS)} events as {form}, ledger of {events:,}"
        book.note(name, median(taken), "ms", target=50, at_most=True, absolute=True)


def note_intake(audit: Audit, book: Book, events: int) -> None:
    """Pages as relays send them, taken into an empty ledger one after the other."""
    rows = log_rows(events)
    pages = []
    while batch := [LogRecord(*row) for row in islice(rows, BATCH)]:
        pages.append(page_of("intake", batch))
    spent = seconds_of(lambda: [audit.take_in(page) for page in pages])
    name = f"taken into the ledger, pages of {BATCH}"
    book.note(name, events / spent, "events/s", target=5000, absolute=True)


def note_lag(deployment: Deployment, book: Book, seconds: float) -> None:
    """How long after its commit an event is in the ledger, under commands to intake at a steady rate, and reads."""
    stop, done = threading.Event(), [0, 0]
    loads = [_steadily(deployment, stop, done, n) for n in range(4)]
    for load in loads:
        load.start()
    try:
        lags = lags_of(deployment.database_url, seconds)
    finally:
        stop.set()
        for load in loads:
            load.join(30)
    rate = f"{done[0] / seconds:.0f} commands/s and {done[1] / seconds:.0f} reads/s"
    for name, at in (("p50", 50), ("p99", 99)):
        value = quantiles(lags, n=100, method="inclusive")[at - 1] * 1000
        goal: dict[str, Any] = {"target": 1000, "at_most": True, "absolute": True} if at == 99 else {}
        book.note(f"the ledger behind the logs, {name}, {rate}", value, "ms", **goal)


def lags_of(database_url: str, seconds: float) -> list[float]:
    """For each event that comes into intake's log while this watches: the seconds until the ledger has it."""
    query = (
        "select position, (select coalesce(max(position), 0) from audit_ledger.entries where service = 'intake')"
        " from intake.log_head"
    )
    seen: dict[int, float] = {}
    lags: list[float] = []
    with psycopg.connect(database_url, autocommit=True) as connection:
        [(last, _)] = connection.execute(query).fetchall()
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end or (seen and now < end + 30):
            [(head, witnessed)] = connection.execute(query, prepare=True).fetchall()
            now = time.perf_counter()
            if now < end:
                seen |= dict.fromkeys(range(last + 1, head + 1), now)
                last = max(last, head)
            lags += [now - seen.pop(position) for position in [*seen] if position <= witnessed]
            time.sleep(0.002)
    if seen or len(lags) < 2:
        raise TimeoutError(f"{len(seen)} events never came into the ledger")
    return lags


def _verified(audit: Audit, events: int) -> None:
    report = audit.verify()
    assert report.intact  # noqa: S101  # else the figure would be that of something else
    assert sum(log.witnessed for log in report.logs) >= events  # noqa: S101


def _steadily(deployment: Deployment, stop: threading.Event, done: list[int], number: int) -> threading.Thread:
    """A quarter of the steady load: rounds planned, and each tenth time a list read."""
    person = deployment.person(f"officer-province-{number % 2 + 1}")
    days = {"opens_on": "2026-01-05", "closes_on": "2026-06-30"}

    def work() -> None:
        due = time.perf_counter()
        while not stop.is_set():
            person.act("intake", "/rounds", {"number": uuid.uuid4().hex[:16], "title": "批次", "year": 2026, **days})
            done[0] += 1
            if done[0] % 10 == 0:
                person.get("intake", "/rounds?limit=20")
                done[1] += 1
            due += 4 / STEADY
            stop.wait(max(0.0, due - time.perf_counter()))

    return threading.Thread(target=work, daemon=True)
