"""The inbox: each event's effect exactly once, in the sender's order, whatever the broker does."""

import random
import threading
import time

import psycopg
import pytest
from kombu.connection import Connection

from services.shared.envelope import encode
from services.shared.kernel import resend
from services.shared.kernel.inbox import AlreadyTaken, Inbox, Tracking
from services.shared.kernel.parking import parked
from services.shared.kernel.publisher import ConfirmedPublisher, Outgoing
from services.shared.kernel.relay import Relay
from services.shared.kernel.resend import EVENTS, SILENCE, Resends, _Chase
from tests.faults.simulation import Clock
from tests.kernel.conftest import eventually
from tests.kernel.letters import EFFECTS, UNTOLD, Listener, append, letter, post, seal


@pytest.fixture
def screening(service_database):
    return service_database("screening", EFFECTS)


@pytest.fixture
def listener(screening, broker):
    return Listener(screening, broker)


def declared(listener):
    """The listener's queue exists, though it does not run."""
    broker = listener.inbox.broker
    broker.cut(broker.open(listener.inbox.declare))
    return listener


def test_effects_happen_once_and_in_order_when_events_come_repeated_and_shuffled(listener, broker, database, start):
    append(database, 40)
    declared(listener)
    start(Relay("intake", database, broker, seal).run)
    start(listener.run)
    eventually(lambda: listener.position() == 40)
    again = [letter(n) for n in range(1, 41)] * 3
    random.Random(1).shuffle(again)
    post(broker, *again)
    append(database, 5)
    eventually(lambda: listener.position() == 45)
    assert listener.effects() == list(range(1, 46))
    assert listener.tried == list(range(1, 46))


def test_a_gap_is_filled_by_a_resend(listener, broker, database, start):
    append(database, 10)
    start(Relay("intake", database, broker, seal).run)
    eventually(lambda: database.rows("select from relay_position where stream = 'events' and position = 10"))
    declared(listener)
    post(broker, letter(10), letter(4))
    start(listener.run)
    eventually(lambda: listener.position() == 10)
    assert listener.effects() == list(range(1, 11))


def test_events_that_tell_nobody_anything_leave_no_gap(listener, broker, database, start):
    for _ in range(3):
        append(database, 2, UNTOLD)
        append(database, 1)
    start(Relay("intake", database, broker, seal).run)
    start(listener.run)
    eventually(lambda: listener.position() == 9)
    assert listener.effects() == [3, 6, 9]


def test_a_long_absence_is_caught_up_page_by_page_without_waiting_in_between(listener, broker, database, start):
    append(database, 600)
    start(Relay("intake", database, broker, seal).run)
    eventually(lambda: database.rows("select from relay_position where stream = 'events' and position = 600"))
    start(listener.run)
    eventually(lambda: listener.position() == 600)
    assert listener.effects() == list(range(1, 601))


def test_nothing_is_lost_when_the_queue_is_deleted_and_purged_in_the_middle(rabbit, screening, database, start):
    listener = Listener(screening, rabbit, before=lambda event: time.sleep(0.01))
    start(Relay("intake", database, rabbit, seal).run)
    start(listener.run)
    append(database, 50)
    eventually(lambda: listener.position() > 5)
    with Connection(rabbit.uri) as connection:
        connection.default_channel.queue_purge(rabbit.names.inbox_of("screening"))
        connection.default_channel.queue_delete(rabbit.names.inbox_of("screening"))
    append(database, 50)
    eventually(lambda: listener.position() == 100)
    assert listener.effects() == list(range(1, 101))


def test_two_instances_have_each_effect_once(screening, rabbit, database, start):
    first, second = Listener(screening, rabbit), Listener(screening, rabbit)
    start(Relay("intake", database, rabbit, seal).run)
    start(first.run)
    start(second.run)
    append(database, 60)
    eventually(lambda: first.position() == 60)
    assert first.effects() == list(range(1, 61))


def test_a_second_instance_goes_on_when_the_first_dies_in_the_middle(screening, rabbit, database, start):
    class Death(BaseException):
        pass

    def die(event):
        if event.position == 7:
            raise Death

    first, second = Listener(screening, rabbit, before=die), Listener(screening, rabbit)
    start(Relay("intake", database, rabbit, seal).run)
    dying = start(first.run)
    append(database, 10)
    eventually(lambda: not dying.is_alive())
    start(second.run)
    eventually(lambda: second.position() == 10)
    assert second.effects() == list(range(1, 11))


def test_a_clean_stop_finishes_the_event_in_hand_and_nothing_is_handled_twice(listener, broker, database, start):
    started, go = threading.Event(), threading.Event()

    def hold(event):
        if event.position == 5:
            started.set()
            assert go.wait(5)

    listener.before = hold
    start(Relay("intake", database, broker, seal).run)
    running = start(listener.run)
    append(database, 30)
    assert started.wait(5)
    threading.Timer(0.3, go.set).start()
    running.stop()
    assert listener.effects() == [1, 2, 3, 4, 5]
    start(listener.run)
    eventually(lambda: listener.position() == 30)
    assert listener.tried == list(range(1, 31))


def test_an_event_of_no_interest_is_tracked_though_nothing_was_written(screening, broker, start):
    inbox = Inbox("screening", ["intake"], screening, broker, lambda event, tracking: None)
    broker.cut(broker.open(inbox.declare))
    post(broker, letter(1), letter(2))
    start(inbox.run)
    eventually(lambda: screening.rows("select from inbox_position where position = 2"))


def test_a_database_that_is_away_delays_an_event_but_does_not_park_it(listener, broker, start):
    failures = iter(range(4))

    def away(event):
        if next(failures, None) is not None:
            raise psycopg.errors.DeadlockDetected("deadlock")

    listener.before = away
    declared(listener)
    post(broker, letter(1))
    start(listener.run)
    eventually(lambda: listener.position() == 1)
    assert listener.tried == [1] * 5
    assert parked(listener.database) == []


def test_stopping_leaves_the_event_with_the_broker_when_the_database_is_away(rabbit, screening, start):
    def away(event):
        raise psycopg.OperationalError("away")

    listener = declared(Listener(screening, rabbit, before=away))
    post(rabbit, letter(1))
    running = start(listener.run)
    eventually(lambda: listener.tried)
    running.stop(within=2)
    listener.before = lambda event: None
    start(listener.run)
    eventually(lambda: listener.effects() == [1])


def test_tracking_refuses_a_position_that_was_taken_and_rolls_the_effect_back(screening):
    with screening.transaction() as cursor:
        Tracking("intake", 5).write(cursor)
    for position in (4, 5):
        with pytest.raises(AlreadyTaken):
            effect_of(screening, position)
    assert screening.rows("select * from effect") == []
    assert screening.rows("select position from inbox_position") == [(5,)]


def effect_of(database, position):
    with database.transaction() as cursor:
        cursor.execute("insert into effect (position, case_id) values (1, 'c')")
        Tracking("intake", position).write(cursor)


def test_an_unreadable_message_is_put_away_and_the_next_one_flows(listener, broker, start):
    declared(listener)
    publisher = ConfirmedPublisher(broker)
    for body in (b"\xff not json", b'{"id":"x"}', b"[" * 100_000):
        publisher.publish(Outgoing(broker.names.events, "intake.x", body, "application/json"))
    publisher.close()
    stranger = letter(1, sender="stranger")
    publisher.publish(Outgoing(broker.names.events, "intake.x", encode(stranger), "application/json"))
    publisher.close()
    post(broker, letter(1))
    start(listener.run)
    eventually(lambda: listener.effects() == [1])
    if broker.is_memory:
        assert {event.sender for event in parked(listener.database)} == {"?"}
        assert len(parked(listener.database)) == 4
        return
    with Connection(broker.uri) as connection:
        for _ in range(4):
            eventually(lambda: connection.default_channel.basic_get(broker.names.dead, no_ack=True))


def test_a_sender_is_asked_at_a_gap_at_once_and_then_once_a_second():
    chase = _Chase()
    chase.behind = 10
    assert chase.is_due(5, now=100.0)
    chase.asked(100.0)
    chase.heard_at = 100.0
    assert not chase.is_due(5, now=100.9)
    assert chase.is_due(5, now=101.0)


def test_a_sender_is_not_asked_again_while_its_answer_is_coming_in():
    chase = _Chase()
    chase.behind = 10
    chase.asked(100.0)
    chase.heard_at = 101.5
    assert not chase.is_due(7, now=102.0)
    assert chase.is_due(7, now=102.5)


def test_a_sender_is_asked_after_thirty_seconds_of_silence():
    chase = _Chase()
    chase.asked(100.0)
    chase.heard_at = 110.0
    assert not chase.is_due(0, now=110.0 + SILENCE - 0.1)
    assert chase.is_due(0, now=110.0 + SILENCE)


def test_a_refused_request_is_made_again_after_a_second():
    chase = _Chase()
    chase.asked(100.0)
    chase.refused = True
    assert not chase.is_due(0, now=100.9)
    assert chase.is_due(0, now=101.0)


def test_a_sender_that_is_not_deployed_is_asked_more_and_more_seldom_and_at_once_when_it_speaks(
    rabbit, screening, monkeypatch
):
    clock, asked = Clock(), list[float]()
    monkeypatch.setattr(resend, "time", clock)
    resends = Resends(rabbit, "screening", EVENTS, ["intake"], lambda _: 0)
    publish = resends._publisher.publish

    def noted(message):
        asked.append(clock.now - 1000)
        publish(message)

    monkeypatch.setattr(resends._publisher, "publish", noted)
    resends.restart()
    for _ in range(1200):
        resends.tick()
        clock.now += 0.1
    assert [round(at) for at in asked] == [0, 1, 3, 7, 15, 31, 61, 91]
    resends.gap("intake", 5)
    resends.tick()
    assert len(asked) == 9
    rabbit.cut(rabbit.open(lambda channel: rabbit.declare_resend(channel, "intake")))
    clock.now += 2
    resends.tick()
    assert len(asked) == 10  # this time it has come
    resends.heard("intake", more=False)
    resends._position = lambda _: 5
    for _ in range(round(SILENCE - 1)):
        clock.now += 1
        resends.tick()
    assert len(asked) == 10
    resends.close()


def test_who_is_not_deployed_keeps_no_other_sender_from_being_asked(rabbit, screening):
    rabbit.cut(
        rabbit.open(lambda channel: (rabbit.declare_exchanges(channel), rabbit.declare_resend(channel, "review")))
    )
    resends = Resends(rabbit, "screening", EVENTS, ["intake", "review"], lambda _: 0)
    resends.restart()
    resends.tick()
    with Connection(rabbit.uri) as connection:
        assert connection.default_channel.basic_get(rabbit.names.resend_of("review"), no_ack=True)
    resends.close()
