"""A group commit: what belongs beside the events of many commands is written together, and each is answered alone."""

from __future__ import annotations

import threading
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError
from psycopg.types.json import Jsonb

from services.shared.aggregate import acting
from services.shared.kernel import idempotency
from services.shared.kernel.gathering import Gathering
from services.shared.kernel.log import Log
from services.shared.kernel.projections import upsert
from services.shared.kernel.sharing import Write
from services.shared.kernel.tracking import AlreadyTaken, Tracking, positions
from tests.given import circumstances
from tests.kernel.conftest import eventually
from tests.kernel.test_log import events

SEATS = """
create table if not exists seats (
    id uuid primary key, seat text unique, taken_on date, at timestamptz, people text[], cases uuid[], free boolean,
    score numeric, said jsonb, state text, version bigint
);
"""


class State(StrEnum):
    TAKEN = "taken"


@pytest.fixture
def log(service_database):
    return Log(service_database("intake", SEATS))


def together(log, *writes):
    """The answers to these (events, effects), or what each raised: all are written by one commit of their own."""
    go, shared = threading.Event(), log._shared
    with ThreadPoolExecutor(len(writes) + 1) as pool:
        pool.submit(log.insert_events, [], effects=lambda *_: go.wait(5))
        eventually(lambda: shared._leader and not shared._waiting)
        calls = []
        for stored, effects in writes:
            calls.append(pool.submit(log.insert_events, stored, effects=effects))
            eventually(lambda: len(shared._waiting) == len(calls))
        go.set()
    return [call.exception() or list(call.result()) for call in calls]


def seat(name, **values):
    """The effect that puts down one row."""
    row = {"id": uuid.uuid4(), "seat": name, **values}
    return lambda cursor, _: upsert(cursor, "seats", "id", row)


def taking(sender, position, partition_key=""):
    return lambda cursor, _: Tracking(sender, position, partition_key).write(cursor)


class Saved:
    """What is read of an aggregate."""

    id, version = uuid.UUID(int=7), 3


def remembering(key):
    effect = idempotency.remember("someone", key, b"\x01\xff", "plan_round")

    def write(cursor, _):
        with acting(circumstances()):
            effect(cursor, Saved)  # type: ignore[arg-type]  # all that it reads

    return write


def test_what_many_commands_write_beside_their_events_costs_no_more_statements_than_that_of_two(log, monkeypatch):
    sent = []
    execute = psycopg.Cursor.execute

    def spied(cursor, query, *rest, **how):
        sent.append(query)
        return execute(cursor, query, *rest, **how)

    monkeypatch.setattr(psycopg.Cursor, "execute", spied)

    def statements(count):
        def effects(n):
            parts = seat(f"{count} {n}"), taking(f"{count} {n}", n), remembering(f"{count} {n}")
            return lambda *given: [part(*given) for part in parts]

        sent.clear()
        assert together(log, *((events(), effects(n)) for n in range(count))) == [
            [position] for position in range(log.max_notification_id() - count + 1, log.max_notification_id() + 1)
        ]
        return len(sent)

    assert statements(2) == statements(16) > 0
    assert log.database.rows("select count(*) from seats") == log.database.rows("select count(*) from idempotency")


def test_rows_that_go_together_are_what_they_are_alone(log):
    """Of each kind that may go together, and two that may not: numbers with a point, and JSON."""
    whole = {
        "taken_on": date(2026, 1, 5),
        "at": datetime(2026, 1, 5, 4, 0, 0, 123, tzinfo=UTC),
        "people": ["a", 'b "{,}', "丙"],
        "cases": [uuid.UUID(int=1)],
        "free": True,
        "score": 3,
        "said": None,
        "state": State.TAKEN,
        "version": 2**40,
    }
    bare = dict.fromkeys(whole)
    empty = {**whole, "people": [], "cases": [], "taken_on": "2026-01-06", "state": "", "free": False}
    rest = {**whole, "score": Decimal("0.10"), "said": Jsonb({"a": 1.0})}
    literal = {**whole, "people": "{a,b}"}  # which is no array in JSON
    kinds = {
        "literal": literal,
        "whole": whole,
        "bare": bare,
        "empty": empty,
        "rest": rest,
        "float": {**whole, "score": 0.1 + 0.2},
    }
    for name, values in kinds.items():
        log.insert_events(events(), effects=seat(f"alone {name}", **values))
    together(log, *((events(), seat(f"among {name}", **values)) for name, values in kinds.items()))
    columns = "taken_on, at, people, cases, free, score::text, said::text, state, version"

    def stored(how):
        query = f"select {columns} from seats where seat like %s order by substr(seat, 7)"
        return log.database.rows(query, (f"{how} %",))

    assert len(stored("among")) == len(kinds)
    assert stored("among") == stored("alone")


def test_in_a_shared_commit_a_repeated_key_refuses_its_own_command_only(log):
    log.insert_events(events(), effects=remembering("old"))
    new, repeat, other = together(log, *((events(), remembering(key)) for key in ("new", "old", "other")))
    assert isinstance(repeat, IntegrityError)
    assert (new, other) == ([2], [3])
    done = idempotency.find(log.database, "someone", "new", b"\x01\xff")
    assert done is not None
    assert (done.command, done.originator_id, done.originator_version) == ("plan_round", Saved.id, Saved.version)
    assert log.database.rows("select distinct recorded_at from idempotency") == [(circumstances().at,)]


def test_in_a_shared_commit_an_event_taken_before_stops_its_own_command_only(log):
    log.insert_events(events(), effects=taking("intake", 5))
    before, after, other = together(
        log, (events(), taking("intake", 5)), (events(), taking("intake", 6)), (events(), taking("audit", 1))
    )
    assert isinstance(before, AlreadyTaken)
    assert (after, other) == ([2], [3])
    assert positions(log.database) == {"intake": 6, "audit": 1}


def test_in_a_shared_commit_the_case_of_a_parked_event_waits_and_no_other(log):
    log.database.rows("insert into parked values ('intake', 1, 'case', '', '', 0) returning true")
    parked, other = together(log, (events(), taking("intake", 2, "case")), (events(), taking("audit", 1, "other")))
    assert isinstance(parked, AlreadyTaken)
    assert (other, positions(log.database)) == ([1], {"audit": 1})


def test_a_row_that_may_not_be_refuses_its_own_command_only(log):
    first, second, third = together(log, *((events(), seat(name)) for name in ("one", "one", "two")))
    assert isinstance(second, IntegrityError)
    assert (first, third) == ([1], [2])


def test_rows_of_one_command_may_exchange_a_value(log):
    """Written once at the end, each would meet the other's seat; event by event they do not."""
    one, two = uuid.uuid4(), uuid.uuid4()

    def sits(*seats):
        def write(cursor, _):
            for who, name in seats:
                upsert(cursor, "seats", "id", {"id": who, "seat": name})

        return write

    log.insert_events(events(2), effects=sits((one, "a"), (two, "b")))
    assert list(log.insert_events(events(3), effects=sits((one, "c"), (two, "a"), (one, "b")))) == [3, 4, 5]
    assert dict(log.database.rows("select seat, id from seats")) == {"b": one, "a": two}


def test_rows_of_one_command_that_cannot_go_together_go_alone(log):
    """A text may stand for an array in a statement, and not in JSON."""

    def write(cursor, _):
        for name in ("one", "two"):
            upsert(cursor, "seats", "id", {"id": uuid.uuid4(), "seat": name, "people": "{a,b}"})

    assert list(log.insert_events(events(2), effects=write)) == [1, 2]
    assert log.database.rows("select distinct people from seats") == [(["a", "b"],)]
    with pytest.raises(psycopg.DataError):
        log.insert_events(events(), effects=seat("three", people="not an array"))


def test_a_statement_of_its_own_sees_what_is_held(log):
    seen = []

    def write(cursor, _):
        assert isinstance(cursor, Gathering)
        seat("one")(cursor, _)
        seen.extend(cursor.execute("select seat from seats").fetchall())
        seat("two")(cursor, _)
        cursor.executemany("update seats set version = %s where seat = %s", [(2, "two")])

    log.insert_events(events(), effects=write)
    assert seen == [("one",)]
    assert log.database.rows("select seat, version from seats order by 1") == [("one", None), ("two", 2)]


def test_when_the_leader_is_stopped_nobody_believes_that_it_was_written(log):
    def stop(*_):
        raise Stopped

    leader, follower = together(log, (events(), stop), (events(), None))
    assert isinstance(leader, Stopped)
    assert isinstance(follower, psycopg.OperationalError)
    assert log.max_notification_id() is None
    assert list(log.insert_events(events())) == [1]


def begun(call):
    """What a thread of its own makes of this call; the thread may stay behind."""
    answer: Future[object] = Future()

    def run():
        try:
            answer.set_result(call())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return answer


class Stopping:
    """The turn of a caller that is stopped while it waits."""

    def __init__(self):
        self.now = threading.Event()

    def acquire(self):
        self.now.wait(5)
        raise Stopped

    def release(self):
        """Nobody is there."""


class Stopped(BaseException):
    pass


def test_a_caller_that_is_stopped_while_it_waits_is_not_written_and_the_next_one_leads(log):
    stopped, turn, go = Write(events(), None), Stopping(), threading.Event()
    stopped.turn = turn  # type: ignore[assignment]  # as much of a lock as is used
    shared = log._shared
    leading = begun(lambda: log.insert_events(events(), effects=lambda *_: go.wait(5)))
    eventually(lambda: shared._leader and not shared._waiting)
    waiting = begun(lambda: shared.take(stopped))
    eventually(lambda: len(shared._waiting) == 1)
    behind = begun(lambda: log.insert_events(events(2)))
    eventually(lambda: len(shared._waiting) == 2)
    go.set()
    assert list(leading.result(5)) == [1]
    eventually(lambda: shared._leader is stopped)
    turn.now.set()
    assert isinstance(waiting.exception(5), Stopped)
    assert list(behind.result(5)) == [2, 3]
    assert list(log.insert_events(events())) == [4]


def test_callers_that_come_again_share_one_commit_not_two_halves(log):
    groups = []
    write_group = log._shared._write_group

    def slowly(writes):
        groups.append(len(writes))
        time.sleep(0.02)
        write_group(writes)

    log._shared._write_group = slowly

    def append(_):
        for _ in range(10):
            log.insert_events(events())

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(8)))
    assert sum(groups) == 80
    assert sorted(groups)[len(groups) // 2] > 5, groups
