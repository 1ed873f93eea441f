"""Notifications and subscriptions under any order of commands."""

from __future__ import annotations

from datetime import timedelta

from services.notify.domain.notification import Notification, State
from services.notify.domain.subscription import Standing, Subscription
from tests.given import NOON
from tests.lives import machine
from tests.notify.test_notification import fail, held, prepared, send
from tests.notify.test_subscription import active, opened, webhook

NOTIFICATIONS = (Notification.release, send, fail, fail, Notification.retry, Notification.read)
SUBSCRIPTIONS = (
    Subscription.confirm,
    lambda s: s.pause(reason="维护"),
    Subscription.resume,
    lambda s: s.replay(start_after=7),
    lambda s: s.redrive(reason="x"),
    lambda s: s.rotate_secret(overlap_until=NOON + timedelta(days=1)),
    lambda s: s.end(reason="撤销"),
)


def it_is_sent_once(notification, events):
    assert sum(isinstance(event, Notification.Sent) for event in events) <= 1


def counters_only_grow(subscription, events):
    replays = sum(isinstance(event, Subscription.Replayed) for event in events)
    assert subscription.epoch == 1 + replays


TestNotification = machine(prepared, held, commands=NOTIFICATIONS, over=(State.SENT,), holds=it_is_sent_once)
TestSubscription = machine(
    opened,
    webhook,
    lambda: active(opened()),
    commands=SUBSCRIPTIONS,
    over=(Standing.ENDED,),
    state=lambda subscription: subscription.standing,
    holds=counters_only_grow,
)
