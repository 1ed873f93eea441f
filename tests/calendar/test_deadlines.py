"""A deadline ends at the right instant, says why, and follows a new calendar."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict

import pytest

from services.shared.calendar import BEIJING, Deadline, calendar, calendar_from
from services.shared.calendar.seed import rendered

CALENDAR = calendar()


class Rule(TypedDict):
    kind: str
    rule: str
    clause: str
    close_time: str


CORRECTION = Rule(kind="correction", rule="correction.applicant_days", clause="S4.1.2", close_time="17:30")
RECTIFICATION = Rule(kind="rectification", rule="rectification.months", clause="S4.3", close_time="17:30")
EARLY = Rule(kind="correction", rule="correction.applicant_days", clause="S4.1.2", close_time="05:00")

WITH_2027 = calendar_from(
    rendered().replace('"cn-2026-1"', '"cn-2027-fictional"')
    + "\n[years.2027]\nholidays = [2027-01-01, 2027-01-04]\nmakeup_workdays = [2027-01-02]\n"
)


def correction(start: date, days: int = 5) -> Deadline:
    return Deadline.working_days_after(start, days, calendar=CALENDAR, count_start_day=False, **CORRECTION)


def test_a_notice_of_five_working_days_posted_on_1_june_ends_on_5_june():
    notice = Deadline.working_days_after(
        date(2026, 6, 1),
        5,
        kind="notice",
        rule="notice.length",
        clause="S4.2",
        close_time="23:59",
        calendar=CALENDAR,
        count_start_day=True,
    )
    assert notice.due == datetime(2026, 6, 5, 23, 59, tzinfo=BEIJING)
    assert notice.explain() == (
        "公示期：自2026年6月1日当日起5个工作日，至2026年6月5日23:59止（依据S4.2，规则notice.length，日历cn-2026-1）。",
        "Public notice: 5 working days, counting 2026-06-01, until 2026-06-05 23:59 Beijing time "
        "(clause S4.2, rule notice.length, calendar cn-2026-1).",
    )


def test_a_correction_served_before_national_day_is_due_on_the_monday_after():
    deadline = correction(date(2026, 9, 29))
    assert deadline.due == datetime(2026, 10, 12, 17, 30, tzinfo=BEIJING)
    assert deadline.due.utcoffset() == timedelta(hours=8)
    assert not deadline.provisional
    assert deadline.explain()[0].startswith("补正期限：自2026年9月29日次日起5个工作日，至2026年10月12日17:30止")


def test_an_act_is_in_time_up_to_the_last_instant_and_not_after():
    deadline = correction(date(2026, 9, 29))
    assert deadline.is_met(deadline.due)
    assert not deadline.is_met(deadline.due + timedelta(microseconds=1))


def test_a_deadline_beyond_the_known_years_says_so_and_is_recomputed_by_the_new_calendar():
    deadline = correction(date(2026, 12, 28))
    assert deadline.provisional
    assert "暂定日期" in deadline.explain()[0]
    assert "provisional" in deadline.explain()[1]
    final = deadline.recomputed(WITH_2027)
    assert final.due == datetime(2027, 1, 5, 17, 30, tzinfo=BEIJING)  # 2 January worked, 4 January off
    assert (final.provisional, final.calendar_version) == (False, "cn-2027-fictional")
    assert "暂定" not in final.explain()[0]


def test_a_deadline_stored_in_another_offset_is_the_same_deadline():
    deadline = Deadline.working_days_after(date(2026, 12, 28), 5, calendar=CALENDAR, count_start_day=False, **EARLY)
    stored = dataclasses.replace(deadline, due=deadline.due.astimezone(UTC))  # the day before, by UTC
    assert stored == deadline
    assert stored.explain() == deadline.explain()
    assert stored.recomputed(WITH_2027) == deadline.recomputed(WITH_2027)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 23), 1, date(2026, 12, 23)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_months_end_on_the_day_of_the_same_number_or_the_last_of_the_month(start, months, last):
    deadline = Deadline.months_after(start, months, **RECTIFICATION)
    assert (deadline.due.date(), deadline.provisional, deadline.calendar_version) == (last, False, "")


def test_months_given_a_calendar_end_on_a_worked_day():
    deadline = Deadline.months_after(date(2025, 10, 1), 12, calendar=CALENDAR, **RECTIFICATION)
    assert (deadline.due.date(), deadline.provisional) == (date(2026, 10, 8), False)
    deadline = Deadline.months_after(date(2026, 1, 1), 12, calendar=CALENDAR, **RECTIFICATION)
    assert (deadline.due.date(), deadline.provisional) == (date(2027, 1, 1), True)
    assert deadline.recomputed(WITH_2027).due.date() == date(2027, 1, 2)


def test_calendar_days_count_holidays_too_and_end_on_a_worked_day_given_a_calendar():
    assert Deadline.calendar_days_after(date(2026, 9, 26), 7, **CORRECTION).due.date() == date(2026, 10, 3)
    counting = Deadline.calendar_days_after(date(2026, 9, 26), 7, count_start_day=True, **CORRECTION)
    assert counting.due.date() == date(2026, 10, 2)
    moved = Deadline.calendar_days_after(date(2026, 9, 26), 7, calendar=CALENDAR, **CORRECTION)
    assert moved.due.date() == date(2026, 10, 8)


def test_a_day_that_the_rule_names_moves_for_no_holiday_and_no_calendar():
    deadline = Deadline.on_date(
        date(2027, 1, 31), kind="annual-summary", rule="annual.due", clause="S4.3", close_time="17:30"
    )
    assert deadline.due == datetime(2027, 1, 31, 17, 30, tzinfo=BEIJING)  # a Sunday
    assert deadline.recomputed(WITH_2027) is deadline
    assert deadline.explain() == (
        "年度工作总结：至2027年1月31日17:30止（依据S4.3，规则annual.due）。",
        "Annual summary: until 2027-01-31 17:30 Beijing time (clause S4.3, rule annual.due).",
    )


def test_a_kind_without_a_name_is_shown_by_its_code():
    assert (
        Deadline.on_date(date(2027, 1, 31), kind="x-y", rule="r", clause="S4.3", close_time="17:30")
        .explain()[0]
        .startswith("x-y：")
    )


@pytest.mark.parametrize("make", [Deadline.months_after, Deadline.calendar_days_after])
def test_a_period_of_nothing_is_refused(make):
    with pytest.raises(ValueError, match="at least 1"):
        make(date(2026, 6, 1), 0, **RECTIFICATION)


def test_a_close_time_that_is_no_time_is_refused():
    with pytest.raises(ValueError, match="isoformat"):
        Deadline.on_date(date(2027, 1, 31), kind="k", rule="r", clause="S4.3", close_time="下班前")


def test_a_deadline_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        correction(date(2026, 9, 29)).due = datetime(2030, 1, 1, tzinfo=BEIJING)  # type: ignore[misc]
