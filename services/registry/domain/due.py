"""Every deadline of a listed centre, computed from the edition that binds it (S4.3)."""

from __future__ import annotations

from datetime import date

from services.shared.calendar import Calendar, Deadline, calendar
from services.shared.policy import Edition

_END_OF_DAY = "23:59"
"""A ban holds for whole days."""


def summary(year: int, rules: Edition) -> Deadline:
    """Until when the work summary of a year is handed in: a day of the next year that the edition names."""
    month, day = map(int, rules["annual.due"].split("-"))
    return _on(date(year + 1, month, day), "annual-summary", "annual.due", rules)


def returned_summary(returned_on: date, rules: Edition) -> Deadline:
    """Until when a summary that was sent back is wanted again: as long as any correction may take."""
    rule, starts = "correction.applicant_days", rules["correction.count_start_day"]
    return _working_days(returned_on, "annual-summary", rule, rules, count_start_day=starts)


def forwarded_summary(year: int, filed_on: date, rules: Edition) -> Deadline:
    """Until when the prefecture sends a summary on: the day that the edition names, or days after a later filing."""
    month, day = map(int, rules["annual.province_due"].split("-"))
    usual = _on(date(year + 1, month, day), "annual-summary-forward", "annual.province_due", rules)
    later = _working_days(filed_on, "annual-summary-forward", "annual.forward_days", rules)
    return max(usual, later, key=lambda deadline: deadline.due)


def summary_grace(due_on: date, rules: Edition) -> Deadline:
    """Until when a summary that is late is still taken."""
    return _days(due_on, "annual-summary-grace", "annual.grace", rules, rolls=False)


def extended_summary(due_on: date, rules: Edition) -> Deadline:
    """The later day of a summary for which more time was given."""
    return _days(due_on, "annual-summary", "annual.extension_days", rules, rolls=False)


def cultivation(since: date, rules: Edition) -> Deadline:
    """When the time of cultivation is over."""
    return _months(since, rules["cultivation.months"], "cultivation", "cultivation.months", rules)


def extended_cultivation(since: date, rules: Edition) -> Deadline:
    """When it is over after the one extension."""
    months = rules["cultivation.months"] + rules["cultivation.extension"]
    return _months(since, months, "cultivation", "cultivation.extension", rules)


def shortfall(since: date, rules: Edition) -> Deadline:
    """Until when a basic condition must be met again."""
    return _months(since, rules["shortfall.months"], "shortfall", "shortfall.months", rules)


def contribution(due_on: date, rules: Edition) -> Deadline:
    """Until when a contribution may be late before it is an exception."""
    return _days(due_on, "contribution", "contribution.grace", rules, clause="S5.3")


def remedy_defence(received_on: date, rules: Edition) -> Deadline:
    """Until when the department answers a court that examines one of its decisions."""
    return _days(received_on, "remedy", "remedy.litigation_answer_days", rules, clause="S4.0")


def mediation(begun_on: date, rules: Edition) -> Deadline:
    """Until when a mediation is tried."""
    return _days(begun_on, "mediation", "remedy.mediation_days", rules, clause="S4.0")


def appeal(served_on: date, rules: Edition) -> Deadline:
    """Until when a judgment of first instance may be appealed, from its service on."""
    return _days(served_on, "appeal", "remedy.appeal_days", rules, clause="S4.0")


def remedy_answer(received_on: date, rules: Edition) -> Deadline:
    """Until when the department answers a body that examines one of its decisions."""
    return _working_days(received_on, "remedy", "remedy.answer_days", rules, clause="S4.0")


def objection_until(known_on: date, kind: str, rules: Edition, *, after_reconsideration: bool = False) -> date:
    """The last day on which a party may go to the other body, from the day on which it knew of the decision."""
    limits, close_time = rules["remedy.limits"], rules["deadline.close_time"]
    terms = {"kind": "remedy", "rule": "remedy.limits", "clause": "S4.0", "close_time": close_time}
    if after_reconsideration:
        days = limits["litigation_after_reconsideration_days"]
        return Deadline.calendar_days_after(known_on, days, **terms).local_due.date()
    if kind == "reconsideration":
        return Deadline.calendar_days_after(known_on, limits["reconsideration_days"], **terms).local_due.date()
    return Deadline.months_after(known_on, limits["litigation_months"], **terms).local_due.date()


def assessment(since: date, rules: Edition) -> Deadline:
    """When the next assessment is due: one cycle after the listing or after the last result."""
    return _months(since, rules["assessment.cycle"], "assessment", "assessment.cycle", rules)


def assessment_now(day: date, rules: Edition) -> Deadline:
    """An assessment that is brought forward: it is due on the day itself."""
    return _on(day, "assessment", "annual.miss_consequence", rules)


def again(resumed_on: date, kind: str, rules: Edition) -> Deadline:
    """The new day of what was due, or is due once more, when a decision was annulled."""
    return _days(resumed_on, kind, "annulment.days", rules)


def not_past(deadline: Deadline, resumed_on: date, rules: Edition) -> Deadline:
    """A deadline that an annulled decision had ended: as it was, or a new one when its day went by meanwhile."""
    passed = deadline.local_due.date() < resumed_on
    return again(resumed_on, deadline.kind, rules) if passed else deadline


def result_notice(posted_on: date, rules: Edition) -> Deadline:
    """Until when the result of an assessment stands on public notice: as long as a list does."""
    return Deadline.working_days_after(
        posted_on,
        rules["notice.length"],
        kind="result-notice",
        rule="assessment.result_notice",
        clause="S4.3",
        close_time=rules["notice.close_time"],
        calendar=calendar(),
        count_start_day=rules["notice.count_start_day"],
    )


def rectification(ordered_on: date, rules: Edition) -> Deadline:
    """Until when a centre that failed must have put things right."""
    return _months(ordered_on, rules["rectification.months"], "rectification", "rectification.months", rules)


def statement(served_on: date, rules: Edition) -> Deadline:
    """Until when a centre may state its case against a revocation."""
    starts = rules["revocation.count_start_day"]
    return _working_days(served_on, "statement", "revocation.statement_days", rules, count_start_day=starts)


def ban(cause: str, since: date, rules: Edition) -> Deadline | None:
    """The end of the last day on which no new dossier is taken; None when this cause has no ban."""
    months = rules["ban.months_by_cause"].get(cause, 0)
    if not months:
        return None
    return Deadline.months_after(
        since, months, kind="ban", rule="ban.months_by_cause", clause="S4.3", close_time=_END_OF_DAY
    )


def ban_told(banned_until: date) -> Deadline:
    """The end of a ban that another service started."""
    return Deadline.on_date(banned_until, kind="ban", rule="ban.months_by_cause", clause="S4.3", close_time=_END_OF_DAY)


def _on(day: date, kind: str, rule: str, rules: Edition) -> Deadline:
    return Deadline.on_date(day, kind=kind, rule=rule, clause="S4.3", close_time=rules["deadline.close_time"])


def _days(since: date, kind: str, rule: str, rules: Edition, *, clause: str = "S4.3", rolls: bool = True) -> Deadline:
    """So many calendar days as the rule says; a last day that is not worked moves on, unless it does not roll."""
    return Deadline.calendar_days_after(
        since,
        rules[rule],
        kind=kind,
        rule=rule,
        clause=clause,
        close_time=rules["deadline.close_time"],
        calendar=_rolling(rules) if rolls else None,
    )


def _working_days(
    since: date, kind: str, rule: str, rules: Edition, *, clause: str = "S4.3", count_start_day: bool = False
) -> Deadline:
    """So many working days as the rule says."""
    return Deadline.working_days_after(
        since,
        rules[rule],
        kind=kind,
        rule=rule,
        clause=clause,
        close_time=rules["deadline.close_time"],
        calendar=calendar(),
        count_start_day=count_start_day,
    )


def _months(since: date, months: int, kind: str, rule: str, rules: Edition) -> Deadline:
    return Deadline.months_after(
        since,
        months,
        kind=kind,
        rule=rule,
        clause="S4.3",
        close_time=rules["deadline.close_time"],
        calendar=_rolling(rules),
    )


def _rolling(rules: Edition) -> Calendar | None:
    """The calendar by which a last day that is not worked moves on, when the edition lets it."""
    return calendar() if rules["deadline.roll_forward"] else None
