"""The broker: confirms, refusals in one sentence, and doubt that is bounded."""

import socket
import subprocess
import threading
import time
import zlib
from uuid import uuid4

import pytest
from kombu.connection import Connection

from services.shared.kernel.broker import Broker, BrokerMisconfigured, Patience
from services.shared.kernel.consumer import Consumer
from services.shared.kernel.inbox import Inbox
from services.shared.kernel.publisher import ConfirmedPublisher, NotConfirmed, Outgoing, _Window
from tests.kernel.conftest import eventually


class Hearing(Consumer):
    """Writes down what it hears."""

    def __init__(self, broker, service="screening"):
        super().__init__(broker, broker.names.inbox_of(service))
        self.service, self.heard, self.connects = service, [], 0

    def declare(self, channel):
        self.broker.declare_exchanges(channel)
        self.broker.declare_inbox(channel, self.service, ["intake"])

    def connected(self):
        self.connects += 1

    def take(self, body, headers):
        self.heard.append(body)


def message(broker, body=b"{}", key="intake.x", **headers):
    return Outgoing(broker.names.events, key, body, "application/json", headers)


def test_messages_arrive_in_order_byte_for_byte(broker, start):
    hearing = Hearing(broker)
    start(hearing.run)
    eventually(lambda: hearing.connects)
    bodies = [f"申报材料 {n}\0".encode() for n in range(200)]
    publisher = ConfirmedPublisher(broker)
    publisher.publish(*(message(broker, body) for body in bodies))
    publisher.close()
    eventually(lambda: len(hearing.heard) == 200)
    assert hearing.heard == bodies


def test_publishing_raises_not_confirmed_and_goes_on_when_no_queue_takes_it(rabbit):
    publisher = ConfirmedPublisher(rabbit)
    with pytest.raises(NotConfirmed, match="no queue"):
        publisher.publish(message(rabbit))
    Hearing(rabbit).declare(publisher._connection.default_channel)
    publisher.publish(message(rabbit))
    publisher.close()


def test_publishing_goes_on_when_the_exchange_was_deleted(rabbit, amqp_uri):
    publisher = ConfirmedPublisher(rabbit, declare=Hearing(rabbit).declare)
    publisher.publish(message(rabbit))
    with Connection(amqp_uri) as connection:
        connection.default_channel.exchange_delete(rabbit.names.events)
    with pytest.raises(NotConfirmed):
        publisher.publish(message(rabbit))
    publisher.publish(message(rabbit))
    publisher.close()


class Frozen:
    """A way to the broker that may stop carrying anything."""

    def __init__(self, host="127.0.0.1", port=5672):
        self.frozen, self._to = threading.Event(), (host, port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.uri = f"amqp://guest:guest@127.0.0.1:{self._door.getsockname()[1]}//"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                here, _ = self._door.accept()
            except OSError:
                return
            there = socket.create_connection(self._to)
            for a, b in ((here, there), (there, here)):
                threading.Thread(target=self._carry, args=(a, b), daemon=True).start()

    def _carry(self, a, b):
        try:
            while data := a.recv(65536):
                while self.frozen.is_set():
                    time.sleep(0.05)
                b.sendall(data)
        except OSError:
            pass
        finally:
            b.close()

    def close(self):
        self.frozen.clear()
        self._door.close()


def test_doubt_is_bounded_when_the_broker_is_frozen(rabbit):
    way = Frozen()
    broker = Broker(way.uri)
    broker.names = rabbit.names
    publisher = ConfirmedPublisher(broker, timeout=1, declare=Hearing(rabbit).declare)
    publisher.publish(message(rabbit))
    way.frozen.set()
    began = time.monotonic()
    with pytest.raises(NotConfirmed):
        publisher.publish(message(rabbit, b"x" * 60_000), message(rabbit, b"x" * 60_000))
    assert time.monotonic() - began < 2
    way.frozen.clear()
    publisher.publish(message(rabbit))
    publisher.close()
    way.close()


def test_a_clean_stop_is_bounded_when_the_broker_is_frozen(rabbit, start, monkeypatch):
    monkeypatch.setattr("services.shared.kernel.broker.SOCKET_TIMEOUT", 1)
    way = Frozen()
    broker = Broker(way.uri)
    broker.names = rabbit.names
    hearing = Hearing(broker)
    running = start(hearing.run)
    eventually(lambda: hearing.connects)
    way.frozen.set()
    try:
        running.stop(within=4)
    finally:
        way.close()


def test_the_message_in_hand_is_acknowledged_and_the_others_stay_when_told_to_stop(rabbit, start):
    began, go = threading.Event(), threading.Event()

    class Slow(Hearing):
        def take(self, body, headers):
            super().take(body, headers)
            began.set()
            go.wait(5)

    first, second = Slow(rabbit), Hearing(rabbit)
    running = start(first.run)
    eventually(lambda: first.connects)
    publisher = ConfirmedPublisher(rabbit)
    publisher.publish(*(message(rabbit, body) for body in (b"1", b"2", b"3")))
    publisher.close()
    assert began.wait(5)
    threading.Timer(0.3, go.set).start()
    running.stop()
    start(second.run)
    eventually(lambda: len(second.heard) >= 2)
    assert (first.heard, second.heard) == ([b"1"], [b"2", b"3"])


def test_consumer_connects_again_when_its_connection_is_cut(rabbit, start):
    way = Frozen()
    broker = Broker(way.uri)
    broker.names = rabbit.names
    hearing = Hearing(broker)
    start(hearing.run)
    eventually(lambda: hearing.connects == 1)
    rabbit.cut(hearing._connection)
    eventually(lambda: hearing.connects == 2)
    publisher = ConfirmedPublisher(rabbit)
    publisher.publish(message(rabbit))
    publisher.close()
    eventually(lambda: hearing.heard)
    way.close()


def test_a_compressed_message_is_put_away_unopened(rabbit, start, amqp_uri):
    hearing = Hearing(rabbit)
    start(hearing.run)
    eventually(lambda: hearing.connects)
    publisher = ConfirmedPublisher(rabbit)
    publisher.publish(
        message(rabbit, zlib.compress(b"0" * 10**6), compression="application/x-gzip"), message(rabbit, b"after")
    )
    publisher.close()
    eventually(lambda: hearing.heard == [b"after"])
    with Connection(amqp_uri) as connection:
        eventually(lambda: connection.default_channel.basic_get(rabbit.names.dead, no_ack=True))


def test_run_raises_one_sentence_when_the_password_is_wrong(start, amqp_uri):
    began = time.monotonic()
    running = start(Hearing(Broker(amqp_uri.replace("guest@", "wrong@"))).run)
    eventually(lambda: not running.is_alive())
    assert isinstance(running.error, BrokerMisconfigured)
    assert "wrong" not in str(running.error)
    assert "refuse" in str(running.error).lower()
    assert time.monotonic() - began < 9


def test_run_raises_one_sentence_when_the_queue_has_other_arguments(rabbit, start, amqp_uri):
    with Connection(amqp_uri) as connection:
        connection.default_channel.queue_declare(rabbit.names.inbox_of("screening"), durable=True, auto_delete=False)
    running = start(Hearing(rabbit).run)
    eventually(lambda: not running.is_alive())
    assert isinstance(running.error, BrokerMisconfigured)
    assert "screening.inbox" in str(running.error)


def test_run_raises_one_sentence_when_a_permission_is_missing(start, rabbit):
    user = f"test-{uuid4().hex[:8]}"
    made = subprocess.run(["rabbitmqctl", "add_user", user, "secret"], check=False, capture_output=True)
    if made.returncode:
        pytest.skip("only whoever runs the broker can make users")
    try:
        subprocess.run(["rabbitmqctl", "set_permissions", user, "^$", "^$", ".*"], check=True, capture_output=True)
        broker = Broker(f"amqp://{user}:secret@127.0.0.1:5672//")
        broker.names = rabbit.names
        running = start(Hearing(broker).run)
        eventually(lambda: not running.is_alive())
        assert isinstance(running.error, BrokerMisconfigured)
    finally:
        subprocess.run(["rabbitmqctl", "delete_user", user], check=True, capture_output=True)


def test_an_unreachable_broker_is_tried_again_until_told_to_stop(start):
    running = start(Hearing(Broker("amqp://guest:guest@127.0.0.1:1//")).run)
    time.sleep(0.5)
    assert running.is_alive()
    began = time.monotonic()
    running.stop()
    assert running.error is None
    assert time.monotonic() - began < 2


def test_patience_raises_the_third_refusal_in_a_row_only():
    patience, stop = Patience(shortest=0.001), threading.Event()
    for _ in range(2):
        patience.after(BrokerMisconfigured("no"), stop)
    patience.fresh()
    for _ in range(2):
        patience.after(BrokerMisconfigured("no"), stop)
    with pytest.raises(BrokerMisconfigured):
        patience.after(BrokerMisconfigured("no"), stop)


def test_patience_doubles_up_to_its_longest_wait():
    patience = Patience(shortest=1, longest=5)
    waits = [patience.next_wait() for _ in range(5)]
    assert all(longest / 2 <= wait <= longest for wait, longest in zip(waits, [1, 2, 4, 5, 5], strict=True))


def test_window_counts_confirms_out_of_order_in_groups_and_twice():
    window = _Window()
    window.sent = 5
    for tag, multiple in ((3, False), (2, True), (2, False), (5, False)):
        window.acked(tag, multiple)
    assert window.settled == 4
    assert window.open()
    window.acked(5, True)
    assert not window.open()


def test_names_stay_what_they_are():
    names = Broker("memory://").names
    assert [names.events, names.logs, names.resend, names.dead, names.history] == [
        f"zhichuang.{name}" for name in ("events", "logs", "resend", "dead", "history")
    ]
    assert [names.inbox_of("a"), names.logs_of("a"), names.resend_of("a")] == ["a.inbox", "a.logs", "a.resend"]


def test_declaring_twice_changes_nothing(broker, database):
    inbox = Inbox("screening", ["intake"], database, broker, lambda event, tracking: None)
    for _ in range(2):
        connection = broker.open(inbox.declare)
        broker.declare_history(connection.default_channel)
        broker.declare_logs(connection.default_channel, "audit", ["intake"])
        broker.declare_resend(connection.default_channel, "intake")
        broker.cut(connection)
