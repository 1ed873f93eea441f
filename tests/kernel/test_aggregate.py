"""An aggregate may be written in parts: what a plain base records is the aggregate's own event."""

from __future__ import annotations

from services.shared.aggregate import Aggregate, acting, event
from services.shared.kernel.mapper import Mapper
from tests.given import circumstances


class Painted:
    """A part."""

    colour: str

    def paint(self, colour):
        self._painted(colour=colour)

    @event("Painted", topic="kernel-test.fence.painted")
    def _painted(self, colour: str, by: str = "nobody") -> None:
        self.colour = colour


class Fence(Painted, Aggregate):
    """The aggregate that it is a part of."""

    TOPIC = "kernel-test.fence"

    @event("Built", topic="kernel-test.fence.built")
    def __init__(self) -> None:
        self.colour = ""


def test_what_a_part_records_is_stored_and_read_as_an_event_of_the_aggregate():
    with acting(circumstances()):
        fence = Fence()
        fence.paint("green")
    mapper = Mapper([Fence])
    assert set(mapper.events) == {"kernel-test.fence.built", "kernel-test.fence.painted"}
    built, painted = [mapper.to_domain_event(mapper.to_stored_event(e)) for e in fence.collect_events()]
    assert type(painted) is Fence.Painted
    replayed = painted.mutate(built.mutate(None))
    assert (replayed.colour, replayed.version) == ("green", 2)
    assert painted.by == "nobody"
