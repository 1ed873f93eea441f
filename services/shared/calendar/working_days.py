"""Which days are worked in China, by one version of the calendar, and where a count of working days ends.

The State Council announces each year's holidays and make-up workdays in the autumn before. A calendar therefore knows
some years and no more. A count that runs on into later years goes by weekdays and says that it is provisional.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_SATURDAY = 5


class UnknownYear(LookupError):
    """The calendar does not know the year of this day."""


class UnknownCalendar(KeyError):
    """There is no calendar of this version."""


class BadCalendar(ValueError):
    """The data of a calendar contradict themselves."""


@dataclass(frozen=True)
class LastDay:
    """The day on which a count ends; provisional when a later announcement may still move it."""

    day: date
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """One version of the working-day calendar (国务院办公厅放假调休安排)."""

    version: str
    source: str
    published: date
    first_known_year: int
    last_known_year: int
    holidays: frozenset[date]
    makeup_workdays: frozenset[date]

    @property
    def settled_through(self) -> date:
        """The last day that a later announcement cannot change.

        The notice for a new year also arranges the days before it: that for 2019 made 2018-12-31 a holiday and
        2018-12-29 a workday. So the last days of the last known year are not settled.
        """
        return date(self.last_known_year, 12, 25)

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked. Raises UnknownYear outside the years of this calendar."""
        if not self.first_known_year <= day.year <= self.last_known_year:
            years = f"{self.first_known_year}-{self.last_known_year}"
            raise UnknownYear(f"calendar {self.version} knows {years}, not {day}")
        return day in self.makeup_workdays or (day.weekday() < _SATURDAY and day not in self.holidays)

    def last_day(self, start: date, days: int, *, count_start_day: bool) -> LastDay:
        """The last of so many working days, the first being the start day itself or the first worked day after it.

        Raises ValueError for less than one day, UnknownYear for a start before the years of this calendar.
        """
        if days < 1:
            raise ValueError(f"a period has at least one day, not {days}")
        day = start if count_start_day else start + timedelta(days=1)
        left = days - self._counts(day)
        while left:
            day += timedelta(days=1)
            left -= self._counts(day)
        return LastDay(day, provisional=day > self.settled_through)

    def working_days_in(self, first: date, last: date) -> int:
        """How many days are worked from the first to the last, both included; in years not yet announced, weekdays.

        0 when the last lies before the first. Raises UnknownYear for a first day before the years of this calendar.
        """
        days = (first + timedelta(days=passed) for passed in range((last - first).days + 1))
        return sum(self._counts(day) for day in days)

    def _counts(self, day: date) -> bool:
        """Whether a count takes the day: by the calendar, and in years not yet announced by the weekday alone."""
        return day.weekday() < _SATURDAY if day.year > self.last_known_year else self.is_working_day(day)


def calendar_from(text: str) -> Calendar:
    """A calendar from its TOML text (see `data/`). Raises BadCalendar when its days contradict each other."""
    try:
        content = tomllib.loads(text)
        years = {int(year): days for year, days in content["years"].items()}
        calendar = Calendar(
            version=str(content["version"]),
            source=str(content["source"]),
            published=_day(content["published"]),
            first_known_year=min(years),
            last_known_year=max(years),
            holidays=_days(years, "holidays"),
            makeup_workdays=_days(years, "makeup_workdays"),
        )
    except BadCalendar:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadCalendar(f"not a calendar: {error!r}") from error
    _check(calendar, set(years))
    return calendar


def _days(years: Mapping[int, Mapping[str, Any]], kind: str) -> frozenset[date]:
    found = {_day(day): year for year, days in years.items() for day in days[kind]}
    if strangers := [(year, day) for day, year in found.items() if day.year != year]:
        raise BadCalendar(f"{kind} of {strangers[0][0]} has {strangers[0][1]}")
    return frozenset(found)


def _day(value: Any) -> date:
    """The value if it is a plain date; one with a time of day would never equal the day that is asked for."""
    if type(value) is not date:
        raise BadCalendar(f"{value!r} is no date")
    return value


def _check(calendar: Calendar, years: set[int]) -> None:
    if years != set(range(calendar.first_known_year, calendar.last_known_year + 1)):
        raise BadCalendar(f"calendar {calendar.version} leaves out a year")
    if both := calendar.holidays & calendar.makeup_workdays:
        raise BadCalendar(f"{min(both)} is both a holiday and a make-up workday")
    if weekdays := [day for day in calendar.makeup_workdays if day.weekday() < _SATURDAY]:
        raise BadCalendar(f"make-up workday {min(weekdays)} is no Saturday or Sunday")
