"""The relay and the inbox over a broker that loses, repeats and reorders, and processes that die between any two steps.

Whatever happened, each effect is had once and in order per sender, and once all is well again everything arrives.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.shared.kernel import resend
from tests.faults.simulation import Clock, Killed, Listening, Sender, Tables, Wire
from tests.kernel.letters import TOLD, UNTOLD

ROUNDS = 60
"""So many turns may it take, all being well, until everything has arrived."""


class RelayAndInbox(RuleBasedStateMachine):
    """Every step is one that a machine, a network or a broker may take at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr(resend, "time", self.clock)
        self.wire, self.tables, self.poison = Wire(), Tables(), set[int]()
        self.sender = Sender(self.wire)
        self.restart()

    @rule(topic=st.sampled_from([TOLD, TOLD, UNTOLD]), case=st.integers(0, 1), times=st.integers(1, 4))
    def append(self, topic, case, times):
        for _ in range(times):
            self.sender.append(topic, case)

    @rule(topic=st.just(TOLD), case=st.integers(0, 1))
    def append_poison(self, topic, case):
        self.sender.append(topic, case)
        self.poison.add(len(self.sender.log))

    @rule(batch=st.integers(1, 50), confirmed=st.sampled_from([0, 1, 99]), killed=st.booleans())
    def relay(self, batch, confirmed, killed):
        self.sender.relay(batch, confirmed, killed=killed)

    @precondition(lambda self: self.wire.queue)
    @rule(at=st.integers(0, 5), killed=st.sampled_from([False, False, True]))
    def deliver(self, at, killed):
        at %= len(self.wire.queue)
        self.listener.killed_after_effect = killed
        try:
            self.listener.hand(*self.wire.queue[at])
        except Killed:
            self.restart()
        else:
            del self.wire.queue[at]

    @rule()
    def tell_everything(self):
        self.relay(50, 99, killed=False)
        while self.wire.queue:
            self.deliver(0, killed=False)

    @precondition(lambda self: self.wire.queue)
    @rule(at=st.integers(0, 20))
    def repeat(self, at):
        self.wire.queue.append(self.wire.queue[at % len(self.wire.queue)])

    @precondition(lambda self: self.wire.queue)
    @rule(at=st.integers(0, 20))
    def lose(self, at):
        del self.wire.queue[at % len(self.wire.queue)]

    @rule()
    def lose_everything(self):
        self.wire.queue.clear()
        self.listener.requests.after.clear()

    @rule(up=st.booleans())
    def broker(self, up):
        self.wire.up = up

    @rule(times=st.integers(1, 4))
    def database_away(self, times):
        self.tables.away = times

    @rule(seconds=st.sampled_from([0.1, 1.0, 31.0, 86_400.0]))
    def wait(self, seconds):
        self.clock.now += seconds
        self.listener.idle()

    @rule()
    def answer(self):
        while self.listener.requests.after:
            self.sender.resend(self.listener.requests.after.pop())

    @rule()
    def restart(self):
        self.listener = Listening(self.tables, self.wire)
        self.listener.poison = self.poison

    @invariant()
    def each_effect_once_and_in_order(self):
        had = [position for position, _ in self.tables.effects]
        assert had == sorted(set(had))
        told = [event.position for event in self.sender.told() if event.position <= self.tables.position]
        assert sorted(had + [position for position, _ in self.tables.parked]) == told

    @invariant()
    def nothing_overtakes_a_parked_event_of_its_case(self):
        for parked, case in self.tables.parked:
            assert not [p for p, c in self.tables.effects if c == case and p > parked]

    def teardown(self):
        try:
            self.everything_arrives_when_all_is_well()
        finally:
            self._patch.undo()

    def everything_arrives_when_all_is_well(self):
        self.wire.up, self.tables.away = True, 0
        last = max((event.position for event in self.sender.told()), default=0)
        for _ in range(ROUNDS):
            self.tell_everything()
            if self.tables.position == last and self.sender.place.position == len(self.sender.log):
                break
            self.wait(31.0)
            self.answer()
        assert self.tables.position == last
        self.each_effect_once_and_in_order()
        assert all(position in self.poison or self.behind(position, case) for position, case in self.tables.parked)

    def behind(self, position: int, case: str) -> bool:
        return any(c == case and p < position and p in self.poison for p, c in self.tables.parked)


RelayAndInbox.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestRelayAndInbox = RelayAndInbox.TestCase
