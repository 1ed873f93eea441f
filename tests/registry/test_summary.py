"""A yearly summary: handed in, sent back, accepted, overdue, asked for no longer."""

from __future__ import annotations

from datetime import date

import pytest

from services.registry.domain import due
from services.registry.domain.summary import AnnualSummary, State, summary_id
from tests.given import given
from tests.registry.examples import BASIC, CASE, DOCUMENT, EDITION, filed, returned, sent_on, submitted, summary

accept, cease = AnnualSummary.accept, AnnualSummary.cease


def back(summary):
    summary.return_unforwarded(reasons=("缺少经费数据",), deadline=due.returned_summary(date(2027, 1, 20), EDITION))


def overdue(summary):
    summary.mark_overdue(grace=due.summary_grace(date(2027, 1, 31), EDITION))


def test_is_due_on_the_last_of_january_of_the_next_year():
    assert summary().deadline.local_due.isoformat() == "2027-01-31T17:30:00+08:00"


@pytest.mark.parametrize("steps", [(), (submitted, returned), (filed, back), (overdue,)])
def test_is_handed_in_when_wanted(steps):
    [event] = given(summary(*steps)).when(filed).then(AnnualSummary.Submitted)
    assert event.forward.local_due.isoformat() == "2027-02-15T17:30:00+08:00"
    assert summary(*steps, filed).state is State.WITH_PREFECTURE


def test_is_not_handed_in_of_a_year_that_has_not_begun():
    early = lambda s: s.submit(document=DOCUMENT, today=date(2025, 12, 31))  # noqa: E731
    given(summary()).when(early).then_refused("year-not-begun")


@pytest.mark.parametrize("name", [fact.name for fact in BASIC])
def test_each_figure_of_a_basic_condition_that_is_missing_is_found(name):
    day = date(2027, 1, 15)
    without = tuple(fact for fact in BASIC if fact.name != name)
    refused = given(summary()).when(lambda s: s.submit(document=DOCUMENT, today=day, figures=without))
    [finding] = refused.then_refused("figure-missing").findings
    assert (finding.pointer, finding.clause[:4]) == (f"/figures/{name}", "S3.2")
    bare = given(summary()).when(lambda s: s.submit(document=DOCUMENT, today=day))
    assert len(bare.then_refused("figure-missing").findings) == len(BASIC)


@pytest.mark.parametrize("steps", [(filed,), (submitted,), (submitted, accept), (cease,)])
def test_is_not_handed_in_when_not_wanted(steps):
    given(summary(*steps)).when(filed).then_refused("not-in-this-state")


def test_goes_on_to_the_province_once_and_is_filed_there_only_then():
    given(summary(filed)).when(accept).then_refused("not-in-this-state")
    given(summary(filed)).when(returned).then_refused("not-in-this-state")
    [event] = given(summary(filed)).when(sent_on).then(AnnualSummary.Forwarded)
    assert event.agrees
    given(summary(submitted)).when(sent_on).then_refused("not-in-this-state")
    given(summary()).when(sent_on).then_refused("not-in-this-state")


def test_the_prefecture_sends_back_only_what_it_has():
    given(summary(filed)).when(back).then(AnnualSummary.Returned)
    given(summary(submitted)).when(back).then_refused("not-in-this-state")


def test_of_an_edition_without_the_prefecture_goes_to_the_province_at_once():
    direct = lambda s: s.submit(document=DOCUMENT, today=date(2027, 1, 15), figures=BASIC)  # noqa: E731
    given(summary()).when(direct).then(AnnualSummary.Submitted)
    assert summary(direct).state is State.SUBMITTED


def test_what_comes_late_is_sent_on_within_days():
    for filed_on, until in ((date(2027, 1, 31), date(2027, 2, 15)), (date(2027, 2, 10), date(2027, 2, 24))):
        assert due.forwarded_summary(2026, filed_on, EDITION).local_due.date() == until


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
    given(summary(filed)).when(overdue).then_refused("not-in-this-state")


def test_is_asked_for_again_after_an_annulment_and_by_a_later_day_when_its_own_went_by():
    same, later = (due.not_past(summary().deadline, day, EDITION) for day in (date(2027, 1, 31), date(2027, 2, 1)))
    assert (same, later.local_due.date()) == (summary().deadline, date(2027, 5, 3))
    [event] = given(summary(cease)).when(lambda s: s.resume(deadline=later)).then(AnnualSummary.Resumed)
    assert event.deadline == later
    given(summary()).when(lambda s: s.resume(deadline=later)).then_refused("not-in-this-state")
    given(summary(submitted, accept)).when(cease).then_refused("not-in-this-state")


def test_is_one_for_each_year_of_a_centre():
    assert summary_id(CASE, 2026) == summary_id(CASE, 2026) != summary_id(CASE, 2027)
