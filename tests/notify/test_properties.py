"""Notifications, deliveries, watches, choices and subscriptions under any order of commands."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from services.notify.domain.case import Case
from services.notify.domain.delivery import Delivery
from services.notify.domain.notification import RETRY_AFTER, Notification, State
from services.notify.domain.preference import Preference
from services.notify.domain.subscription import Standing, Subscription
from services.notify.domain.values import PROVINCE, Channel, Choice, Parties, Purpose, organisation
from services.notify.domain.watch import Watch
from tests.given import NOON, made
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


DELIVERIES = (
    lambda d: d.send(reference="250 OK"),
    *(lambda d: d.fail(reason="451"),) * 4,
    Delivery.retry,
)
DAY = timedelta(days=1)


def again(occasion, days):
    """The same matter on another occasion, or on one that is known."""
    moments = tuple(NOON + DAY * day for day in (days - 3, days - 1))
    return lambda w: w.begin_again(occasion=occasion, facts={"n": occasion}, due=NOON + DAY * days, reminders=moments)


WATCHES = (
    Watch.remind,
    Watch.remind,
    Watch.escalate,
    again("prefecture:1", 5),
    again("prefecture:2", 60),
    again("province:1", 120),
    Watch.end,
    lambda w: w.end(occasion="prefecture:1"),
    lambda w: w.end(occasion="province:1"),
)
CHOICES = tuple(
    lambda p, chosen=chosen: p.choose(choices=chosen)
    for chosen in (
        (),
        (Choice(Purpose.DECISION, (Channel.MAIL,)),),
        (Choice(Purpose.DECISION, (Channel.MAIL, Channel.SMS)), Choice(Purpose.PROGRESS, (), digest=True)),
    )
)
PARTIES = tuple(Parties("2026-1-7K3F9QA", name, "91530100MAFAKE019M", "530100") for name in ("甲", "乙"))
CASES = tuple(lambda c, parties=parties: c.renew(parties=parties) for parties in PARTIES)
UNIT = organisation("91530100MAFAKE019M")


def scheduled():
    return made(
        lambda: Delivery(
            id=UUID(int=1),
            notification_id=UUID(int=2),
            audience=UNIT,
            channel=Channel.MAIL,
            due=NOON,
            digest=False,
        )
    )


def begun():
    return made(
        lambda: Watch(
            id=UUID(int=1),
            about="c",
            occasion="prefecture:1",
            facts={},
            actor=UNIT,
            superiors=(PROVINCE,),
            due=NOON + DAY * 5,
            reminders=(NOON + DAY * 2, NOON + DAY * 4),
        )
    )


def chosen():
    return made(lambda: Preference(id=UUID(int=1), audience=UNIT, choices=()))


def taken_up():
    return made(lambda: Case(id=UUID(int=1), parties=PARTIES[0]))


def it_is_sent_once_and_waits_longer_each_time(delivery, events):
    assert sum(isinstance(event, Delivery.Sent) for event in events) <= 1
    failures = 0
    for each in events:
        if isinstance(each, Delivery.Failed):
            expected = each.timestamp + RETRY_AFTER[failures] if failures < len(RETRY_AFTER) else None
            assert each.retry_at == expected
        failures = failures + 1 if isinstance(each, Delivery.Failed) else 0
    assert delivery.attempts == failures or delivery.state is State.SENT
    assert delivery.retry_at is None or delivery.state is State.FAILED


def nobody_is_reminded_or_told_of_what_is_over(watch, events):
    is_open, left = True, 2
    for each in events[1:]:
        if isinstance(each, Watch.BegunAgain):
            is_open, left = True, len(each.reminders)
            continue
        assert is_open
        if isinstance(each, Watch.Reminded):
            assert len(each.left) <= left
            assert left
            assert all(moment > each.timestamp for moment in each.left)
            left = len(each.left)
        else:
            is_open = False
    assert watch.is_open == is_open
    assert len(watch.occasions) == len(set(watch.occasions))


def a_repeat_is_no_event(_, events):
    said = [getattr(event, "choices", None) or getattr(event, "parties", None) or () for event in events]
    assert all(before != after for before, after in pairwise(said))


TestDelivery = machine(
    scheduled, commands=DELIVERIES, over=(State.SENT,), holds=it_is_sent_once_and_waits_longer_each_time
)
TestWatch = machine(
    begun, commands=WATCHES, state=lambda watch: watch.is_open, holds=nobody_is_reminded_or_told_of_what_is_over
)
TestPreference = machine(chosen, commands=CHOICES, state=lambda p: p.choices, holds=a_repeat_is_no_event)
TestCase = machine(taken_up, commands=CASES, state=lambda case: case.parties, holds=a_repeat_is_no_event)
