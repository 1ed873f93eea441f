"""Review: what happens to a case at the province, what is refused, what a repeat does."""

from dataclasses import replace
from datetime import date

import pytest

from services.review.domain.review import Review
from services.review.domain.states import CODES, TITLES, State
from services.review.domain.values import SiteReport
from services.shared.vocabulary import Track
from tests.given import done, given
from tests.review.examples import (
    CASE,
    EDITION,
    FACTS,
    FAILED,
    HEAD,
    NOTICE,
    OFFICER,
    PANEL,
    PASSED,
    PROPOSAL,
    REFUSAL,
    TODAY,
    VISIT,
    appraisal,
    before_panel,
    cleared,
    closed_notice,
    in_appraisal,
    in_assessment,
    in_inspection,
    in_pre_review,
    on_notice,
    posted_notice,
    proposed,
    recommended,
)


def drafting(draft):
    return lambda review: review.draft_pre_review(**draft)


def failing(review):
    review.fail_pre_review(document_no=REFUSAL.document_no, remedy=REFUSAL.remedy)


def not_selecting(decision=REFUSAL):
    return lambda review: review.not_select(decision=decision, minute_no="纪要〔2026〕12号")


def proposing(proposal=PROPOSAL):
    return lambda review: review.propose(proposal, EDITION)


def completing(result):
    return lambda review: review.complete_expert_appraisal(result, EDITION)


def below_the_gate():
    return done(before_panel(), completing(appraisal("59.99")))


def ending(notice):
    return lambda review: review.end_notice(notice)


def listing(review):
    review.note_listing(document_no="云工信技创〔2026〕96号")


def test_every_state_has_a_code_and_a_chinese_name():
    assert set(CODES) == set(TITLES) == set(State)


def test_opens_with_the_facts_of_the_recommendation():
    review = given(recommended()).aggregate
    assert (review.state, review.facts, review.policy_edition) == (State.RECOMMENDED, FACTS, EDITION.id)


def test_registers_receipt_once():
    given(recommended()).when(Review.register_receipt).then(Review.ReceiptRegistered)
    given(in_pre_review()).when(Review.register_receipt).then_refused("not-in-this-state")


def test_is_not_accepted_before_receipt():
    given(recommended()).when(Review.accept).then_refused("not-in-this-state")


def test_pre_review_passes_when_another_signs_the_draft():
    drafted = done(in_pre_review(), drafting(PASSED), **OFFICER)
    given(drafted).when(Review.pass_pre_review, **HEAD).then(Review.PreReviewPassed)


def test_the_drafter_does_not_sign():
    drafted = done(in_pre_review(), drafting(PASSED), **OFFICER)
    given(drafted).when(Review.pass_pre_review, **OFFICER).then_refused("drafter-may-not-sign")


@pytest.mark.parametrize(("draft", "signing"), [(PASSED, failing), (FAILED, Review.pass_pre_review)])
def test_signs_only_what_the_draft_says(draft, signing):
    drafted = done(in_pre_review(), drafting(draft), **OFFICER)
    given(drafted).when(signing, **HEAD).then_refused("no-such-draft")


def test_signs_nothing_without_a_draft():
    given(in_pre_review()).when(Review.pass_pre_review).then_refused("no-such-draft")


def test_a_newer_draft_replaces_the_older_one():
    drafted = done(in_pre_review(), drafting(FAILED), drafting(PASSED), **OFFICER)
    given(drafted).when(failing, **HEAD).then_refused("no-such-draft")


def test_a_failed_pre_review_tells_why_and_what_can_be_done():
    drafted = done(in_pre_review(), drafting(FAILED), **OFFICER)
    [event] = given(drafted).when(failing, **HEAD).then(Review.PreReviewFailed)
    assert (event.decision, event.stage) == (replace(REFUSAL, decided_on=TODAY), "material_check")


def test_a_pre_review_does_not_fail_without_reasons_and_clauses():
    drafted = done(in_pre_review(), drafting({**FAILED, "reasons": (), "clauses": ("S9.9",)}), **OFFICER)
    given(drafted).when(failing, **HEAD).then_refused("reasons-missing", "clauses-missing")


def test_a_pre_review_does_not_fail_without_any_clause():
    drafted = done(in_pre_review(), drafting({**FAILED, "clauses": ()}), **OFFICER)
    given(drafted).when(failing, **HEAD).then_refused("clauses-missing")


def test_a_case_has_one_panel():
    given(before_panel()).when(lambda r: r.assign_panel(VISIT)).then_refused("already-under-way")


def test_a_good_score_leads_to_the_site():
    given(before_panel()).when(completing(appraisal("60.00"))).then(Review.ExpertAppraisalCompleted)


def test_a_score_below_the_gate_leads_nowhere_but_out():
    given(below_the_gate()).when(lambda r: r.assign_site_visit(VISIT)).then_refused("not-in-this-state")
    [event] = given(below_the_gate()).when(not_selecting()).then(Review.NotSelected)
    assert event.stage == "expert_panel"


def test_an_appraisal_is_taken_once():
    given(below_the_gate()).when(completing(appraisal("90.00"))).then_refused("not-of-this-case")


def test_refuses_the_result_of_another_panel():
    result = replace(appraisal(), panel_id=VISIT)
    given(before_panel()).when(completing(result)).then_refused("not-of-this-case")


def test_is_not_dropped_while_the_experts_are_at_work():
    given(before_panel()).when(not_selecting()).then_refused("score-not-below-gate")


def test_has_one_site_visit_at_a_time():
    visited = done(in_inspection(), lambda r: r.assign_site_visit(VISIT))
    given(visited).when(lambda r: r.assign_site_visit(PANEL)).then_refused("already-under-way")
    visited_in_vain = done(in_inspection(), lambda r: r.assign_site_visit(VISIT))
    released = done(visited_in_vain, lambda r: r.release_site_visit(VISIT))
    given(released).when(lambda r: r.assign_site_visit(PANEL)).then(Review.SiteVisitAssigned)


def test_ignores_the_release_of_another_visit():
    visited = done(in_inspection(), lambda r: r.assign_site_visit(VISIT))
    given(visited).when(lambda r: r.release_site_visit(PANEL)).then()


def test_refuses_the_report_of_another_visit():
    report = SiteReport(VISIT, "相符。", ())
    given(in_inspection()).when(lambda r: r.take_site_report(report)).then_refused("not-of-this-case")


def test_is_proposed_on_a_track_by_minuted_decision():
    [event] = given(in_assessment()).when(proposing()).then(Review.Proposed)
    assert event.proposal == PROPOSAL


def test_is_not_proposed_before_the_site_report():
    given(in_inspection()).when(proposing()).then_refused("not-in-this-state")


def test_is_not_proposed_by_a_meeting_to_come():
    meeting = replace(PROPOSAL, meeting_date=date(2026, 6, 2))
    given(in_assessment()).when(proposing(meeting)).then_refused("day-in-the-future")


def test_a_score_between_the_tracks_carries_cultivation_only():
    given(in_assessment(appraisal("74.99"))).when(proposing()).then_refused("score-below-track")
    given(in_assessment(appraisal("74.99"))).when(proposing(replace(PROPOSAL, track=Track.CULTIVATION))).then(
        Review.Proposed
    )


def test_the_very_line_carries_the_track():
    given(in_assessment(appraisal("75.00"))).when(proposing()).then(Review.Proposed)


def test_a_small_panel_does_not_carry_designation():
    few = in_assessment(appraisal(sheets=5), track_requested="either")
    given(few).when(proposing()).then_refused("panel-too-small-for-track")


def test_who_asks_for_cultivation_is_not_designated():
    asked = in_assessment(track_requested="cultivation")
    given(asked).when(proposing()).then_refused("designation-not-requested")


def test_is_not_selected_after_the_assessment():
    [event] = given(in_assessment()).when(not_selecting()).then(Review.NotSelected)
    assert event.stage == "comprehensive_assessment"


def test_is_not_dropped_without_remedy_and_number():
    bare = replace(REFUSAL, remedy=" ", document_no="")
    tomorrow = replace(REFUSAL, decided_on=date(2026, 6, 2))
    given(in_assessment()).when(not_selecting(tomorrow)).then_refused("day-in-the-future")
    given(in_assessment()).when(not_selecting(bare)).then_refused("remedy-missing", "document-no-missing")


def test_only_a_proposed_case_stands_on_a_list():
    entry = proposed().notice_entry(CASE)
    assert (entry.centre_name, entry.lead_unit_name) == (FACTS.centre_name, FACTS.lead_unit_name)
    given(in_assessment()).when(lambda r: r.notice_entry(CASE)).then_refused("not-in-this-state")
    given(on_notice()).when(lambda r: r.post(NOTICE, r.notice_entry(r.id))).then_refused("not-in-this-state")


def test_is_cleared_after_its_notice_only():
    elapsed = closed_notice()
    posted = done(proposed(), lambda r: r.post(elapsed.id, r.notice_entry(r.id)))
    given(posted).when(ending(elapsed)).then(Review.Cleared)
    given(proposed()).when(ending(elapsed)).then_refused("not-in-this-state")


def test_is_not_cleared_while_its_notice_runs_or_by_another_notice():
    running = posted_notice()
    posted = done(proposed(), lambda r: r.post(running.id, r.notice_entry(r.id)))
    given(posted).when(ending(running)).then_refused("notice-still-running")
    given(on_notice()).when(ending(closed_notice())).then_refused("notice-still-running")


@pytest.mark.parametrize(
    "stage", [recommended, in_pre_review, in_appraisal, in_inspection, proposed, on_notice, cleared]
)
def test_is_withdrawn_at_every_open_stage(stage):
    before = stage()
    [event] = given(before).when(lambda r: r.withdraw(reason="方案调整")).then(Review.Withdrawn)
    assert event.at_state == before.state


def test_a_second_withdrawal_changes_nothing():
    withdrawn = done(proposed(), lambda r: r.withdraw(reason="方案调整"))
    given(withdrawn).when(lambda r: r.withdraw(reason="方案调整")).then()


def test_notes_the_listing_once_and_is_not_withdrawn_then():
    assert done(cleared(), listing).state is State.LISTED
    given(done(cleared(), listing)).when(listing).then()
    given(done(cleared(), listing)).when(lambda r: r.withdraw(reason="")).then()


def test_is_not_listed_before_it_is_cleared():
    given(on_notice()).when(listing).then()
