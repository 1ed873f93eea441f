"""Appending at 1, 4 and 16 callers and 1 and 100 events an append, each way beside the others."""

from __future__ import annotations

from collections.abc import Mapping

from bench.contenders import contenders
from bench.measurement import Book
from services.shared.kernel.wiring import Wired

CALLERS = (1, 4, 16)
SIZES = (1, 100)

GOALS: Mapping[tuple[int, int], Mapping[str, float]] = {
    (1, 1): {"bare driver": 0.7, "stock library": 3.0, "unchained": 0.85},
    (16, 1): {"unlocked inserts": 0.9, "pgbench": 0.9, "stock library": 8.0, "unchained": 0.7},
    (1, 100): {"unlocked inserts": 0.6, "stock library": 3.5, "unchained": 0.95},
}
"""(callers, events an append) → the least ratio of the log to another (event-sourcing.md §9), bare and with effects."""


def measure_appending(wired: Wired, book: Book, *, seconds: float) -> None:
    """The log at 1, 4 and 16 callers and 1 and 100 events an append, beside everything else."""
    with contenders(wired) as ways:
        for size in SIZES:
            for callers in CALLERS:
                found = ways.rates(callers, size, seconds=seconds)
                if size == 1 and (native := ways.pgbench(callers, seconds)) is not None:
                    found["pgbench"] = native
                _note(book, found, callers, size)


def _note(book: Book, found: dict[str, float], callers: int, size: int) -> None:
    goals = GOALS.get((callers, size), {})
    name = f"append {size} event{'s' * (size > 1)}, {callers} caller{'s' * (callers > 1)}"
    for other in ("bare driver", "unlocked inserts", "pgbench", "stock library", "unchained"):
        if other in found:
            versus = {"versus": other, "versus_value": found[other]}
            book.note(name, found["log"], "events/s", **versus, target=goals.get(other))
    full = found["log with effects"]
    same_rows = "unlocked inserts, with effects"
    for other in ("log", "bare driver, with effects", "unlocked inserts", same_rows, "stock library"):
        goal = None if other == same_rows else goals.get(other.removesuffix(", with effects"))
        book.note(f"{name}, with effects", full, "events/s", versus=other, versus_value=found[other], target=goal)
