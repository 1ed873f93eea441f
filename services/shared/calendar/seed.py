"""Writes the first calendar version from the `chinesecalendar` package: `python -m services.shared.calendar.seed`.

The result is committed, and is what the services read; they never import the package. Later versions are made from the
State Council's yearly notice: a new file in `data/`, with every year up to the new one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from chinese_calendar.constants import holidays, workdays

VERSION = "cn-2026-1"
SOURCE = "国务院办公厅节假日安排通知 2019–2026, by chinesecalendar 1.11.0"
PUBLISHED = date(2025, 11, 4)
YEARS = range(2019, 2027)

DATA = Path(__file__).parent / "data"


def rendered() -> str:
    """The calendar's TOML text: a table for each year."""
    head = f'version = "{VERSION}"\nsource = "{SOURCE}"\npublished = {PUBLISHED}\n'
    return head + "".join(_year(year) for year in YEARS)


def _year(year: int) -> str:
    return (
        f"\n[years.{year}]\n"
        f"holidays = {_days(day for day in holidays if day.year == year)}\n"
        f"makeup_workdays = {_days(day for day in workdays if day.year == year)}\n"
    )


def _days(days: Iterable[date]) -> str:
    """A TOML list with a line for each month."""
    months: dict[int, list[str]] = {}
    for day in sorted(days):
        months.setdefault(day.month, []).append(day.isoformat())
    return "[\n" + "".join(f"    {', '.join(month)},\n" for month in months.values()) + "]"


if __name__ == "__main__":
    (DATA / f"{VERSION}.toml").write_text(rendered(), encoding="utf-8")
