"""What every way to a subscribed system has in common."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol

from services.notify.domain.subscription import Subscription


class NotTaken(Exception):
    """The system, or what stands before it, did not take what was offered; it is offered again later.

    Not before `retry_after` has passed, when it asked for that.
    """

    def __init__(self, reason: str, retry_after: timedelta = timedelta()) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Gone(NotTaken):
    """The system says that it will never take anything here again."""


class Missing(NotTaken):
    """The queue that was there is gone, with what lay in it: the broker lost its disk, or somebody deleted it."""


class Depths(NamedTuple):
    """What lies in a system's queue, and in its dead letters."""

    waiting: int
    dead: int


class Carrier(Protocol):
    """One way: a queue on the broker, or HTTP requests."""

    gives_up: bool
    """Whether failing for a day pauses the subscription; what fails on our own side is tried for ever."""
    waits: tuple[timedelta, ...]
    """Before the second try, the third …; the last one then stays. Jittered by a fifth."""
    batch: int
    """How many events are offered, and taken or not, together."""
    per_turn: int
    """How many events a subscription may be told before it is the next one's turn."""

    def prepare(self, subscription: Subscription) -> int:
        """Make sure that the system can and will be told; returns how many events a minute, 0 for as many as there are.

        Raises NotTaken.
        """
        ...

    def admit(self, subscription: Subscription) -> None:
        """Let the system in with its present secret. Raises NotTaken."""

    def dismiss(self, subscription: Subscription) -> None:
        """It has ended: take away what was made for it. Raises NotTaken."""

    def deliver(self, subscription: Subscription, bodies: Sequence[bytes]) -> None:
        """Hand over these events, in order; returns when all were taken. Raises NotTaken, Missing."""

    def redrive(self, subscription: Subscription) -> None:
        """Put the dead letters back. Raises NotTaken, Missing."""

    def depths(self, subscription: Subscription) -> Depths | None:
        """What lies there; None where nothing can. Raises NotTaken, Missing."""
