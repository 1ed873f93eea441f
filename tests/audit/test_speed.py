"""Small versions of what `make bench` measures: a timeline in a longer ledger, verification beside plain reading."""

from __future__ import annotations

import time
from uuid import UUID

import msgspec
import psycopg

from bench.ledgers import plainly_hashed, stock
from bench.timing import seconds_of
from services.audit import queries
from services.audit.application import SENDERS, Audit
from services.audit.ledger.filters import Wanted
from services.audit.ledger.timeline import _OF_CASE
from services.shared.kernel.chain import START_LINK, LogRow, link_of
from services.shared.kernel.logpages import LogPage, LogRecord, page_of
from tests.audit.events import CASE
from tests.given import NOON, circumstances

EVENTS, OTHERS, PAGE = 300, 15_000, 1000


def pages(count: int) -> list[LogPage]:
    """A log of intake in which every fiftieth event is of the case, and the others are of fifty cases."""
    about = circumstances(at=NOON).metadata("2019-05-06")
    records, link = list[LogRecord](), START_LINK
    for position in range(1, count + 1):
        nth, rest = divmod(position, 50)
        case, version = (CASE, nth) if rest == 0 else (UUID(int=0xA0000 + rest), nth + 1)
        content = {"timestamp": NOON, "metadata": about, "case_id": case, "section": "plan", "text": "文" * 150}
        state = msgspec.json.encode(content)
        row = LogRow(position, case, version, "intake.dossier.section-saved", state, b"")
        link = link_of(link, position, row)
        records.append(LogRecord(*row._replace(link=link)))
    return [page_of("intake", records[start : start + PAGE]) for start in range(0, count, PAGE)]


def test_a_timeline_of_300_events_is_told_by_the_index_alone(audit: Audit, database_url, capsys):
    for page in pages(OTHERS):
        audit.take_in(page)
    with psycopg.connect(database_url, autocommit=True) as superuser:
        superuser.execute("analyze audit_ledger.entries, audit_ledger.mentions")
        plan = "\n".join(line for (line,) in superuser.execute(f"explain {_OF_CASE}", {"case": CASE}))
    assert "Seq Scan on" not in plan, plan
    taken = []
    for _ in range(5):
        started = time.perf_counter()
        told = queries.timeline(audit.database, CASE, SENDERS, Wanted(), with_content=True)
        taken.append(time.perf_counter() - started)
    assert len(told["items"]) == EVENTS
    with capsys.disabled():
        print(f"\ntimeline of {EVENTS} events among {OTHERS:,}: {min(taken) * 1000:.0f} ms")  # noqa: T201  # to read
    assert min(taken) < 0.5  # the aim is 50 ms on a quiet machine; this bound only catches a walk along the ledger


def test_full_verification_keeps_up_with_reading_and_hashing_the_same_rows(audit: Audit, database_url, capsys):
    stock(database_url, events := 8_000)
    taken: dict[str, list[float]] = {"plain": [], "verified": []}
    for _ in range(3):  # in turns, so that a slow moment is slow for both
        taken["plain"].append(seconds_of(lambda: plainly_hashed(audit.logs)))
        taken["verified"].append(seconds_of(audit.verify))
    report = audit.verify()
    assert report.intact
    assert report.ledger.size == events
    ratio = min(taken["plain"]) / min(taken["verified"])
    with capsys.disabled():
        print(f"\nfull verification at {ratio:.0%} of plain reading and hashing")  # noqa: T201  # to read
    assert ratio > 0.3  # the aim is 50 % on a quiet machine; walking row by row comes to 15 %
