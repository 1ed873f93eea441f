"""A case that stands still for an investigation or force majeure: nothing is decided of it until it goes on."""

from datetime import timedelta

import pytest

from services.review.domain.review import Review
from services.review.domain.states import State
from services.review.domain.values import Proposal
from services.shared.vocabulary import NotInThisState, Track, VersionConflict
from tests.given import NOON, done, given
from tests.review.conftest import as_
from tests.review.examples import (
    CASE,
    EDITION,
    HEAD,
    INSPECTORS,
    OFFICER,
    PANEL,
    PASSED,
    POINTS,
    PROPOSAL,
    REFUSAL,
    VISIT,
    appraisal,
    before_panel,
    in_appraisal,
    in_assessment,
    in_inspection,
    in_pre_review,
    on_notice,
    proposed,
    recommended,
)
from tests.review.steps import OPINION, SHOWN, appraise, constitute, draft_notice, propose, schedule

WHY = {"cause": "investigation", "document_no": "云工信监〔2026〕3号", "reason": "接举报，正在调查。"}
OVER = {"document_no": "云工信监〔2026〕8号", "reason": "调查终结，未发现问题。"}
LATER = NOON + timedelta(days=9)


def suspending(review):
    review.suspend(**WHY)


def resuming(review, notice=None, edition=EDITION):
    review.resume(**OVER, edition=edition, notice=notice)


ACTS = [
    (recommended, Review.register_receipt),
    (in_pre_review, lambda r: r.draft_pre_review(**PASSED)),
    (in_pre_review, lambda r: r.return_to_prefecture(cause="batch-returned")),
    (in_appraisal, lambda r: r.assign_panel(PANEL)),
    (before_panel, lambda r: r.complete_expert_appraisal(appraisal(), EDITION)),
    (in_inspection, lambda r: r.assign_site_visit(VISIT)),
    (in_assessment, lambda r: r.propose(PROPOSAL, EDITION)),
    (in_assessment, lambda r: r.not_select(decision=REFUSAL, minute_no="12号")),
    (proposed, lambda r: r.notice_entry(CASE)),
    (proposed, suspending),
]


@pytest.mark.parametrize(("stage", "act"), ACTS)
def test_while_it_stands_nothing_is_decided_and_then_the_same_act_passes(stage, act):
    given(done(stage(), suspending, **HEAD)).when(act).then_refused("case-suspended")
    again = done(stage(), suspending, resuming, **HEAD)
    assert (again.state, again.is_suspended) == (stage().state, False)
    done(again, act, **OFFICER)


def test_the_clock_stands_from_the_one_day_to_the_other_and_what_ended_it_is_known():
    given(in_assessment()).when(suspending).then(Review.CaseSuspended)
    suspended = done(in_assessment(), suspending)
    assert not suspended.clock_runs
    case = done(suspended, resuming, at=LATER)
    [*_, stop] = case.stops
    assert (stop.cause, stop.since, stop.until, stop.ended_by) == ("investigation", NOON, LATER, "case-resumed")
    assert case.clock_runs


def ended():
    return done(proposed(), taking_back)


def test_a_case_that_is_over_is_not_suspended_and_only_a_suspended_one_resumes():
    given(ended()).when(suspending).then_refused("not-in-this-state")
    given(ended()).when(resuming).then_refused("not-suspended")
    given(proposed()).when(resuming).then_refused("not-suspended")


def taking_back(review):
    review.withdraw(reason="撤回")


def test_a_suspended_case_can_be_taken_back_and_is_then_suspended_no_more():
    case = done(in_assessment(), suspending, taking_back)
    assert (case.state, case.is_suspended) == (State.WITHDRAWN, False)


def held_before_its_notice():
    """A70, off its notice, while an objection holds it."""
    held = done(on_notice(), lambda r: r.note_objection(PANEL), lambda r: r.hold(PANEL))
    other = Proposal(Track.CULTIVATION, PROPOSAL.meeting_date, "15号", "改列培育。")
    return done(held, lambda r: r.amend_proposal(other, "6号"))


def test_neither_an_objection_that_falls_nor_the_end_of_the_suspension_runs_a_clock_that_the_other_stops():
    settled = done(held_before_its_notice(), suspending, lambda r: r.settle_objection(PANEL))
    assert not settled.clock_runs
    assert done(settled, resuming).clock_runs
    resumed = done(held_before_its_notice(), suspending, resuming)
    assert not resumed.clock_runs
    assert done(resumed, lambda r: r.settle_objection(PANEL)).clock_runs


def test_a_list_with_a_suspended_case_is_not_posted(wired, review):
    propose(review)
    notice = draft_notice(review, CASE)
    with as_("head"):
        review.suspend_case(CASE, **WHY)
    with as_("officer"), pytest.raises(NotInThisState) as refusal:
        review.post_notice(notice.id, notice_no="6号", posted_on=NOON.date(), **SHOWN)
    assert refusal.value.findings[0].code == "case-suspended"
    assert WHY["document_no"] in refusal.value.findings[0].zh
    with as_("head", target=CASE, expected_version=1), pytest.raises(VersionConflict):
        review.resume_case(CASE, **OVER)
    with as_("head"):
        review.resume_case(CASE, **OVER)
    with as_("officer"):
        review.post_notice(notice.id, notice_no="6号", posted_on=NOON.date(), **SHOWN)
    [(version,)] = wired.database.rows("select version from reviews where id = %s", (CASE,))
    assert version == review.find(Review, CASE).version


def test_experts_and_inspectors_do_nothing_for_a_suspended_case_but_may_step_back(review):
    panel = constitute(review)
    with as_("head"):
        review.suspend_case(CASE, **WHY)
    sheet = {"items": POINTS["expert-1"], "comment": ""}
    acts = (
        lambda: review.declare_no_conflict(panel.id),
        lambda: review.save_score_sheet(panel.id, **sheet, reasons={}),
        lambda: review.submit_score_sheet(panel.id, **sheet),
        lambda: review.sign_opinion(panel.id, **OPINION),
    )
    for act in acts:
        with as_("expert-1"), pytest.raises(NotInThisState) as refusal:
            act()
        assert refusal.value.findings[0].code == "case-suspended"
    with as_("expert-1"):
        review.decline_seat(panel.id, reason="时间冲突")
    with as_("head"):
        review.resume_case(CASE, **OVER)
    with as_("expert-2"):
        review.declare_no_conflict(panel.id)


def test_nothing_is_found_on_the_site_of_a_suspended_case(review):
    appraise(review)
    visit = schedule(review)
    with as_("head"):
        review.suspend_case(CASE, **WHY)
    finding = {"item": "funds", "claim": "", "confirmed": True, "note": "", "photo_sha256": ""}
    acts = (
        lambda: review.record_finding(visit.id, **finding),
        lambda: review.draft_site_report(visit.id, conclusion="相符。"),
        lambda: review.sign_site_report(visit.id),
    )
    for act in acts:
        with as_(INSPECTORS[0]), pytest.raises(NotInThisState) as refusal:
            act()
        assert refusal.value.findings[0].code == "case-suspended"
    with as_(INSPECTORS[0]):
        review.abort_site_visit(visit.id, reason="中止办理")


def test_over_http_by_the_head_alone_with_every_finding_at_once_and_shown_to_the_applicant(api, open_case):
    case_id = open_case()
    path = f"/reviews/{case_id}"
    assert api("POST", f"{path}/suspend", json=WHY).status_code == 403
    wrong = api("POST", f"{path}/suspend", as_="division-head", json={"cause": "weather"})
    assert wrong.status_code == 422
    assert {each["pointer"] for each in wrong.json()["errors"]} == {"/document_no", "/reason"}
    unknown = api("POST", f"{path}/suspend", as_="division-head", json={**WHY, "cause": "weather"})
    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (422, "not-a-cause")
    key = {"Idempotency-Key": "suspension-of-3"}
    for _ in range(2):
        assert api("POST", f"{path}/suspend", as_="division-head", json=WHY, headers=key).json()["code"] == "A20"
    late = api("POST", f"{path}/register-receipt")
    assert (late.status_code, late.json()["errors"][0]["code"]) == (409, "case-suspended")
    shown = api("GET", f"{path}/state", as_="auditor").json()["suspended"]
    assert (shown["cause"], shown["document_no"]) == (WHY["cause"], WHY["document_no"])
    assert "reason" not in shown
    assert api("POST", f"{path}/resume", as_="division-head", json=OVER).is_success
    assert api("POST", f"{path}/register-receipt").json()["code"] == "A25"
