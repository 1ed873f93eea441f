"""Medians of interleaved rounds: every contender runs in every round, so that a slow minute is slow for all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import TypeAlias

Work: TypeAlias = Callable[[], int]
"""Does one piece of work and says how many units that was."""


class Callers:
    """Threads that each repeat their own work until the time is over."""

    def __init__(self, works: list[Work], seconds: float) -> None:
        self._works, self._seconds = works, seconds
        self._done = [0] * len(works)
        self._errors: list[BaseException] = []

    def rate(self) -> float:
        """Units per second of all callers together. Raises what a caller raised."""
        started = time.perf_counter()
        end = started + self._seconds
        threads = [threading.Thread(target=self._repeat, args=(n, end)) for n in range(1, len(self._works))]
        for thread in threads:
            thread.start()
        self._repeat(0, end)
        for thread in threads:
            thread.join()
        if self._errors:
            raise self._errors[0]
        return sum(self._done) / (time.perf_counter() - started)

    def _repeat(self, number: int, end: float) -> None:
        try:
            while time.perf_counter() < end:
                self._done[number] += self._works[number]()
        except BaseException as error:
            self._errors.append(error)


def rates(contenders: Mapping[str, list[Work]], *, seconds: float = 0.4, rounds: int = 3) -> dict[str, float]:
    """Units per second of each contender, which is a list with the work of each caller: the median of the rounds."""
    for works in contenders.values():
        works[0]()  # statements are prepared, caches filled
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, works in contenders.items():
            found[name].append(Callers(works, seconds).rate())
    return {name: median(each) for name, each in found.items()}


def seconds_of(work: Callable[[], object]) -> float:
    """How long one piece of work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
