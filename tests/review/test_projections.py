"""A read model that is rebuilt from the log equals the one that was kept event by event."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.review.projections import PROJECTIONS
from services.shared.kernel.projections import rebuild
from tests.review.conftest import as_
from tests.review.examples import CASE, EXPERTS, FAILED, INSPECTORS, OTHER_CASE
from tests.review.steps import appraise, constitute, draft_notice, enrol, post, pre_review, propose, schedule

TABLES = {
    "reviews": "id",
    "panels": "id",
    "site_visits": "id",
    "notices": "id",
    "notice_entries": "notice_id, row",
    "deadlines": "aggregate_id",
}


def rows(database):
    return {table: database.dicts(f"select * from {table} order by {key}") for table, key in TABLES.items()}


@pytest.fixture
def a_full_log(wired, review):
    """Cases at many stages: cleared, on notice, failed, withdrawn, below the gate, with a refilled panel."""
    for case_id in (CASE, OTHER_CASE):
        propose(review, case_id)
    post(review, CASE)
    wired.clock.move_to(datetime(2026, 6, 6, tzinfo=UTC))
    assert wired.run_deadlines() == 1
    post(review, OTHER_CASE, number="云工信公示〔2026〕7号")
    failed, low, refilled = uuid4(), uuid4(), uuid4()
    pre_review(review, failed, FAILED)
    with as_("head"):
        review.fail_pre_review(failed, document_no="云工信技创〔2026〕70号")
    appraise(review, low, share=2)
    panel = constitute(review, refilled)
    with as_("expert-1"):
        review.declare_conflict(panel.id, ground="co_author")
    enrol(review, replace(EXPERTS[0], subject="expert-8"))
    with as_("officer"):
        review.replace_expert(panel.id, recused="expert-1", expert=replace(EXPERTS[0], subject="expert-8"))
    aborted = uuid4()
    appraise(review, aborted)
    with as_(INSPECTORS[0]):
        review.abort_site_visit(schedule(review, aborted).id, reason="道路中断")
    with as_("intake"):
        review.withdraw_review(aborted, reason="方案调整")


@pytest.mark.usefixtures("a_full_log")
def test_rebuilt_rows_equal_the_live_ones(wired, review, database_url):
    live = rows(wired.database)
    states = {row["state"] for row in live["reviews"]}
    assert states == {"notice-cleared", "public-notice", "pre-review-failed", "expert-appraisal", "withdrawn"}
    assert [len(live[table]) for table in TABLES] == [6, 5, 3, 2, 2, 1]
    for projection in PROJECTIONS.by_name.values():
        assert rebuild(database_url, "review", projection, review.event_mapper) > 0
    assert rows(wired.database) == live


def test_the_board_shows_score_track_and_notice(wired, review):
    propose(review)
    notice = post(review, CASE)
    [row] = rows(wired.database)["reviews"]
    assert (row["code"], str(row["score"]), row["track"]) == ("A75", "91.40", "designation")
    assert (row["notice_id"], row["discrepancies"]) == (notice.id, 0)


def test_people_are_those_who_may_see_the_panel(wired, review):
    panel = constitute(review)
    with as_("expert-1"):
        review.declare_conflict(panel.id, ground="co_author")
    enrol(review, replace(EXPERTS[0], subject="expert-8"))
    with as_("officer"):
        review.replace_expert(panel.id, recused="expert-1", expert=replace(EXPERTS[0], subject="expert-8"))
    [row] = rows(wired.database)["panels"]
    assert row["people"] == [f"expert-{number}" for number in range(2, 9)]
    assert row["state"] == "constituted"


def test_a_posted_notice_has_a_deadline_and_a_draft_has_none(wired, review):
    propose(review)
    draft_notice(review, CASE)
    assert rows(wired.database)["deadlines"] == []
    notice = post(review, CASE)
    [deadline] = rows(wired.database)["deadlines"]
    assert (deadline["aggregate_id"], deadline["kind"]) == (notice.id, "notice")
    assert "5个工作日" in deadline["explanation"]["zh"]
