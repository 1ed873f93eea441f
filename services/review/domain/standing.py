"""Standing: what all parts of a review share — where the case stands, its facts, and whether its clock runs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.review.domain import errors, rules
from services.review.domain.states import ENDED, State
from services.review.domain.values import CaseFacts


@dataclass(frozen=True)
class Stop:
    """A time in which the department's clock stood still (中止计时): why, from when, until when and what ended it."""

    cause: str
    since: datetime
    until: datetime | None = None
    ended_by: str = ""


@dataclass(frozen=True)
class Suspension:
    """A time in which nothing is decided (中止办理): a cause of the edition, and the document that says so."""

    cause: str
    document_no: str
    reason: str
    since: datetime


WAITS_FOR_OTHERS = (State.PROV_CORRECTION, State.RETURNED_TO_PREF)
"""States in which the department waits for the applicant or the prefecture: its own clock stands anyway."""


class Standing:
    """The base of the parts of a review."""

    state: State
    facts: CaseFacts
    stops: tuple[Stop, ...]
    holding: frozenset[UUID]
    suspension: Suspension | None

    @property
    def is_suspended(self) -> bool:
        """Whether the case stands still (中止办理); one that ended meanwhile does not."""
        return self.suspension is not None and self.state not in ENDED

    @property
    def clock_runs(self) -> bool:
        """Whether the department's time runs: not while it waits for others, or looks into an objection."""
        return not self.stops or self.stops[-1].until is not None

    def _stop_clock(self, cause: str, at: datetime) -> None:
        if self.clock_runs:
            self.stops = (*self.stops, Stop(cause, at))

    def _restart_clock(self, at: datetime, cause: str) -> None:
        """What stopped the clock is over; a suspended case goes on standing, for that cause from now on."""
        if not self.clock_runs:
            self.stops = (*self.stops[:-1], replace(self.stops[-1], until=at, ended_by=cause))
            if self.suspension is not None:
                self._stop_clock(self.suspension.cause, at)

    def require_under_way(self) -> None:
        """Raises NotInThisState while the case is suspended: experts and inspectors do nothing for it either. S4.2"""
        if self.suspension is not None and self.is_suspended:
            raise errors.case_is_suspended(self.suspension.document_no)

    def _require(self, *allowed: State) -> None:
        self.require_under_way()
        self._require_state(*allowed)

    def _require_state(self, *allowed: State) -> None:
        """For what is only noted of a case, and decides nothing of it: it may be suspended."""
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)


def refuse(findings: rules.Findings) -> None:
    """Raises Invalid when there is anything wrong."""
    if findings:
        raise errors.invalid(findings)
