"""Reading: replay of one aggregate, pages of the log, the rebuild of a read model, and the walk along the chain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from hashlib import sha256
from uuid import UUID

import psycopg
from eventsourcing.application import Application as StockApplication

from bench.grounds import carry_out, round_with
from bench.measurement import Book
from bench.stock import stock_application, stock_round
from bench.timing import Work, rates
from services.intake.domain.round import Round
from services.intake.projections import ROUNDS
from services.shared.kernel import projections
from services.shared.kernel.log import OLDEST_FIRST
from services.shared.kernel.streams import read_log
from services.shared.kernel.verifying import PAGE as CHAIN_PAGE
from services.shared.kernel.verifying import verify_log
from services.shared.kernel.wiring import Wired

LENGTHS = (10, 100, 1000)
REPLAY_GOALS: Mapping[int, Mapping[str, float]] = {
    100: {"stock library": 3.0},
    1000: {"bare driver": 0.4, "stock library": 5.0},
}
PAGE = 500
COLUMNS = "position, originator_id, originator_version, topic, state, link"


class Reading:
    """The ways to read one log, and what they are compared with."""

    def __init__(self, wired: Wired, stock: StockApplication[UUID]) -> None:
        self._wired, self._stock = wired, stock
        self._connection = psycopg.connect(wired.settings.database_url, autocommit=True)
        self._connection.execute("set search_path to intake")

    def close(self) -> None:
        self._connection.close()

    def replay(self, length: int, name: str = "replay") -> dict[str, list[Work]]:
        """One aggregate of `length` events, from its first event, again and again; and from the cache."""
        round_ = round_with(length, f"{name}-{length}")
        carry_out(lambda: self._wired.application.save(round_))
        stock_id, find = stock_round(self._stock, length), self._wired.application.find
        return {
            "replay": [_once(partial(find, Round, round_.id, version=length))],
            "load from the cache": [_once(partial(find, Round, round_.id))],
            "bare driver": [_once(partial(self._rows, OLDEST_FIRST, (round_.id, 0, length, length)))],
            "stock library": [_once(partial(self._stock.repository.get, stock_id))],
        }

    def pages(self) -> dict[str, list[Work]]:
        """The whole log in pages of 500, each event decoded; a unit is an event."""
        query = f"select {COLUMNS} from log where position > %b order by position limit %b"  # our words
        return {
            "log pages, decoded": [self._decoded],
            "bare driver": [lambda: self._whole_log(query, PAGE)],
            "stock library": [self._stock_decoded],
        }

    def chain(self) -> dict[str, list[Work]]:
        """Every link of the log recomputed; beside it the rows alone, and SHA-256 of the same bytes in memory."""
        query = f"select {COLUMNS} from log where position > %b order by position limit %b"  # our words
        hashed = [b"".join((link, state, topic.encode())) for *_, topic, state, link in self._rows_of(query)]
        return {
            "chain verified": [lambda: verify_log(self._wired.database, "intake")[1]],
            "plain select": [lambda: self._whole_log(query, CHAIN_PAGE)],
            "plain SHA-256": [lambda: sum(bool(sha256(each).digest()) for each in hashed)],
        }

    def rebuild(self) -> dict[str, list[Work]]:
        """The read model of the rounds from the whole log, beside the served one; a unit is an event of the log."""
        query = "select * from log where position > %b order by position limit %b"
        owner, mapper = self._wired.settings.database_url, self._wired.application.event_mapper
        return {
            "read model rebuilt": [lambda: projections.rebuild(owner, "intake", ROUNDS, mapper)],
            "plain select": [lambda: self._whole_log(query, projections.PAGE)],
        }

    def _decoded(self) -> int:
        mapper, after, read = self._wired.application.event_mapper, 0, 0
        while page := read_log(self._wired.database, after, PAGE):
            for record in page:
                mapper.event_from(record.originator_id, record.originator_version, record.topic, record.state)
            after, read = page[-1].position, read + len(page)
        return read

    def _stock_decoded(self) -> int:
        start, read = 1, 0
        while page := self._stock.recorder.select_notifications(start, PAGE):
            for notification in page:
                self._stock.mapper.to_domain_event(notification)
            start, read = page[-1].id + 1, read + len(page)
        return read

    def _whole_log(self, query: str, page: int) -> int:
        after, read = 0, 0
        while rows := self._rows(query, (after, page)):
            after, read = rows[-1][0], read + len(rows)
        return read

    def _rows_of(self, query: str) -> list[psycopg.rows.TupleRow]:
        return self._rows(query, (0, 2**31 - 1))

    def _rows(self, query: str, parameters: tuple[object, ...]) -> list[psycopg.rows.TupleRow]:
        cursor = self._connection.cursor(binary=True)
        cursor.execute(query, parameters, prepare=True)  # type: ignore[arg-type]  # made of our own words
        return cursor.fetchall()


def measure_reading(wired: Wired, book: Book, *, seconds: float) -> None:
    """Replay, pages and chain on the log as it stands, with their goals."""
    stock = stock_application(wired.settings.database_url)
    reading = Reading(wired, stock)
    try:
        for length in LENGTHS:
            _note_replay(book, rates(reading.replay(length), seconds=seconds), length)
        pages = rates(reading.pages(), seconds=seconds)
        _note(book, pages, "log pages, decoded", {"bare driver": 0.35, "stock library": 2.5})
        chain = rates(reading.chain(), seconds=seconds)
        _note(book, chain, "chain verified", {}, least=100_000)
    finally:
        reading.close()
        stock.close()


def _note_replay(book: Book, found: dict[str, float], length: int) -> None:
    goals = REPLAY_GOALS.get(length, {})
    for way in ("replay", "load from the cache"):
        for other in ("bare driver", "stock library"):
            goal = (
                goals.get(other) if way == "replay" else (3.0 if other == "stock library" and length == 100 else None)
            )
            name = f"{way}, {length} events"
            book.note(name, found[way], "aggregates/s", versus=other, versus_value=found[other], target=goal)


def _note(book: Book, found: dict[str, float], name: str, goals: Mapping[str, float], least: float = 0) -> None:
    if least:
        book.note(name, found[name], "events/s", target=least, absolute=True)
    for other in [each for each in found if each != name]:
        book.note(name, found[name], "events/s", versus=other, versus_value=found[other], target=goals.get(other))


def _once(work: Callable[[], object]) -> Work:
    def once() -> int:
        work()
        return 1

    return once
