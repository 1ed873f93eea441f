"""Working days and deadlines of a prefecture, by the edition of the case (S4.1.2)."""

from __future__ import annotations

from datetime import date, datetime

from services.shared.calendar import BEIJING, Deadline, calendar
from services.shared.policy import Edition


def formal_check(bound: Edition, start: date) -> Deadline:
    """Until when the prefecture finds the materials complete, or tells every defect at once."""
    return count_days(bound, start, bound["correction.officer_days"], "formal-check", "correction.officer_days")


def time_to_serve(bound: Edition, signed_on: date) -> Deadline:
    """Until when a refusal that was signed on this day is served on the lead unit (送达, invariant 5)."""
    return count_days(bound, signed_on, bound["decision.service_days"], "service", "decision.service_days")


def going_on(bound: Edition, deadline: Deadline, *, suspended_at: datetime, resumed_on: date) -> Deadline:
    """The deadline that stood still, with the days that were left of it, and the fewest that the edition leaves.

    One that had passed when it was stopped stays as it was; one that began meanwhile has all its days. (S4.1.2; ours)
    """
    if not deadline.is_met(suspended_at):
        return deadline
    from_day, last = suspended_at.astimezone(BEIJING).date(), deadline.local_due.date()
    left = 0
    while left < deadline.length and _last(bound, from_day, left + 1) <= last:
        left += 1
    return count_days(bound, resumed_on, max(left, bound["suspension.days_min"]), deadline.kind, deadline.rule)


def _last(bound: Edition, start: date, days: int) -> date:
    return count_days(bound, start, days, "", "").local_due.date()


def count_days(bound: Edition, start: date, days: int, kind: str, rule: str) -> Deadline:
    worked = bound["correction.day_type"] == "working_days"
    count = Deadline.working_days_after if worked else Deadline.calendar_days_after
    return count(
        start,
        days,
        kind=kind,
        rule=rule,
        clause="S4.1.2",
        close_time=bound["deadline.close_time"],
        calendar=calendar(),
        count_start_day=bound["correction.count_start_day"],
    )
