"""A result that is annulled: what rested on it falls from its first day, as known then and now, and it is due again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from services.registry.domain import due
from services.registry.domain.assessment import Assessment, State, assessment_id
from services.registry.domain.centre import Centre
from services.registry.domain.funding import FundingReference, reference_id
from services.registry.domain.national import National
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import Qualification
from services.registry.domain.supervision import Supervision
from services.registry.queries import boards, history
from services.shared.vocabulary import Invalid, NotInThisState, VersionConflict
from tests.given import given, made
from tests.registry.examples import (
    BAD,
    CASE,
    EDITION,
    FAILING,
    GOOD,
    HEAD,
    OFFICER,
    REF,
    assessment,
    begin_assessment,
    facing_revocation,
    fail,
    notice,
    rectify,
    revoke,
    with_plaque,
)
from tests.registry.life import Life
from tests.registry.test_assessment import REVIEWED, score
from tests.registry.test_publishing import told

FINAL_ON, ANNULLED_ON = date(2029, 6, 21), date(2030, 11, 5)
REDO = due.again(ANNULLED_ON, "assessment", EDITION)
WHY = {"document_no": "云政行复〔2030〕33号", "body": "云南省人民政府"}


LATEST = UUID(int=8)


def annul(centre, id_=LATEST):
    centre.annul_assessment(assessment_id=id_, effective_on=FINAL_ON, next_due=REDO, **WHY)


def investigate(centre):
    centre.open_investigation(reason="来信反映")


@pytest.mark.parametrize(
    "steps",
    [
        (begin_assessment, fail),
        (begin_assessment, fail, rectify),
        (begin_assessment, fail, rectify, Centre.begin_recheck),
        FAILING,
        (*FAILING, notice),
    ],
)
def test_a_centre_that_failed_is_in_good_order_again_wherever_it_stands(steps):
    centre = with_plaque(*steps)
    given(centre).when(annul).then(Centre.AssessmentAnnulled)
    annulled = with_plaque(*steps, annul)
    assert (annulled.supervision, annulled.grade, annulled.cause) == (Supervision.NORMAL, "", "")
    assert (annulled.revocation_id, annulled.assessment_due) == (None, REDO)
    given(annulled).when(begin_assessment).then(Centre.AssessmentBegun)


def test_an_investigation_goes_on_and_ends_in_good_order():
    centre = with_plaque(begin_assessment, fail, rectify, investigate, annul)
    assert centre.supervision is Supervision.UNDER_INVESTIGATION
    [event] = given(centre).when(lambda c: c.close_investigation(finding="不属实")).then(Centre.InvestigationClosed)
    assert event.after is Supervision.NORMAL


def test_a_revocation_for_another_cause_goes_on():
    fraud = lambda c: c.face_revocation(revocation_id=UUID(int=9), cause="fraud")  # noqa: E731
    centre = with_plaque(begin_assessment, fail, fraud, annul)
    assert (centre.supervision, centre.cause) == (Supervision.REVOCATION_PROPOSED, "fraud")
    [event] = given(centre).when(Centre.drop_revocation).then(Centre.RevocationDropped)
    assert event.after is Supervision.NORMAL


def test_only_the_latest_result_moves_a_centre_and_only_once():
    given(with_plaque(*FAILING)).when(lambda c: annul(c, UUID(int=7))).then_refused("not-the-latest-assessment")
    given(with_plaque(*FAILING, annul)).when(annul).then_refused("not-the-latest-assessment")
    left = with_plaque(lambda c: c.leave(document_no="1号", effective_on=date(2029, 1, 1)))
    given(left).when(annul).then_refused("not-in-this-state")


def test_a_recommendation_falls_that_the_grade_of_before_does_not_bear():
    conclude = lambda c: c.conclude_assessment(grade="good", next_due=None)  # noqa: E731
    centre = with_plaque(begin_assessment, conclude, lambda c: c.recommend_to_ministry(letter_no="1号"))
    given(centre).when(annul).then(Centre.AssessmentAnnulled, Centre.NationalRecommendationClosed)
    assert with_plaque(begin_assessment, conclude, annul).national is National.NONE


def test_a_result_is_annulled_once_it_is_final():
    fall = lambda a: a.annul(effective_on=FINAL_ON, **WHY)  # noqa: E731
    given(assessment()).when(fall).then_refused("not-in-this-state")
    final = given(assessment(*REVIEWED, score()))
    final.when(lambda a: a.finalise(document_no="1号", now=REDO.due), **HEAD).then(Assessment.Finalised)
    final.when(fall).then(Assessment.ResultAnnulled)
    final.when(fall).then_refused("not-in-this-state")


def test_a_reference_is_annulled_whether_or_not_it_stands_and_published_again_under_its_key():
    fall = lambda r: r.annul(reason="assessment_annulled", document_no="33号")  # noqa: E731
    again = lambda r: r.reissue(score="93.0", grade="excellent", policy_edition=EDITION.id)  # noqa: E731
    fresh = lambda: made(lambda: FundingReference(reference_id(CASE, 2029), REF, 2029, "54.0", "failed", EDITION.id))  # noqa: E731
    given(fresh()).when(again).then_refused("not-in-this-state")
    reference = given(fresh())
    key = reference.aggregate.key
    reference.when(fall).then(FundingReference.FundingReferenceAnnulled)
    reference.when(fall).then_refused("not-in-this-state")
    reference.when(FundingReference.restore).then_refused("not-in-this-state")
    reference.when(again).then(FundingReference.FundingReferenceReissued)
    assert (reference.aggregate.key, reference.aggregate.corrections) == (key, 2)
    withdrawn = given(fresh())
    withdrawn.when(lambda r: r.withdraw(reason="fraud"), **OFFICER)
    withdrawn.when(fall).then(FundingReference.FundingReferenceAnnulled)


def fall(life: Life, year: int = 2029) -> Assessment:
    life.on(ANNULLED_ON)
    with life.as_("head") as registry:
        return registry.annul_assessment(assessment_id(CASE, year), **WHY)


def seen(life, as_of, known_on):
    moment = life.as_at(as_of, known_on)
    told_ = history.as_at(life.wired.database, CASE, moment)
    facts = told_["facts"]
    met = boards.targets(life.wired.database, moment, EDITION)["designated"]
    fields = history.occupied_fields(life.wired.database, moment)
    return told_["qualification"], facts.get("grade"), facts["ban"], facts["plaque"]["state"], met, fields


def running(life):
    return {
        row["kind"]: row["due"].date() for row in life.rows("select * from deadlines where aggregate_id = %s", CASE)
    }


def test_everything_built_on_a_failed_result_is_rebuilt_from_its_first_day_in_both_times(life):
    revocation = life.until_revoked()
    after_it = date(2030, 9, 1)
    before = seen(life, after_it, after_it)
    assert before[:2] == ("revoked", "failed")
    assert before[2]["cause"] == "failed_assessment"
    assert before[3:] == ("recall-ordered", 0, {})
    assert fall(life).state is State.ANNULLED
    assert seen(life, after_it, after_it) == before, "what was known then stays what was known then"
    restored = ("designated", "", None, "issued", 1, {"LIQUID_METAL": ["YNMIC-2026-001"]})
    assert seen(life, after_it, ANNULLED_ON) == restored
    assert seen(life, ANNULLED_ON, ANNULLED_ON) == restored
    assert seen(life, FINAL_ON, ANNULLED_ON)[1] == ""
    centre = life.centre()
    assert (centre.qualification, centre.supervision, centre.plaque) == (
        *(Qualification.DESIGNATED, Supervision.NORMAL),
        Plaque.ISSUED,
    )
    assert running(life)["assessment"] == REDO.due.date() == date(2031, 2, 3)
    assert [row["state"] for row in life.rows("select state from bans")] == ["annulled"]
    assert {row["state"] for row in life.rows("select state from funding_references")} == {"annulled"}
    [row] = life.rows("select revocation_id, supervision, grade from centres")
    assert row == {"revocation_id": None, "supervision": "normal", "grade": ""}
    assert str(revocation.id)


def test_downstream_hears_of_it_under_the_same_keys(life):
    life.until_revoked()
    life.on(date(2030, 9, 2))
    with life.as_("officer") as registry:
        registry.issue_extract(CASE, department="TAX", as_of=date(2030, 9, 1))
    said = len(told(life))
    fall(life)
    events = told(life)[said:]
    assert [event.name for event in events] == [
        "assessment.annulled.v1",
        *["funding-reference.withdrawn.v1"] * 2,
        "ban.annulled.v1",
        "status-extract.corrected.v1",
        "centre.revocation-annulled.v1",
    ]
    withdrawn = [event.data for event in events if event.name.startswith("funding")]
    assert [(told_["key"], told_["corrections"]) for told_ in withdrawn] == [
        ("YNMIC-2026-001@2029", 2),
        ("YNMIC-2026-001@2030", 2),
    ]
    assert {(told_["reason"], told_["document_no"]) for told_ in withdrawn} == {
        ("assessment_annulled", WHY["document_no"])
    }


def test_the_assessment_is_held_again_and_its_reference_published_under_the_same_key(life):
    life.designate()
    life.on(FINAL_ON)
    first = life.assess(items=BAD)
    with life.as_("officer") as registry, pytest.raises(Invalid, match="already-assessed"):
        registry.schedule_assessment(CASE, year=2029)
    life.on(date(2029, 9, 3))
    with life.as_("head") as registry:
        registry.annul_assessment(first.id, **WHY)
    assert running(life)["assessment"] == date(2029, 12, 3)
    with life.as_("officer") as registry:
        second = registry.schedule_assessment(CASE, year=2029)
    assert second.id == assessment_id(CASE, 2029, 1) != first.id
    with life.as_("applicant") as registry:
        registry.submit_assessment_materials(second.id, text="重新报送。")
    life.visit_and_deliberate(second.id)
    with life.as_("officer") as registry:
        registry.score_assessment(second.id, items=GOOD, score=None, text="考核意见。")
    with life.as_("head") as registry:
        registry.finalise_assessment(second.id, document_no="云工信技创〔2029〕200号")
    assert life.rows("select year, state, grade from funding_references") == [
        {"year": 2029, "state": "published", "grade": "excellent"}
    ]
    published = [event.data for event in told(life) if event.name == "funding-reference.published.v1"]
    assert [(told_["key"], told_["grade"], told_["corrections"]) for told_ in published] == [
        ("YNMIC-2026-001@2029", "failed", 0),
        ("YNMIC-2026-001@2029", "excellent", 2),
    ]


def test_a_rectification_falls_with_the_result_that_it_was_ordered_for(life):
    life.designate()
    life.on(FINAL_ON)
    life.assess(items=BAD)
    life.order_rectification()
    fall(life)
    assert [row["state"] for row in life.rows("select state from rectifications")] == ["ceased"]
    assert life.centre().supervision is Supervision.NORMAL


def test_a_procedure_to_revoke_falls_with_its_only_ground(life):
    life.until_failed_twice()
    life.give_notice()
    fall(life)
    assert [row["state"] for row in life.rows("select state from revocations")] == ["ceased"]
    assert life.centre().supervision is Supervision.NORMAL


def test_a_result_is_annulled_by_the_body_that_a_centre_went_to(life):
    life.designate()
    life.on(FINAL_ON)
    failed = life.assess(items=BAD)
    with life.as_("officer") as registry:
        terms = {"kind": "reconsideration", "body": WHY["body"], "filed_on": FINAL_ON}
        remedy = registry.open_remedy_case(failed.id, **terms)
    life.on(date(2029, 9, 3))
    with life.as_("head") as registry:
        decided = {
            "outcome": "annulled-redo",
            "document_no": "33号",
            "decided_on": date(2029, 9, 3),
            "text": "程序违法",
        }
        assert registry.record_remedy_outcome(remedy.id, **decided).state == "executed"
    assert life.rows("select state from assessments") == [{"state": "annulled"}]
    assert life.centre().grade == ""
    assert running(life)["assessment"] == date(2029, 12, 3)


def test_a_second_annulment_and_a_lost_race_change_nothing(life):
    life.designate()
    life.on(FINAL_ON)
    failed = life.assess(items=BAD)
    with life.as_("head", target=failed.id, expected_version=1) as registry, pytest.raises(VersionConflict):
        registry.annul_assessment(failed.id, **WHY)
    fall(life)
    with pytest.raises(NotInThisState, match="not-in-this-state"):
        fall(life)


def test_an_older_result_falls_alone(life):
    life.designate()
    life.on(FINAL_ON)
    life.assess(items=GOOD)
    life.on(date(2030, 6, 21))
    life.assess(year=2030, items=GOOD)
    fall(life, 2029)
    rows = life.rows("select year, state from funding_references order by year")
    assert [(row["year"], row["state"]) for row in rows] == [(2029, "annulled"), (2030, "published")]
    assert life.centre().grade == "excellent"
    assert running(life)["assessment"] == date(2033, 6, 21)


def test_the_deadlines_of_a_restored_centre_run_again(life):
    life.designate()
    life.on(date(2028, 8, 1))
    with life.as_("head") as registry:
        revocation = registry.give_revocation_notice(
            CASE, cause="dishonesty", grounds=("失信",), clauses=("S4.3",), document_no="1号"
        )
    with life.as_("officer") as registry:
        registry.hold_hearing(revocation.id, minute_no="1", text="听证")
    assert running(life)["assessment"] == date(2029, 6, 11)
    life.revoke(revocation.id, date(2028, 8, 1))
    assert running(life) == {}
    life.on(date(2028, 11, 1))
    with life.as_("head") as registry:
        registry.annul_revocation(CASE, effective_on=date(2028, 8, 1), **WHY)
    assert running(life) == {"assessment": date(2029, 6, 11)}


def test_a_dropped_procedure_after_a_failed_assessment_leaves_the_next_one_due(life):
    life.until_failed_twice()
    life.on(date(2030, 8, 1))
    revocation = life.give_notice()
    assert "assessment" not in running(life)
    with life.as_("collective-body") as registry:
        registry.drop_revocation(revocation.id, reason="理由成立", document_no="2号")
    assert running(life)["assessment"] == date(2030, 10, 30)


def test_the_time_of_a_restored_cultivation_runs_again():
    centre = with_plaque(*FAILING, notice, revoke)
    term = due.again(ANNULLED_ON, "cultivation", EDITION)
    command = lambda c: c.annul_revocation(effective_on=date(2030, 8, 1), cultivation_due=term, **WHY)  # noqa: E731
    [event] = given(centre).when(command).then(Centre.RevocationAnnulled)
    assert event.cultivation_due == term
    assert facing_revocation().cause


def test_the_grade_of_a_recheck_falls_with_the_result_that_it_rechecked_on_its_own_day_too(life):
    life.designate()
    life.on(FINAL_ON)
    life.assess(items=BAD)
    rectification = life.order_rectification()
    life.on(date(2030, 7, 1))
    life.report_and_recheck(rectification.id, GOOD)
    life.issue_plaque()
    fall(life)
    assert seen(life, date(2030, 7, 2), date(2030, 7, 2))[1] == "excellent"
    assert seen(life, date(2030, 7, 2), ANNULLED_ON)[1] == ""
    states = {row["year"]: row["state"] for row in life.rows("select year, state from funding_references")}
    assert states == {2029: "annulled", 2030: "annulled"}


@pytest.mark.parametrize("listed", [False, True])
def test_a_revocation_that_there_is_not_is_not_annulled(life, listed):
    if listed:
        life.designate()
    else:
        life.clear()
    with life.as_("head") as registry, pytest.raises(NotInThisState, match="not-in-this-state"):
        registry.annul_revocation(CASE, effective_on=FINAL_ON, **WHY)
