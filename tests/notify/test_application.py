"""Sending, releasing, retrying and reading on a real database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import IntegrityError

from services.notify.application import Notify
from services.notify.domain.notification import RETRY_AFTER, Notification
from services.notify.outlets import InAppInbox
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.publishing import Sealer
from services.shared.kernel.relay import LogRecord
from services.shared.vocabulary import NotInThisState, VersionConflict
from tests.given import NOON, circumstances
from tests.notify.conftest import Listening
from tests.notify.messages import DESIGNATED, SUBMITTED, resubmitted


class Counting(InAppInbox):
    """The inbox inside the system, with a note of what was handed to it."""

    def __init__(self) -> None:
        self.taken: list[UUID] = []

    def deliver(self, notification: Notification) -> str:
        self.taken.append(notification.id)
        return super().deliver(notification)


@pytest.fixture
def notify(listening: Listening) -> Notify:
    """The service at noon, with an outlet that counts."""
    notify: Notify = listening.notify
    notify.clock = FixedClock(NOON)
    notify.outlet = Counting()
    return notify


def act(method: Any, *arguments: Any, **command: Any) -> Any:
    """One command of a province officer."""
    with carrying_out(Command(circumstances("officer-province-1", "province_officer"), **command)):
        return method(*arguments)


def the_id(listening: Listening, where: str) -> UUID:
    return listening.rows("id", where)[0][0]  # type: ignore[no-any-return]


def test_sends_what_is_queued_once_however_often_the_clock_ticks(listening: Listening, notify: Notify):
    listening.hear(SUBMITTED)
    assert [notify.send_due(), notify.send_due()] == [2, 0]
    assert {state for (state,) in listening.rows("state")} == {"sent"}
    assert len(set(notify.outlet.taken)) == len(notify.outlet.taken) == 2  # type: ignore[attr-defined]


def test_sends_as_the_clock_in_a_command_for_each(listening: Listening, notify: Notify):
    listening.hear(SUBMITTED)
    notify.send_due()
    rows = listening.wired.database.rows(
        "select state->'metadata'->>'actor', state->'metadata'->>'command_id' from log_as_json"
        " where topic = 'notify.notification.sent'"
    )
    assert {actor for actor, _ in rows} == {"clock"}
    assert len({command_id for _, command_id in rows}) == 2


def test_reading_the_log_again_sends_nothing(listening: Listening, notify: Notify):
    listening.hear(SUBMITTED)
    notify.send_due()
    again = Notify(listening.wired.database, FixedClock(NOON), Counting())
    assert all(again.find(Notification, i) is not None for (i,) in listening.rows("id"))
    assert again.send_due() == 0
    assert again.outlet.taken == []  # type: ignore[attr-defined]


def test_sends_no_decision_before_it_is_released(listening: Listening, notify: Notify):
    listening.hear(DESIGNATED)
    assert listening.rows("state, due") == [("held", None)] * 2
    assert notify.send_due() == 0
    act(notify.release_notification, the_id(listening, "audience = 'organisation'"))
    assert notify.send_due() == 1
    assert sorted(listening.rows("audience, state")) == [("organisation", "sent"), ("prefecture", "held")]


def test_tries_again_after_the_wait_when_nobody_can_read_it(listening: Listening, notify: Notify):
    listening.hear(resubmitted(prefecture="999999"))
    assert notify.send_due() == 2
    [(state, failure, due)] = listening.rows("state, failure, due", "audience = 'prefecture'")
    assert (state, due) == ("failed", NOON + RETRY_AFTER[0])
    assert "prefecture:999999" in failure
    assert notify.send_due() == 0
    notify.clock.advance(RETRY_AFTER[0])  # type: ignore[attr-defined]
    assert notify.send_due() == 1


def test_stops_trying_when_the_waits_are_used_up_until_somebody_asks(listening: Listening, notify: Notify):
    listening.hear(resubmitted(prefecture="999999"))
    for _ in range(len(RETRY_AFTER) + 3):
        notify.send_due()
        notify.clock.advance(timedelta(days=2))  # type: ignore[attr-defined]
    failed = the_id(listening, "state = 'failed'")
    assert notify.outlet.taken.count(failed) == len(RETRY_AFTER) + 1  # type: ignore[attr-defined]
    act(notify.retry_notification, failed)
    assert notify.send_due() == 1


def test_hands_nothing_to_the_outlet_when_it_was_sent_already(listening: Listening, notify: Notify):
    listening.hear(SUBMITTED)
    notify.send_due()
    with pytest.raises(NotInThisState):
        act(notify.send_notification, the_id(listening, "audience = 'organisation'"))
    assert len(notify.outlet.taken) == 2  # type: ignore[attr-defined]


def test_records_one_sending_when_two_processes_send_at_once(listening: Listening, notify: Notify):
    listening.hear(SUBMITTED)
    waiting = the_id(listening, "audience = 'organisation'")
    other = Notify(listening.wired.database, FixedClock(NOON), Counting())
    mine, theirs = notify.load(Notification, waiting), other.load(Notification, waiting)
    with carrying_out(Command(circumstances())):
        mine.send(outlet="in-app", reference="1")
        notify.save(mine)
    with carrying_out(Command(circumstances())):
        theirs.send(outlet="in-app", reference="2")
        with pytest.raises(IntegrityError):
            other.save(theirs)


def test_is_marked_read_once(listening: Listening, notify: Notify):
    listening.hear(SUBMITTED)
    notify.send_due()
    sent = the_id(listening, "audience = 'organisation'")
    first, second = act(notify.read_notification, sent), act(notify.read_notification, sent)
    assert first.version == second.version
    assert listening.rows("read_at", f"id = '{sent}'") == [(NOON,)]


def test_refuses_release_when_the_officer_saw_an_older_version(listening: Listening, notify: Notify):
    listening.hear(DESIGNATED)
    held = the_id(listening, "audience = 'organisation'")
    with pytest.raises(VersionConflict):
        act(notify.release_notification, held, target=held, expected_version=7)


def test_tells_the_others_what_was_sent(listening: Listening, notify: Notify):
    listening.hear(SUBMITTED)
    notify.send_due()
    sealer = Sealer("notify", notify, listening.wired.definition.publishing)
    records = listening.wired.database.rows(
        "select position, originator_id, originator_version, topic, state, link from log order by position"
    )
    sealed = [event for record in records if (event := sealer(LogRecord(*record), 0))]
    assert {event.name for event in sealed} == {"notification.sent.v1"}
    assert {event.data["audience"] for event in sealed} == {"organisation:91530100MAFAKE019M", "prefecture:530100"}
    assert {event.data["about"] for event in sealed} == {"2026-1-7K3F9QA"}
