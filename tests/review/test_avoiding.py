"""Experts whom the applicant asks to avoid: kept off the panel, drawn or named, and never told; experts of the pool."""

from dataclasses import replace

import pytest

from services.review.domain.avoiding import ASKED_BY_APPLICANT, Avoidance
from services.review.domain.draw import Draw
from services.review.domain.expert_profile import profile_id
from services.review.domain.review import Review
from services.review.domain.values import Expert
from services.review.schemas import DrawView
from services.shared.vocabulary import Invalid, VersionConflict
from tests.given import done, given
from tests.review.conftest import as_
from tests.review.examples import (
    CASE,
    EDITION,
    EXPERTS,
    before_panel,
    cleared,
    in_appraisal,
    in_pre_review,
    recommended,
)
from tests.review.steps import constitute, enrol, pre_review
from tests.review.test_corrections import returned, waiting
from tests.review.test_majority import edition_with
from tests.review.test_suspending import suspending

MANY = [Expert(f"pool-{number}", "technology", f"单位{number}", "", (), True) for number in range(3)]
ONE = Avoidance(EXPERTS[0].subject, "与我方有未决诉讼。")
TWO = Avoidance("pool-0", "曾任竞争方顾问。")
SUBSTITUTE = replace(EXPERTS[0], subject="expert-9", employer="虚构研究院")


def asking(*experts):
    return lambda review: review.ask_to_avoid(experts, EDITION)


@pytest.mark.parametrize("stage", [recommended, in_pre_review, in_appraisal, waiting, returned])
def test_before_there_is_a_panel_the_applicant_names_at_most_so_many_with_reasons(stage):
    [event] = given(stage()).when(asking(ONE, TWO)).then(Review.AvoidanceAsked)
    assert event.experts == (ONE, TWO)


def test_an_over_long_list_and_one_named_twice_are_refused():
    third = Avoidance("pool-1", "同上。")
    assert EDITION["expert.avoid_max"] == 2
    given(recommended()).when(asking(ONE, TWO, third)).then_refused("too-many-to-avoid")
    given(recommended()).when(asking(ONE, ONE)).then_refused("expert-named-twice")


def test_the_same_list_again_changes_nothing_and_another_takes_its_place():
    given(done(recommended(), asking(ONE))).when(asking(ONE)).then()
    given(done(recommended(), asking(ONE))).when(asking()).then(Review.AvoidanceAsked)


def test_it_is_noted_of_a_suspended_case_and_is_too_late_once_there_is_a_panel():
    given(done(recommended(), suspending)).when(asking(ONE)).then(Review.AvoidanceAsked)
    given(before_panel()).when(asking(ONE)).then_refused("already-under-way")
    given(cleared()).when(asking(ONE)).then_refused("not-in-this-state")


def passed(review, *experts):
    """A case before its panel, with experts to avoid, and the pool."""
    pre_review(review)
    with as_("applicant"):
        review.ask_to_avoid(CASE, experts=experts)
    with as_("head"):
        review.pass_pre_review(CASE)
    enrol(review, *EXPERTS, *MANY)


def codes(act, actor="officer"):
    with as_(actor), pytest.raises(Invalid) as refusal:
        act()
    return [(finding.code, finding.pointer) for finding in refusal.value.findings]


def test_the_draw_keeps_them_out_and_says_so_to_the_department_alone(review):
    passed(review, ONE, TWO)
    with as_("officer"):
        panel = review.draw_panel(CASE)
    assert not {ONE.expert, TWO.expert} & set(panel.people)
    [draw] = [review.load(Draw, id_) for (id_,) in review.database.rows("select id from draws")]
    kept_out = {each.expert.subject for each in draw.candidates if ASKED_BY_APPLICANT in each.conflicts}
    assert (kept_out, draw.is_repeatable) == ({ONE.expert, TWO.expert}, True)
    assert ONE.reason not in str(DrawView().dump(draw))


def test_a_named_panel_with_one_of_them_is_refused_and_so_is_a_substitute(review):
    passed(review, ONE, Avoidance(SUBSTITUTE.subject, "同上。"))
    assert codes(lambda: review.constitute_panel(CASE, experts=EXPERTS)) == [("expert-to-avoid", "/experts/0")]
    enrol(review, SUBSTITUTE)
    with as_("officer"):
        panel = review.constitute_panel(CASE, experts=(MANY[0], *EXPERTS[1:]))
    with as_("expert-2"):
        review.decline_seat(panel.id, reason="时间冲突")
    replacing = lambda: review.replace_expert(panel.id, recused="expert-2", expert=SUBSTITUTE)  # noqa: E731
    assert codes(replacing) == [("expert-to-avoid", "/expert")]


def test_who_is_not_in_the_pool_or_serves_no_more_is_not_named(review):
    passed(review)
    stranger = Expert("stranger", "technology", "他处", "", (), True)
    with as_("officer"):
        review.retire_expert(profile_id(EXPERTS[1].subject))
    named = (stranger, *EXPERTS[1:])
    found = codes(lambda: review.constitute_panel(CASE, experts=named))
    assert found == [("expert-not-in-pool", "/experts/0"), ("expert-not-in-pool", "/experts/1")]


def test_an_edition_may_let_experts_be_named_who_are_not_in_the_pool(review):
    stranger = Expert("stranger", "technology", "他处", "", (), True)
    assert review._of_the_pool((stranger,), edition_with(expert__pool_only=False)) == ()
    assert len(review._of_the_pool((stranger,), EDITION)) == 1


def test_a_substitute_who_is_not_in_the_pool_is_not_named(review):
    panel = constitute(review)
    with as_("expert-2"):
        review.decline_seat(panel.id, reason="时间冲突")
    stranger = replace(EXPERTS[1], subject="stranger")
    replacing = lambda: review.replace_expert(panel.id, recused="expert-2", expert=stranger)  # noqa: E731
    assert codes(replacing) == [("expert-not-in-pool", "/expert")]


def test_a_lost_race_is_noticed(review):
    pre_review(review)
    with as_("applicant", target=CASE, expected_version=1), pytest.raises(VersionConflict):
        review.ask_to_avoid(CASE, experts=(ONE,))


def test_over_http_the_applicant_asks_and_reads_it_and_experts_are_told_nothing(api, open_case):
    case_id = open_case()
    path = f"/reviews/{case_id}/ask-to-avoid"
    form = {"experts": [{"expert": "expert-1", "reason": "与我方有未决诉讼。"}]}
    key = {"Idempotency-Key": f"avoid-{case_id}"}
    for _ in range(2):
        answer = api("POST", path, as_="applicant-kunming", json=form, headers=key)
        assert (answer.status_code, set(answer.json())) == (200, {"id", "version", "number", "state"})
    assert api("GET", f"/reviews/{case_id}/to-avoid", as_="applicant-kunming").json() == {"items": form["experts"]}
    for reader in ("expert-1", "expert-2", "officer-kunming", ""):
        assert api("GET", f"/reviews/{case_id}/to-avoid", as_=reader).status_code in (401, 403), reader
    many = {"experts": [{"expert": f"e{n}", "reason": "同"} for n in range(3)]}
    refused = api("POST", path, as_="applicant-kunming", json=many)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "too-many-to-avoid")
    nobodys = open_case(lead_uscc="91530300MAFAKE051B")
    other = api("POST", f"/reviews/{nobodys}/ask-to-avoid", as_="applicant-kunming", json=form)
    assert other.status_code == 404
