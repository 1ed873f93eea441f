"""Review as a whole on real PostgreSQL: TC-01 from the recommendation to a cleared notice, and where it can end."""

from datetime import UTC, date, datetime, timedelta

import pytest
from eventsourcing.persistence import IntegrityError

from services.review.domain.panel import Panel
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.domain.site_visit import SiteVisit
from services.review.domain.site_visit import State as VisitState
from services.review.domain.states import State
from services.review.domain.values import ServiceRecord
from services.shared.vocabulary import Invalid, NotFound, Refusal, VersionConflict
from tests.review.conftest import as_
from tests.review.examples import CASE, EXPERTS, FACTS, INSPECTORS, OTHER_CASE, TODAY
from tests.review.steps import (
    OPINION,
    QUORUM,
    SHOWN,
    appraise,
    constitute,
    draft_notice,
    inspect,
    open_case,
    post,
    pre_review,
    propose,
    schedule,
    score,
    sign,
)

END = datetime(2026, 6, 5, 15, 59, tzinfo=UTC)
"""23:59 in Kunming on the last day of TC-01's notice."""


def state(review, case_id=CASE):
    return review.find(Review, case_id).state


def codes(refusal):
    return sorted(finding.code for finding in refusal.value.findings)


def test_tc01_goes_from_the_recommendation_to_a_cleared_notice(wired, review):
    propose(review)
    assert str(review.find(Review, CASE).appraisal.score) == "91.40"
    notice = post(review, CASE)
    assert notice.text
    text = wired.documents.read(notice.text.sha256).decode()
    assert FACTS.centre_name in text
    assert "云工信公示〔2026〕6号" in text
    wired.clock.move_to(END)
    assert wired.run_deadlines() == 0
    assert state(review) is State.PUBLIC_NOTICE
    wired.clock.advance(timedelta(seconds=1))
    assert wired.run_deadlines() == 1
    assert state(review) is State.NOTICE_CLEARED
    assert wired.run_deadlines() == 0


def test_the_opinion_and_the_end_of_the_appraisal_are_one_commit(review):
    panel = constitute(review)
    score(review, panel)
    with as_("stranger"), pytest.raises(Refusal):
        review.sign_opinion(panel.id, text="", met_on=TODAY)
    sign(review, panel, QUORUM - 1)
    assert state(review) is State.EXPERT_APPRAISAL
    before = review.event_log.max_notification_id()
    with as_(EXPERTS[QUORUM].subject):
        review.sign_opinion(panel.id, **OPINION)
    topics = [note.topic for note in review.event_log.select_notifications(before + 1, 10)]
    assert topics == ["review.panel.opinion-signed", "review.review.expert-appraisal-completed"]


def test_a_withdrawn_case_takes_no_opinion_any_more(review):
    panel = constitute(review)
    score(review, panel)
    with as_("intake"):
        review.withdraw_review(CASE, reason="方案调整")
    sign(review, panel, QUORUM - 1)
    with as_(EXPERTS[QUORUM].subject), pytest.raises(Refusal):
        review.sign_opinion(panel.id, **OPINION)
    assert review.find(Panel, panel.id).appraisal is None


def test_a_low_score_ends_in_a_decision_with_its_remedy(review):
    appraise(review, share=2)
    assert state(review) is State.EXPERT_APPRAISAL
    with as_("body"):
        ended = review.not_select_case(
            CASE,
            document_no="云工信技创〔2026〕80号",
            minute_no="12号",
            meeting_date=TODAY,
            text="不予列入。",
            reasons=("得分低于60分",),
            clauses=("S4.2",),
        )
    assert (ended.state, ended.ended_at_stage) == (State.NOT_SELECTED, "expert_panel")
    assert "云南省人民政府申请行政复议" in ended.decision.remedy
    with as_("officer"), pytest.raises(Invalid) as refusal:
        review.record_service(CASE, served=ServiceRecord(date(2026, 5, 31), "mail", "EMS 1"))
    assert codes(refusal) == ["served-before-decision"]
    with as_("officer"):
        served = review.record_service(CASE, served=ServiceRecord(TODAY, "mail", "EMS 1"))
    assert served.remedy_until.local_due.date() == date(2026, 7, 31)
    with as_("officer"), pytest.raises(Refusal) as again:
        review.record_service(CASE, served=ServiceRecord(TODAY, "direct", "回证"))
    assert codes(again) == ["already-under-way"]


def test_an_aborted_visit_is_followed_by_another(review):
    appraise(review)
    first = schedule(review)
    with as_(INSPECTORS[0]):
        review.abort_site_visit(first.id, reason="道路中断")
    assert review.find(SiteVisit, first.id).state is VisitState.ABORTED
    inspect(review)
    assert state(review) is State.COMPREHENSIVE


def test_a_case_withdrawn_on_notice_is_not_cleared_and_the_others_are(wired, review):
    for case_id in (CASE, OTHER_CASE):
        propose(review, case_id)
    post(review, CASE, OTHER_CASE)
    with as_("intake"):
        review.withdraw_review(CASE, reason="方案调整")
    wired.clock.move_to(END + timedelta(minutes=1))
    assert wired.run_deadlines() == 1
    assert (state(review), state(review, OTHER_CASE)) == (State.WITHDRAWN, State.NOTICE_CLEARED)


def test_a_case_is_not_put_on_two_notices(review):
    propose(review)
    first, second = draft_notice(review, CASE), draft_notice(review, CASE)
    with as_("officer"):
        review.post_notice(first.id, notice_no="6号", posted_on=TODAY, **SHOWN)
    with as_("officer"), pytest.raises(Refusal) as refusal:
        review.post_notice(second.id, notice_no="7号", posted_on=TODAY, **SHOWN)
    assert codes(refusal) == ["not-in-this-state"]
    assert review.find(PublicNotice, second.id).notice_no == ""


def test_a_stale_command_is_told_of_the_version_and_an_unknown_case_is_not_found(review):
    with as_("officer"), pytest.raises(NotFound):
        review.draft_notice(title="公示", case_ids=(OTHER_CASE,))
    open_case(review)
    with as_("officer"):
        review.register_receipt(CASE)
    with as_("officer", target=CASE, expected_version=1), pytest.raises(VersionConflict):
        review.accept_case(CASE)


def test_of_two_writers_one_wins(review):
    pre_review(review)
    with as_("head"):
        mine, theirs = review.load(Review, CASE), review.load(Review, CASE)
        mine.pass_pre_review()
        review.save(mine)
    with as_("head"):
        theirs.withdraw(reason="方案调整")
        with pytest.raises(IntegrityError):
            review.save(theirs)
    assert state(review) is State.EXPERT_APPRAISAL


def test_of_two_postings_under_one_number_at_the_same_moment_one_loses(wired, review, monkeypatch):
    for case_id in (CASE, OTHER_CASE):
        propose(review, case_id)
    first, second = (draft_notice(review, case_id) for case_id in (CASE, OTHER_CASE))
    monkeypatch.setattr(review, "_number_is_free", lambda _: None)  # each looked before the other was stored
    with as_("officer"):
        review.post_notice(first.id, notice_no="6号", posted_on=TODAY, **SHOWN)
    with as_("officer"), pytest.raises(IntegrityError):
        review.post_notice(second.id, notice_no="6号", posted_on=TODAY, **SHOWN)
    assert state(review, OTHER_CASE) is State.PROPOSED
    assert wired.database.rows("select id from notices where notice_no = '6号'") == [(first.id,)]
    monkeypatch.undo()
    with as_("officer"), pytest.raises(Invalid) as refusal:
        review.post_notice(second.id, notice_no="6号", posted_on=TODAY, **SHOWN)
    assert codes(refusal) == ["number-taken"]


def test_a_panel_is_one_for_each_case_and_hidden_from_other_experts(review):
    panel = constitute(review)
    with as_("officer"), pytest.raises(Refusal) as refusal:
        review.constitute_panel(CASE, experts=EXPERTS)
    assert codes(refusal) == ["already-under-way"]
    with as_("expert-9", sees=lambda thing: "expert-9" in thing.people), pytest.raises(NotFound):
        review.declare_no_conflict(panel.id)
