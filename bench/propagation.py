"""How fast the others hear: a commit's way to its effect elsewhere at a steady rate, and what a relay publishes."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles
from typing import Any

import httpx
import psycopg
from kombu.connection import Connection

from bench.grounds import DAY, FIRST_DAY, circumstances, stored
from bench.measurement import Book
from bench.timing import rates
from services.intake.domain.round import Conditions, Quota, Round
from services.shared.aggregate import acting
from services.shared.kernel.broker import Broker
from services.shared.kernel.following import Follower
from services.shared.kernel.publisher import PERSISTENT, Outgoing
from services.shared.kernel.publishing import Sealer
from services.shared.kernel.streams import EventStream, Place, read_log
from services.shared.kernel.wiring import Wired
from tests.deployment import Deployment

TOLD = 2000
"""Events of the log that the relay publishes over and over."""
RATE = 50
"""Commands a second."""
CALLERS = 4
LOOK = 0.001
"""Seconds between two looks at both heads."""
SHARES = (("p50", 50, 25.0), ("p99", 99, 100.0))
"""Name, percentile, and the goal in milliseconds."""
QUORUM = {"x-queue-type": "quorum"}


def measure_steady(deployment: Deployment, book: Book, amqp_uri: str, *, seconds: float) -> None:
    """Commands over HTTP at `RATE`: from the commit in intake until the commit in screening, seen in the database."""
    token = deployment.token_for({"sub": "officer-province-1", "roles": ["province_officer"], "organisation": ""})
    with _watching(deployment.database_url) as seen:
        _command_steadily(deployment.addresses["intake"], token, seconds)
        delays = sorted(seen.delays(patience=10))
    bare = sorted(_round_trips(amqp_uri, round(RATE * seconds)))
    for name, percent, goal in SHARES:
        versus = {"versus": "bare confirmed round trip", "versus_value": _at(bare, percent)}
        goals = {"target": goal, "at_most": True, "absolute": True}
        book.note(f"commit to effect, {RATE}/s, {name}", _at(delays, percent), "ms", **versus, **goals)


def measure_relay(wired: Wired, book: Book, *, seconds: float) -> None:
    """The relay's whole way from the log to the confirm, and bare publishing of the same messages in equal batches.

    Every record of the log but the first is told: the relay has no easier work than the publisher beside it.
    """
    _say(wired, TOLD)
    broker = wired.broker
    stream = EventStream(broker, Sealer(wired.name, wired.application, wired.definition.publishing))
    messages, _ = stream.messages(read_log(wired.database, 1, stream.batch), 1)
    with Connection(broker.uri) as connection, _heard(connection, broker):
        relay, bare = _Endless(stream, wired, broker), _Bare(connection, messages)
        found = rates({"relay": [relay.work], "bare": [bare.work]}, seconds=seconds)
        relay.close()
    versus = {"versus": f"bare confirms, batches of {stream.batch}", "versus_value": found["bare"]}
    book.note("relay publishes", found["relay"], "events/s", target=0.6, **versus)


def _say(wired: Wired, times: int) -> None:
    """A round whose conditions are published so many times."""
    with acting(circumstances()):
        round_ = Round.plan(number="relay", title="批次", year=2026, opens_on=FIRST_DAY, closes_on=FIRST_DAY + DAY)
        for turn in range(times):
            conditions = Conditions("申报条件", (), (Quota("530100", turn + 1),), 0)
            round_.publish_conditions(conditions, bodies=("530100",))
    _, events = stored(wired, round_)
    wired.application.event_log.insert_events(events)


class _Heads:
    """When each position was first seen committed in intake, and first seen to have had its effect in screening."""

    def __init__(self) -> None:
        self.said: list[tuple[int, float]] = []
        self.heard: list[tuple[int, float]] = []

    def note(self, said: int, heard: int, now: float) -> None:
        for seen, position in ((self.said, said), (self.heard, heard)):
            if not seen or position > seen[-1][0]:
                seen.append((position, now))

    def delays(self, patience: float) -> list[float]:
        """Milliseconds of each step of intake's head; the first one is where it stood before. Raises TimeoutError."""
        end = time.monotonic() + patience
        while self.heard[-1][0] < self.said[-1][0]:
            if time.monotonic() > end:
                raise TimeoutError("events never had their effect")
            time.sleep(0.01)
        told = iter(self.heard)
        position, at = next(told)
        found = []
        for said, since in self.said[1:]:
            while position < said:
                position, at = next(told)
            found.append((at - since) * 1000)
        return found


@contextmanager
def _watching(database_url: str) -> Iterator[_Heads]:
    heads, over = _Heads(), threading.Event()
    query = (
        "select (select position from intake.log_head),"
        " coalesce((select position from screening.inbox_position where sender = 'intake'), 0)"
    )

    def watch() -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            while not over.is_set():
                [(said, heard)] = connection.execute(query, prepare=True).fetchall()
                heads.note(said, heard, time.perf_counter())
                time.sleep(LOOK)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        while not heads.said:
            time.sleep(LOOK)
        yield heads
    finally:
        over.set()
        thread.join()


def _command_steadily(address: str, token: str, seconds: float) -> None:
    """Each caller has a round of its own and changes its conditions at its share of the rate."""
    headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
    failures: list[BaseException] = []

    def call(number: int) -> None:
        try:
            with httpx.Client(base_url=address, headers=headers, timeout=30) as client:
                round_id = _planned(client)
                start = time.perf_counter() + number / RATE
                for turn in range(round(RATE * seconds / CALLERS)):
                    time.sleep(max(0.0, start + turn * CALLERS / RATE - time.perf_counter()))
                    _change(client, round_id, turn)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def _planned(client: httpx.Client) -> str:
    form = {"number": uuid.uuid4().hex[:16], "title": "批次", "year": 2026}
    form |= {"opens_on": "2026-01-05", "closes_on": "2026-06-30"}
    answer = client.post("/rounds", json=form, headers={"Idempotency-Key": uuid.uuid4().hex}).raise_for_status()
    return str(answer.json()["id"])


def _change(client: httpx.Client, round_id: str, turn: int) -> None:
    form = {"text": "申报条件", "quotas": [{"prefecture": "530100", "most": turn + 1}]}
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    client.post(f"/rounds/{round_id}/conditions", json=form, headers=headers).raise_for_status()


def _round_trips(amqp_uri: str, times: int) -> list[float]:
    """Milliseconds of a persistent, confirmed message to a quorum queue and back to a consumer, at the same rate."""
    name, found, arrived = f"bench-{uuid.uuid4().hex}", [], list[Any]()
    with Connection(amqp_uri, transport_options={"confirm_publish": True}) as connection:
        channel = connection.default_channel
        channel.queue_declare(name, durable=True, auto_delete=False, arguments=QUORUM)
        channel.basic_consume(name, no_ack=True, callback=arrived.append)
        for number in range(times):
            started = time.perf_counter()
            channel.basic_publish(channel.prepare_message(b"x" * 800, properties={"delivery_mode": 2}), "", name)
            while len(arrived) <= number:
                connection.drain_events(timeout=5)
            found.append((time.perf_counter() - started) * 1000)
            time.sleep(max(0.0, started + 1 / RATE - time.perf_counter()))
        channel.queue_delete(name)
    return found


class _Endless:
    """A relay that begins the log anew whenever it has come to the end."""

    def __init__(self, stream: EventStream, wired: Wired, broker: Broker) -> None:
        self._stream, self._wired, self._broker = stream, wired, broker
        self._follower = Follower(stream, wired.database, broker)

    def work(self) -> int:
        """One step of the relay; returns how many events it published."""
        before = self._follower._place or Place()
        if self._follower._advance(self._stream.batch):
            after = self._follower._place or Place()
            return after.position - max(before.position, 1)  # the first record is not told
        with self._wired.database.transaction() as cursor:
            cursor.execute("delete from relay_position")
        self._follower._place = None
        return 0

    def close(self) -> None:
        self._follower._publisher.close()


class _Bare:
    """kombu's channel in confirm mode: a batch of ready bodies, then its confirms."""

    def __init__(self, connection: Any, batch: list[Outgoing]) -> None:
        self._connection, self._batch = connection, batch
        self._channel = connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._acked)
        self._sent = self._settled = 0

    def work(self) -> int:
        for each in self._batch:
            message = self._channel.prepare_message(each.body, properties={"delivery_mode": PERSISTENT})
            self._channel.basic_publish(message, exchange=each.exchange, routing_key=each.routing_key, mandatory=True)
        self._sent += len(self._batch)
        while self._settled < self._sent:
            self._connection.drain_events(timeout=5)
        return len(self._batch)

    def _acked(self, tag: int, multiple: bool) -> None:
        self._settled = max(self._settled, tag) if multiple else self._settled + 1


@contextmanager
def _heard(connection: Any, broker: Broker) -> Iterator[None]:
    """Intake's events have somewhere to go: the history stream and one inbox."""
    channel = connection.channel()
    broker.declare_exchanges(channel)
    broker.declare_history(channel)
    broker.declare_inbox(channel, "bench", ["intake"])
    try:
        yield
    finally:
        names = broker.names
        for queue in (names.history, names.dead, names.inbox_of("bench")):
            channel.queue_delete(queue)
        for exchange in (names.events, names.logs, names.resend, names.dead):
            channel.exchange_delete(exchange)


def _at(found: list[float], percent: int) -> float:
    return quantiles(found, n=100, method="inclusive")[percent - 1]
