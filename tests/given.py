"""`given(aggregate).when(command).then(events | refused)`: decisions as sentences, replayed from stored bytes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import pytest

from services.shared.aggregate import Acting, Aggregate, acting
from services.shared.kernel.application import fold
from services.shared.kernel.mapper import Mapper
from services.shared.vocabulary import Refusal

A = TypeVar("A", bound=Aggregate)

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
"""Noon in Kunming on the first day of TC-01's public notice."""


def circumstances(actor: str = "somebody", capacity: str = "test", **changes: Any) -> Acting:
    """Circumstances of a command in a test; `changes` replace any of them."""
    return Acting(**{"at": NOON, "actor": actor, "capacity": capacity, **changes})


def made(make: Callable[[], A], **changes: Any) -> A:
    """An aggregate made under test circumstances."""
    with acting(circumstances(**changes)):
        return make()


def done(aggregate: A, *commands: Callable[[A], Any], **changes: Any) -> A:
    """The aggregate after these commands, each under test circumstances."""
    for command in commands:
        with acting(circumstances(**changes)):
            command(aggregate)
    return aggregate


def given(aggregate: A) -> Given[A]:
    """The history of this aggregate, stored and replayed."""
    mapper = Mapper([type(aggregate)])
    stored = [mapper.to_stored_event(event) for event in aggregate.collect_events()]
    replayed: A = mapper.replay(None, [(event.topic, event.state) for event in stored])
    assert replayed == fold(None, map(mapper.to_domain_event, stored)), "from the rows as from the whole events"
    return Given(replayed)


class Given(Generic[A]):
    """A replayed aggregate that waits for a command."""

    def __init__(self, aggregate: A) -> None:
        self.aggregate = aggregate

    def when(self, command: Callable[[A], Any], **changes: Any) -> Outcome:
        """Give it the command, under test circumstances changed by `changes`."""
        refusal: Refusal | None = None
        with acting(circumstances(**changes)):
            try:
                command(self.aggregate)
            except Refusal as refused:
                refusal = refused
        return Outcome(list(self.aggregate.collect_events()), refusal)


class Outcome:
    """The new events, or the refusal."""

    def __init__(self, events: list[Any], refusal: Refusal | None) -> None:
        self.events, self.refusal = events, refusal

    def then(self, *events: type) -> list[Any]:
        """Exactly these events happened; returns them. None of them: the command changed nothing."""
        assert self.refusal is None, f"refused: {self.refusal}"
        assert [type(event).__name__ for event in self.events] == [event.__name__ for event in events]
        return self.events

    def then_refused(self, *codes: str) -> Refusal:
        """The command was refused with findings of exactly these codes, and nothing happened."""
        if self.refusal is None:
            pytest.fail(f"not refused; happened: {[type(e).__name__ for e in self.events]}")
        assert sorted({finding.code for finding in self.refusal.findings}) == sorted(codes)
        assert self.events == []
        return self.refusal
