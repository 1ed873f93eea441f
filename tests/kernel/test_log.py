"""The log on real PostgreSQL: order without holes, shared commits, refusals, and a follower that misses nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from services.shared.kernel.log import Log
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.verifying import verify_log


@pytest.fixture
def log(database_url):
    database = Database(conninfo_as(database_url, "zc_intake", "intake_read", "intake"))
    database.open()
    yield Log(database)
    database.close()


def events(count=1, *, of=None, version=1):
    """So many new events of one aggregate."""
    of = of or uuid.uuid4()
    return [StoredEvent(of, version + n, "intake.test.happened", b'{"n":%d}' % n) for n in range(count)]


def test_numbers_events_from_one_without_holes_though_appends_fail(log):
    taken = events()
    assert list(log.insert_events(taken)) == [1]
    with pytest.raises(IntegrityError):
        log.insert_events(taken)
    assert list(log.insert_events(events(3))) == [2, 3, 4]
    assert [n.id for n in log.select_notifications(1, 10)] == [1, 2, 3, 4]
    assert verify_log(log.database, "intake") == ([], 4), "one event and several are linked alike"


def test_gives_each_of_many_callers_the_answer_to_its_own_command(log):
    contested = uuid.uuid4()

    def append(n):
        try:
            log.insert_events(events(of=contested if n % 2 else None))
        except IntegrityError:
            return "conflict"
        return "stored"

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(append, range(200)))
    assert answers.count("stored") == 101, "a hundred of their own, and one winner of the contested aggregate"
    assert answers.count("conflict") == 99
    assert log.max_notification_id() == 101


def test_keeps_what_one_command_writes_beside_its_events_apart_from_the_others(log):
    """A failing effect takes back its own command and no other, though they share a commit."""

    def effect(fails):
        def write(cursor, positions):
            cursor.execute("insert into inbox_position values (%s, %s)", (str(uuid.uuid4()), positions[0]))
            if fails:
                raise ValueError("no")

        return write

    def append(n):
        try:
            log.insert_events(events(), effects=effect(n % 3 == 0))
        except ValueError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(append, range(90)))
    assert answers.count(False) == 30
    assert log.max_notification_id() == 60
    assert log.database.rows("select count(*) from inbox_position") == [(60,)]


def test_the_service_role_may_append_by_the_function_only(log):
    log.insert_events(events())
    for statement in (
        "insert into log select position + 1, gen_random_uuid(), 1, topic, state, link from log",
        "update log set state = ''",
        "delete from log",
        "truncate log",
        "update log_head set position = 0",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            log.database.rows(statement)


def test_even_a_superuser_cannot_change_the_log_by_accident(log, database_url):
    log.insert_events(events())
    with psycopg.connect(database_url) as superuser, pytest.raises(psycopg.errors.InsufficientPrivilege):
        superuser.execute("delete from intake.log")


def test_a_row_changed_behind_the_trigger_is_found_by_the_chain(log, database_url):
    log.insert_events(events(5))
    assert verify_log(log.database, "intake") == ([], 5)
    with psycopg.connect(database_url) as superuser:
        superuser.execute("alter table intake.log disable trigger all")
        superuser.execute("update intake.log set state = '{\"n\":9}' where position = 3")
    breaks, _ = verify_log(log.database, "intake")
    assert [(b.service, b.position, b.kind) for b in breaks] == [("intake", 3, "changed")]


WRITERS, EVENTS, BATCH = 8, 100_000, 50


def write(conninfo: str, counter: Any, over: Any) -> None:
    """A writer process: appends until told that it is over."""
    database = Database(conninfo, size=1)
    database.open()
    log = Log(database)
    while not over.value:
        log.insert_events(events(BATCH))
        with counter.get_lock():
            counter.value += BATCH


def vacuum_until(database_url: str, over: threading.Event) -> None:
    with psycopg.connect(database_url, autocommit=True) as server:
        while not over.wait(0.05):
            server.execute("vacuum analyze intake.log")


def test_a_follower_misses_nothing_while_eight_writers_are_killed_and_vacuum_runs(log, database_url):
    context = multiprocessing.get_context("spawn")
    counter, over = context.Value("q", 0), context.RawValue("b", 0)
    conninfo = log.database.conninfo

    def start():
        process = context.Process(target=write, args=(conninfo, counter, over), daemon=True)
        process.start()
        return process

    writers = [start() for _ in range(WRITERS)]
    seen: list[int] = []
    written = threading.Event()

    def follow():
        while True:
            ended = written.is_set()
            page = log.select_notifications(len(seen) + 1, 5000)
            seen.extend(n.id for n in page)
            if ended and not page:
                return

    follower = threading.Thread(target=follow)
    follower.start()
    vacuum = threading.Thread(target=vacuum_until, args=(database_url, written))
    vacuum.start()
    kills = 0
    while counter.value < EVENTS or kills < 6:
        if kills < 6 and counter.value > EVENTS * (kills + 1) / 8:
            victim = writers.pop(0)
            os.kill(victim.pid or 0, signal.SIGKILL)
            victim.join()
            writers.append(start())
            kills += 1
        time.sleep(0.02)
    over.value = 1
    for writer in writers:
        writer.join()
    written.set()
    follower.join()
    vacuum.join()
    assert kills == 6
    assert len(seen) >= EVENTS
    assert seen == list(range(1, len(seen) + 1)), "a follower skipped a number or saw one late"
