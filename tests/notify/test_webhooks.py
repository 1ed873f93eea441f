"""Systems that are told by webhook, on a real HTTP server: agreed, signed, tried again, given up, resumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.notify.domain.subscription import Kind, Subscription
from services.notify.outlets.carrier import NotTaken
from services.notify.outlets.targets import Targets
from services.notify.outlets.webhook import WebhookCarrier
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.wiring import Wired
from tests.given import NOON
from tests.notify.conftest import Listening
from tests.notify.messages import DESIGNATED
from tests.notify.systems import Desk, Receiver, opening, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def desk(wire: Callable[..., Wired], tmp_path: Path) -> Desk:
    wired = wire("notify", webhook_allowed=("127.0.0.0/8",), webhook_key=tmp_path / "keys" / "webhook")
    listening = Listening(wired)
    listening.notify.clock = FixedClock(NOON)
    return Desk(listening)


def subscribed(desk: Desk, receiver: Receiver) -> Subscription:
    subscription = desk.act("open_subscription", **opening(kind=Kind.WEBHOOK, url=receiver.url))
    receiver.secrets = desk.notify.secrets_of(subscription)
    return subscription


def test_each_event_comes_signed_and_once(desk: Desk, receiver: Receiver):
    desk.listening.hear(DESIGNATED, DESIGNATED)
    subscribed(desk, receiver)
    assert [desk.notify.deliver_due(), desk.notify.deliver_due()] == [2, 0]
    assert (len(set(receiver.taken)), receiver.requests, receiver.bad_signatures) == (2, 2, 0)


def test_another_secret_does_not_verify(desk: Desk, receiver: Receiver):
    desk.listening.hear(DESIGNATED)
    subscribed(desk, receiver)
    receiver.secrets = ["whsec_" + "A" * 43 + "="]
    desk.notify.deliver_due()
    assert receiver.bad_signatures == 1


def test_the_old_and_the_new_secret_verify_until_the_overlap_is_over(desk: Desk, receiver: Receiver):
    subscription = subscribed(desk, receiver)
    old = receiver.secrets
    subscription = desk.act("rotate_secret", subscription.id)
    both = desk.notify.secrets_of(subscription)
    assert both[1:] == old
    for secrets, hours, bad in ((old, 0, 0), (both[:1], 0, 0), (old, 25, 1)):
        desk.later(hours=hours)
        desk.listening.hear(DESIGNATED)
        receiver.secrets, receiver.bad_signatures = secrets, 0
        desk.notify.deliver_due()
        assert receiver.bad_signatures == bad


@pytest.mark.parametrize("origin", ["", "https://somebody-else.example"])
def test_an_address_that_has_not_agreed_is_told_nothing(desk: Desk, receiver: Receiver, origin: str):
    desk.listening.hear(DESIGNATED)
    receiver.origin = origin
    subscribed(desk, receiver)
    assert desk.notify.deliver_due() == 0
    assert (desk.place("state"), receiver.requests) == ("opened", 0)
    assert desk.place("last_error").startswith("handshake")


def test_is_tried_again_after_growing_waits_that_the_database_keeps(desk: Desk, receiver: Receiver):
    desk.listening.hear(DESIGNATED)
    subscribed(desk, receiver)
    receiver.status = 503
    for attempt, wait in enumerate(WebhookCarrier.waits[:4], start=1):
        desk.notify.deliver_due()
        desk.notify.deliver_due()
        assert (receiver.requests, desk.place("attempts")) == (attempt, attempt)
        assert 0.8 * wait <= desk.place("next_try") - desk.notify.clock.now() <= 1.2 * wait
        desk.later(seconds=1.2 * wait.total_seconds())
    receiver.status = 204
    assert desk.notify.deliver_due() == 1
    assert (desk.place("attempts"), desk.place("last_error")) == (0, "")


def test_is_paused_after_a_day_of_failing_both_sides_are_told_and_it_goes_on_where_it_stopped(
    desk: Desk, receiver: Receiver
):
    desk.listening.hear(DESIGNATED)
    subscription = subscribed(desk, receiver)
    assert desk.notify.deliver_due() == 1
    receiver.status = 500
    desk.listening.hear(DESIGNATED)
    for _ in range(20):
        desk.notify.deliver_due()
        desk.later(hours=3)
    assert desk.place("state") == "paused"
    assert receiver.requests > 5
    told = desk.database.rows("select audience from notifications where template = 'subscription.paused'")
    assert sorted(told) == [("organisation",), ("province",)]
    assert desk.place("reason") == "answered 500"
    receiver.status = 204
    desk.act("resume_subscription", subscription.id)
    assert desk.notify.deliver_due() == 1
    assert len(set(receiver.taken)) == len(receiver.taken) == 2


def test_an_address_that_is_gone_is_left_alone_at_once_and_both_sides_are_told(desk: Desk, receiver: Receiver):
    desk.listening.hear(DESIGNATED)
    subscribed(desk, receiver)
    receiver.status = 410
    desk.notify.deliver_due()
    desk.notify.deliver_due()
    assert (desk.place("state"), desk.place("reason"), receiver.requests) == ("paused", "answered 410, gone", 1)
    told = desk.database.rows("select audience from notifications where template = 'subscription.paused'")
    assert sorted(told) == [("organisation",), ("province",)]


def test_a_receiver_that_asks_for_time_is_given_it(desk: Desk, receiver: Receiver):
    desk.listening.hear(DESIGNATED)
    subscribed(desk, receiver)
    receiver.status, receiver.answer = 429, {"Retry-After": "600"}
    desk.notify.deliver_due()
    assert desk.place("next_try") - desk.notify.clock.now() == timedelta(seconds=600)


def test_no_more_events_a_minute_come_than_the_receiver_allows(desk: Desk, receiver: Receiver):
    desk.listening.hear(*[DESIGNATED] * 6)
    receiver.answer = {"WebHook-Allowed-Rate": "2"}
    subscribed(desk, receiver)
    taken = []
    for seconds in (0, 10, 20, 30, 60):
        desk.later(seconds=seconds)
        taken.append(desk.notify.deliver_due())
    assert taken == [2, 0, 1, 1, 2]


def test_an_answer_that_drips_in_does_not_hold_up_the_others(receiver: Receiver, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("services.notify.outlets.targets.WHOLE", 0.3)
    receiver.drips = True
    started = time.monotonic()
    with pytest.raises(NotTaken):
        Targets(("127.0.0.1/32",)).send("OPTIONS", receiver.url, {})
    assert time.monotonic() - started < 5
    receiver.drips = False


def test_the_next_address_of_a_name_is_tried_when_one_does_not_answer(receiver: Receiver):
    targets = Targets(("127.0.0.0/8",), resolve=lambda *_: ["127.0.0.9", "127.0.0.1"])
    assert targets.send("OPTIONS", receiver.url.replace("127.0.0.1", "tax.example"), {})[0] == 200


def test_a_private_address_is_refused_unless_it_is_allowed(receiver: Receiver):
    with pytest.raises(NotTaken, match="not a public address"):
        Targets().send("OPTIONS", receiver.url, {})
    assert Targets(("127.0.0.1/32",)).send("OPTIONS", receiver.url, {})[0] == 200


INSIDE = ["10.0.0.8", "169.254.169.254", "100.64.0.1", "0.0.0.0"]  # noqa: S104  # what is refused, not bound
INSIDE6 = [
    "::1",
    "fe80::1",
    "fec0::1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "ff0e::1",
]


@pytest.mark.parametrize("address", INSIDE + INSIDE6)
def test_every_way_inside_is_refused(address: str):
    with pytest.raises(NotTaken, match="not a public address"):
        Targets(resolve=lambda *_: [address]).send("POST", "https://tax.example/events", {})


def test_a_name_that_comes_to_lead_inside_is_refused_at_the_next_connect(receiver: Receiver):
    answers = iter([["127.0.0.1"], ["10.0.0.8"], ["127.0.0.1", "10.0.0.8"]])
    targets = Targets(("127.0.0.1/32",), resolve=lambda *_: next(answers))
    url = receiver.url.replace("127.0.0.1", "tax.example")
    assert targets.send("OPTIONS", url, {})[0] == 200
    for _ in range(2):
        with pytest.raises(NotTaken, match="not a public address"):
            targets.send("OPTIONS", url, {})


def test_a_public_address_needs_https():
    with pytest.raises(NotTaken, match="needs https"):
        Targets(resolve=lambda *_: ["8.8.8.8"]).send("POST", "http://tax.example/events", {})
