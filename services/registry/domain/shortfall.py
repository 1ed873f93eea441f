"""Shortfall of a basic condition (条件不足): OPEN → CURED or LAPSED (S3.2.2; the time to cure is ours)."""

from __future__ import annotations

from enum import StrEnum

from services.registry.domain.moves import require_state
from services.registry.domain.record import CentreRef, Record
from services.shared.aggregate import event
from services.shared.calendar import Deadline
from services.shared.vocabulary import DocumentRef


class State(StrEnum):
    """Where a shortfall stands."""

    OPEN = "open"  # 限期补足
    CURED = "cured"  # 已补足
    CEASED = "ceased"  # 终止: the centre is no longer listed
    LAPSED = "lapsed"  # 逾期未补足; revocation is proposed


class Shortfall(Record):
    """A listed centre no longer meets a basic condition, and has until `deadline` to meet it again."""

    TOPIC = "registry.shortfall"

    @event("ConditionShortfallOpened", topic="registry.shortfall.opened")
    def __init__(self, centre: CentreRef, condition: str, clause: str, policy_edition: str, deadline: Deadline) -> None:
        self.centre = centre
        self.condition = condition
        self.clause = clause
        self.policy_edition = policy_edition
        self.deadline = deadline
        self.state = State.OPEN
        self.documents: tuple[DocumentRef, ...] = ()

    def cure(self) -> None:
        """Note that the condition is met again (已补足)."""
        require_state(self.state, State.OPEN)
        self._cured()

    @event("ConditionShortfallCured", topic="registry.shortfall.cured")
    def _cured(self) -> None:
        self.state = State.CURED

    def lapse(self) -> None:
        """Note that the time is over (逾期); the clock does it."""
        require_state(self.state, State.OPEN)
        self._lapsed()

    @event("ConditionShortfallLapsed", topic="registry.shortfall.lapsed")
    def _lapsed(self) -> None:
        self.state = State.LAPSED

    def cease(self) -> None:
        """Ask for it no longer (终止): the centre is no longer listed."""
        require_state(self.state, State.OPEN)
        self._ceased()

    @event("ConditionShortfallCeased", topic="registry.shortfall.ceased")
    def _ceased(self) -> None:
        self.state = State.CEASED
