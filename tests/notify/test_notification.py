"""A notification's life: held or queued, sent or failed and tried again, read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.notify.domain.notification import RETRY_AFTER, Notification
from services.notify.domain.templates import template
from services.notify.domain.values import PROVINCE, Audience, organisation, prefecture
from tests.given import NOON, done, given, made

FACTS = {
    "number": "2026-1",
    "notice_no": "公示2026-1",
    "title": "名单",
    "posted_on": "2026-06-01",
    "ends_at": "2026-06-05",
}


def prepared(name: str = "notice.posted", audience: Audience = PROVINCE) -> Notification:
    return made(
        lambda: Notification.prepare(cause="e1", template=template(name), audience=audience, about="x", facts=FACTS)
    )


def held() -> Notification:
    facts = dict.fromkeys(("number", "centre_name", "document_no", "reasons", "clauses", "remedy"), "—")
    kind = template("case.not-recommended")
    return made(
        lambda: Notification.prepare(cause="e1", template=kind, audience=organisation("U1"), about="x", facts=facts)
    )


def send(notification: Notification) -> None:
    notification.send(outlet="in-app", reference="/notifications/1")


def fail(notification: Notification) -> None:
    notification.fail(outlet="in-app", reason="nobody there")


def test_waits_to_be_sent_when_it_tells_of_progress():
    assert prepared().state == "queued"


def test_is_held_when_it_tells_of_a_decision():
    assert held().state == "held"


def test_has_the_same_id_when_the_same_event_is_told_to_the_same_audience():
    assert prepared().id == prepared().id


@pytest.mark.parametrize("other", [prepared("round.closed"), prepared(audience=prefecture("530100"))])
def test_has_another_id_when_template_or_audience_differ(other: Notification):
    assert other.id != prepared().id


def test_is_not_prepared_when_a_fact_is_missing():
    with pytest.raises(KeyError):
        Notification.prepare(cause="e1", template=template("notice.closed"), audience=PROVINCE, about="x", facts={})


def test_is_queued_when_released():
    given(held()).when(Notification.release).then(Notification.Released)


def test_refuses_release_when_not_held():
    given(prepared()).when(Notification.release).then_refused("not-in-this-state")


def test_is_sent_when_queued():
    given(prepared()).when(send).then(Notification.Sent)


def test_is_sent_when_failed_before():
    given(done(prepared(), fail)).when(send).then(Notification.Sent)


@pytest.mark.parametrize("notification", [held(), done(prepared(), send)])
def test_is_never_sent_when_held_or_sent_already(notification: Notification):
    given(notification).when(send).then_refused("not-in-this-state")


def test_is_tried_again_after_longer_waits_when_it_keeps_failing():
    notification = prepared()
    waits = [_next_wait(notification) for _ in RETRY_AFTER]
    assert waits == list(RETRY_AFTER) == sorted(RETRY_AFTER)


def test_is_given_up_when_every_wait_is_used_up():
    notification = done(prepared(), *[fail] * len(RETRY_AFTER))
    [failed] = given(notification).when(fail).then(Notification.Failed)
    assert failed.retry_at is None


def test_starts_its_waits_afresh_when_somebody_asks_for_a_retry():
    notification = done(prepared(), *[fail] * (len(RETRY_AFTER) + 1), Notification.retry)
    assert notification.state == "queued"
    assert _next_wait(notification) == RETRY_AFTER[0]


def test_refuses_a_retry_when_it_has_not_failed():
    given(prepared()).when(Notification.retry).then_refused("not-in-this-state")


def test_is_read_when_sent():
    given(done(prepared(), send)).when(Notification.read).then(Notification.Read)


def test_nothing_happens_when_it_is_read_again():
    given(done(prepared(), send, Notification.read)).when(Notification.read).then()


def test_cannot_be_read_when_not_yet_sent():
    given(prepared()).when(Notification.read).then_refused("not-in-this-state")


def test_is_of_no_organisation_and_no_prefecture_when_for_the_province():
    assert (prepared().lead_uscc, prepared().prefecture) == (None, None)


def _next_wait(notification: Notification) -> timedelta | None:
    done(notification, fail)
    return notification.retry_at - NOON if notification.retry_at else None
