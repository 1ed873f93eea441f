"""Past deadlines become commands of the clock, and one that is refused keeps no other from its turn."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest

from services.shared.kernel import deadlines
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.deadlines import MOST, PAGE, TABLES, run_due
from services.shared.vocabulary import Finding, Refusal
from tests.given import NOON

KIND = "notice"


@pytest.fixture
def due(service_database):
    """An application with so many deadlines, each due a second after the one before, or all at once."""
    database = service_database("intake", TABLES)

    def make(count, *, apart=1):
        with database.transaction() as cursor:
            for number in range(count):
                moment = NOON - timedelta(days=1) + timedelta(seconds=number * apart)
                row = (UUID(int=number), KIND, moment, False, "{}")
                cursor.execute("insert into deadlines values (%s, %s, %s, %s, %s)", row)
        return SimpleNamespace(clock=FixedClock(NOON), database=database)

    return make


def acts(tried, refuse):
    def act(_, aggregate_id):
        tried.append(aggregate_id.int)
        if refuse(aggregate_id.int):
            raise Refusal(Finding("no", "否", "no"))

    return {KIND: (act, ("S4.2",))}


@pytest.mark.parametrize("apart", [1, 0])
def test_the_young_are_carried_out_though_hundreds_of_older_ones_are_refused(due, apart):
    tried: list[int] = []
    application = due(2 * PAGE + 1, apart=apart)
    assert run_due(application, acts(tried, lambda number: number < 2 * PAGE)) == 1
    assert tried == list(range(2 * PAGE + 1))


def test_one_tick_tries_a_bounded_number(due, monkeypatch):
    monkeypatch.setattr(deadlines, "MOST", 2 * PAGE)
    tried: list[int] = []
    assert run_due(due(3 * PAGE), acts(tried, lambda _: True)) == 0
    assert tried == list(range(2 * PAGE))
    assert MOST > 2 * PAGE


def test_what_is_not_due_yet_and_what_nobody_acts_on_is_left(due):
    application, tried = due(3), list[int]()
    application.clock = FixedClock(NOON - timedelta(days=1) + timedelta(seconds=1))
    assert run_due(application, acts(tried, lambda _: False)) == 2
    assert run_due(application, {}) == 0
    assert tried == [0, 1]
