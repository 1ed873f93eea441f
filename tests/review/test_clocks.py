"""The clocks of a case: how many days are used and left, by the calendar, as worklists and case pages show them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.review import queries
from services.review.domain.values import Amendment
from services.review.queries import clocks
from services.shared.calendar import calendar
from services.shared.calendar.suspension import restarted
from services.shared.kernel.authority import ANYBODY, EVERYTHING, Admission
from services.shared.kernel.request import Page
from tests.given import NOON
from tests.review.conftest import as_
from tests.review.examples import AFTER, CASE, EDITION, FACTS, OTHER_CASE, period
from tests.review.steps import open_case, post, propose
from tests.review.test_corrections import DUE, ITEM
from tests.review.test_suspending import OVER, WHY

DAY = timedelta(days=1)


def shown(wired, at, case_id=CASE):
    """Each clock as (kind, used, left), at a moment."""
    return [(each["kind"], each["used"], each["left"]) for each in clocks(wired.database, [case_id], at)[case_id]]


@pytest.fixture
def registered(review):
    open_case(review)
    with as_("officer"):
        review.register_receipt(CASE)


@pytest.mark.usefixtures("registered")
def test_the_material_check_counts_from_the_day_after_the_receipt_over_the_weekend(wired):
    """Five working days from Monday 1 June: the 2nd to the 8th."""
    assert shown(wired, NOON) == [("material-check", 0, 5)]
    days = [(NOON + number * DAY) for number in (1, 2, 5, 7, 8)]
    assert [shown(wired, day)[0][1:] for day in days] == [(0, 5), (1, 4), (4, 1), (4, 1), (5, 0)]


@pytest.mark.usefixtures("registered")
def test_it_ends_when_the_materials_are_accepted_or_found_wanting(wired, review):
    with as_("officer"):
        review.request_correction(CASE, items=(ITEM,))
    assert shown(wired, NOON) == [("correction", 0, 10)]
    with as_("intake"):
        facts = {"snapshot_number": FACTS.snapshot_number + 1}
        review.take_correction(CASE, facts=facts)
    assert shown(wired, NOON) == [("material-check", 0, 5)]
    with as_("officer"):
        review.accept_case(CASE)
    assert shown(wired, NOON) == []


@pytest.mark.usefixtures("registered")
def test_a_clock_that_stands_still_is_counted_as_on_the_day_on_which_it_stopped(wired, review):
    with as_("officer"):
        review.request_correction(CASE, items=(ITEM,))
    with as_("head", at=NOON + 3 * DAY):
        review.suspend_case(CASE, **WHY)
    [clock] = clocks(wired.database, [CASE], NOON + 20 * DAY)[CASE]
    assert (clock["used"], clock["left"], clock["stands_since"]) == (2, 8, NOON + 3 * DAY)
    with as_("head", at=NOON + 21 * DAY):
        review.resume_case(CASE, **OVER)
    assert shown(wired, NOON + 21 * DAY) == [("correction", 2, 8)]
    assert shown(wired, NOON + 22 * DAY) == [("correction", 2, 8)]
    assert shown(wired, NOON + 23 * DAY) == [("correction", 3, 7)]


def test_the_notice_is_a_clock_of_each_case_on_it_until_the_case_leaves_it_or_is_cleared(wired, review):
    for case_id in (CASE, OTHER_CASE):
        propose(review, case_id)
    post(review, CASE, OTHER_CASE)
    assert shown(wired, NOON) == [("notice", 0, 5)]
    assert shown(wired, NOON + 4 * DAY) == [("notice", 4, 1)]
    with as_("officer"):
        review.amend_listing(CASE, amendment=Amendment(FACTS.centre_name, "昆明幻彩集团", "笔误"))
    assert shown(wired, NOON) == []
    wired.clock.move_to(AFTER)
    wired.run_deadlines()
    assert shown(wired, NOON, OTHER_CASE) == []


@pytest.mark.usefixtures("registered")
def test_the_worklists_show_them(wired):
    everybody = Admission(ANYBODY, "province_officer", EVERYTHING, ())
    for listed in (queries.reviews, queries.states):
        [row] = listed(wired.database, everybody, Page(10, None), NOON + 2 * DAY)["items"]
        [clock] = row["clocks"]
        assert (clock["title"], clock["unit"], clock["used"], clock["left"]) == ("材料审查期限", "working_days", 1, 4)


def test_over_http_on_the_case_page_the_list_and_the_applicants_page(api, accepted, open_case):
    case_id = open_case()
    api("POST", f"/reviews/{case_id}/register-receipt")
    for path, reader in ((f"/reviews/{case_id}", "auditor"), (f"/reviews/{case_id}/state", "applicant-kunming")):
        [clock] = api("GET", path, as_=reader).json()["clocks"]
        assert (clock["kind"], clock["used"], clock["left"], clock["stands_since"]) == ("material-check", 0, 5, None)
    assert api("GET", f"/reviews/{accepted}", as_="auditor").json()["clocks"] == []


def test_days_left_over_a_festival_are_those_of_the_calendar():
    """The notice of TC-07: 11 to 24 February 2026, over the Spring Festival with its worked Saturday."""
    notice = period(date(2026, 2, 11))
    days = {11: 5, 12: 4, 13: 3, 14: 2, 15: 1, 23: 1, 24: 1, 25: 0}
    assert {day: notice.days_left(date(2026, 2, day), calendar()) for day in days} == days


def test_a_period_in_days_of_the_calendar_is_counted_so():
    weeks = DUE.calendar_days_after(
        date(2026, 6, 1), 14, kind="x", rule="x", clause="S4.2", close_time="17:30", calendar=calendar()
    )
    assert weeks.days_left(date(2026, 6, 6), calendar()) == 10
    again = restarted(weeks, datetime(2026, 6, 6, 2, tzinfo=UTC), datetime(2026, 6, 20, 2, tzinfo=UTC), EDITION)
    assert (again.length, again.local_due.date()) == (10, date(2026, 6, 30))
