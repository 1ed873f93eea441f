"""Deadlines of cases: who is reminded before, who is told after, by the kernel's timer, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from services.notify.domain.watch import next_working_morning, reminders_before, working_days_before
from services.shared.calendar import calendar
from services.shared.kernel.clock import FixedClock
from tests.given import NOON
from tests.notify.conftest import Listening
from tests.notify.messages import ANSWERED, CORRECTION, RESUMED, RESUMED_ABOVE, SUSPENDED, SUSPENDED_ABOVE

DUE = CORRECTION.due


@pytest.fixture
def desk(listening: Listening) -> Listening:
    """A service at noon that was told of a correction due in nine working days."""
    listening.notify.clock = FixedClock(NOON)
    listening.wired.clock = listening.notify.clock
    listening.hear(CORRECTION)
    return listening


def run_at(desk: Listening, moment: datetime) -> int:
    """What the timer carries out at this moment."""
    desk.notify.clock.advance(moment - desk.notify.clock.now())
    return desk.wired.run_deadlines()


def told(desk: Listening, template: str) -> list[str]:
    return sorted(audience for (audience,) in desk.rows("audience", f"template = '{template}'"))


def test_reminds_five_and_one_working_days_before_and_escalates_after(desk: Listening):
    assert run_at(desk, datetime(2026, 6, 5, 0, 59, tzinfo=UTC)) == 0
    assert run_at(desk, datetime(2026, 6, 5, 1, 0, tzinfo=UTC)) == 1
    assert run_at(desk, datetime(2026, 6, 5, 2, 0, tzinfo=UTC)) == 0
    assert told(desk, "deadline.near") == ["organisation"]
    assert run_at(desk, datetime(2026, 6, 11, 1, 0, tzinfo=UTC)) == 1
    assert told(desk, "deadline.near") == ["organisation"] * 2
    assert told(desk, "deadline.passed") == []
    assert run_at(desk, DUE) == 1
    assert told(desk, "deadline.passed") == ["organisation", "prefecture"]
    assert run_at(desk, datetime(2027, 6, 1, tzinfo=UTC)) == 0
    [(title,)] = desk.rows("title_zh", "template = 'deadline.passed' and audience = 'prefecture'")
    assert title == "期限已过：补正（2026-1-7K3F9QA）"


MOVED = replace(CORRECTION, due=datetime(2026, 7, 10, 9, 30, tzinfo=UTC))


def test_an_extension_moves_the_reminders_and_the_escalation(desk: Listening):
    desk.hear(MOVED)
    assert run_at(desk, DUE) == 0
    assert run_at(desk, datetime(2026, 7, 9, 2, tzinfo=UTC)) == 1
    assert run_at(desk, MOVED.due) == 1
    assert told(desk, "deadline.passed") == ["organisation", "prefecture"]
    [body, *_] = desk.rows("body_zh", "template = 'deadline.passed'")
    assert "2026-07-10 17:30" in body[0]


def test_nobody_is_reminded_while_the_case_stands_still_and_then_of_the_new_moment(desk: Listening):
    desk.hear(SUSPENDED)
    assert run_at(desk, datetime(2026, 6, 29, 2, tzinfo=UTC)) == 0
    assert told(desk, "deadline.near") == told(desk, "deadline.passed") == []
    desk.hear(RESUMED, MOVED)
    assert run_at(desk, datetime(2026, 7, 9, 2, tzinfo=UTC)) == 1
    assert run_at(desk, MOVED.due) == 1
    assert told(desk, "deadline.passed") == ["organisation", "prefecture"]


def test_a_case_that_goes_on_at_the_same_moment_is_watched_again(desk: Listening):
    desk.hear(SUSPENDED, RESUMED, replace(CORRECTION, explanation="again"))
    assert run_at(desk, DUE) == 2


def test_what_was_answered_is_not_watched_again_by_a_moment_that_comes_late(desk: Listening):
    desk.hear(ANSWERED, MOVED)
    assert run_at(desk, datetime(2026, 8, 1, tzinfo=UTC)) == 0


def test_an_answer_in_time_ends_it(desk: Listening):
    desk.hear(ANSWERED)
    assert run_at(desk, datetime(2026, 7, 1, tzinfo=UTC)) == 0
    assert told(desk, "deadline.passed") == []


def test_while_the_case_is_suspended_nobody_is_reminded_or_told_and_then_by_the_new_day(desk: Listening):
    desk.hear(SUSPENDED_ABOVE)
    assert run_at(desk, datetime(2026, 6, 20, tzinfo=UTC)) == 0
    desk.hear(RESUMED_ABOVE)
    assert told(desk, "deadline.passed") == []
    assert run_at(desk, datetime(2026, 7, 3, 1, 0, tzinfo=UTC)) == 1
    assert told(desk, "deadline.near") == ["organisation"]
    assert run_at(desk, datetime(2026, 7, 11, tzinfo=UTC)) == 2
    assert told(desk, "deadline.passed") == ["organisation", "prefecture"]
    [(body,)] = desk.rows("body_zh", "template = 'deadline.passed' and audience = 'prefecture'")
    assert "2026-07-10 17:30" in body


def test_an_answer_while_it_is_suspended_ends_it(desk: Listening):
    desk.hear(SUSPENDED_ABOVE)
    desk.hear(ANSWERED)
    desk.hear(RESUMED_ABOVE)
    assert run_at(desk, datetime(2027, 6, 1, tzinfo=UTC)) == 0


def test_a_timer_that_stood_still_reminds_once_and_escalates(desk: Listening):
    assert run_at(desk, datetime(2026, 6, 20, tzinfo=UTC)) == 2
    assert told(desk, "deadline.near") == ["organisation"]
    assert told(desk, "deadline.passed") == ["organisation", "prefecture"]


def test_a_timer_that_stands_is_seen_in_the_metrics(desk: Listening):
    """The alert TimerStands fires on these two figures (deploy/prometheus/rules.yml)."""
    desk.notify.clock.advance(DUE - NOON)
    desk.notify.clock.advance(DUE - NOON)
    assert b"zhichuang_oldest_due_deadline_seconds" in desk.wired.metrics.exposition()
    assert desk.wired._oldest_due() > 600
    before = desk.wired.beat
    desk.wired.run_deadlines()
    assert desk.wired._oldest_due() == 0
    assert desk.wired.beat > before


def test_counts_back_over_holidays_and_goes_by_weekdays_where_no_year_is_known():
    known = calendar()
    assert working_days_before(date(2026, 6, 12), 5, known) == date(2026, 6, 5)
    assert working_days_before(date(2199, 6, 10), 1, known).weekday() < 5
    assert reminders_before(DUE, (5, 1), DUE, known) == ()


def test_a_digest_comes_on_the_next_working_morning():
    friday_noon = datetime(2026, 6, 12, 4, 0, tzinfo=UTC)
    assert next_working_morning(friday_noon, time(8, 30), calendar()).date() == date(2026, 6, 15)
    early = datetime(2026, 6, 11, 23, 0, tzinfo=UTC)  # 07:00 on Friday
    assert next_working_morning(early, time(8, 30), calendar()).date() == date(2026, 6, 12)
