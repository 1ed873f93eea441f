"""Suspended (中止办理): what is left of a period that stood still, and when it ends once it runs again (ours)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Protocol

from services.shared.calendar import BEIJING, Deadline, calendar


class Rules(Protocol):
    """The parameters of an edition, by name."""

    def __getitem__(self, name: str, /) -> Any: ...


def restarted(deadline: Deadline, since: datetime, at: datetime, rules: Rules) -> Deadline:
    """The deadline of a period that stood still from `since` to `at`: the days left are counted from the next day.

    Whether the day on which it stopped is used up says `suspension.count_stop_day`, how many days are left at least
    `suspension.days_min`. A period that was over before it stopped stays as it was; one that began meanwhile is whole.
    """
    if not deadline.is_met(since):
        return deadline
    first = since.astimezone(BEIJING).date() + timedelta(days=int(rules["suspension.count_stop_day"]))
    known = calendar(deadline.calendar_version or None)
    days = max(deadline.days_left(first, known), rules["suspension.days_min"])
    return deadline.restarted(at.astimezone(BEIJING).date(), days, calendar())
