"""The rhythm in which the clock signs the ledger."""

from __future__ import annotations

import math

RHYTHM = 60.0
"""Seconds of the machine's own time between two checkpoints, at least, where nobody asks for one."""


class Rhythm:
    """When the clock may sign again: `RHYTHM` seconds after a checkpoint came up, whichever instance signed it.

    The first one that is seen at a start is taken to be old.
    """

    def __init__(self) -> None:
        self._newest: int | None = None
        self._since = -math.inf

    def is_due(self, newest: int, now: float) -> bool:
        """Whether it is time, when `newest` names the newest checkpoint."""
        if newest != self._newest:
            self.note(newest, now if self._newest is not None else -math.inf)
        return now - self._since >= RHYTHM

    def note(self, newest: int, at: float) -> None:
        """Count from this checkpoint on."""
        self._newest, self._since = newest, at
