"""A deadline that knows its rule, its clause and the calendar by which it was computed, and can explain itself."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from typing import Literal, Self

from services.shared.calendar.working_days import Calendar, LastDay

Unit = Literal["working_days", "calendar_days", "months", "date"]

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Local time. A fixed offset: there has been no summer time since 1991, and images without tzdata still work."""

KINDS = {
    "correction": ("补正期限", "Correction"),
    "formal-check": ("形式审查期限", "Formal check"),
    "service": ("决定送达期限", "Service of the decision"),
    "material-check": ("材料审查期限", "Material check"),
    "notice": ("公示期", "Public notice"),
    "case-notice": ("本案公示期", "Public notice of the case"),
    "statement": ("陈述申辩期", "Statement and defence"),
    "annual-summary": ("年度工作总结", "Annual summary"),
    "assessment": ("考核评估", "Assessment"),
    "rectification": ("整改期限", "Rectification"),
    "shortfall": ("条件补足期限", "Shortfall of conditions"),
    "cultivation": ("培育期", "Cultivation"),
    "ban": ("限制申报期", "Ban on a new dossier"),
    "remedy": ("救济期限", "Remedy"),
    "round": ("申报截止", "Closing of the round"),
}
"""Chinese and English names of the kinds of deadline. A kind that is not here is shown by its code."""

_LENGTHS: dict[Unit, tuple[str, str]] = {
    "working_days": ("个工作日", "working day"),
    "calendar_days": ("日", "calendar day"),
    "months": ("个月", "month"),
}


@dataclass(frozen=True)
class Deadline:
    """Until when an act is in time, and why.

    `due` is the last instant at which it is in time. `rule` is the key of the policy parameter that sets the length,
    `clause` the policy's clause. `calendar_version` is empty when no calendar was asked.
    """

    kind: str
    rule: str
    clause: str
    start: date
    length: int
    unit: Unit
    count_start_day: bool
    calendar_version: str
    due: datetime
    provisional: bool

    @classmethod
    def working_days_after(
        cls,
        start: date,
        days: int,
        *,
        kind: str,
        rule: str,
        clause: str,
        close_time: str,
        calendar: Calendar,
        count_start_day: bool,
    ) -> Self:
        """So many working days, the start day counted (a public notice) or not (a paper served on a party).

        `close_time` is local, "17:30". Raises ValueError for less than one day, UnknownYear for a start too early.
        """
        return cls._period(
            unit="working_days",
            start=start,
            length=days,
            count_start_day=count_start_day,
            calendar=calendar,
            close_time=close_time,
            kind=kind,
            rule=rule,
            clause=clause,
        )

    @classmethod
    def calendar_days_after(
        cls,
        start: date,
        days: int,
        *,
        kind: str,
        rule: str,
        clause: str,
        close_time: str,
        calendar: Calendar | None = None,
        count_start_day: bool = False,
    ) -> Self:
        """So many days of the calendar. Given a calendar, a last day that is not worked moves to the next worked one.

        Source of the move: Civil Code 民法典 Art. 203. Raises ValueError for less than one day.
        """
        return cls._period(
            unit="calendar_days",
            start=start,
            length=days,
            count_start_day=count_start_day,
            calendar=calendar,
            close_time=close_time,
            kind=kind,
            rule=rule,
            clause=clause,
        )

    @classmethod
    def months_after(
        cls,
        start: date,
        months: int,
        *,
        kind: str,
        rule: str,
        clause: str,
        close_time: str,
        calendar: Calendar | None = None,
        count_start_day: bool = False,
    ) -> Self:
        """So many months: the day of the same number, or the month's last (Civil Code 民法典 Art. 202).

        Given a calendar, a last day that is not worked moves to the next worked one (Art. 203). Raises ValueError for
        less than one month.
        """
        return cls._period(
            unit="months",
            start=start,
            length=months,
            count_start_day=count_start_day,
            calendar=calendar,
            close_time=close_time,
            kind=kind,
            rule=rule,
            clause=clause,
        )

    @classmethod
    def on_date(cls, day: date, *, kind: str, rule: str, clause: str, close_time: str) -> Self:
        """A day that the rule itself names, such as 31 January; it moves for no holiday."""
        return cls(kind, rule, clause, day, 0, "date", True, "", _at(day, close_time), False)

    @property
    def local_due(self) -> datetime:
        """`due` in local time, whatever offset it was stored with."""
        return self.due.astimezone(BEIJING)

    def is_met(self, at: datetime) -> bool:
        """Whether an act at this instant is in time."""
        return at <= self.due

    def days_left(self, on: date, calendar: Calendar) -> int:
        """How many days of a period in days are left on this local day, itself among them; 0 once it is over."""
        return days_left(self.due, self.length, self.unit, on, calendar)

    def restarted(self, on: date, days: int, calendar: Calendar) -> Self:
        """A period in days that stood still: so many days are left of it, counted from the day after this local day.

        Raises ValueError for less than one day.
        """
        return self._period(
            unit=self.unit,
            start=on,
            length=days,
            count_start_day=False,
            calendar=calendar if self.calendar_version else None,
            close_time=f"{self.local_due:%H:%M}",
            kind=self.kind,
            rule=self.rule,
            clause=self.clause,
        )

    def recomputed(self, calendar: Calendar) -> Self:
        """The same deadline by another calendar version; itself when it never asked a calendar."""
        if not self.calendar_version:
            return self
        last = _last_day(self.start, self.length, self.unit, self.count_start_day, calendar)
        due = datetime.combine(last.day, self.local_due.timetz())
        return replace(self, due=due, provisional=last.provisional, calendar_version=calendar.version)

    def explain(self) -> tuple[str, str]:
        """One sentence in Chinese and one in English: what, counted how, until when, by which rule and calendar."""
        return _in_chinese(self), _in_english(self)

    @classmethod
    def _period(
        cls,
        *,
        unit: Unit,
        start: date,
        length: int,
        count_start_day: bool,
        calendar: Calendar | None,
        close_time: str,
        kind: str,
        rule: str,
        clause: str,
    ) -> Self:
        last = _last_day(start, length, unit, count_start_day, calendar)
        return cls(
            kind=kind,
            rule=rule,
            clause=clause,
            start=start,
            length=length,
            unit=unit,
            count_start_day=count_start_day,
            calendar_version=calendar.version if calendar else "",
            due=_at(last.day, close_time),
            provisional=last.provisional,
        )


def days_left(due: datetime, length: int, unit: Unit, on: date, calendar: Calendar) -> int:
    """How many of so many days are left on this local day of a period that ends with `due`, as `Deadline.days_left`."""
    last = due.astimezone(BEIJING).date()
    left = calendar.working_days_in(on, last) if unit == "working_days" else (last - on).days + 1
    return max(min(left, length), 0)


def _last_day(start: date, length: int, unit: Unit, count_start_day: bool, calendar: Calendar | None) -> LastDay:
    """Where a period ends; with a calendar, on a worked day."""
    if length < 1:
        raise ValueError(f"a period is at least 1 long, not {length}")
    if unit == "working_days" and calendar:
        return calendar.last_day(start, length, count_start_day=count_start_day)
    end = _months_later(start, length) if unit == "months" else start + timedelta(days=length)
    last = end - timedelta(days=1) if count_start_day else end
    return calendar.last_day(last, 1, count_start_day=True) if calendar else LastDay(last, provisional=False)


def _months_later(start: date, months: int) -> date:
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def _at(day: date, close_time: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(close_time), tzinfo=BEIJING)


def _in_chinese(deadline: Deadline) -> str:
    name = KINDS.get(deadline.kind, (deadline.kind, deadline.kind))[0]
    due = f"{_chinese_day(deadline.local_due)}{deadline.local_due:%H:%M}"
    basis = f"依据{deadline.clause}，规则{deadline.rule}"
    if deadline.calendar_version:
        basis += f"，日历{deadline.calendar_version}"
    counted = ""
    if deadline.unit != "date":
        first = "当日" if deadline.count_start_day else "次日"
        counted = f"自{_chinese_day(deadline.start)}{first}起{deadline.length}{_LENGTHS[deadline.unit][0]}，"
    doubt = "；放假安排尚未公布，此为暂定日期，公布后重新计算" if deadline.provisional else ""
    return f"{name}：{counted}至{due}止（{basis}）{doubt}。"


def _in_english(deadline: Deadline) -> str:
    name = KINDS.get(deadline.kind, (deadline.kind, deadline.kind))[1]
    basis = f"clause {deadline.clause}, rule {deadline.rule}"
    if deadline.calendar_version:
        basis += f", calendar {deadline.calendar_version}"
    counted = ""
    if deadline.unit != "date":
        first = "counting" if deadline.count_start_day else "counted from the day after"
        plural = "s" if deadline.length > 1 else ""
        counted = f"{deadline.length} {_LENGTHS[deadline.unit][1]}{plural}, {first} {deadline.start}, "
    doubt = "; provisional until the holidays are announced" if deadline.provisional else ""
    return f"{name}: {counted}until {deadline.local_due:%Y-%m-%d %H:%M} Beijing time ({basis}){doubt}."


def _chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
