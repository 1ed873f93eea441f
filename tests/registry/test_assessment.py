"""An assessment and its scores: the items of the scheme, the grade, and who may sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from services.registry.domain import due
from services.registry.domain.assessment import Assessment
from services.registry.domain.scoring import grade_of, scored
from services.shared.calendar import BEIJING
from services.shared.policy import edition_in_force
from services.shared.vocabulary import Invalid
from tests.given import given
from tests.registry.examples import BAD, DOCUMENT, EDITION, GOOD, HEAD, OFFICER, assessment

NOW = datetime(2029, 7, 1, 12, tzinfo=BEIJING)
NOTICE = due.result_notice(date(2029, 6, 25), EDITION)


def post(assessment):
    assessment.post_result(notice_no="公示〔2029〕3号", deadline=NOTICE)


def send_back(assessment):
    assessment.return_materials(reasons=("缺少经费决算",))


def materials(assessment):
    assessment.submit_materials(document=DOCUMENT)


def score(items=GOOD, total=None):
    return lambda assessment: assessment.score(items=items, stated_total=total, opinion="目标全部完成。")


def finalise(assessment):
    assessment.finalise(document_no="云工信技创〔2029〕120号", now=NOW)


def codes_of(items, total=None):
    with pytest.raises(Invalid) as refused:
        scored(items, EDITION, total)
    return [finding.code for finding in refused.value.findings]


def test_takes_materials_until_it_is_scored():
    given(assessment()).when(materials).then(Assessment.MaterialsSubmitted)
    given(assessment(materials)).when(materials).then(Assessment.MaterialsSubmitted)
    given(assessment(materials, score())).when(materials).then_refused("not-in-this-state")


def test_is_not_scored_without_materials():
    given(assessment()).when(score()).then_refused("not-in-this-state")


def test_scores_of_tc01_and_tc11_get_their_totals_and_grades():
    [event] = given(assessment(materials)).when(score(GOOD, Decimal("93.00"))).then(Assessment.Scored)
    assert (event.sheet.total, event.sheet.grade) == (Decimal("93.0"), "excellent")
    [event] = given(assessment(materials)).when(score(BAD, Decimal("54.00"))).then(Assessment.Scored)
    assert (event.sheet.total, event.sheet.grade) == (Decimal("54.0"), "failed")


def test_a_new_score_replaces_the_old_until_it_is_final():
    again = given(assessment(materials, score(BAD)))
    again.when(score(GOOD)).then(Assessment.Scored)
    assert again.aggregate.result.passes


def test_is_final_when_another_person_signs():
    given(assessment(materials, score())).when(finalise, **HEAD).then(Assessment.Finalised)


def test_is_not_signed_by_whoever_scored():
    given(assessment(materials, score())).when(finalise, **OFFICER).then_refused("drafter-signs")


def test_is_not_signed_before_it_is_scored_nor_twice():
    given(assessment(materials)).when(finalise, **HEAD).then_refused("not-in-this-state")


def test_materials_that_are_sent_back_are_collected_again():
    returned = given(assessment(materials))
    returned.when(send_back).then(Assessment.MaterialsReturned)
    returned.when(score()).then_refused("not-in-this-state")
    returned.when(materials).then(Assessment.MaterialsSubmitted)
    given(assessment(materials, score())).when(send_back).then_refused("not-in-this-state")


def test_a_posted_result_is_final_when_its_notice_is_over():
    assert NOTICE.local_due.isoformat() == "2029-06-29T23:59:00+08:00"
    posted = given(assessment(materials, score(), post))
    early = lambda a: a.finalise(document_no="x", now=datetime(2029, 6, 29, 23, tzinfo=BEIJING))  # noqa: E731
    posted.when(early, **HEAD).then_refused("result-notice-running")
    posted.when(score()).then_refused("not-in-this-state")
    posted.when(finalise, **HEAD).then(Assessment.Finalised)


def test_a_result_needs_its_notice_where_the_edition_says_so(monkeypatch):
    key = "assessment.result_notice"
    strict = replace(EDITION, parameters={**EDITION.parameters, key: replace(EDITION.parameter(key), value=True)})
    monkeypatch.setattr("services.registry.domain.assessment.edition", lambda _: strict)
    given(assessment(materials, score())).when(finalise, **HEAD).then_refused("not-in-this-state")
    given(assessment(materials, score(), post)).when(finalise, **HEAD).then(Assessment.Finalised)


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
