"""One figure beside the one it is compared with, and the book that collects, prints and keeps them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Measurement:
    """A median, what it was compared with in the same run, and the goal for their ratio.

    `target` is a ratio, or with `absolute` a value in `unit`; `at_most` turns the goal round. No target: shown only.
    """

    name: str
    value: float
    unit: str
    versus: str = ""
    versus_value: float = 0.0
    target: float | None = None
    at_most: bool = False
    absolute: bool = False

    @property
    def ratio(self) -> float | None:
        """This figure over the one that it is compared with; None without one."""
        return self.value / self.versus_value if self.versus_value else None

    @property
    def met(self) -> bool | None:
        """Whether the goal was reached; None when there is none."""
        reached = self.value if self.absolute else self.ratio
        if self.target is None or reached is None:
            return None
        return reached <= self.target if self.at_most else reached >= self.target


class Book:
    """Every measurement of one run, under the conditions that it was made in."""

    def __init__(self, conditions: Mapping[str, Any]) -> None:
        self.conditions = dict(conditions)
        self.measurements: list[Measurement] = []
        self.failures: list[str] = []
        self._kept = 0

    def note(self, name: str, value: float, unit: str, **more: Any) -> None:
        """Keep one figure."""
        self.measurements.append(Measurement(name, value, unit, **more))

    def fail(self, part: str, error: BaseException) -> None:
        """Note that a part of the run did not come to its end."""
        self.failures.append(f"{part} failed: {type(error).__name__}: {error}")

    def keep(self, path: Path) -> None:
        """Append one JSON line for each figure that was not kept yet, with the conditions."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            for each in self.measurements[self._kept :]:
                figures = asdict(each) | {"ratio": each.ratio, "met": each.met}
                file.write(json.dumps(figures | {"conditions": self.conditions}, ensure_ascii=False) + "\n")
        self._kept = len(self.measurements)

    def show(self, console: Console) -> None:
        """Print the figures as a table, and then how many goals were reached."""
        table = Table("measured", "value", "unit", "against", "its value", "ratio", "goal", "met")
        for column in (1, 4, 5, 6):
            table.columns[column].justify = "right"
        for each in self.measurements:
            table.add_row(*_cells(each))
        console.print(table)
        judged = [each.met for each in self.measurements if each.met is not None]
        console.print(f"{sum(judged)} of {len(judged)} goals met. " + ", ".join(_conditions(self.conditions)))
        for each in self.measurements:
            if each.met is False:
                console.print("not met: " + " ".join(cell for cell in _cells(each)[:-1] if cell), markup=False)
        for failure in self.failures:
            console.print(failure, style="red", markup=False)


def _cells(each: Measurement) -> tuple[str, ...]:
    goal = "" if each.target is None else f"{'≤' if each.at_most else '≥'} {each.target:g}"
    if goal and each.absolute:
        goal += f" {each.unit}"
    return (
        each.name,
        _figure(each.value),
        each.unit,
        each.versus,
        _figure(each.versus_value) if each.versus_value else "",
        "" if each.ratio is None else f"{each.ratio:.2f}",
        goal,
        {None: "", True: "yes", False: "[red]no[/red]"}[each.met],
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _conditions(conditions: Mapping[str, Any]) -> list[str]:
    return [f"{name} {value}" for name, value in conditions.items()]
