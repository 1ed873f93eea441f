"""Reopened by remedy: a decision against the applicant that was set aside, and what falls with it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.review import contracts
from services.review.domain.objection_states import Result
from services.review.domain.reopening import WAY, Remedy
from services.review.domain.review import Review
from services.review.domain.states import State
from services.review.domain.values import Ban, ServiceRecord
from services.shared import contract
from services.shared.policy import edition
from services.shared.vocabulary import NotInThisState, VersionConflict
from tests.given import NOON, done, given
from tests.review.conftest import as_
from tests.review.examples import (
    CASE,
    EDITION,
    FAILED,
    HEAD,
    OFFICER,
    OTHER_CASE,
    PANEL,
    REFUSAL,
    TODAY,
    appraisal,
    before_panel,
    in_assessment,
    in_pre_review,
    on_notice,
    period,
)
from tests.review.steps import SHOWN, draft_notice, open_case, post, pre_review, propose
from tests.review.test_corrections import ITEM, answering, received, waiting
from tests.review.test_objecting import conclude, lodge
from tests.review.test_publishing import sealed
from tests.review.test_suspending import WHY

REMEDY = Remedy("云南省人民政府", "云政复决字〔2026〕19号", TODAY, "撤销原决定，责令重新作出。")
DECIDED = replace(REFUSAL, decided_on=TODAY)
SERVED = ServiceRecord(TODAY, "mail", "EMS 1")
OBJECTION, OTHER_OBJECTION = PANEL, CASE
BAN = Ban.under(edition(EDITION.id), "objection_sustained", NOON.date())


def failed():
    """A32."""
    drafted = done(in_pre_review(), lambda r: r.draft_pre_review(**FAILED), **OFFICER)
    return done(drafted, lambda r: r.fail_pre_review(document_no="70号", remedy="可以复议"), **HEAD)


def below_the_gate():
    """A65, at the experts."""
    low = done(before_panel(), lambda r: r.complete_expert_appraisal(appraisal("50"), EDITION))
    return done(low, lambda r: r.not_select(decision=DECIDED, minute_no="12号"))


def not_selected():
    """A65, after the assessment."""
    return done(in_assessment(), lambda r: r.not_select(decision=DECIDED, minute_no="12号"))


def objecting(objection):
    def object_to(review):
        review.note_objection(objection)
        review.hold(objection)

    return object_to


def objected_to():
    """A79, with a ban, while another objection holds the case."""
    held = on_notice()
    for objection in (OBJECTION, OTHER_OBJECTION):
        done(held, objecting(objection))
    return done(held, lambda r: r.sustain_objection(OBJECTION, decision=DECIDED, ban=BAN))


def reopening(to, remedy=REMEDY):
    return lambda review: review.reopen_by_remedy(remedy, to=to, notice_no="6号")


@pytest.mark.parametrize(
    ("ended", "passed"), [(failed, WAY[:2]), (below_the_gate, WAY[:3]), (not_selected, WAY[:5]), (objected_to, WAY)]
)
def test_goes_on_at_the_states_that_it_had_passed_and_at_no_other(ended, passed):
    for to in State:
        if to in passed:
            [event] = given(ended()).when(reopening(to)).then(Review.ReopenedByRemedy)
            assert (event.remedy, event.to) == (REMEDY, to)
        else:
            given(ended()).when(reopening(to)).then_refused("state-not-passed")


@pytest.mark.parametrize("to", WAY)
def test_what_comes_of_the_state_and_of_later_ones_is_made_anew_and_the_rest_stands(to):
    case = done(objected_to(), reopening(to))
    assert (case.state, case.is_over, case.notice_id) == (to, False, None)
    made = (case.pre_review, case.panel_id, case.appraisal, case.site_visit_id, case.site_report, case.proposal)
    stands = WAY.index(to)
    assert [each is not None for each in made] == [stands > 1, *[stands > 2] * 2, *[stands > 3] * 2, stands > 4]


def test_the_decision_its_service_and_its_ban_fall_and_the_ban_is_named():
    served = done(objected_to(), lambda r: r.record_service(SERVED, remedy=period()))
    [event] = given(served).when(reopening(State.PROPOSED)).then(Review.ReopenedByRemedy)
    assert event.annulled_ban == BAN
    case = done(served, reopening(State.PROPOSED))
    assert (case.decision, case.ended_at_stage, case.served, case.remedy_until, case.ban) == (
        None,
        "",
        None,
        None,
        None,
    )


def test_an_open_objection_holds_the_case_on_its_new_notice_and_a_concluded_one_does_not():
    case = done(objected_to(), reopening(State.PROPOSED))
    assert (case.open_objections, case.clock_runs) == ({OTHER_OBJECTION}, False)
    line = case.notice_entry(CASE)
    assert line.shown_before == ("6号",)
    done(case, lambda r: r.post(PANEL, line))
    assert case.state is State.NOTICE_HELD
    done(case, lambda r: r.settle_objection(OTHER_OBJECTION))
    assert (case.state, case.clock_runs) == (State.PUBLIC_NOTICE, True)


def test_a_case_that_goes_on_before_its_notice_has_its_clock_run():
    case = done(objected_to(), reopening(State.COMPREHENSIVE))
    assert (case.clock_runs, case.stops[-1].ended_by) == (True, "reopened-by-remedy")


def test_a_day_to_come_or_before_our_decision_is_refused_with_all_else_that_is_wrong():
    tomorrow, before = date(2026, 6, 2), date(2026, 5, 31)
    given(below_the_gate()).when(reopening(State.PROPOSED, replace(REMEDY, decided_on=tomorrow))).then_refused(
        "day-in-the-future", "state-not-passed"
    )
    given(below_the_gate()).when(reopening(State.PRE_REVIEW, replace(REMEDY, decided_on=before))).then_refused(
        "remedy-before-decision"
    )


def test_a_case_under_way_or_taken_back_is_not_reopened():
    given(in_assessment()).when(reopening(State.PRE_REVIEW)).then_refused("not-in-this-state")
    withdrawn = done(in_assessment(), lambda r: r.withdraw(reason="撤回"))
    given(withdrawn).when(reopening(State.PRE_REVIEW)).then_refused("not-in-this-state")


def lapsed(before=in_pre_review):
    """A91: due on 15 June."""
    return done(waiting(before), Review.lapse)


LATE = replace(REMEDY, decided_on=date(2026, 6, 20))
ANEW = period(date(2026, 6, 22))
LATE_DAY = datetime(2026, 6, 22, 4, tzinfo=UTC)


def reopening_late(to, remedy=LATE):
    return lambda review: review.reopen_by_remedy(remedy, to=to, answer=ANEW)


@pytest.mark.parametrize(("before", "passed"), [(received, WAY[:1]), (in_pre_review, WAY[:2])])
def test_one_that_lapsed_goes_on_as_far_as_it_was_or_waits_for_its_correction_again(before, passed):
    for to in State:
        outcome = given(lapsed(before)).when(reopening_late(to), at=LATE_DAY)
        if to in passed:
            outcome.then(Review.ReopenedByRemedy)
        elif to is State.PROV_CORRECTION:
            outcome.then(Review.ReopenedByRemedy, Review.CorrectionRequested)
        else:
            outcome.then_refused("state-not-passed")


def test_its_correction_has_the_same_defects_another_number_and_its_days_anew():
    case = done(lapsed(), reopening_late(State.PROV_CORRECTION), at=LATE_DAY)
    assert (case.state, case.clock_runs) == (State.PROV_CORRECTION, False)
    asked = case.correction
    assert (asked.items, asked.round_no, asked.deadline, asked.came_from) == ((ITEM,), 2, ANEW, State.PRE_REVIEW)
    done(case, answering())
    assert (case.state, case.clock_runs) == (State.PRE_REVIEW, True)
    again = done(lapsed(), reopening_late(State.PROV_CORRECTION), Review.lapse, at=LATE_DAY)
    later = reopening_late(State.PRE_REVIEW, replace(LATE, decided_on=date(2026, 6, 29)))
    given(again).when(later, at=LATE_DAY + timedelta(days=8)).then(Review.ReopenedByRemedy)


def test_a_decision_from_before_the_lapse_does_not_reopen_it():
    early = replace(LATE, decided_on=date(2026, 6, 14))
    given(lapsed()).when(reopening_late(State.PRE_REVIEW, early), at=LATE_DAY).then_refused("remedy-before-decision")


def test_one_that_lapsed_while_it_was_suspended_is_not_suspended_when_it_goes_on():
    overdue = done(waiting(), lambda r: r.suspend(**WHY), Review.lapse, at=LATE_DAY)
    case = done(overdue, reopening_late(State.PRE_REVIEW), at=LATE_DAY)
    assert (case.is_suspended, case.clock_runs) == (False, True)


def test_the_applicant_is_asked_again_with_the_days_of_the_edition(wired, review):
    open_case(review)
    with as_("officer"):
        review.register_receipt(CASE)
    with as_("officer"):
        review.request_correction(CASE, items=(ITEM,))
    with as_("intake"):
        review.lapse_review(CASE)
    with as_("head", target=CASE, expected_version=1, at=LATE_DAY), pytest.raises(VersionConflict):
        review.reopen_by_remedy(CASE, remedy=LATE, to=State.PROV_CORRECTION)
    with as_("head", at=LATE_DAY):
        review.reopen_by_remedy(CASE, remedy=LATE, to=State.PROV_CORRECTION)
    first, again, asked = (event for event in sealed(wired, review))
    assert [event.name for event in (first, again, asked)] == [
        "correction.requested.v1",
        "case.reopened.v1",
        "correction.requested.v1",
    ]
    assert (again.data["code"], asked.data["round_no"]) == ("A25", 2)
    assert asked.data["due"].startswith("2026-07-06T17:30")
    assert wired.database.rows("select code from reviews where id = %s", (CASE,)) == [("A27",)]


def test_over_http_a_lapse_is_reopened_by_the_head_alone(api, beside, open_case):
    case_id = open_case()
    assert api("POST", f"/reviews/{case_id}/register-receipt").is_success
    items = [{"pointer": "", "zh": "缺少共建协议", "clause": "S4.1.1"}]
    assert api("POST", f"/reviews/{case_id}/request-correction", json={"items": items}).json()["code"] == "A27"
    with as_("intake"):
        beside.lapse_review(UUID(case_id))
    form = {"body": "云南省人民政府", "decision_no": "19号", "decided_on": "2026-06-01", "text": "撤销。"}
    form |= {"to": "prov-correction"}
    path = f"/reviews/{case_id}/reopen-by-remedy"
    assert api("POST", path, json=form).status_code == 403
    early = api("POST", path, as_="division-head", json=form)
    assert (early.status_code, early.json()["errors"][0]["code"]) == (422, "remedy-before-decision")


def fail(review, case_id=CASE):
    pre_review(review, case_id, FAILED)
    with as_("head"):
        review.fail_pre_review(case_id, document_no="云工信技创〔2026〕70号")


def test_a_failed_case_is_checked_anew_and_may_pass(wired, review):
    fail(review)
    with as_("head"):
        assert review.reopen_by_remedy(CASE, remedy=REMEDY, to=State.PRE_REVIEW).state is State.PRE_REVIEW
    event = sealed(wired, review)[-1]
    message = contract.load(contracts.CaseReopened, event.data)
    assert (event.name, message.code, message.body) == ("case.reopened.v1", "A30", REMEDY.body)
    assert wired.database.rows("select state, code from reviews") == [("pre-review", "A30")]
    with as_("officer"):
        review.draft_pre_review(CASE, passed=True, opinion="补充核验后符合。", reasons=(), clauses=())
    with as_("head"):
        assert review.pass_pre_review(CASE).state is State.EXPERT_APPRAISAL


def test_a_repeat_is_refused_and_a_lost_race_is_noticed(review):
    fail(review)
    with as_("head", target=CASE, expected_version=1), pytest.raises(VersionConflict):
        review.reopen_by_remedy(CASE, remedy=REMEDY, to=State.PRE_REVIEW)
    with as_("head"):
        review.reopen_by_remedy(CASE, remedy=REMEDY, to=State.PRE_REVIEW)
    with as_("head"), pytest.raises(NotInThisState):
        review.reopen_by_remedy(CASE, remedy=REMEDY, to=State.PRE_REVIEW)


def test_after_a_sustained_objection_fell_the_case_claims_its_field_and_needs_a_notice_anew(wired, review):
    propose(review)
    notice = post(review, CASE)
    objection = lodge(review, notice)
    conclude(review, objection, Result.SUSTAINED)
    with as_("head"):
        review.sustain_objection(objection, document_no="31号")
    propose(review, OTHER_CASE)
    with as_("body"):
        reopened = review.reopen_by_remedy(CASE, remedy=REMEDY, to=State.PROPOSED)
    assert (reopened.state, reopened.shown_before) == (State.PROPOSED, ("云工信公示〔2026〕6号",))
    assert CASE in {claimant.case_id for claimant in review._in_review(OTHER_CASE)}
    query = "select notice_id, track, panel_id is null from reviews where id = %s"
    assert wired.database.rows(query, (CASE,)) == [(None, "designation", False)]
    again = draft_notice(review, CASE)
    with as_("officer"):
        review.post_notice(again.id, notice_no="云工信公示〔2026〕9号", posted_on=TODAY, **SHOWN)
    assert review.find(Review, CASE).state is State.PUBLIC_NOTICE


def test_over_http_by_the_head_or_the_body_alone_and_with_every_finding_at_once(api, accepted):
    path = f"/reviews/{accepted}/reopen-by-remedy"
    form = {
        "body": REMEDY.body,
        "decision_no": "19号",
        "decided_on": "2026-06-01",
        "text": "重做。",
        "to": "pre-review",
    }
    draft = {"passed": False, "opinion": "不符合。", "reasons": ["组建单位不足"], "clauses": ["S3.2.2"]}
    assert api("POST", f"/reviews/{accepted}/draft-pre-review", json=draft).is_success
    ended = api("POST", f"/reviews/{accepted}/fail-pre-review", as_="division-head", json={"document_no": "70号"})
    assert ended.json()["code"] == "A32"
    assert api("POST", path, json=form).status_code == 403
    wrong = api("POST", path, as_="division-head", json={"decided_on": "gestern", "to": "listed"})
    assert wrong.status_code == 422
    assert {each["pointer"] for each in wrong.json()["errors"]} == {
        "/body",
        "/decision_no",
        "/decided_on",
        "/text",
        "/to",
    }
    early = api("POST", path, as_="division-head", json={**form, "to": "proposed"})
    assert (early.status_code, early.json()["errors"][0]["code"]) == (422, "state-not-passed")
    key = {"Idempotency-Key": "remedy-19-of-the-government"}
    for _ in range(2):
        answer = api("POST", path, as_="collective-body", json=form, headers=key)
        assert (answer.status_code, answer.json()["code"]) == (200, "A30")
