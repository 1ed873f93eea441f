"""A rectification: ordered, reported or not, rechecked by another person."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.registry.domain.rectification import Rectification, State
from tests.given import given
from tests.registry.examples import DOCUMENT, GOOD, HEAD, OFFICER, TC11, points, rectification


def report(rectification):
    rectification.report(document=DOCUMENT)


def recheck(items):
    return lambda r: r.recheck(items=items, stated_total=None, opinion="整改有进展。")


lapse, FAILED_AGAIN = Rectification.lapse, points(TC11, "recheck")


def test_gives_twelve_months():
    assert rectification().deadline.local_due.isoformat() == "2030-07-05T17:30:00+08:00"


@pytest.mark.parametrize("steps", [(), (lapse,)])
def test_takes_one_report_even_a_late_one(steps):
    given(rectification(*steps)).when(report).then(Rectification.Reported)
    given(rectification(*steps, report)).when(report).then_refused("not-in-this-state")


def test_lapses_when_nothing_was_reported():
    given(rectification()).when(lapse).then(Rectification.Lapsed)
    given(rectification(report)).when(lapse).then_refused("not-in-this-state")


@pytest.mark.parametrize(
    ("steps", "items", "state"),
    [((report,), FAILED_AGAIN, State.FAILED), ((lapse,), FAILED_AGAIN, State.FAILED), ((report,), GOOD, State.PASSED)],
)
def test_is_rechecked_with_or_without_a_report(steps, items, state):
    rechecked = given(rectification(*steps))
    rechecked.when(recheck(items), **OFFICER).then(Rectification.Rechecked)
    assert rechecked.aggregate.state is state


def test_score_of_tc11_is_57():
    [event] = given(rectification(report)).when(recheck(FAILED_AGAIN)).then(Rectification.Rechecked)
    assert event.sheet.total == Decimal("57.0")


def test_is_not_rechecked_before_the_report_nor_twice_nor_by_whoever_ordered_it():
    given(rectification()).when(recheck(GOOD)).then_refused("not-in-this-state")
    given(rectification(report, recheck(GOOD))).when(recheck(GOOD)).then_refused("not-in-this-state")
    given(rectification(report)).when(recheck(GOOD), **HEAD).then_refused("drafter-signs")


def test_a_plan_may_come_first_and_another_in_its_place_and_the_rest_goes_on_as_without():
    plan = lambda r: r.file_plan(document=DOCUMENT)  # noqa: E731
    given(rectification()).when(plan).then(Rectification.PlanFiled)
    given(rectification(plan)).when(plan).then(Rectification.PlanFiled)
    given(rectification(plan)).when(report).then(Rectification.Reported)
    given(rectification(plan)).when(lapse).then(Rectification.Lapsed)
    given(rectification(plan)).when(Rectification.cease).then(Rectification.Ceased)
    for steps in ((report,), (lapse,)):
        given(rectification(*steps)).when(plan).then_refused("not-in-this-state")
