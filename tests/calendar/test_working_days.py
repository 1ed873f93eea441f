"""Which days are worked and where a count of them ends, by the dates that the State Council announced."""

from datetime import date

import pytest

from services.shared.calendar import BadCalendar, UnknownCalendar, UnknownYear, calendar, calendar_from, calendars
from services.shared.calendar.seed import DATA, VERSION, rendered

CALENDAR = calendar()

VECTORS = [  # start, last of five days counting the start day, and counting from the next day
    (date(2026, 6, 1), date(2026, 6, 5), date(2026, 6, 8)),  # a plain week
    (date(2026, 2, 11), date(2026, 2, 24), date(2026, 2, 25)),  # a make-up Saturday, then the Spring Festival
    (date(2026, 9, 18), date(2026, 9, 23), date(2026, 9, 24)),  # a make-up Sunday
    (date(2026, 9, 29), date(2026, 10, 10), date(2026, 10, 12)),  # ends on a Saturday that is worked
]


@pytest.mark.parametrize(("start", "with_start", "from_next"), VECTORS)
def test_five_working_days_end_where_the_announced_days_say(start, with_start, from_next):
    counted = CALENDAR.last_day(start, 5, count_start_day=True)
    assert (counted.day, counted.provisional) == (with_start, False)
    counted = CALENDAR.last_day(start, 5, count_start_day=False)
    assert (counted.day, counted.provisional) == (from_next, False)


@pytest.mark.parametrize(("count_start_day", "last"), [(True, date(2027, 1, 1)), (False, date(2027, 1, 4))])
def test_a_count_into_a_year_not_announced_goes_by_weekdays_and_is_provisional(count_start_day, last):
    counted = CALENDAR.last_day(date(2026, 12, 28), 5, count_start_day=count_start_day)
    assert (counted.day, counted.provisional) == (last, True)


@pytest.mark.parametrize(("last", "provisional"), [(date(2026, 12, 25), False), (date(2026, 12, 31), True)])
def test_the_last_days_of_the_last_known_year_are_not_settled(last, provisional):
    assert CALENDAR.last_day(last, 1, count_start_day=True).provisional is provisional


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 2, 14), True),
        (date(2026, 9, 20), True),
        (date(2026, 10, 10), True),
        (date(2026, 10, 11), False),
        (date(2026, 10, 1), False),
        (date(2019, 5, 2), False),
        (date(2019, 5, 5), True),
        (date(2020, 1, 31), False),
    ],
)
def test_holidays_and_make_up_days_are_as_finally_announced(day, works):
    assert CALENDAR.is_working_day(day) is works


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2027, 1, 4)])
def test_a_day_outside_the_known_years_is_refused(day):
    with pytest.raises(UnknownYear):
        CALENDAR.is_working_day(day)


def test_a_count_from_before_the_known_years_is_refused():
    with pytest.raises(UnknownYear):
        CALENDAR.last_day(date(2018, 12, 28), 5, count_start_day=True)


def test_a_count_that_starts_on_a_day_off_begins_with_the_next_worked_day():
    assert CALENDAR.last_day(date(2026, 10, 3), 1, count_start_day=True).day == date(2026, 10, 8)


@pytest.mark.parametrize("days", [0, -1])
def test_a_count_of_no_days_is_refused(days):
    with pytest.raises(ValueError, match="at least one day"):
        CALENDAR.last_day(date(2026, 6, 1), days, count_start_day=True)


def test_the_newest_version_is_the_default_and_each_can_be_named():
    assert CALENDAR.version == "cn-2026-1"
    assert (CALENDAR.first_known_year, CALENDAR.last_known_year) == (2019, 2026)
    assert calendar("cn-2026-1") is calendars()[-1] is CALENDAR
    with pytest.raises(UnknownCalendar):
        calendar("cn-1999-1")


def test_the_committed_data_are_what_the_seed_writes():
    assert (DATA / f"{VERSION}.toml").read_text(encoding="utf-8") == rendered()


GOOD = """version = "v"
source = "s"
published = 2026-11-25
[years.2027]
holidays = [2027-01-01]
makeup_workdays = [2027-01-09]
"""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("holidays = [2027-01-01]", "holidays = [2026-01-01]", "holidays of 2027 has 2026-01-01"),
        ("holidays = [2027-01-01]", "holidays = [2027-01-09]", "both a holiday and a make-up"),
        ("makeup_workdays = [2027-01-09]", "makeup_workdays = [2027-01-08]", "no Saturday or Sunday"),
        ("makeup_workdays = [2027-01-09]", "", "not a calendar"),
        ("[years.2027]", "[years.2025]\nholidays = []\nmakeup_workdays = []\n[years.2027]", "leaves out a year"),
        ('version = "v"', "", "not a calendar"),
        ("[2027-01-01]", '["2027-01-01"]', "is no date"),
        ("[2027-01-01]", "[2027-01-01T00:00:00]", "is no date"),
        ("published = 2026-11-25", 'published = "2026-11-25"', "is no date"),
        ("[years.2027]", "years = 2027\n[other]", "not a calendar"),
        ("2026-11-25", "yesterday", "not a calendar"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(old, new, complaint):
    assert calendar_from(GOOD).is_working_day(date(2027, 1, 9))
    assert old in GOOD
    with pytest.raises(BadCalendar, match=complaint):
        calendar_from(GOOD.replace(old, new))
