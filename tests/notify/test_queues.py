"""Systems that are told through a queue of their own, on a real broker."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from kombu.connection import Connection
from kombu.entity import Queue
from kombu.messaging import Consumer

from services.notify.outlets import journal
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.parking import redrive
from services.shared.kernel.wiring import Wired
from tests.given import NOON
from tests.notify.conftest import Listening
from tests.notify.messages import CASE, DESIGNATED, MESSAGES, POSTED, SUBMITTED, event_of
from tests.notify.systems import Desk, opening

OPEN = {
    *("centre.designated", "centre.listed-for-cultivation", "centre.revoked", "centre.split"),
    "centre.recommended-to-ministry",
}
PLAQUES = {"plaque.issued", "plaque.recall-ordered"}
QUIET = 0.4
"""Seconds of silence after which a queue counts as empty."""


class Tax:
    """The tax department's end of its queue."""

    def __init__(self, uri: str, queue: str) -> None:
        self._uri, self.queue = uri, queue

    def take(self, *, reject: bool = False) -> list[tuple[str, int]]:
        """Everything that waits: the type and position of each event; rejected to the dead letters, if so asked."""
        found: list[tuple[str, int]] = []

        def hear(message: Any) -> None:
            event = json.loads(message.body)
            found.append((event["type"].removeprefix("cn.gov.yn.mic.").removesuffix(".v1"), event["position"]))
            message.reject() if reject else message.ack()

        with (
            Connection(self._uri) as connection,
            suppress(TimeoutError),
            Consumer(connection.default_channel, [Queue(self.queue)], on_message=hear, auto_declare=False),
        ):
            while True:
                connection.drain_events(timeout=QUIET)
        return found


@pytest.fixture
def prefix(amqp_uri: str) -> Iterator[str]:
    prefix = f"test-{uuid4().hex[:8]}."
    yield prefix
    with Connection(amqp_uri) as connection:
        for queue in ("subscriber.tax", "subscriber.tax.dead"):
            connection.default_channel.queue_delete(f"{prefix}{queue}")


@pytest.fixture
def desk(wire: Callable[..., Wired], amqp_uri: str, prefix: str) -> Desk:
    listening = Listening(wire("notify", amqp_uri=amqp_uri, broker_prefix=prefix))
    listening.notify.clock = FixedClock(NOON)
    return Desk(listening)


@pytest.fixture
def tax(amqp_uri: str, prefix: str) -> Tax:
    return Tax(amqp_uri, f"{prefix}subscriber.tax")


def test_is_told_what_its_filter_lets_through_in_order_and_once(desk: Desk, tax: Tax):
    desk.listening.hear(*MESSAGES)
    desk.act("open_subscription", **opening())
    assert [desk.notify.deliver_due(), desk.notify.deliver_due()] == [7, 0]
    told = tax.take()
    assert {name for name, _ in told} == OPEN | PLAQUES
    assert [position for _, position in told] == sorted(position for _, position in told)
    assert desk.place("state") == "active"


def test_is_told_of_its_own_prefecture_only(desk: Desk, tax: Tax):
    desk.listening.hear(DESIGNATED)
    desk.act("open_subscription", **opening(only_prefecture="533100"))
    assert desk.notify.deliver_due() == 0
    assert tax.take() == []


def test_a_repeat_of_an_event_is_not_told_again(desk: Desk, tax: Tax):
    desk.listening.hear(DESIGNATED)
    with desk.database.transaction() as cursor:
        cursor.execute("delete from inbox_position")
    desk.listening.hear_at(1, DESIGNATED)
    assert journal.head(desk.database) == 1
    desk.act("open_subscription", **opening())
    desk.notify.deliver_due()
    assert len(tax.take()) == 1


@pytest.mark.parametrize(("since", "count"), [("first", 2), ("now", 0), ("registry:1", 1), ("2020-01-01T00:00Z", 2)])
def test_replays_from_where_it_is_asked_to(desk: Desk, tax: Tax, since: str, count: int):
    desk.listening.hear(SUBMITTED, DESIGNATED, DESIGNATED)
    subscription = desk.act("open_subscription", **opening())
    desk.notify.deliver_due()
    tax.take()
    desk.act("replay_subscription", subscription.id, since=since)
    assert desk.notify.deliver_due() == count
    assert len(tax.take()) == count
    assert desk.notify.deliver_due() == 0


@pytest.mark.parametrize("since", ["yesterday", "2026-06-01T00:00", "review:5"])
def test_a_replay_from_nowhere_is_refused(desk: Desk, since: str):
    with pytest.raises(Exception, match="not-in-the-journal"):
        desk.act("open_subscription", **opening(since=since))


def test_rebuilding_the_read_model_tells_nothing_twice(desk: Desk, tax: Tax):
    desk.listening.hear(DESIGNATED)
    subscription = desk.act("open_subscription", **opening())
    desk.act("replay_subscription", subscription.id, since="first")
    desk.notify.deliver_due()
    tax.take()
    with desk.database.transaction() as cursor:
        cursor.execute("delete from subscriptions")
        for record in desk.notify.event_log.select_notifications(1, 100):
            event = desk.notify.event_mapper.to_domain_event(record)
            desk.notify.projections.apply(cursor, [event], [record.id])
    assert desk.notify.deliver_due() == 0
    assert tax.take() == []


def test_dead_letters_are_kept_shown_and_put_back_with_a_reason(desk: Desk, tax: Tax, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("services.notify.outlets.dispatch.LOOK_EVERY", 0.0)
    desk.listening.hear(DESIGNATED)
    subscription = desk.act("open_subscription", **opening())
    desk.notify.deliver_due()
    assert len(tax.take(reject=True)) == 1
    _until(lambda: desk.notify.deliver_due() == 0 and desk.place("dead") == 1)
    desk.act("redrive_subscription", subscription.id, reason="已修复解析错误")
    _until(lambda: desk.notify.deliver_due() == 0 and (desk.place("dead"), desk.place("waiting")) == (0, 1))
    assert [name for name, _ in tax.take()] == ["centre.designated"]
    assert desk.place("redrive_reason") == "已修复解析错误"


def test_a_name_is_given_once(desk: Desk):
    desk.act("open_subscription", **opening())
    with pytest.raises(Exception, match="name-taken"):
        desk.act("open_subscription", **opening())


def test_goes_on_by_itself_after_the_broker_was_away(desk: Desk, tax: Tax, monkeypatch: pytest.MonkeyPatch):
    desk.listening.hear(DESIGNATED)
    desk.act("open_subscription", **opening())
    uri, desk.listening.wired.broker.uri = desk.listening.wired.broker.uri, "amqp://guest:guest@127.0.0.1:1//"
    assert desk.notify.deliver_due() == 0
    assert "broker" in desk.place("last_error")
    desk.listening.wired.broker.uri = uri
    assert desk.notify.deliver_due() == 0, "it waits before it tries again"
    desk.later(seconds=10)
    assert desk.notify.deliver_due() == 1
    assert len(tax.take()) == 1


def test_a_parked_event_comes_into_the_journal_when_it_is_redriven(desk: Desk):

    inbox = desk.listening.wired.inbox(desk.listening.wired.react)
    inbox.pause = lambda seconds: None  # type: ignore[method-assign]  # no waiting between the tries
    inbox._carry_out(event_of(POSTED))
    assert journal.head(desk.database) == 0
    desk.listening.hear(SUBMITTED)
    redrive(desk.database, desk.listening.wired.react)
    assert desk.database.rows("select name from journal order by number") == [
        ("dossier.submitted.v1",),
        ("notice.posted.v1",),
    ]
    assert CASE in POSTED.case_ids


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)
