"""Decisions of a recommendation batch, and the Annex 3 that is made from its screenings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.screening.domain.annex_3 import SummarySheet
from services.screening.domain.batch import RecommendationBatch, State
from services.screening.domain.screening import Screening
from services.shared.vocabulary import Denied, Invalid
from tests.given import done, given
from tests.screening.examples import (
    CASE,
    DEHONG,
    LETTER,
    OTHER_CASE,
    OTHER_ROUND,
    POSITIVE,
    ROUND,
    TODAY,
    assembled,
    drafted,
    ready,
    recommended,
    sheet_of,
    signed,
    two_ready,
)


def sign(letter_no=LETTER, letter_date=TODAY):
    return lambda batch: batch.sign(letter_no=letter_no, letter_date=letter_date, today=TODAY)


def submit(*screenings):
    return lambda batch: batch.submit(screenings=screenings)


def refused(*screenings, round_id=ROUND):
    with pytest.raises(Invalid) as refusal:
        SummarySheet.of(screenings, round_id=round_id, filled_on=TODAY)
    return {(finding.code, finding.pointer) for finding in refusal.value.findings}


def test_rows_say_what_the_dossier_says():
    first, second = sheet_of(*two_ready()).rows
    assert (first.seq, second.seq) == (1, 2)
    assert first.centre_name == "云南幻彩液态金属创新中心有限公司"
    assert first.member_names == ("昆明幻彩合金股份有限公司", "云岭虚构理工大学", "云岭虚构材料研究院")
    assert first.opinion == POSITIVE["text"]


def test_the_sheet_shows_the_official_title_and_the_names_of_place_and_field():
    sheet = sheet_of(ready()).as_json()
    assert sheet["title"] == "云南省制造业创新中心创建申报汇总表"
    assert sheet["recommending_body"] == "昆明市工业和信息化主管部门"
    assert sheet["rows"][0]["field_domain_name"] == "液态金属"


def test_refuses_a_sheet_without_cases():
    assert refused() == {("batch-empty", "/case_ids")}


def test_refuses_a_case_that_is_listed_twice():
    assert refused(ready(), ready()) == {("case-listed-twice", "/case_ids/1")}


def test_refuses_a_case_whose_opinion_is_not_signed():
    assert refused(ready(), drafted(POSITIVE, case_id=OTHER_CASE)) == {("case-not-ready", "/case_ids/1")}


def test_refuses_a_case_that_went_up_already():
    assert refused(recommended()) == {("case-not-ready", "/case_ids/0")}


def test_refuses_a_case_of_another_prefecture_and_round_with_both_findings():
    stranger = ready(case_id=OTHER_CASE, prefecture=DEHONG, round_id=OTHER_ROUND)
    assert refused(ready(), stranger) == {("other-prefecture", "/case_ids/1"), ("other-round", "/case_ids/1")}


def test_is_assembled_by_somebody_with_its_rows_frozen():
    batch = given(assembled()).aggregate
    assert (batch.state, batch.assembled_by, batch.case_ids) == (State.ASSEMBLED, "officer", (CASE, OTHER_CASE))
    assert batch.documents == (batch.annex_3,)


@pytest.mark.parametrize(("quota", "before", "kept"), [(None, 99, True), (2, 0, True), (3, 1, True), (2, 1, False)])
def test_keeps_to_the_quota_of_the_prefecture(quota, before, kept):
    sheet, annex_3 = sheet_of(*two_ready()), assembled().annex_3
    terms = {"sheet": sheet, "annex_3": annex_3, "quota": quota, "recommended_before": before}
    if kept:
        done(assembled(), lambda _: RecommendationBatch.assemble(**terms))
        return
    with pytest.raises(Invalid) as refusal:
        done(assembled(), lambda _: RecommendationBatch.assemble(**terms))
    assert [finding.code for finding in refusal.value.findings] == ["quota-exceeded"]


def test_is_signed_by_another_person_than_who_assembled_it():
    [event] = given(assembled()).when(sign(), actor="head").then(RecommendationBatch.Signed)
    assert (event.letter_no, event.letter_date) == (LETTER, TODAY)


def test_denies_who_assembled_it_the_signature():
    refusal = given(assembled()).when(sign(), actor="officer").then_refused("drafter-may-not-sign")
    assert isinstance(refusal, Denied)


@pytest.mark.parametrize(
    "number",
    [
        "昆工信[2026]15号",
        "昆工信〔2026〕15",
        "〔2026〕15号",
        "昆工信〔2026〕123456号",
        "一二三四五六七八九十一二三〔2026〕1号",
    ],
)
def test_refuses_a_letter_number_of_another_shape(number):
    given(assembled()).when(sign(number), actor="head").then_refused("not-an-official-number")


def test_refuses_a_letter_that_is_older_than_its_annex_3():
    given(assembled()).when(sign(letter_date=TODAY - timedelta(days=1)), actor="head").then_refused(
        "letter-older-than-annex-3"
    )


def test_refuses_a_letter_of_tomorrow():
    given(assembled()).when(sign(letter_date=TODAY + timedelta(days=1)), actor="head").then_refused("date-in-future")


def test_refuses_a_second_letter():
    given(signed()).when(sign("昆工信〔2026〕99号"), actor="head").then_refused("not-in-this-state")


def test_goes_up_when_signed_and_every_case_is_still_ready():
    given(signed()).when(submit(*two_ready())).then(RecommendationBatch.Submitted)


def test_refuses_to_go_up_unsigned():
    given(assembled()).when(submit(*two_ready())).then_refused("not-in-this-state")


def test_refuses_to_go_up_when_a_case_was_withdrawn():
    first, second = two_ready()
    done(second, lambda s: s.withdraw(reason=""))
    refusal = given(signed()).when(submit(first, second)).then_refused("case-not-ready")
    assert refusal.findings[0].pointer == "/case_ids/1"


def test_refuses_to_go_up_when_annex_3_no_longer_says_what_the_screening_says():
    first, second = two_ready()
    done(second, lambda s: s.draft_opinion(**POSITIVE | {"text": "另一意见"}), actor="officer")
    done(second, Screening.sign_opinion, actor="head")
    given(signed()).when(submit(first, second)).then_refused("annex-3-outdated")


@pytest.mark.parametrize("make", [assembled, signed])
def test_is_cancelled_before_it_has_gone_up(make):
    given(make()).when(lambda b: b.cancel(reason="有案件撤回")).then(RecommendationBatch.Cancelled)


def test_refuses_to_cancel_what_has_gone_up():
    gone = done(signed(), submit(*two_ready()))
    given(gone).when(lambda b: b.cancel(reason="迟了")).then_refused("not-in-this-state")


def test_a_row_changes_with_every_fact_that_it_shows():
    changed = ready(facts=replace(two_ready()[0].facts, rd_direction="另一方向"))
    assert sheet_of(changed).rows != sheet_of(ready()).rows
