"""Correction (补正): what a level asks for, once and in full, and until when the answer is in time (S4.1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.shared.calendar import BEIJING, Calendar, Deadline

PREFECTURE, PROVINCE = "prefecture", "province"
"""The levels that may ask for corrections."""


@dataclass(frozen=True)
class CorrectionItem:
    """One defect: where (JSON Pointer, or "" for the paper), and what is wanted."""

    pointer: str
    zh: str
    clause: str


@dataclass(frozen=True)
class Correction:
    """A notice of correction (一次性告知): who asks, its number at that level, all its items, and the deadline.

    `explanation` is how the level that asks has counted the deadline; from `lapses_at` on, the case counts as given up.
    """

    level: str
    round_no: int
    items: tuple[CorrectionItem, ...]
    deadline: Deadline
    explanation: str
    lapses_at: datetime | None = None

    @property
    def lapses_from(self) -> datetime:
        """When the case lapses; notices from before that was told apart lapse as soon as no answer is in time."""
        return self.lapses_at or self.deadline.due + timedelta(microseconds=1)

    def is_same_as(self, other: Correction) -> bool:
        """Whether both are the same notice, though its deadline may have been moved."""
        return (self.level, self.round_no) == (other.level, other.round_no)


def lapse_after(due: datetime, *, grace: int) -> datetime:
    """The midnight, in local time, with which a case lapses: after the last day and `grace` more (days of grace).

    No answer is in time after `due`; the day itself is left to end, so that nobody is told of a lapse at closing time.
    """
    day = due.astimezone(BEIJING).date() + timedelta(days=1 + grace)
    return datetime.combine(day, time(), tzinfo=BEIJING)


def deadline_until(due: datetime, *, provisional: bool, heard_on: date, calendar: Calendar) -> Deadline:
    """The deadline that another service has computed, as working days counted from the day on which it was heard of.

    So a newer calendar moves it exactly as it moves the sender's, for both count the same days between the two. A
    moment that ends no whole working day by this calendar stays as it is.
    """
    last, days = due.astimezone(BEIJING).date(), 0
    while heard_on < last and (days == 0 or calendar.last_day(heard_on, days, count_start_day=False).day < last):
        days += 1
    whole = days > 0 and calendar.last_day(heard_on, days, count_start_day=False).day == last
    return Deadline(
        kind="correction",
        rule="correction.applicant_days",
        clause="S4.1.2",
        start=heard_on if whole else last,
        length=days if whole else 0,
        unit="working_days" if whole else "date",
        count_start_day=not whole,
        calendar_version=calendar.version if whole else "",
        due=due,
        provisional=provisional,
    )
