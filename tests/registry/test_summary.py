"""A yearly summary: handed in, sent back, accepted, overdue, asked for no longer."""

from __future__ import annotations

from datetime import date

import pytest

from services.registry.domain import due
from services.registry.domain.summary import AnnualSummary, State, summary_id
from tests.given import given
from tests.registry.examples import CASE, DOCUMENT, EDITION, returned, submitted, summary

accept, cease = AnnualSummary.accept, AnnualSummary.cease


def overdue(summary):
    summary.mark_overdue(grace=due.summary_grace(date(2027, 1, 31), EDITION))


def test_is_due_on_the_last_of_january_of_the_next_year():
    assert summary().deadline.local_due.isoformat() == "2027-01-31T17:30:00+08:00"


@pytest.mark.parametrize("steps", [(), (submitted, returned), (overdue,)])
def test_is_handed_in_when_wanted(steps):
    given(summary(*steps)).when(submitted).then(AnnualSummary.Submitted)


def test_is_not_handed_in_of_a_year_that_has_not_begun():
    early = lambda s: s.submit(document=DOCUMENT, today=date(2025, 12, 31))  # noqa: E731
    given(summary()).when(early).then_refused("year-not-begun")


@pytest.mark.parametrize("steps", [(submitted,), (submitted, accept), (cease,)])
def test_is_not_handed_in_when_not_wanted(steps):
    given(summary(*steps)).when(submitted).then_refused("not-in-this-state")


def test_stays_marked_late_when_handed_in_after_the_day():
    late = given(summary(overdue, submitted)).aggregate
    assert (late.state, late.late) == (State.SUBMITTED, True)
    assert not given(summary(submitted)).aggregate.late


def test_is_sent_back_with_reasons_and_another_day():
    [event] = given(summary(submitted)).when(returned).then(AnnualSummary.Returned)
    assert event.deadline.local_due.date() == date(2027, 2, 3)
    given(summary()).when(returned).then_refused("not-in-this-state")


def test_is_accepted_once_it_is_in():
    given(summary(submitted)).when(accept).then(AnnualSummary.Accepted)
    given(summary(submitted, accept)).when(accept).then_refused("not-in-this-state")
    given(summary()).when(accept).then_refused("not-in-this-state")


@pytest.mark.parametrize("steps", [(), (submitted, returned)])
def test_is_overdue_when_it_is_still_wanted(steps):
    given(summary(*steps)).when(overdue).then(AnnualSummary.FellOverdue, AnnualSummary.GraceBegun)


def test_is_not_overdue_when_it_is_in():
    given(summary(submitted)).when(overdue).then_refused("not-in-this-state")


def test_is_asked_for_again_after_an_annulment_and_by_a_later_day_when_its_own_went_by():
    same, later = (due.not_past(summary().deadline, day, EDITION) for day in (date(2027, 1, 31), date(2027, 2, 1)))
    assert (same, later.local_due.date()) == (summary().deadline, date(2027, 5, 3))
    [event] = given(summary(cease)).when(lambda s: s.resume(deadline=later)).then(AnnualSummary.Resumed)
    assert event.deadline == later
    given(summary()).when(lambda s: s.resume(deadline=later)).then_refused("not-in-this-state")
    given(summary(submitted, accept)).when(cease).then_refused("not-in-this-state")


def test_is_one_for_each_year_of_a_centre():
    assert summary_id(CASE, 2026) == summary_id(CASE, 2026) != summary_id(CASE, 2027)
