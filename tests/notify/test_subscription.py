"""A subscription's life: opened, confirmed, paused and resumed, replayed, ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.notify.domain.subscription import Kind, Subscription
from tests.given import NOON, done, given, made
from tests.notify.systems import OPEN_TYPES, opening


def opened(**changes: Any) -> Subscription:
    terms = {**opening(**changes), "start_after": 0, "open_types": OPEN_TYPES}
    del terms["since"]
    return made(lambda: Subscription.open(**terms))


def webhook() -> Subscription:
    return opened(kind=Kind.WEBHOOK, url="https://tax.example/events")


def active(subscription: Subscription) -> Subscription:
    return done(subscription, lambda s: s.confirm())


def test_becomes_active_when_it_was_confirmed():
    given(opened()).when(lambda s: s.confirm()).then(Subscription.Confirmed)


def test_is_confirmed_once():
    given(active(opened())).when(lambda s: s.confirm()).then_refused("not-in-this-state")


@pytest.mark.parametrize("types", [("case.not-selected",), ("dossier.",), ("centre.", "correction.")])
def test_is_refused_when_it_asks_for_what_stays_inside(types: tuple[str, ...]):
    with pytest.raises(Exception, match="type-not-open"):
        opened(types=types)


def test_is_refused_when_a_webhook_has_no_address_or_a_queue_has_one():
    for terms in ({"kind": Kind.WEBHOOK}, {"url": "https://tax.example"}):
        with pytest.raises(Exception, match="url-for-webhooks"):
            opened(**terms)


def test_goes_on_from_its_place_after_a_pause():
    paused = done(active(opened()), lambda s: s.pause(reason="维护"))
    [resumed] = given(paused).when(lambda s: s.resume()).then(Subscription.Resumed)
    assert (resumed.mutate(paused).epoch, paused.start_after) == (1, 0)


def test_is_not_resumed_unless_paused():
    given(active(opened())).when(lambda s: s.resume()).then_refused("not-in-this-state")


def test_a_replay_counts_as_a_new_epoch():
    replayed = done(active(opened()), lambda s: s.replay(start_after=7))
    assert (replayed.epoch, replayed.start_after) == (2, 7)


def test_only_a_queue_has_dead_letters():
    given(active(webhook())).when(lambda s: s.redrive(reason="已修复")).then_refused("no-dead-letters")


def test_a_queue_has_one_password_at_a_time():
    rotated = done(active(opened()), lambda s: s.rotate_secret(overlap_until=NOON + timedelta(hours=24)))
    assert rotated.live_generations(NOON) == (2,)


def test_two_secrets_live_until_the_overlap_is_over():
    rotated = done(active(webhook()), lambda s: s.rotate_secret(overlap_until=NOON + timedelta(hours=24)))
    assert rotated.live_generations(NOON) == (2, 1)
    assert rotated.live_generations(NOON + timedelta(hours=24)) == (2,)


def test_nothing_happens_to_an_ended_one():
    ended = done(active(webhook()), lambda s: s.end(reason="系统下线"))
    for command in (
        lambda s: s.confirm(),
        lambda s: s.pause(reason="x"),
        lambda s: s.resume(),
        lambda s: s.replay(start_after=0),
        lambda s: s.rotate_secret(overlap_until=NOON),
        lambda s: s.end(reason="x"),
    ):
        given(_again(ended)).when(command).then_refused("not-in-this-state")


def _again(subscription: Subscription) -> Subscription:
    """A fresh one with the same history: collecting its events empties an aggregate."""
    return done(active(webhook()), lambda s: s.end(reason=subscription.reason))
