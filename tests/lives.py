"""Lives of an aggregate under any order of commands: a machine for hypothesis, the same in every run.

Whatever is commanded: a refusal leaves no trace, versions go up by one for each event, what is over stays over, and a
replay of the stored bytes is the aggregate itself, at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from unittest import TestCase

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.shared.aggregate import Aggregate, acting, acting_now
from services.shared.kernel.application import fold
from services.shared.kernel.mapper import Mapper
from services.shared.vocabulary import Refusal
from tests.given import NOON, circumstances

Command = Callable[[Any], object]


def by(actor: str, command: Command, **changes: Any) -> Command:
    """The command, given by this person (and in other circumstances) instead of the machine's somebody."""

    def given(aggregate: Any) -> None:
        with acting(acting_now(), actor=actor, **changes):
            command(aggregate)

    return given


class Lives(RuleBasedStateMachine):
    """One life after the other, each from one of the beginnings; `machine` fills in what is particular."""

    beginnings: Sequence[Callable[[], Aggregate]] = ()
    commands: Sequence[Command] = ()
    over: Collection[Any] = ()
    state: Callable[[Any], Any] = staticmethod(lambda aggregate: aggregate.state)
    holds: Callable[[Any, Sequence[Any]], None] = staticmethod(lambda aggregate, events: None)

    def __init__(self) -> None:
        super().__init__()
        self.aggregate: Any = None
        self.stored: list[Any] = []
        self.now: datetime = NOON
        self.mapper: Mapper

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        """A fresh one, with the events of its life so far."""
        kind = data.draw(st.sampled_from(range(len(self.beginnings))), label="beginning")
        self.aggregate, self.stored = self.beginnings[kind](), []
        self.mapper = Mapper([type(self.aggregate)])
        self.known = vars(self.aggregate).copy()
        self._store()

    @rule(number=st.integers(0, 10**6), later=st.integers(0, 200))
    def command(self, number: int, later: int) -> None:
        """Command something, at once or hours later."""
        self.now += timedelta(hours=later)
        before, was = _plain(self.aggregate), self.state(self.aggregate)
        if self._is_refused(self.commands[number % len(self.commands)]):
            assert _plain(self.aggregate) == before, "a refused command changed the aggregate"
            assert not self.aggregate.pending_events, "a refused command left an event"
            return
        if was in self.over:
            assert self.state(self.aggregate) == was, f"{was} was not over"
        self._store()

    def _is_refused(self, command: Command) -> bool:
        try:
            with acting(circumstances(at=self.now)):
                command(self.aggregate)
        except Refusal as refused:
            return bool(refused.findings)
        return False

    def _store(self) -> None:
        """Write the new events down and read them again: the replay goes on from the last one."""
        events = self.aggregate.collect_events()
        rows = [self.mapper.to_stored_event(event) for event in events]
        versions = [row.originator_version for row in rows]
        first = self.aggregate.version - len(rows) + 1
        assert versions == list(range(first, first + len(rows)))
        self.stored += rows

    @invariant()
    def replay_is_life(self) -> None:
        """From the first event on, or, for a beginning that was itself folded from stored bytes, from there."""
        if self.aggregate is None:
            return
        events = [self.mapper.to_domain_event(row) for row in self.stored]
        start = None
        if not (self.stored and self.stored[0].originator_version == 1):
            start = object.__new__(type(self.aggregate))
            start.__dict__.update(self.known, _pending_events=[])
        replayed = fold(start, events)
        assert _plain(replayed) == _plain(self.aggregate), "replay and life disagree"
        self.holds(self.aggregate, events)


def machine(
    *beginnings: Callable[[], Aggregate],
    commands: Sequence[Command],
    over: Collection[Any] = (),
    state: Callable[[Any], Any] = lambda aggregate: aggregate.state,
    holds: Callable[[Any, Sequence[Any]], None] = lambda aggregate, events: None,
) -> type[TestCase]:
    """A test of any order of these commands.

    `over` are the states that nothing leads out of; `holds` looks at the aggregate and its new events at each step.
    """
    parts = {"beginnings": beginnings, "commands": tuple(commands), "over": over}
    made: Any = type("Machine", (Lives,), {**parts, "state": staticmethod(state), "holds": staticmethod(holds)})
    made.TestCase.settings = settings(
        max_examples=80,
        stateful_step_count=25,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    test: type[TestCase] = made.TestCase
    return test


def _plain(aggregate: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(aggregate).items() if name != "_pending_events"}
