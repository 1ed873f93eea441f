"""Queues that the broker lost with its disk: made anew, and told again what may have lain unread in them."""

# ruff: noqa: F811  # the fixtures are those of test_queues

from __future__ import annotations

from collections.abc import Callable

import pytest
from kombu.connection import Connection

from tests.notify.messages import DESIGNATED
from tests.notify.systems import Desk, opening
from tests.notify.test_queues import Tax, _until, desk, prefix, tax  # noqa: F401  # three are fixtures


@pytest.fixture
def lose_the_queues(amqp_uri: str, prefix: str) -> Callable[..., None]:
    """A broker that has lost its disk has neither the queues nor what lay in them."""

    def lose(*queues: str) -> None:
        with Connection(amqp_uri) as connection:
            for queue in queues or ("subscriber.tax", "subscriber.tax.dead"):
                connection.default_channel.queue_delete(f"{prefix}{queue}")

    return lose


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every tick looks into the queues, and no system holds events that it has not acknowledged."""
    monkeypatch.setattr("services.notify.outlets.dispatch.LOOK_EVERY", 0.0)
    monkeypatch.setattr("services.notify.outlets.places.IN_HAND", 0)


def told_again(desk: Desk) -> int:
    """How many events were told until nothing was left to tell."""
    _until(lambda: desk.notify.deliver_due() == 0 and not desk.place("missing"))
    return int(desk.place("delivered"))


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("new", [0, 1])
def test_a_queue_that_was_lost_is_made_anew_with_what_lay_unread_in_it(
    desk: Desk, tax: Tax, lose_the_queues: Callable[..., None], new: int
):
    desk.listening.hear(*[DESIGNATED] * 3)
    desk.act("open_subscription", **opening())
    desk.notify.deliver_due()
    assert len(tax.take()) == 3
    desk.notify.deliver_due()
    desk.listening.hear(*[DESIGNATED] * 2)
    desk.notify.deliver_due()
    lose_the_queues()
    desk.listening.hear(*[DESIGNATED] * new)
    assert told_again(desk) == 5 + 2 + new
    assert [position for _, position in tax.take()] == [4, 5, 6][: 2 + new]
    assert (desk.place("last_error"), desk.place("attempts")) == ("", 0)


@pytest.mark.usefixtures("exact")
def test_what_is_told_between_two_looks_is_told_again_too(
    desk: Desk, tax: Tax, lose_the_queues: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    desk.act("open_subscription", **opening())
    desk.notify.deliver_due()
    monkeypatch.setattr("services.notify.outlets.dispatch.LOOK_EVERY", 3600.0)
    desk.listening.hear(*[DESIGNATED] * 4)
    desk.notify.deliver_due()
    lose_the_queues()
    desk.listening.hear(DESIGNATED)
    assert told_again(desk) == 4 + 5
    assert [position for _, position in tax.take()] == [1, 2, 3, 4, 5]


def test_what_a_system_may_still_hold_in_its_hands_is_told_again(
    desk: Desk, tax: Tax, lose_the_queues: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("services.notify.outlets.dispatch.LOOK_EVERY", 0.0)
    monkeypatch.setattr("services.notify.outlets.places.IN_HAND", 2)
    desk.listening.hear(*[DESIGNATED] * 5)
    desk.act("open_subscription", **opening())
    desk.notify.deliver_due()
    tax.take()
    desk.notify.deliver_due()
    lose_the_queues()
    told_again(desk)
    assert [position for _, position in tax.take()] == [4, 5]


@pytest.mark.usefixtures("exact")
@pytest.mark.parametrize("lost", [("subscriber.tax", "subscriber.tax.dead"), ("subscriber.tax.dead",)])
def test_dead_letters_that_were_lost_are_told_again_though_later_events_were_read(
    desk: Desk, tax: Tax, lose_the_queues: Callable[..., None], lost: tuple[str, ...]
):
    desk.listening.hear(*[DESIGNATED] * 2)
    desk.act("open_subscription", **opening())
    desk.notify.deliver_due()
    tax.take()
    desk.notify.deliver_due()
    desk.listening.hear(DESIGNATED)
    desk.notify.deliver_due()
    assert len(tax.take(reject=True)) == 1
    _until(lambda: desk.notify.deliver_due() == 0 and desk.place("dead") == 1)
    desk.listening.hear(*[DESIGNATED] * 2)
    desk.notify.deliver_due()
    assert len(tax.take()) == 2
    desk.notify.deliver_due()
    lose_the_queues(*lost)
    told_again(desk)
    assert [position for _, position in tax.take()] == [3, 4, 5]


@pytest.mark.usefixtures("exact")
def test_a_queue_that_was_lost_while_its_system_paused_is_missed_when_it_goes_on(
    desk: Desk, tax: Tax, lose_the_queues: Callable[..., None]
):
    desk.listening.hear(DESIGNATED)
    subscription = desk.act("open_subscription", **opening())
    desk.notify.deliver_due()
    desk.act("pause_subscription", subscription.id, reason="检修")
    lose_the_queues()
    desk.act("resume_subscription", subscription.id)
    assert told_again(desk) == 2
    assert [position for _, position in tax.take()] == [1]
    assert desk.place("state") == "active"


@pytest.mark.usefixtures("exact")
def test_a_crash_before_the_queue_was_made_anew_loses_nothing(
    desk: Desk, tax: Tax, lose_the_queues: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    desk.listening.hear(DESIGNATED)
    desk.act("open_subscription", **opening())
    desk.notify.deliver_due()
    lose_the_queues()
    desk.notify.deliver_due()
    with monkeypatch.context() as crash:
        crash.setattr("services.notify.outlets.places.store", lambda *_: 1 / 0)  # the queue is there, the commit is not
        with pytest.raises(ZeroDivisionError):
            desk.notify.deliver_due()
    told_again(desk)
    assert {position for _, position in tax.take()} == {1}
