"""A centre: listing, plaque, supervision, revocation, annulment, recommendation; lawful or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.registry.domain.centre import Centre
from services.registry.domain.national import National
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import Qualification
from services.registry.domain.supervision import Supervision
from services.registry.domain.values import FAILED_ASSESSMENT
from services.shared.vocabulary import Track
from tests.given import given
from tests.registry.examples import (
    ASSESSMENT_DUE,
    FAILING,
    GROUNDS,
    LISTING,
    REVOCATION_ID,
    begin_assessment,
    cleared,
    cultivated,
    designated,
    facing_revocation,
    fail,
    notice,
    rectify,
    revoke,
    with_plaque,
)


def designate(centre, listing=LISTING):
    centre.designate(listing, assessment_due=ASSESSMENT_DUE)


def list_for_cultivation(centre):
    centre.list_for_cultivation(LISTING, assessment_due=ASSESSMENT_DUE)


def issue_plaque(centre):
    centre.issue_plaque(plaque_no="001")


def pass_assessment(grade="good"):
    return lambda centre: centre.conclude_assessment(grade=grade, next_due=ASSESSMENT_DUE)


def recommend(centre):
    centre.recommend_to_ministry(letter_no="云工信技创〔2029〕141号")


def annul(centre):
    centre.annul_revocation(document_no="云政复决〔2030〕33号", body="云南省人民政府", effective_on=date(2030, 8, 1))


def test_is_designated_when_cleared_for_designation():
    centre = given(cleared())
    centre.when(designate).then(Centre.Designated)
    assert centre.aggregate.qualification is Qualification.DESIGNATED
    assert centre.aggregate.listed.number == "YNMIC-2026-001"


def test_is_listed_for_cultivation_when_cleared_for_cultivation():
    given(cleared(Track.CULTIVATION)).when(list_for_cultivation).then(Centre.ListedForCultivation)


def test_is_not_designated_when_cleared_for_cultivation():
    given(cleared(Track.CULTIVATION)).when(designate).then_refused("other-track")


def test_is_not_listed_for_cultivation_when_cleared_for_designation():
    given(cleared()).when(list_for_cultivation).then_refused("other-track")


def test_is_not_listed_when_not_yet_a_legal_person():
    given(cleared()).when(lambda c: designate(c, replace(LISTING, centre_uscc=""))).then_refused(
        "centre-not-incorporated"
    )


@pytest.mark.parametrize("listed", [designated, cultivated, lambda: facing_revocation(revoke)])
def test_is_not_listed_twice(listed):
    given(listed()).when(designate).then_refused("not-in-this-state")
    given(listed()).when(list_for_cultivation).then_refused("not-in-this-state")


def test_gets_a_plaque_when_designated():
    given(designated()).when(issue_plaque).then(Centre.PlaqueIssued)


@pytest.mark.parametrize("undesignated", [cleared, cultivated, lambda: facing_revocation(revoke)])
def test_gets_no_plaque_unless_designated(undesignated):
    given(undesignated()).when(issue_plaque).then_refused("plaque-needs-designation")


def test_gets_no_second_plaque():
    given(with_plaque()).when(issue_plaque).then_refused("not-in-this-state")


def test_comes_under_assessment_after_a_year():
    given(designated()).when(begin_assessment).then(Centre.AssessmentBegun)


@pytest.mark.parametrize(("today", "months"), [(date(2027, 6, 9), 11), (date(2026, 6, 10), 0)])
def test_is_not_assessed_before_a_year_is_over(today, months):
    refusal = (
        given(designated())
        .when(lambda c: c.begin_assessment(assessment_id=REVOCATION_ID, year=2027, today=today))
        .then_refused("running-too-briefly")
    )
    assert f"{months} 个月" in refusal.findings[0].zh


def test_is_not_assessed_while_not_listed_or_already_under_assessment():
    given(cleared()).when(begin_assessment).then_refused("not-in-this-state")
    given(designated(begin_assessment)).when(begin_assessment).then_refused("not-in-this-state")


def test_is_normal_again_after_passing():
    centre = given(designated(begin_assessment))
    centre.when(pass_assessment("excellent")).then(Centre.AssessmentConcluded)
    assert (centre.aggregate.supervision, centre.aggregate.grade) == (Supervision.NORMAL, "excellent")


def test_rectifies_after_failing():
    given(designated(begin_assessment, fail)).when(rectify).then(Centre.RectificationBegun)


@pytest.mark.parametrize("steps", [(begin_assessment,), (), (begin_assessment, pass_assessment())])
def test_does_not_rectify_unless_it_failed(steps):
    assert given(designated(*steps)).when(rectify).refusal is not None


def test_begins_the_recheck_once_when_told_twice():
    centre = given(designated(begin_assessment, fail, rectify, Centre.begin_recheck))
    centre.when(Centre.begin_recheck).then()


def test_is_normal_again_after_a_good_recheck():
    centre = given(designated(begin_assessment, fail, rectify, Centre.begin_recheck))
    centre.when(lambda c: c.conclude_recheck(grade="qualified", next_due=None)).then(Centre.AssessmentConcluded)
    assert (centre.aggregate.supervision, centre.aggregate.grade) == (Supervision.NORMAL, "qualified")


def test_is_proposed_for_revocation_after_a_failed_recheck():
    centre = given(designated(begin_assessment, fail, rectify, Centre.begin_recheck))
    centre.when(lambda c: c.conclude_recheck(grade="failed", next_due=None)).then(Centre.RevocationProposed)
    assert centre.aggregate.cause == FAILED_ASSESSMENT


def test_faces_revocation_after_a_failed_recheck():
    given(designated(*FAILING)).when(notice).then(Centre.RevocationOpened)


def test_faces_revocation_for_fraud_at_any_time():
    face = lambda c: c.face_revocation(revocation_id=REVOCATION_ID, cause="fraud")  # noqa: E731
    given(designated(begin_assessment)).when(face).then(Centre.RevocationProposed, Centre.RevocationOpened)


def test_does_not_face_revocation_for_a_failure_that_was_none():
    given(designated()).when(notice).then_refused("other-cause")


def test_does_not_face_two_revocations_at_once():
    given(facing_revocation()).when(notice).then_refused("revocation-under-way")


def test_loses_qualification_and_plaque_in_one_act():
    centre = given(facing_revocation())
    events = centre.when(revoke).then(Centre.Revoked, Centre.PlaqueRecallOrdered)
    assert events[1].plaque_no == "001"
    assert centre.aggregate.qualification is Qualification.REVOKED
    assert centre.aggregate.plaque is Plaque.RECALL_ORDERED


def test_has_no_plaque_recalled_when_it_had_none():
    given(designated(*FAILING, notice)).when(revoke).then(Centre.Revoked)


def test_is_not_revoked_before_it_was_listed_in_law():
    early = lambda c: c.revoke(GROUNDS, document_no="x", effective_on=date(2026, 6, 9), banned_until=None)  # noqa: E731
    given(facing_revocation()).when(early).then_refused("before-listing")


def test_is_not_revoked_twice_or_without_a_proposal():
    given(facing_revocation(revoke)).when(revoke).then_refused("not-in-this-state")
    given(with_plaque()).when(revoke).then_refused("not-in-this-state")


def test_goes_on_where_it_was_when_a_revocation_for_another_cause_is_dropped():
    face = lambda c: c.face_revocation(revocation_id=REVOCATION_ID, cause="fraud")  # noqa: E731
    centre = given(designated(begin_assessment, face))
    centre.when(Centre.drop_revocation).then(Centre.RevocationDropped)
    assert centre.aggregate.supervision is Supervision.ASSESSING


def test_is_in_good_order_when_a_revocation_after_failing_is_dropped():
    centre = given(facing_revocation())
    centre.when(Centre.drop_revocation).then(Centre.RevocationDropped)
    assert centre.aggregate.supervision is Supervision.NORMAL


def test_hands_its_plaque_back_once():
    give_back = lambda c: c.return_plaque(received_on=date(2030, 8, 20))  # noqa: E731
    given(facing_revocation(revoke)).when(give_back).then(Centre.PlaqueReturned)
    given(facing_revocation(revoke, give_back)).when(give_back).then_refused("not-in-this-state")
    given(with_plaque()).when(give_back).then_refused("not-in-this-state")


def test_has_its_plaque_declared_void_when_it_does_not_come_back():
    void = lambda c: c.void_plaque(reason="逾期未交回", document_no="云工信公告〔2030〕9号")  # noqa: E731
    given(facing_revocation(revoke)).when(void).then(Centre.PlaqueVoided)
    given(facing_revocation(revoke, void)).when(void).then_refused("not-in-this-state")


def test_has_everything_back_when_the_revocation_is_annulled():
    centre = given(facing_revocation(revoke))
    centre.when(annul).then(Centre.RevocationAnnulled)
    restored = centre.aggregate
    assert (restored.qualification, restored.plaque) == (Qualification.DESIGNATED, Plaque.ISSUED)
    assert (restored.banned_until, restored.supervision) == (None, Supervision.REVOCATION_PROPOSED)


def test_has_nothing_dropped_when_nothing_is_proposed_or_all_is_decided():
    given(with_plaque()).when(Centre.drop_revocation).then_refused("not-in-this-state")
    given(facing_revocation(revoke)).when(Centre.drop_revocation).then_refused("not-in-this-state")


def test_has_nothing_annulled_when_nothing_was_revoked():
    given(facing_revocation()).when(annul).then_refused("not-in-this-state")


def test_can_be_revoked_again_in_a_second_procedure_after_annulment():
    given(facing_revocation(revoke, annul, notice)).when(revoke).then(Centre.Revoked, Centre.PlaqueRecallOrdered)


@pytest.mark.parametrize("grade", ["excellent", "good"])
def test_is_recommended_to_the_ministry_when_well_assessed(grade):
    centre = given(designated(begin_assessment, pass_assessment(grade)))
    centre.when(recommend).then(Centre.RecommendedToMinistry)
    assert centre.aggregate.national is National.RECOMMENDED


def test_is_not_recommended_with_every_reason_at_once():
    given(cultivated()).when(recommend).then_refused("grade-too-low", "not-designated")
    given(designated(begin_assessment)).when(recommend).then_refused("grade-too-low", "not-in-good-order")
    given(designated(begin_assessment, pass_assessment("qualified"))).when(recommend).then_refused("grade-too-low")


def test_is_not_recommended_twice():
    centre = designated(begin_assessment, pass_assessment(), recommend)
    given(centre).when(recommend).then_refused("not-in-this-state")
