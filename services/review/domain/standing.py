"""Standing: what all parts of a review share — where the case stands, its facts, and whether its clock runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from services.review.domain import errors, rules
from services.review.domain.states import State
from services.review.domain.values import CaseFacts


@dataclass(frozen=True)
class Stop:
    """A time in which the department's clock stood still (中止计时): why, from when, until when and what ended it."""

    cause: str
    since: datetime
    until: datetime | None = None
    ended_by: str = ""


class Standing:
    """The base of the parts of a review."""

    state: State
    facts: CaseFacts
    stops: tuple[Stop, ...]

    @property
    def clock_runs(self) -> bool:
        """Whether the department's time runs: not while it waits for others, or looks into an objection."""
        return not self.stops or self.stops[-1].until is not None

    def _stop_clock(self, cause: str, at: datetime) -> None:
        if self.clock_runs:
            self.stops = (*self.stops, Stop(cause, at))

    def _restart_clock(self, at: datetime, cause: str) -> None:
        if not self.clock_runs:
            self.stops = (*self.stops[:-1], replace(self.stops[-1], until=at, ended_by=cause))

    def _require(self, *allowed: State) -> None:
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)


def refuse(findings: rules.Findings) -> None:
    """Raises Invalid when there is anything wrong."""
    if findings:
        raise errors.invalid(findings)
