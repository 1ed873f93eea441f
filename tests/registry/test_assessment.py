"""An assessment and its scores: the items of the scheme, the grade, and who may sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from services.registry.domain import due
from services.registry.domain.assessment import Assessment, State, stages_of
from services.registry.domain.scoring import grade_of, scored
from services.shared.calendar import BEIJING
from services.shared.policy import edition_in_force, editions
from services.shared.vocabulary import Invalid
from tests.given import given
from tests.registry.examples import BAD, DOCUMENT, EDITION, GOOD, HEAD, OFFICER, assessment

NOW = datetime(2029, 7, 1, 12, tzinfo=BEIJING)
VISITED_ON, TODAY = date(2029, 6, 19), date(2029, 6, 21)
NOTICE = due.result_notice(date(2029, 6, 25), EDITION)


def post(assessment):
    assessment.post_result(notice_no="公示〔2029〕3号", deadline=NOTICE)


def send_back(assessment):
    assessment.return_materials(reasons=("缺少经费决算",))


def materials(assessment):
    assessment.submit_materials(document=DOCUMENT)


def visit(day=VISITED_ON, inspectors=("officer", "officer-2")):
    return lambda assessment: assessment.visit_site(
        visited_on=day, inspectors=inspectors, document=DOCUMENT, today=TODAY
    )


def deliberate(day=TODAY):
    return lambda assessment: assessment.deliberate(held_on=day, minute_no="6号", document=DOCUMENT, today=TODAY)


def score(items=GOOD, total=None):
    return lambda assessment: assessment.score(items=items, stated_total=total, opinion="目标全部完成。")


def finalise(assessment):
    assessment.finalise(document_no="云工信技创〔2029〕120号", now=NOW)


REVIEWED = (materials, visit(), deliberate())
"""All stages of the edition before the score."""


def edition_with(monkeypatch, key, value):
    other = replace(EDITION, parameters={**EDITION.parameters, key: replace(EDITION.parameter(key), value=value)})
    monkeypatch.setattr("services.registry.domain.assessment.edition", lambda _: other)


def codes_of(items, total=None):
    with pytest.raises(Invalid) as refused:
        scored(items, EDITION, total)
    return [finding.code for finding in refused.value.findings]


def test_takes_materials_until_it_is_scored():
    given(assessment()).when(materials).then(Assessment.MaterialsSubmitted)
    given(assessment(materials)).when(materials).then(Assessment.MaterialsSubmitted)
    given(assessment(*REVIEWED, score())).when(materials).then_refused("not-in-this-state")


def test_is_not_scored_without_materials():
    given(assessment()).when(score()).then_refused("not-in-this-state")


def test_scores_of_tc01_and_tc11_get_their_totals_and_grades():
    [event] = given(assessment(*REVIEWED)).when(score(GOOD, Decimal("93.00"))).then(Assessment.Scored)
    assert (event.sheet.total, event.sheet.grade) == (Decimal("93.0"), "excellent")
    [event] = given(assessment(*REVIEWED)).when(score(BAD, Decimal("54.00"))).then(Assessment.Scored)
    assert (event.sheet.total, event.sheet.grade) == (Decimal("54.0"), "failed")


def test_a_new_score_replaces_the_old_until_it_is_final():
    again = given(assessment(*REVIEWED, score(BAD)))
    again.when(score(GOOD)).then(Assessment.Scored)
    assert again.aggregate.result.passes


def test_is_final_when_another_person_signs():
    given(assessment(*REVIEWED, score())).when(finalise, **HEAD).then(Assessment.Finalised)


def test_is_not_signed_by_whoever_scored():
    given(assessment(*REVIEWED, score())).when(finalise, **OFFICER).then_refused("drafter-signs")


def test_is_not_signed_before_it_is_scored_nor_twice():
    given(assessment(*REVIEWED)).when(finalise, **HEAD).then_refused("not-in-this-state")


def test_materials_that_are_sent_back_are_collected_again():
    returned = given(assessment(materials))
    returned.when(send_back).then(Assessment.MaterialsReturned)
    returned.when(score()).then_refused("not-in-this-state")
    returned.when(materials).then(Assessment.MaterialsSubmitted)
    given(assessment(*REVIEWED, score())).when(send_back).then_refused("not-in-this-state")


def test_a_posted_result_is_final_when_its_notice_is_over():
    assert NOTICE.local_due.isoformat() == "2029-06-29T23:59:00+08:00"
    posted = given(assessment(*REVIEWED, score(), post))
    early = lambda a: a.finalise(document_no="x", now=datetime(2029, 6, 29, 23, tzinfo=BEIJING))  # noqa: E731
    posted.when(early, **HEAD).then_refused("result-notice-running")
    posted.when(score()).then_refused("not-in-this-state")
    posted.when(finalise, **HEAD).then(Assessment.Finalised)


def test_a_result_needs_its_notice_where_the_edition_says_so(monkeypatch):
    edition_with(monkeypatch, "assessment.result_notice", True)
    given(assessment(*REVIEWED, score())).when(finalise, **HEAD).then_refused("not-in-this-state")
    given(assessment(*REVIEWED, score(), post)).when(finalise, **HEAD).then(Assessment.Finalised)


def test_a_site_is_visited_and_deliberated_on_before_the_score():
    reviewing = given(assessment(materials))
    reviewing.when(score()).then_refused("not-in-this-state")
    reviewing.when(deliberate()).then_refused("not-in-this-state")
    [visited] = reviewing.when(visit()).then(Assessment.SiteVisited)
    assert (visited.visited_on, visited.inspectors) == (VISITED_ON, ("officer", "officer-2"))
    reviewing.when(visit()).then_refused("not-in-this-state")
    reviewing.when(materials).then_refused("not-in-this-state")
    reviewing.when(send_back).then_refused("not-in-this-state")
    reviewing.when(score()).then_refused("not-in-this-state")
    [deliberated] = reviewing.when(deliberate()).then(Assessment.Deliberated)
    assert (deliberated.held_on, deliberated.minute_no) == (TODAY, "6号")
    reviewing.when(deliberate()).then_refused("not-in-this-state")
    reviewing.when(score()).then(Assessment.Scored)
    assert len(reviewing.aggregate.documents) == 3


def test_nothing_is_visited_or_deliberated_on_without_materials():
    given(assessment()).when(visit()).then_refused("not-in-this-state")
    given(assessment()).when(deliberate()).then_refused("not-in-this-state")


@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        (visit(date(2029, 6, 22)), {"day-in-the-future"}),
        (visit(inspectors=("officer-2", "officer-2")), {"too-few-inspectors"}),
        (visit(inspectors=("officer",)), {"too-few-inspectors", "only-inspector-records"}),
        (
            visit(date(2029, 6, 22), ("officer", "officer")),
            {"day-in-the-future", "too-few-inspectors", "only-inspector-records"},
        ),
    ],
)
def test_what_is_wrong_of_a_visit_is_said_at_once(wrong, codes):
    given(assessment(materials)).when(wrong, **OFFICER).then_refused(*codes)


def test_whoever_records_a_visit_is_not_its_only_inspector_where_one_is_enough(monkeypatch):
    edition_with(monkeypatch, "assessment.min_inspectors", 1)
    given(assessment(materials)).when(visit(inspectors=("officer",)), **OFFICER).then_refused("only-inspector-records")
    given(assessment(materials)).when(visit(inspectors=("officer-2",)), **OFFICER).then(Assessment.SiteVisited)


def test_a_meeting_is_held_after_the_visit_and_not_in_the_future():
    visited = given(assessment(materials, visit()))
    visited.when(deliberate(date(2029, 6, 18))).then_refused("before-the-visit")
    visited.when(deliberate(date(2029, 6, 22))).then_refused("day-in-the-future")
    visited.when(deliberate(VISITED_ON)).then(Assessment.Deliberated)


def test_an_edition_leaves_the_site_visit_out(monkeypatch):
    edition_with(monkeypatch, "assessment.stages", ("initial-review", "deliberation"))
    reviewing = given(assessment(materials))
    reviewing.when(visit()).then_refused("stage-left-out")
    reviewing.when(score()).then_refused("not-in-this-state")
    reviewing.when(deliberate()).then(Assessment.Deliberated)
    reviewing.when(score()).then(Assessment.Scored)


def test_an_edition_leaves_both_out(monkeypatch):
    edition_with(monkeypatch, "assessment.stages", ("initial-review",))
    reviewing = given(assessment(materials))
    reviewing.when(deliberate()).then_refused("stage-left-out")
    reviewing.when(score()).then(Assessment.Scored)


def test_a_score_of_the_time_before_the_stages_is_still_applied(monkeypatch):
    with monkeypatch.context() as before:
        edition_with(before, "assessment.stages", ("initial-review",))
        old = assessment(materials, score(BAD))
    scored_then = given(old)
    assert scored_then.aggregate.result.grade == "failed"
    scored_then.when(score(GOOD)).then(Assessment.Scored)
    scored_then.when(finalise, **HEAD).then(Assessment.Finalised)


@pytest.mark.parametrize("each", editions(), ids=lambda each: each.id)
def test_the_stages_of_every_edition_begin_with_the_initial_review_and_keep_their_order(each):
    known = [State.INITIAL_REVIEW, State.SITE_VISIT, State.DELIBERATION]
    stages = list(stages_of(each.id))
    assert stages[0] is State.INITIAL_REVIEW
    assert stages == [stage for stage in known if stage in stages]


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100", "excellent"),
        ("90", "excellent"),
        ("89.99", "good"),
        ("75", "good"),
        ("74.99", "qualified"),
        ("60", "qualified"),
        ("59.99", "failed"),
        ("0", "failed"),
    ],
)
def test_a_total_has_the_best_grade_whose_floor_it_reaches(total, grade):
    assert grade_of(Decimal(total), EDITION) == grade


def test_every_wrong_item_is_named_at_once():
    wrong = {**GOOD, "plan": Decimal("30.01"), "beauty": Decimal(1)}
    del wrong["market"]
    assert codes_of(wrong) == ["unknown-item", "item-over-maximum", "item-missing"]
    assert codes_of({**GOOD, "plan": Decimal(-1)}) == ["item-over-maximum"]


def test_a_total_that_is_not_the_sum_is_refused():
    assert codes_of(GOOD, Decimal(94)) == ["total-disagrees"]


def test_the_scheme_in_force_adds_up_to_a_hundred():
    items = edition_in_force(EDITION.in_force_from)["assessment.scheme"]
    assert sum(item["max"] for item in items) == 100
