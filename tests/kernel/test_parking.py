"""Parking: an event that keeps failing waits, with what follows in its case; everything else flows."""

from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from services.shared.kernel.log import Log
from services.shared.kernel.parking import AGAIN_AFTER, BEHIND, is_parked, park, parked, redrive, take_in_again
from services.shared.kernel.tracking import Tracking
from tests.kernel.conftest import eventually
from tests.kernel.letters import EFFECTS, Listener, letter, post


@pytest.fixture
def screening(service_database):
    return service_database("screening", EFFECTS)


@pytest.fixture
def listener(screening, memory):
    """A listener that cannot take in event 2, of case A; 1, 3 and 6 are of B, 4 and 5 of A, 7 of C."""
    listener = Listener(screening, memory)
    memory.cut(memory.open(listener.inbox.declare))
    cases = {1: "B", 2: "A", 3: "B", 4: "A", 5: "A", 6: "B", 7: "C"}
    post(memory, *(letter(n, case=case) for n, case in cases.items()))
    listener.before = fail_at(2)
    return listener


def fail_at(*positions):
    def before(event):
        if event.position in positions:
            raise ValueError("score sheet without a panel")

    return before


@pytest.fixture
def running(listener, start):
    running = start(listener.run)
    eventually(lambda: listener.position() == 7)
    return running


def test_an_event_that_keeps_failing_is_parked_and_other_cases_flow(listener, running):
    assert listener.effects() == [1, 3, 6, 7]
    assert [(p.position, p.partition_key, p.attempts) for p in parked(listener.database)] == [
        (2, "A", 3),
        (4, "A", 0),
        (5, "A", 0),
    ]
    assert parked(listener.database)[0].error == "ValueError: score sheet without a panel"
    assert parked(listener.database)[1].error == BEHIND
    assert listener.tried.count(4) == 0


def test_redrive_takes_a_case_in_in_order_and_later_events_flow_again(listener, running, memory):
    listener.before = fail_at()
    assert redrive(listener.database, listener.react) == 3
    assert listener.effects() == [1, 3, 6, 7, 2, 4, 5]
    assert parked(listener.database) == []
    post(memory, letter(8, case="A"))
    eventually(lambda: listener.effects()[-1] == 8)


def test_redrive_stops_at_the_first_that_fails_again(listener, running):
    listener.before = fail_at(4)
    assert redrive(listener.database, listener.react, "A") == 1
    assert listener.effects() == [1, 3, 6, 7, 2]
    assert [(p.position, p.attempts) for p in parked(listener.database)] == [(4, 1), (5, 0)]
    assert parked(listener.database)[0].error.startswith("ValueError")
    assert is_parked(listener.database, "A")


def aged(listener, seconds):
    """What is parked, as if it had been parked so long ago."""
    with listener.database.transaction() as cursor:
        cursor.execute("update parked set parked_at = now() - make_interval(secs => %s)", (seconds,))


def test_the_clock_takes_in_again_what_only_came_too_early_and_no_sooner_than_it_is_time(listener, running):
    listener.before = fail_at()
    assert take_in_again(listener.database, listener.react) == 0
    aged(listener, AGAIN_AFTER[0] + 1)
    assert take_in_again(listener.database, listener.react) == 3
    assert listener.effects() == [1, 3, 6, 7, 2, 4, 5]
    assert parked(listener.database) == []


def test_what_keeps_failing_is_tried_less_and_less_often_and_then_left_to_people(listener, running):
    for number, seconds in enumerate(AGAIN_AFTER):
        aged(listener, seconds - 1)
        assert take_in_again(listener.database, listener.react) == 0
        assert parked(listener.database)[0].attempts == 3 + number
        aged(listener, seconds + 1)
        assert take_in_again(listener.database, listener.react) == 0
        assert parked(listener.database)[0].attempts == 4 + number
    aged(listener, 10 * AGAIN_AFTER[-1])
    assert take_in_again(listener.database, listener.react) == 0
    assert parked(listener.database)[0].attempts == 3 + len(AGAIN_AFTER)


def test_redrive_of_one_case_leaves_the_others(listener, running):
    assert redrive(listener.database, listener.react, "C") == 0
    assert len(parked(listener.database)) == 3


def test_redrive_of_an_event_of_no_interest_just_takes_it_off_the_list(listener, running):
    assert redrive(listener.database, lambda event, tracking: None) == 3
    assert parked(listener.database) == []
    assert listener.effects() == [1, 3, 6, 7]


def test_an_effect_is_had_once_and_the_rest_follows_when_two_redrive_at_the_same_time(listener, running):
    def other_first(event, tracking):
        if event.position == 2:
            listener.before = fail_at(4)
            assert redrive(listener.database, listener.react, "A") == 1
            listener.before = fail_at()
        listener.react(event, tracking)

    assert redrive(listener.database, other_first, "A") == 2
    assert listener.effects() == [1, 3, 6, 7, 2, 4, 5]


def test_a_repeat_of_a_parked_event_is_dropped(listener, running, memory):
    post(memory, letter(2, case="A"), letter(8, case="B"))
    eventually(lambda: listener.position() == 8)
    assert len(parked(listener.database)) == 3


def test_what_somebody_else_redrives_meanwhile_has_no_second_effect(listener, running):
    """The parked row that is gone is noticed also where nothing is waited for until the commit."""
    log = Log(listener.database)

    def react(event, tracking):
        listener.database.rows("delete from parked where position = %s returning 1", (event.position,))
        stored = StoredEvent(uuid4(), 1, "screening.test.happened", b"{}")
        log.insert_events([stored], effects=lambda cursor, _: tracking.write(cursor))

    assert redrive(listener.database, react) == 0
    assert log.max_notification_id() is None


def test_what_another_instance_parked_meanwhile_is_noticed_in_the_transaction_of_the_effect(listener, screening):
    listener.inbox.pause = lambda seconds: None
    listener.inbox.connected()  # nothing is parked yet, so it does not look before each event
    with screening.transaction() as cursor:
        Tracking("intake", 2).write(cursor)
        park(cursor, letter(2, case="A"), "ValueError", 3)
    for position, case in ((3, "B"), (4, "A"), (5, "B")):
        listener.inbox._carry_out(letter(position, case=case))
    assert listener.effects() == [3, 5]
    assert [(p.position, p.error) for p in parked(screening)] == [(2, "ValueError"), (4, BEHIND)]


def test_an_event_without_an_effect_waits_behind_its_case_as_well(listener, screening):
    listener.inbox.connected()
    listener.inbox.pause = lambda seconds: None
    with screening.transaction() as cursor:
        Tracking("intake", 2).write(cursor)
        park(cursor, letter(2, case="A"), "ValueError", 3)
    listener.inbox._react = lambda event, tracking: None
    listener.inbox._carry_out(letter(3, case="A"))
    assert [p.position for p in parked(screening)] == [2, 3]
