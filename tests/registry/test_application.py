"""The lives of TC-01 and TC-11 as commands on PostgreSQL: what is saved together, what the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from eventsourcing.persistence import IntegrityError

from services.registry import queries
from services.registry.authority import AUTHORITY
from services.registry.domain.assessment import assessment_id
from services.registry.domain.centre import Centre
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import Qualification
from services.registry.domain.revocation import Revocation
from services.registry.domain.summary import AnnualSummary, State, summary_id
from services.registry.domain.supervision import Supervision
from services.registry.queries import boards
from services.shared.kernel.authority import Admission
from services.shared.kernel.identity import Identity
from services.shared.kernel.request import Page
from services.shared.vocabulary import Denied, Invalid, NotFound, NotInThisState, Role, Track, VersionConflict
from tests.registry.examples import (
    ASSESSMENT_DUE,
    BAD,
    CASE,
    EDITION,
    FACTS,
    FIGURES,
    GOOD,
    OTHER_CASE,
    TC01,
    TC11,
    points,
)
from tests.registry.life import Life


def deadlines(life: Life, aggregate_id=CASE):
    return {row["kind"]: row["due"] for row in queries.deadlines_of(life.wired.database, aggregate_id)}


def late(life: Life, day: date) -> list[str]:
    """What the overdue board says on that day to those who see everything."""
    may, person = AUTHORITY["list_overdue"], Identity("p", "某人", frozenset({Role.PROVINCE_OFFICER}), "", "")
    admission = Admission(person, Role.PROVINCE_OFFICER, may.roles[Role.PROVINCE_OFFICER], may.basis)
    found = boards.overdue(life.wired.database, admission, life.as_at(day, day), Page(10, None))
    return [row["kind"] for row in found["items"]]


def state_of(life: Life, year: int) -> State:
    summary: AnnualSummary = life.registry.find(AnnualSummary, summary_id(CASE, year))
    return summary.state


def test_tc01_goes_from_designation_to_recommendation(life):
    life.designate()
    life.issue_plaque(TC01["plaque"]["number"])
    life.on(date(2027, 1, 15))
    life.summarise(2026)
    life.accept(2026)
    life.on(date(2029, 6, 20))
    life.wired.run_deadlines()
    assessment = life.assess(2029, points(TC01, "three_year"))
    with life.as_("head") as registry:
        centre = registry.recommend_to_ministry(CASE, letter_no=TC01["national"]["letter_no"])
    assert assessment.result.total == Decimal("93")
    assert (centre.listed.number, centre.plaque_no, centre.grade) == ("YNMIC-2026-001", "001", "excellent")
    assert (centre.national, centre.supervision) == ("recommended", "normal")


def test_tc11_ends_in_revocation_with_plaque_ban_and_summaries(life):
    revocation = life.until_revoked()
    centre = life.centre()
    assert revocation.override_reason == TC11["revocation"]["override_reason"]
    assert (centre.qualification, centre.plaque) == (Qualification.REVOKED, Plaque.RECALL_ORDERED)
    assert centre.banned_until == date(2033, 8, 1)
    assert state_of(life, 2026) is State.CEASED
    assert deadlines(life) == deadlines(life, summary_id(CASE, 2026)) == deadlines(life, revocation.id) == {}
    [ban] = life.rows("select * from bans")
    assert (ban["lead_uscc"], ban["banned_until"]) == (FACTS.lead_uscc, date(2033, 8, 1))


def test_tc11_is_restored_and_revoked_again_after_annulment(life):
    life.until_revoked()
    life.on(date(2030, 11, 5))
    with life.as_("head") as registry:
        registry.annul_revocation(
            CASE, document_no=TC11["remedy"]["document_no"], body="云南省人民政府", effective_on=date(2030, 8, 1)
        )
    assert (life.centre().qualification, life.centre().plaque) == (Qualification.DESIGNATED, Plaque.ISSUED)
    assert [row["state"] for row in life.rows("select state from bans")] == ["annulled"]
    assert state_of(life, 2026) is State.DUE
    life.on(date(2030, 11, 18))
    again = life.give_notice()
    with life.as_("applicant") as registry:
        registry.hear_statement(again.id, text=TC11["second_procedure"]["statement"]["text"])
    life.on(date(2030, 12, 10))
    life.revoke(again.id, date(2030, 12, 10))
    assert life.centre().qualification is Qualification.REVOKED


def test_warns_and_refuses_to_revoke_while_the_statement_period_runs_until_the_clock_ends_it(life):
    life.until_failed_twice()
    life.on(date(2030, 8, 1))
    revocation = life.give_notice()
    with pytest.raises(NotInThisState, match="statement-period-running"):
        life.revoke(revocation.id)
    life.on(date(2030, 8, 9), time(12))
    life.wired.run_deadlines()
    assert life.registry.find(Revocation, revocation.id).state == "statement-period", "nobody was served"
    life.on(date(2030, 8, 1))
    life.serve_notice(revocation.id, date(2030, 8, 1))
    life.on(date(2030, 8, 8), time(17, 29))
    life.wired.run_deadlines()
    with pytest.raises(NotInThisState, match="statement-period-running"):
        life.revoke(revocation.id)
    life.on(date(2030, 8, 8), time(17, 31))
    life.wired.run_deadlines()
    life.revoke(revocation.id, date(2030, 8, 8))
    assert life.centre().qualification is Qualification.REVOKED


def test_nothing_of_a_revocation_is_saved_when_a_part_is_refused(life):
    life.until_failed_twice()
    life.on(date(2030, 8, 1))
    revocation = life.give_notice()
    with life.as_("applicant") as registry:
        registry.hear_statement(revocation.id, text="请求延期。")
    before = life.registry.event_log.max_notification_id()
    with pytest.raises(Invalid, match="before-listing"):
        life.revoke(revocation.id, date(2020, 1, 1))
    assert life.registry.event_log.max_notification_id() == before


def test_asks_for_the_summary_of_the_year_of_listing_and_then_for_each_next_year(life):
    life.designate()
    assert deadlines(life, summary_id(CASE, 2026)).keys() == {"annual-summary"}
    life.on(date(2027, 1, 15))
    life.summarise(2026)
    assert deadlines(life, summary_id(CASE, 2026)).keys() == {"annual-summary-forward"}
    life.accept(2026)
    assert deadlines(life, summary_id(CASE, 2026)) == {}
    assert (state_of(life, 2026), state_of(life, 2027)) == (State.ACCEPTED, State.DUE)


def test_a_summary_falls_overdue_after_its_last_minute_and_a_late_one_opens_no_second_next_year(life):
    life.designate()
    life.on(date(2027, 1, 31), time(17, 30))
    life.wired.run_deadlines()
    life.on(date(2027, 1, 31), time(17, 31))
    life.wired.run_deadlines()
    assert (state_of(life, 2026), state_of(life, 2027)) == (State.OVERDUE, State.DUE)
    life.on(date(2027, 2, 10))
    life.summarise(2026)
    life.accept(2026)
    assert [row["year"] for row in life.rows("select year from summaries order by year")] == [2026, 2027]
    assert life.rows("select late from summaries where year = 2026") == [{"late": True}]


def test_a_summary_that_was_returned_is_wanted_again_within_days(life):
    life.designate()
    life.on(date(2027, 1, 15))
    life.summarise(2026)
    with life.as_("prefecture") as registry:
        registry.return_unforwarded_summary(summary_id(CASE, 2026), reasons=("缺少经费数据",))
    assert deadlines(life, summary_id(CASE, 2026)).keys() == {"annual-summary"}
    life.summarise(2026)
    life.forward(2026)
    with life.as_("officer") as registry:
        registry.return_summary(summary_id(CASE, 2026), reasons=("缺少经费数据",))
    assert deadlines(life, summary_id(CASE, 2026)).keys() == {"annual-summary"}
    assert life.summarise(2026).state is State.WITH_PREFECTURE
    assert state_of(life, 2026) is State.WITH_PREFECTURE


def test_a_prefecture_that_is_late_is_on_the_board_and_the_centre_that_was_in_time_is_not_missed(life):
    life.designate()
    life.on(date(2027, 1, 31))
    life.summarise(2026)
    for day in (date(2027, 2, 1), date(2027, 2, 15), date(2027, 2, 16), date(2027, 3, 31)):
        life.on(day)
        life.wired.run_deadlines()
        assert late(life, day) == (["annual-summary-forward"] if day >= date(2027, 2, 15) else [])
    assert life.rows("select state, late from summaries where year = 2026") == [
        {"state": "with-prefecture", "late": False}
    ]
    life.accept(2026)
    assert late(life, date(2027, 3, 31)) == []
    assert life.rows("select state, late from summaries where year = 2026") == [{"state": "accepted", "late": False}]


def test_the_text_of_a_summary_is_a_document_and_not_in_the_event(life):
    life.designate()
    summary = life.summarise(2026)
    [row] = life.rows("select state from log_as_json where topic = 'registry.annual-summary.submitted'")
    assert "工作总结" not in str(row["state"])
    assert "工作总结" in life.registry.documents.read(summary.documents[0].sha256).decode()


def test_a_rectification_that_nobody_reports_is_rechecked_when_its_time_is_over(life):
    life.designate()
    life.on(date(2029, 6, 21))
    life.assess(items=BAD)
    life.on(date(2029, 7, 5))
    rectification = life.order_rectification()
    life.on(date(2030, 7, 6))
    life.wired.run_deadlines()
    assert life.centre().supervision is Supervision.REASSESSING
    with life.as_("officer") as registry:
        registry.recheck_rectification(rectification.id, items=GOOD, score=None, text="合格。")
    assert (life.centre().supervision, life.centre().grade) == (Supervision.NORMAL, "excellent")


def test_each_deadline_runs_and_ends_where_it_should(life):
    life.designate()
    assert deadlines(life).keys() == {"assessment"}
    life.on(date(2029, 6, 21))
    life.assess(items=BAD)
    assert deadlines(life) == {}
    life.on(date(2029, 7, 5))
    rectification = life.order_rectification()
    assert deadlines(life, rectification.id).keys() == {"rectification"}
    life.report_and_recheck(rectification.id, GOOD)
    assert deadlines(life, rectification.id) == {}
    assert deadlines(life).keys() == {"assessment"}


def test_an_assessment_is_held_once_a_year_and_in_its_own_year(life):
    life.designate()
    life.on(date(2029, 6, 21))
    life.assess(2029)
    with life.as_("officer") as registry, pytest.raises(Invalid, match="already-assessed"):
        registry.schedule_assessment(CASE, year=2029)
    with life.as_("officer") as registry, pytest.raises(Invalid, match="not-of-this-year"):
        registry.schedule_assessment(CASE, year=2030)


def test_a_visit_of_tomorrow_and_a_lost_race_of_the_stages_are_refused(life):
    life.designate()
    life.on(date(2029, 6, 21))
    id_, visit = assessment_id(CASE, 2029), {"inspectors": ("officer", "officer-2"), "text": "属实。"}
    with life.as_("officer") as registry:
        registry.schedule_assessment(CASE, year=2029)
    with life.as_("applicant") as registry:
        registry.submit_assessment_materials(id_, text="材料")
    with life.as_("officer") as registry, pytest.raises(Invalid, match="day-in-the-future"):
        registry.record_assessment_visit(id_, visited_on=date(2029, 6, 22), **visit)
    with life.as_("officer", target=id_, expected_version=1) as registry, pytest.raises(VersionConflict):
        registry.record_assessment_visit(id_, visited_on=date(2029, 6, 21), **visit)
    life.visit_and_deliberate(id_)
    assert life.rows("select state from assessments") == [{"state": "deliberation"}]
    late = {"held_on": date(2029, 6, 21), "minute_no": "7号", "text": "评议意见。"}
    with life.as_("body", target=id_, expected_version=3) as registry, pytest.raises(VersionConflict):
        registry.record_assessment_deliberation(id_, **late)


def test_an_assessment_is_not_finalised_by_whoever_scored(life):
    life.designate()
    life.on(date(2029, 6, 21))
    id_ = assessment_id(CASE, 2029)
    with life.as_("officer") as registry:
        registry.schedule_assessment(CASE, year=2029)
    with life.as_("applicant") as registry:
        registry.submit_assessment_materials(id_, text="材料")
    life.visit_and_deliberate(id_)
    with life.as_("officer") as registry:
        registry.score_assessment(id_, items=GOOD, score=None, text="意见")
    with life.as_("officer") as registry, pytest.raises(Denied, match="drafter-signs"):
        registry.finalise_assessment(id_, document_no="x")


def test_a_failed_assessment_leads_straight_to_the_proposal_when_the_edition_knows_no_rectification(life, monkeypatch):
    key = "rectification.enabled"
    strict = replace(EDITION, parameters={**EDITION.parameters, key: replace(EDITION.parameter(key), value=False)})
    life.designate()
    life.on(date(2029, 6, 21))
    monkeypatch.setattr("services.registry.application.assessing.edition", lambda _: strict)
    life.assess(items=BAD)
    assert life.centre().supervision is Supervision.REVOCATION_PROPOSED


def test_numbers_on_the_list_follow_one_another(life):
    assert life.designate(CASE).listed.number == "YNMIC-2026-001"
    assert life.designate(OTHER_CASE).listed.number == "YNMIC-2026-002"


def test_of_two_centres_listed_at_the_same_moment_one_is_told_to_try_again(life):
    life.clear(CASE)
    life.clear(OTHER_CASE)
    start, numbers, lost = Barrier(2), [], []

    def list_(case_id):
        with life.as_("collective-body") as registry:
            centre = registry.load(Centre, case_id)
            listing = registry._listing(centre, "96号", date(2026, 6, 10))
            centre.designate(listing, assessment_due=ASSESSMENT_DUE)
            start.wait()
            try:
                registry.save(centre)
                numbers.append(listing.number)
            except IntegrityError:
                lost.append(case_id)

    threads = [Thread(target=list_, args=(case,)) for case in (CASE, OTHER_CASE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (numbers, len(lost)) == (["YNMIC-2026-001"], 1)


def test_a_plaque_number_is_given_once(life):
    life.designate(CASE)
    life.designate(OTHER_CASE)
    life.issue_plaque("001", CASE)
    with pytest.raises(Invalid, match="plaque-number-taken"):
        life.issue_plaque("001", OTHER_CASE)


def test_a_centre_in_cultivation_names_its_code_when_it_is_listed_and_gets_no_plaque(life):
    life.clear(track=Track.CULTIVATION, centre_uscc="")
    with life.as_("collective-body") as registry, pytest.raises(Invalid, match="centre-not-incorporated"):
        registry.list_for_cultivation(CASE, document_no="96号", effective_on=date(2026, 6, 10))
    with life.as_("collective-body") as registry:
        registry.list_for_cultivation(
            CASE, document_no="96号", effective_on=date(2026, 6, 10), centre_uscc=FACTS.centre_uscc
        )
    assert life.rows("select centre_uscc from centres") == [{"centre_uscc": FACTS.centre_uscc}]
    with pytest.raises(NotInThisState, match="plaque-needs-designation"):
        life.issue_plaque()


def test_a_decision_holds_in_law_from_the_day_that_it_names(life):
    life.on(date(2026, 6, 12))
    life.designate(effective_on=date(2026, 6, 10))
    rows = life.rows("select state from log_as_json where topic = 'registry.centre.designated'")
    assert rows[0]["state"]["metadata"]["effective_at"].startswith("2026-06-10T00:00:00+08:00")
    assert rows[0]["state"]["timestamp"].startswith("2026-06-12")


def test_a_stale_version_is_noticed(life):
    life.designate()
    with life.as_("officer", target=CASE, expected_version=1) as registry, pytest.raises(VersionConflict):
        registry.issue_plaque(CASE, plaque_no="001")


def test_a_centre_out_of_sight_is_not_found(life):
    life.designate()
    with life.as_("applicant", sees=lambda thing: False) as registry, pytest.raises(NotFound):
        registry.submit_summary(summary_id(CASE, 2026), text="总结", figures=FIGURES)


def test_only_the_prefecture_of_a_centre_sends_its_summary_on_once_and_what_it_saw(life):
    life.designate()
    life.on(date(2027, 1, 15))
    summary = life.summarise(2026)
    scope = AUTHORITY["forward_summary"].roles[Role.PREFECTURE_HEAD]
    heads = (Identity("p", "某人", frozenset({Role.PREFECTURE_HEAD}), "", place) for place in ("530100", "533100"))
    assert [scope.sees(head, summary) for head in heads] == [True, False]
    with life.as_("prefecture", target=summary.id, expected_version=1) as registry, pytest.raises(VersionConflict):
        registry.forward_summary(summary.id, agrees=True, text="同意转报。")
    assert life.forward(2026).state is State.SUBMITTED
    with pytest.raises(NotInThisState, match="not-in-this-state"):
        life.forward(2026)
