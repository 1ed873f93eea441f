"""Replay from rows: the same aggregate as from the whole events, and the same refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from eventsourcing.domain import OriginatorIDError, OriginatorVersionError
from eventsourcing.persistence import MapperDeserialisationError

from services.shared.aggregate import Aggregate, acting, event
from services.shared.kernel.application import fold
from services.shared.kernel.mapper import Mapper, UnknownTopic
from tests.given import circumstances


class Field(Aggregate):
    """A field that is sown and harvested: its events have none, one, and several values."""

    TOPIC = "test.field"

    @event("Ploughed", topic="test.field.ploughed")
    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.crops: list[str] = []
        self.yields: dict[date, dict[str, int]] = {}

    @event("Rested", topic="test.field.rested")
    def rest(self) -> None:
        self.crops.append("nothing")

    @event("Sown", topic="test.field.sown")
    def sow(self, crop: str) -> None:
        self.crops.append(crop)

    @event("Harvested", topic="test.field.harvested")
    def harvest(self, on: date, tons: dict[str, int], helpers: tuple[UUID, ...] = ()) -> None:
        self.yields[on], self.helpers = tons, helpers


MAPPER = Mapper([Field])


@pytest.fixture
def stored():
    with acting(circumstances()):
        field = Field(owner="someone")
        field.rest()
        field.sow("rice")
    with acting(circumstances(), at=circumstances().at + timedelta(days=90)):
        field.harvest(date(2026, 9, 1), {"rice": 3}, (UUID(int=1),))
    return [MAPPER.to_stored_event(event) for event in field.collect_events()]


def rows(stored):
    return [(each.topic, each.state) for each in stored]


def test_a_replay_from_rows_is_a_fold_of_the_events(stored):
    field = MAPPER.replay(None, rows(stored))
    assert field == fold(None, map(MAPPER.to_domain_event, stored))
    assert (field.crops, field.helpers, field.version) == (["nothing", "rice"], (UUID(int=1),), 4)
    assert (field.modified_on - field.created_on).days == 90


def test_a_replay_goes_on_where_an_aggregate_stands(stored):
    field = MAPPER.replay(None, rows(stored[:2]))
    assert MAPPER.replay(field, rows(stored[2:])) == MAPPER.replay(None, rows(stored))
    assert MAPPER.replay(None, []) is None


def test_a_row_from_before_a_field_is_read_with_its_default(stored):
    old = replace(stored[3], state=stored[3].state.replace(b',"helpers":["00000000-0000-0000-0000-000000000001"]', b""))
    assert old.state != stored[3].state
    assert MAPPER.replay(None, rows([*stored[:3], old])).helpers == ()


def test_refuses_rows_that_are_not_the_next_of_the_aggregate(stored):
    for wrong in ([*stored[:2], stored[3]], [stored[0], stored[1], stored[1]]):
        with pytest.raises(OriginatorVersionError):
            MAPPER.replay(None, rows(wrong))
    foreign = replace(stored[2], state=stored[2].state.replace(str(stored[2].originator_id).encode(), b"0" * 32))
    with pytest.raises(OriginatorIDError):
        MAPPER.replay(None, rows([*stored[:2], foreign]))


def test_an_id_is_the_same_however_it_is_written(stored):
    shouted = replace(stored[1], state=stored[1].state.replace(str(stored[1].originator_id).encode(), _shouted(stored)))
    assert shouted.state != stored[1].state
    assert MAPPER.replay(None, rows([stored[0], shouted, *stored[2:]])) == MAPPER.replay(None, rows(stored))


def _shouted(stored):
    return str(stored[1].originator_id).upper().encode()


def test_refuses_a_topic_that_was_never_registered_and_a_row_of_the_wrong_shape(stored):
    with pytest.raises(UnknownTopic):
        MAPPER.replay(None, [*rows(stored), ("os:system", b"{}")])
    for old, new in ((b'"crop":"rice"', b'"crop":3'), (b',"crop":"rice"', b""), (b"}", b"")):
        broken = replace(stored[2], state=stored[2].state.replace(old, new))
        with pytest.raises(MapperDeserialisationError, match=r"test\.field\.sown of"):
            MAPPER.replay(None, rows([*stored[:2], broken]))
    with pytest.raises(MapperDeserialisationError, match="at the beginning"):
        MAPPER.replay(None, [(stored[0].topic, b"{}")])
