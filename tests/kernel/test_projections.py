"""Read models: rebuilt beside the served ones, equal to them, while commands go on."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from services.intake.domain.round import Round
from services.intake.projections import DEADLINES, DOSSIERS, PROJECTIONS, ROUNDS
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.projections import Projection, change, rebuild, upsert
from tests.given import circumstances
from tests.kernel.test_application import ROUND


@pytest.fixture
def wired(wire):
    return wire("intake")


def plan(wired, number):
    with carrying_out(Command(circumstances())):
        return wired.application.plan_round(**{**ROUND, "number": str(number)})


def rows(wired, table):
    return sorted(wired.database.rows(f"select t::text from {table} t"))


def rebuilt(wired, projection):
    return rebuild(wired.settings.database_url, "intake", projection, wired.application.event_mapper)


def test_a_rebuilt_read_model_is_the_one_that_was_served(wired):
    with carrying_out(Command(circumstances())):
        round_ = wired.application.plan_round(**ROUND)
    with carrying_out(Command(circumstances())):
        wired.application.open_round(round_.id, document_no="一")
    before = {table: rows(wired, table) for p in (ROUNDS, DOSSIERS, DEADLINES) for table in p.tables}
    assert before["rounds"]
    assert before["deadlines"]
    for projection in PROJECTIONS.by_name.values():
        assert rebuilt(wired, projection) == 2
    assert {table: rows(wired, table) for table in before} == before


def test_a_rebuild_mends_rows_that_are_wrong_missing_or_too_many(wired):
    for number in range(3):
        plan(wired, number)
    before = rows(wired, "rounds")
    wired.database.rows("update rounds set title = 'wrong' where number = '0' returning 1")
    wired.database.rows("delete from rounds where number = '1' returning 1")
    assert rows(wired, "rounds") != before
    rebuilt(wired, ROUNDS)
    assert rows(wired, "rounds") == before


def test_a_rebuild_misses_nothing_that_is_committed_meanwhile(wired):
    for number in range(50):
        plan(wired, number)
    stop = threading.Event()
    planned = [50]

    def go_on():
        while not stop.is_set():
            plan(wired, planned[0])
            planned[0] += 1

    worker = threading.Thread(target=go_on)
    worker.start()
    try:
        for _ in range(5):
            rebuilt(wired, ROUNDS)
    finally:
        stop.set()
        worker.join()
    assert wired.database.rows("select count(*) from rounds") == [(planned[0],)]
    assert planned[0] > 50


def test_the_service_can_still_write_to_a_rebuilt_table(wired):
    plan(wired, 1)
    rebuilt(wired, ROUNDS)
    plan(wired, 2)
    assert [number for (number,) in wired.database.rows("select number from rounds order by 1")] == ["1", "2"]


def test_two_rows_that_exchange_a_value_within_a_page_are_rebuilt_event_by_event(wired):
    """Written once at the end of the page, each would meet the other's number."""
    swaps = Projection(
        "swaps", "create table if not exists swaps (id uuid primary key, version bigint, seat text unique)"
    )

    @swaps.on(Round.Planned)
    def _(cursor, event, _position):
        upsert(cursor, "swaps", "id", {"id": event.originator_id, "version": 1, "seat": event.number})

    @swaps.on(Round.Opened)
    def _(cursor, event, _position):
        change(cursor, "swaps", event, seat=f"gone {event.originator_id}")

    @swaps.on(Round.Extended)
    def _(cursor, event, _position):
        change(cursor, "swaps", event, seat=event.reason)

    one, two = plan(wired, "one"), plan(wired, "two")
    for round_ in (one, two):
        with carrying_out(Command(circumstances())):
            wired.application.open_round(round_.id, document_no="一")
    for round_, seat in ((two, "three"), (one, "two"), (two, "one")):
        with carrying_out(Command(circumstances())):
            closes_on = wired.application.find(Round, round_.id).closes_on + timedelta(days=1)
            wired.application.extend_round(round_.id, closes_on=closes_on, reason=seat)
    assert rebuilt(wired, swaps) == 7
    assert dict(wired.database.rows("select id, seat from swaps")) == {one.id: "two", two.id: "one"}


def test_a_handler_is_given_its_position_whether_it_waits_for_it_or_not(wired):
    """Events whose position nobody asks for are sent with all that belongs to them in one go."""
    assert not ROUNDS.asks_position
    asked = Projection("asked", "")
    asked.on(Round.Planned)(lambda cursor, event, position: None)
    asked.on(Round.Opened)(lambda cursor, event, _position: None)
    assert asked.asks_position == {asked.handlers[Round.Planned]}


def reads_it(_cursor, _event, _position):
    return _position + 1


def reads_it_inside(_cursor, _event, _position):
    return lambda: _position


@pytest.mark.parametrize("handler", [reads_it, reads_it_inside])
def test_a_handler_that_reads_the_position_that_it_says_it_has_no_use_for_is_refused(handler):
    projection = Projection("numbers", "create table if not exists numbers (number bigint)")
    with pytest.raises(TypeError, match="reads _position"):
        projection.on(Round.Planned)(handler)
    assert not projection.handlers
