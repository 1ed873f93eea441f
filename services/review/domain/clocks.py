"""Clocks (计时): what is left of a period that stood still, and when it ends once it runs again (S4.2; ours)."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.shared.calendar import BEIJING, Deadline, calendar
from services.shared.policy import Edition


def restarted(deadline: Deadline, since: datetime, at: datetime, edition: Edition) -> Deadline:
    """The deadline of a period that stood still from `since` to `at`: the days left are counted from the next day.

    Whether the day on which it stopped is used up says `suspension.count_stop_day`. A period that was over before it
    stopped stays as it was.
    """
    if not deadline.is_met(since):
        return deadline
    first = since.astimezone(BEIJING).date() + timedelta(days=int(edition["suspension.count_stop_day"]))
    known = calendar(deadline.calendar_version or None)
    days = max(deadline.days_left(first, known), 1)
    return deadline.restarted(at.astimezone(BEIJING).date(), days, calendar())
