"""What the broker could deliver to nobody is counted, listed without its content, and taken away when told."""

from __future__ import annotations

import hashlib
import time
import uuid

import pytest
from kombu.connection import Connection

from services.shared.kernel.broker import Broker
from services.shared.kernel.deadletters import DeadLetters
from services.shared.kernel.gauges import REMEMBERED, Pauses


@pytest.fixture
def broker(amqp_uri):
    broker = Broker(amqp_uri, prefix=f"dead-{uuid.uuid4().hex[:8]}.")
    names = broker.names
    with Connection(amqp_uri) as connection:
        channel = connection.default_channel
        broker.declare_exchanges(channel)
        broker.declare_inbox(channel, "screening", ["intake"])
        listener = connection.channel()
        listener.basic_consume(
            broker.names.inbox_of("screening"),
            callback=lambda message: listener.basic_reject(message.delivery_tag, requeue=False),
        )
        yield broker, channel
        listener.close()
        for queue in (names.dead, names.inbox_of("screening")):
            channel.queue_delete(queue)
        for exchange in (names.events, names.logs, names.resend, names.dead):
            channel.exchange_delete(exchange)


def refuse(broker, channel, body):
    """Send a message to the inbox of screening, whose listener refuses it for good."""
    channel.basic_publish(channel.prepare_message(body), exchange=broker.names.events, routing_key="intake.no.such.v1")
    channel.connection.drain_events(timeout=10)


def until(holds):
    end = time.monotonic() + 10
    while not holds():
        if time.monotonic() > end:
            return False
    return True


def test_dead_letters_are_counted_listed_and_discarded(broker):
    broker, channel = broker
    assert DeadLetters(broker).count() == 0
    for body in (b"first", b"second"):
        refuse(broker, channel, body)
    assert until(lambda: DeadLetters(broker).count() == 2)
    listed = DeadLetters(broker).look()
    assert [(each.routing_key, each.reason, each.size) for each in listed] == [
        ("intake.no.such.v1", "rejected", 5),
        ("intake.no.such.v1", "rejected", 6),
    ]
    assert listed[0].sha256 == hashlib.sha256(b"first").hexdigest()
    assert (listed[0].exchange, listed[0].queue) == (broker.names.events, broker.names.inbox_of("screening"))
    assert until(lambda: DeadLetters(broker).count() == 2), "to look is not to take away"
    assert until(lambda: len(DeadLetters(broker).look(discard=True)) == 2)
    assert until(lambda: DeadLetters(broker).count() == 0)
    assert DeadLetters(broker).look() == []


def test_the_count_is_asked_once_a_minute(broker):
    broker, channel = broker
    letters = DeadLetters(broker)
    assert letters.count() == 0
    refuse(broker, channel, b"later")
    assert until(lambda: DeadLetters(broker).count() == 1)
    assert letters.count() == 0


def test_the_longest_pause_of_the_last_minute_is_told():
    pauses = Pauses()
    assert pauses.longest() == 0
    for at, pause in ((0.0, 0.4), (10.0, 3.0), (20.0, 0.1)):
        pauses.note(at, pause)
    assert pauses.longest() == 3.0
    pauses.note(10.0 + REMEMBERED + 1, 0.2)
    assert pauses.longest() == 0.2
