"""How cost grows with the log: appending and reading again at 10, 100 and 1,000 times the rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from bench.contenders import contenders
from bench.grounds import round_with, stored
from bench.measurement import Book
from bench.reading import Reading
from bench.stock import stock_application
from bench.timing import Work, rates
from services.shared.aggregate import new_id
from services.shared.kernel.wiring import Wired

BASE = 250
"""Rows of the smallest log."""

SECONDS = 0.1


def measure_growth(wired: Wired, book: Book, *, factors: tuple[int, ...]) -> None:
    """Everything at `BASE` rows and at each factor of that; a ratio is to the same figure in the smallest log."""
    first: dict[str, float] = {}
    for factor in (1, *factors):
        grow(wired, BASE * factor)
        for name, (value, unit) in _figures(wired).items():
            first.setdefault(name, value)
            if factor > 1:
                versus = {"versus": f"the same at {BASE:,}", "versus_value": first[name]}
                book.note(f"{name}, log of {BASE * factor:,}", value, unit, **versus)


def grow(wired: Wired, rows: int) -> None:
    """Append real events of many rounds, ten each, until the log has this many rows."""
    log = wired.application.event_log
    pattern_id, pattern = stored(wired, round_with(10, "pattern"))
    while (head := log.max_notification_id() or 0) < rows:
        copies = [_copy(pattern, pattern_id, f"grown-{head}-{n}") for n in range(50)]
        log.insert_events([event for copy in copies for event in copy][: rows - head])


def _figures(wired: Wired) -> dict[str, tuple[float, str]]:
    """The figures at the log's present size; appending comes last, as it makes the log longer."""
    figures: dict[str, tuple[float, str]] = {}
    stock = stock_application(wired.settings.database_url)
    reading = Reading(wired, stock)
    head = wired.application.event_log.max_notification_id()
    replay = rates(reading.replay(100, name=f"growth-{head}"), seconds=SECONDS)
    figures["replay, 100 events"] = (replay["replay"], "aggregates/s")
    parts: dict[str, Callable[[], dict[str, list[Work]]]] = {
        "log pages, decoded": reading.pages,
        "chain verified": reading.chain,
        "read model rebuilt": reading.rebuild,
    }
    for name, part in parts.items():
        work = {name: part()[name]}
        figures[name] = (rates(work, seconds=SECONDS, rounds=1)[name], "events/s")
    reading.close()
    stock.close()
    with contenders(wired) as ways:
        for callers, size in ((1, 1), (16, 1), (1, 100)):
            found = ways.rates(callers, size, "log", seconds=SECONDS)
            figures[f"append {size}, {callers} callers"] = (found["log"], "events/s")
    return figures


def _copy(events: list[StoredEvent], pattern_id: UUID, number: str) -> list[StoredEvent]:
    """The same events of another round."""
    fresh = new_id()
    old, new = str(pattern_id).encode(), str(fresh).encode()
    return [
        replace(e, originator_id=fresh, state=e.state.replace(old, new).replace(b'"pattern"', f'"{number}"'.encode()))
        for e in events
    ]
