"""Investigation, the ministry's answer, and that nobody walks away from a revocation: regions beside each other."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from services.registry.domain.centre import Centre
from services.registry.domain.national import National
from services.registry.domain.phrase import phrase_of
from services.registry.domain.supervision import MOVES, Supervision
from tests.given import given
from tests.registry.examples import (
    ASSESSMENT_DUE,
    FAILING,
    begin_assessment,
    cleared,
    designated,
    facing_revocation,
    fail,
    notice,
    rectify,
    revoke,
    with_plaque,
)

LEFT_ON = date(2029, 9, 1)


def investigate(centre):
    centre.open_investigation(reason="举报称研发人员为虚报")


def close(centre):
    centre.close_investigation(finding="举报不属实")


def recommend(centre):
    begin_assessment(centre)
    centre.conclude_assessment(grade="good", next_due=None)
    centre.recommend_to_ministry(letter_no="云工信函〔2029〕141号")


def record(result):
    return lambda c: c.record_national_result(result=result, document_no="工信部科函〔2029〕88号")


def leave(centre):
    centre.leave(document_no="1号", effective_on=LEFT_ON)


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((), Supervision.NORMAL),
        ((begin_assessment,), Supervision.ASSESSING),
        ((begin_assessment, fail, rectify), Supervision.RECTIFYING),
        ((begin_assessment, fail, rectify, Centre.begin_recheck), Supervision.REASSESSING),
        (FAILING, Supervision.REVOCATION_PROPOSED),
    ],
)
def test_an_investigation_begins_anywhere_and_ends_where_it_began(steps, state):
    centre = designated(*steps)
    assert centre.supervision is state
    looked_into = given(centre)
    looked_into.when(investigate).then(Centre.InvestigationOpened)
    assert looked_into.aggregate.supervision is Supervision.UNDER_INVESTIGATION
    assert "核查中" in phrase_of(looked_into.aggregate)[0]
    assert designated(*steps, investigate, close).supervision is state


def test_every_state_of_supervision_may_be_investigated_or_lead_to_revocation():
    for state, successors in MOVES.items():
        others = {Supervision.UNDER_INVESTIGATION, Supervision.REVOCATION_PROPOSED} - {state}
        assert others <= successors


def test_what_an_investigation_found_may_be_a_cause_and_dropping_it_goes_back_to_the_investigation():
    centre = designated(investigate, lambda c: c.propose_revocation(cause="fraud"))
    assert centre.supervision is Supervision.REVOCATION_PROPOSED
    given(centre).when(Centre.drop_revocation).then(Centre.RevocationDropped)
    dropped = designated(investigate, lambda c: c.propose_revocation(cause="fraud"), Centre.drop_revocation)
    assert dropped.supervision is Supervision.UNDER_INVESTIGATION


def test_nothing_is_looked_into_twice_or_before_it_is_listed():
    given(designated(investigate)).when(investigate).then_refused("not-in-this-state")
    given(cleared()).when(investigate).then_refused("not-in-this-state")
    given(designated()).when(close).then_refused("not-in-this-state")


def test_a_centre_under_investigation_is_not_recommended_and_not_revoked():
    good = designated(begin_assessment, lambda c: c.conclude_assessment(grade="good", next_due=None), investigate)
    given(good).when(lambda c: c.recommend_to_ministry(letter_no="1号")).then_refused("not-in-good-order")
    given(facing_revocation(investigate)).when(revoke).then_refused("not-in-this-state")


@pytest.mark.parametrize("clouded", [(*FAILING,), (*FAILING, notice), (investigate,)])
def test_nobody_leaves_or_is_taken_in_while_facing_revocation_or_investigation(clouded):
    centre = given(with_plaque(*clouded))
    centre.when(leave).then_refused("clouded")
    survivor = designated()
    survivor._id = UUID(int=5)
    merge = lambda c: c.merge_into(survivor, document_no="1号", effective_on=LEFT_ON)  # noqa: E731
    centre.when(merge).then_refused("clouded")


def test_the_end_of_a_legal_person_waits_for_nothing():
    gone = given(with_plaque(*FAILING)).when(
        lambda c: c.dissolve(source="注销登记", document_no="1号", effective_on=LEFT_ON)
    )
    gone.then(Centre.Dissolved, Centre.PlaqueRecallOrdered, Centre.PlaqueVoided)


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ((National.CULTIVATING,), National.CULTIVATING),
        ((National.CULTIVATING, National.NATIONAL), National.NATIONAL),
        ((National.NATIONAL,), National.NATIONAL),
        ((National.NONE,), National.NONE),
    ],
)
def test_the_ministry_answers_a_recommendation(results, state):
    centre = designated(recommend, *map(record, results))
    assert centre.national is state
    assert len(phrase_of(centre)) == 2


def test_the_ministry_answers_nothing_that_was_not_asked():
    given(designated()).when(record(National.NATIONAL)).then_refused("not-in-this-state")
    given(designated(recommend, record(National.NATIONAL))).when(record(National.NONE)).then_refused(
        "not-in-this-state"
    )


def test_the_recommendation_of_a_centre_that_leaves_is_closed():
    left = given(designated(recommend))
    left.when(leave).then(Centre.VoluntaryExitApproved, Centre.NationalRecommendationClosed)
    assert left.aggregate.national is National.NONE


def test_a_second_rectification_may_follow_where_the_edition_has_one():
    centre = given(designated(begin_assessment, fail, rectify, Centre.begin_recheck))
    again = lambda c: c.conclude_recheck(grade="failed", next_due=None, most=2)  # noqa: E731
    centre.when(again).then(Centre.AssessmentConcluded)
    assert centre.aggregate.supervision is Supervision.ASSESSING
    centre.when(rectify).then(Centre.RectificationBegun)
    centre.when(Centre.begin_recheck).then(Centre.RecheckBegun)
    centre.when(again).then(Centre.RevocationProposed)


def test_an_assessment_is_brought_forward_for_a_centre_in_good_order_only():
    forward = lambda c: c.bring_assessment_forward(due=ASSESSMENT_DUE)  # noqa: E731
    given(designated()).when(forward).then(Centre.AssessmentBroughtForward)
    given(designated(begin_assessment)).when(forward).then_refused("not-in-this-state")
    given(cleared()).when(forward).then_refused("not-in-this-state")
