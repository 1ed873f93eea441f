"""The relay: tells everything at least once and in order; one leads, and one stream does not wait for the other."""

import subprocess
import sys
import threading
import time
from uuid import uuid4

import msgspec
import psycopg
import pytest
from kombu.connection import Connection

from services.shared.envelope import decode
from services.shared.kernel import relay as relaying
from services.shared.kernel.broker import Broker
from services.shared.kernel.following import Follower, load_place
from services.shared.kernel.logpages import LogPage, LogPages, decode_page, encode_page, page_of
from services.shared.kernel.publisher import ConfirmedPublisher, NotConfirmed, Outgoing
from services.shared.kernel.relay import LogRecord, Relay, read_log
from services.shared.kernel.resend import ResendRequest, request_resend
from services.shared.kernel.resending import Resender
from services.shared.kernel.streams import PAGE_BYTES, EventStream, LogStream, Place
from tests.kernel.conftest import eventually
from tests.kernel.letters import EFFECTS, UNTOLD, Listener, append, seal


@pytest.fixture
def screening(service_database):
    return service_database("screening", EFFECTS)


class Audit:
    """Keeps what it hears of the raw logs."""

    def __init__(self, broker):
        self.records: list[LogRecord] = []
        self.firsts: list[int] = []
        self.fail = 0
        self.pages = LogPages("audit", ["intake"], broker, lambda sender: len(self.records) + 1, self.handle)
        self.run = self.pages.run

    def handle(self, page):
        self.firsts.append(page.first)
        if self.fail:
            self.fail -= 1
            raise RuntimeError("disk full")
        self.records += page.records
        return page.last + 1


def place(database, stream):
    return dict(database.rows("select stream, position from relay_position")).get(stream, 0)


def test_events_reach_the_history_stream_in_order_with_the_position_before(rabbit, database, start):
    append(database, 3)
    append(database, 2, UNTOLD)
    append(database, 2)
    start(Relay("intake", database, rabbit, seal).run)
    eventually(lambda: place(database, "events") == 7)
    events = [decode(body) for body in history(rabbit, 5)]
    assert [(e.position, e.previousposition) for e in events] == [(1, 0), (2, 1), (3, 2), (6, 3), (7, 6)]


def history(broker, count):
    """The first `count` messages of the history stream."""
    bodies: list[bytes] = []
    with Connection(broker.uri) as connection:
        channel = connection.default_channel

        def keep(message):
            bodies.append(message.body if isinstance(message.body, bytes) else message.body.encode())
            channel.basic_ack(message.delivery_tag)

        channel.basic_qos(0, 100, False)
        channel.basic_consume(broker.names.history, callback=keep, arguments={"x-stream-offset": "first"})
        while len(bodies) < count:
            connection.drain_events(timeout=5)
    return bodies


def test_repeats_are_dropped_when_the_relay_dies_between_confirm_and_note(
    broker, database, screening, start, monkeypatch
):
    class Death(BaseException):
        pass

    def die(follower, place):
        raise Death

    listener = Listener(screening, broker)
    broker.cut(broker.open(listener.inbox.declare))
    append(database, 20)
    with monkeypatch.context() as patched:
        patched.setattr(Follower, "store", die)
        dying = start(Relay("intake", database, broker, seal).run)
        eventually(lambda: not dying.is_alive())
        assert isinstance(dying.error, Death)
    assert place(database, "events") == 0
    start(Relay("intake", database, broker, seal).run)
    start(listener.run)
    append(database, 5)
    eventually(lambda: listener.position() == 25)
    assert listener.effects() == list(range(1, 26))


def test_a_standby_takes_over_when_the_leader_stops(memory, database, start):
    first, second = (Relay("intake", database, memory, seal) for _ in range(2))
    running = start(first.run)
    eventually(lambda: first.leads)
    start(second.run)
    time.sleep(0.3)
    assert not second.leads
    append(database, 2)
    eventually(lambda: place(database, "events") == 2)
    running.stop()
    append(database, 2)
    eventually(lambda: second.leads and place(database, "events") == 4, within=3)


def test_a_leader_gives_up_when_its_lock_connection_is_lost(memory, database, conninfo, start):
    relay = Relay("intake", database, memory, seal)
    start(relay.run)
    eventually(lambda: relay.leads)
    rival = psycopg.connect(conninfo, autocommit=True)
    rival.execute(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted"
        " and database = (select oid from pg_database where datname = current_database())"
    )
    rival.execute("select pg_advisory_lock(hashtext('zhichuang.leader'), hashtext('intake.relay'))")
    eventually(lambda: not relay.leads, within=3)
    append(database, 1)
    time.sleep(0.5)
    assert place(database, "events") == 0
    rival.close()
    eventually(lambda: place(database, "events") == 1, within=3)


def test_events_go_on_while_nobody_takes_the_log_pages_and_those_follow_later(rabbit, database, start):
    append(database, 3)
    relay = Relay("intake", database, rabbit, seal)
    start(relay.run)
    eventually(lambda: place(database, "events") == 3)
    eventually(lambda: "no queue takes 'intake'" in relay.last_error)
    assert place(database, "logs") == 0
    audit = Audit(rabbit)
    start(audit.run)
    eventually(lambda: len(audit.records) == 3)
    eventually(lambda: relay.last_error == "")


def test_log_pages_carry_the_exact_bytes_without_holes(broker, database, start):
    audit = Audit(broker)
    start(audit.run)
    start(Relay("intake", database, broker, seal).run)
    with database.transaction() as cursor:
        row = ([uuid4()], [1], ["x.y"], ['{"名":"\\u0000 云南"}'.encode() + bytes(range(128, 256))])
        cursor.execute("select append(%b::uuid[], %b::bigint[], %b::text[], %b::bytea[])", row)
    append(database, 1, UNTOLD)
    eventually(lambda: place(database, "logs") == 2 or audit.records)
    eventually(lambda: len(audit.records) == 2)
    assert audit.records == read_log(database, 0, 10)


def test_log_pages_are_sent_again_after_what_audit_has(broker, database, start):
    append(database, 600, UNTOLD)
    start(Relay("intake", database, broker, seal).run)
    audit = Audit(broker)
    audit.fail = 2
    start(audit.run)
    eventually(lambda: len(audit.records) == 600)
    assert [r.position for r in audit.records] == list(range(1, 601))
    assert audit.firsts[:3] == [1, 1, 1]


def test_overlapping_pages_are_taken_once_and_a_hole_is_asked_for(broker, database, start):
    append(database, 9, UNTOLD)
    records = read_log(database, 0, 9)
    audit = Audit(broker)
    broker.cut(broker.open(audit.pages.declare))
    publisher = ConfirmedPublisher(broker)
    for part in (records[:3], records[1:5], records[8:]):
        body = encode_page(page_of("intake", part))
        publisher.publish(Outgoing(broker.names.logs, "intake", body, "application/json"))
    publisher.close()
    start(audit.run)
    eventually(lambda: audit.records == records[:5])
    start(Relay("intake", database, broker, seal).run)
    eventually(lambda: len(audit.records) == 9)
    assert audit.records == records
    assert audit.firsts[:2] == [1, 4]


def test_a_request_for_a_queue_that_is_not_the_listeners_is_refused(rabbit, database, start):
    append(database, 3)
    start(Relay("intake", database, rabbit, seal).run)
    eventually(lambda: place(database, "events") == 3)
    with Connection(rabbit.uri) as connection:
        channel = connection.default_channel
        for service in ("screening", "review"):
            rabbit.declare_inbox(channel, service, [])
        publisher = ConfirmedPublisher(rabbit)
        for queue_of in ("review", "screening"):
            request = ResendRequest("screening", rabbit.names.inbox_of(queue_of), "events", 0)
            request_resend(publisher, rabbit, "intake", request)
        publisher.close()
        eventually(lambda: waiting(channel, rabbit.names.inbox_of("screening")) == 3)
        assert waiting(channel, rabbit.names.inbox_of("review")) == 0


def waiting(channel, queue):
    return channel.queue_declare(queue, passive=True).message_count


def test_the_place_never_goes_back(memory, database):
    follower = Follower(LogStream(memory, "intake"), database, memory)
    follower.store(Place(5, 5))
    follower.store(Place(3, 3))
    assert load_place(database, "logs") == Place(5, 5)


def test_the_relay_waits_and_goes_on_when_a_record_cannot_be_sealed(memory, database, start):
    healed = threading.Event()

    def picky(record, previous):
        if record.position == 3 and not healed.is_set():
            raise ValueError("no such topic")
        return seal(record, previous)

    append(database, 5)
    relay = Relay("intake", database, memory, picky)
    start(relay.run)
    eventually(lambda: place(database, "events") == 2)
    eventually(lambda: "no such topic" in relay.last_error)
    assert relay.lag()[0] == 3
    healed.set()
    eventually(lambda: place(database, "events") == 5)
    assert relay.lag() == (0, 0.0)


def test_an_error_is_forgotten_when_the_next_look_at_the_log_goes_well(memory, database, start, monkeypatch):
    relay = Relay("intake", database, memory, seal)
    start(relay.run)
    with monkeypatch.context() as patched:
        patched.setattr("services.shared.kernel.following.load_place", lambda *_: 1 / 0)
        for follower in relay.followers:
            follower._place = None
        eventually(lambda: "ZeroDivisionError" in relay.last_error)
    eventually(lambda: relay.last_error == "")


def test_lag_grows_older_while_nothing_is_published(memory, database):
    relay = Relay("intake", database, memory, seal)
    assert relay.lag() == (0, 0.0)
    append(database, 2)
    relay.lag()
    time.sleep(0.05)
    behind, seconds = relay.lag()
    assert behind == 2
    assert 0.05 <= seconds < 1


def test_wake_publishes_without_waiting_for_the_next_poll(memory, database, start, monkeypatch):
    for name in ("SHORTEST_POLL", "LONGEST_POLL"):
        monkeypatch.setattr(f"services.shared.kernel.following.{name}", 3.0)
    relay = Relay("intake", database, memory, seal)
    start(relay.run)
    eventually(lambda: relay.leads)
    time.sleep(0.3)
    append(database, 1)
    relay.wake()
    eventually(lambda: place(database, "events") == 1, within=1)


def test_pages_are_cut_by_number_and_by_size():
    small = [LogRecord(n, uuid4(), 1, "t", b"{}", b"l" * 32) for n in range(1, 501)]
    big = [LogRecord(n, uuid4(), 1, "t", b"x" * 200_000, b"l" * 32) for n in range(1, 6)]
    stream = LogStream(Broker("memory://"), "intake")
    assert [len(decode_page(m.body).records) for m in stream.messages(small, 0)[0]] == [500]
    messages, last = stream.messages(big, 0)
    assert [len(decode_page(m.body).records) for m in messages] == [1, 1, 1, 1, 1]
    assert last == 5
    assert all(len(m.body) < PAGE_BYTES for m in messages)


def test_a_page_survives_its_journey_and_anything_else_is_refused():
    records = [LogRecord(n, uuid4(), 1, "t", bytes(range(256)), b"l" * 32) for n in (4, 5, 6)]
    page = page_of("intake", records)
    assert decode_page(encode_page(page)) == page
    assert [r.position for r in page.since(5).records] == [5, 6]
    holes = LogPage("intake", 4, 6, [records[0], records[2]])
    for body in (b"\xff", b"{}", msgspec.json.encode(holes), encode_page(LogPage("intake", 1, 0, []))):
        with pytest.raises(ValueError, match="not a log page"):
            decode_page(body)


GREEN = """
from services.shared.kernel import bootstrap
import sys, threading, time
import eventlet
from services.shared.kernel import relay as relaying
from services.shared.kernel.broker import Broker
from services.shared.kernel.postgres import Database
from services.shared.kernel.relay import Relay
from tests.kernel.letters import Listener, append, seal

uri, prefix, intake, screening = sys.argv[1:]
intake, screening = Database(intake), Database(screening)
intake.open(), screening.open()
broker, stop, beats = Broker(uri, prefix), threading.Event(), []
listener = Listener(screening, broker)
runs = [eventlet.spawn(run, stop) for run in (Relay("intake", intake, broker, seal).run, listener.run)]
eventlet.spawn(lambda: [(beats.append(time.monotonic()), eventlet.sleep(0.01)) for _ in range(10**6)])
append(intake, 100)
deadline = time.monotonic() + 7
while listener.position() < 100 and time.monotonic() < deadline:
    eventlet.sleep(0.01)
stop.set()
for run in runs:
    run.wait()
gap = max(b - a for a, b in zip(beats, beats[1:]))
print(listener.effects() == list(range(1, 101)), gap < 0.5, gap)
"""


def test_relay_and_inbox_work_in_a_green_process_without_stopping_it(broker, database, screening):
    arguments = [broker.uri, broker.names.prefix, database.conninfo, screening.conninfo]
    green = subprocess.run(
        [sys.executable, "-c", GREEN, *arguments], check=False, capture_output=True, text=True, timeout=20
    )
    assert green.stdout.startswith("True True"), green.stdout + green.stderr


def test_an_answer_that_failed_is_sent_when_the_broker_is_well_again(memory, database, monkeypatch):
    """The listener waits for it in good faith, and would ask again only after half a minute of silence."""
    append(database, 3)
    resender = Resender("intake", database, memory, (EventStream(memory, seal),))
    memory.cut(memory.open(resender.declare))
    sent: list[Outgoing] = []
    fails = [2]

    def publish(*messages):
        if fails[0]:
            fails[0] -= 1
            raise NotConfirmed("connection cut")
        sent.extend(messages)

    monkeypatch.setattr(resender._publisher, "publish", publish)
    monkeypatch.setattr(resender, "pause", lambda seconds: None)
    queue = memory.names.inbox_of("screening")
    resender.take(msgspec.json.encode(ResendRequest("screening", queue, "events", 1)), {})
    for _ in range(4):
        resender.idle()
    assert [decode(message.body).position for message in sent] == [2, 3]
    assert not fails[0]


def test_a_relay_for_which_the_database_has_no_connection_left_says_so_and_leads_when_there_is_one(
    database, broker, start, monkeypatch, caplog
):
    connect, full = psycopg.connect, threading.Event()
    full.set()

    def refusing(*words, **more):
        if full.is_set():
            raise psycopg.OperationalError("connection failed:\nFATAL:  sorry, too many clients already")
        return connect(*words, **more)

    monkeypatch.setattr(psycopg, "connect", refusing)
    monkeypatch.setattr(relaying, "STANDBY_POLL", 0.05)
    append(database, 1)
    relay = Relay("intake", database, broker, seal)
    start(relay.run)
    eventually(lambda: relay.last_error)
    time.sleep(0.3)
    assert not relay.leads
    full.clear()
    eventually(lambda: relay.leads and "too many clients" not in relay.last_error)
    assert [record.getMessage() for record in caplog.records if "cannot lead" in record.getMessage()] == [
        "relay of intake cannot lead, it waits for the database: FATAL:  sorry, too many clients already"
    ]
