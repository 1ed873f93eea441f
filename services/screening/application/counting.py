"""Working days and deadlines of a prefecture, by the edition of the case (S4.1.2)."""

from __future__ import annotations

from datetime import date

from services.shared.calendar import Deadline, calendar
from services.shared.policy import Edition


def formal_check(bound: Edition, start: date) -> Deadline:
    """Until when the prefecture finds the materials complete, or tells every defect at once."""
    return count_days(bound, start, bound["correction.officer_days"], "formal-check", "correction.officer_days")


def time_to_serve(bound: Edition, signed_on: date) -> Deadline:
    """Until when a refusal that was signed on this day is served on the lead unit (送达, invariant 5)."""
    return count_days(bound, signed_on, bound["decision.service_days"], "service", "decision.service_days")


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
