"""Working days and deadlines: a versioned calendar kept as data, and deadlines that can explain themselves.

calendar().last_day(date(2026, 9, 29), 5, count_start_day=False)   # LastDay(2026-10-12, provisional=False)
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from services.shared.calendar.deadlines import BEIJING, KINDS, Deadline, Unit, days_left
from services.shared.calendar.working_days import (
    BadCalendar,
    Calendar,
    LastDay,
    UnknownCalendar,
    UnknownYear,
    calendar_from,
)

__all__ = [
    "BEIJING",
    "KINDS",
    "BadCalendar",
    "Calendar",
    "Deadline",
    "LastDay",
    "Unit",
    "UnknownCalendar",
    "UnknownYear",
    "calendar",
    "calendar_from",
    "calendars",
    "days_left",
]


@cache
def calendars() -> tuple[Calendar, ...]:
    """Every calendar version that ships with the system, oldest first."""
    files = (Path(__file__).parent / "data").glob("*.toml")
    read = (calendar_from(file.read_text(encoding="utf-8")) for file in files)
    return tuple(sorted(read, key=lambda known: (known.published, known.version)))


def calendar(version: str | None = None) -> Calendar:
    """The calendar of this version, or the newest. Raises UnknownCalendar."""
    if version is None:
        return calendars()[-1]
    for known in calendars():
        if known.version == version:
            return known
    raise UnknownCalendar(version)
