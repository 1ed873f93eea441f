"""Remedy cases and what an annulment brings back: TC-11 as commands, with everything that follows downstream."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import psycopg
import pytest

from services.registry.contracts import CentreRevocationAnnulled, StatusExtractCorrected
from services.registry.domain import due
from services.registry.domain.outcome import Kind, Outcome
from services.registry.domain.qualification import Qualification
from services.registry.domain.remedy import MOVES, RemedyCase, State
from services.registry.domain.values import Service
from services.registry.queries import history
from services.registry.wiring import DEFINITION
from services.shared import contract
from services.shared.kernel.runtime import prepare
from services.shared.vocabulary import Invalid, NotInThisState, VersionConflict
from tests.given import done, given, made
from tests.registry.examples import CASE, EDITION, REF, TC11
from tests.registry.life import Life
from tests.registry.test_publishing import by_name, told

REMEDY = TC11["remedy"]
REVOKED_ON, BETWEEN, DECIDED_ON = date(2030, 8, 1), date(2030, 9, 1), date(2030, 11, 5)


@pytest.fixture
def objected(life: Life):
    """The centre of TC-11 was revoked, an extract told so, and it objects on 10 September 2030."""
    revocation = life.until_revoked()
    life.on(date(2030, 9, 2))
    with life.as_("officer") as registry:
        registry.issue_extract(CASE, department="TAX", as_of=BETWEEN)
    life.on(date(2030, 9, 10))
    with life.as_("officer") as registry:
        return registry.open_remedy_case(
            revocation.id, kind="reconsideration", body=REMEDY["body"], filed_on=date(2030, 9, 10)
        )


def decide(life, remedy, outcome):
    life.on(DECIDED_ON)
    with life.as_("head") as registry:
        return registry.record_remedy_outcome(
            remedy.id, outcome=outcome, document_no=REMEDY["document_no"], decided_on=DECIDED_ON, text=REMEDY["text"]
        )


def facts(life, known_on):
    return history.as_at(life.wired.database, CASE, life.as_at(BETWEEN, known_on))


def test_a_case_knows_whether_it_came_in_time_and_until_when_to_answer(life, objected):
    assert objected.in_time
    assert objected.deadline.local_due.date() == date(2030, 9, 24)
    life.on(date(2030, 10, 2))
    with life.as_("officer") as registry:
        second = registry.open_remedy_case(
            objected.decision_id, kind="reconsideration", body=REMEDY["body"], filed_on=date(2030, 10, 2)
        )
    assert not second.in_time


def test_the_answer_holds_decision_record_and_evidence_in_one_document(life, objected):
    life.on(date(2030, 9, 13))
    with life.as_("officer") as registry:
        remedy = registry.file_remedy_answer(objected.id, text="程序合法。")
    assert remedy.state is State.ANSWER_FILED
    answer = json.loads(life.registry.documents.read(remedy.documents[0].sha256))
    topics = {line["topic"] for line in answer["record"]}
    assert {"registry.centre.revoked", "registry.revocation.statement-period-overridden"} <= topics
    assert {"registry.assessment.scored", "registry.rectification.rechecked"} <= topics
    assert answer["evidence"]
    assert answer["decision"] == str(objected.decision_id)


def test_an_annulment_brings_everything_back_from_the_first_day_and_says_so_downstream(life, objected):
    assert facts(life, BETWEEN)["qualification"] == "revoked"
    assert facts(life, BETWEEN)["facts"]["ban"]["until"] == date(2033, 8, 1)
    remedy = decide(life, objected, Outcome.ANNULLED_REDO)
    assert remedy.state is State.EXECUTED
    now = facts(life, DECIDED_ON)
    assert (now["qualification"], now["facts"]["ban"], now["facts"]["fields"]) == ("designated", None, ["LIQUID_METAL"])
    assert now["facts"]["plaque"] == {"state": "issued", "no": "002"}
    before = facts(life, BETWEEN)
    assert (before["qualification"], before["facts"]["fields"]) == ("revoked", [])
    assert [row["state"] for row in life.rows("select state from bans")] == ["annulled"]
    assert {row["state"] for row in life.rows("select state from funding_references")} == {"published"}
    message: CentreRevocationAnnulled = contract.load(
        CentreRevocationAnnulled, by_name(life)["centre.revocation-annulled.v1"].data
    )
    assert (message.corrects, message.effective_on) == (TC11["revocation"]["document_no"], REVOKED_ON)
    assert (message.qualification, message.plaque, message.plaque_no) == ("designated", "issued", "002")


def test_an_extract_is_corrected_under_its_key(life, objected):
    issued = by_name(life)["status-extract.issued.v1"].data
    assert issued["status"] == "revoked"
    decide(life, objected, Outcome.ANNULLED)
    corrected: StatusExtractCorrected = contract.load(
        StatusExtractCorrected, by_name(life)["status-extract.corrected.v1"].data
    )
    assert (corrected.key, corrected.status, corrected.corrections) == (issued["key"], "designated", 1)
    assert corrected.document_no == REMEDY["document_no"]


def test_funding_references_are_withdrawn_and_published_again(life, objected):
    decide(life, objected, Outcome.ANNULLED)
    names = [event.name for event in told(life) if event.name.startswith("funding-reference")]
    assert [name.split(".")[1] for name in names] == [
        *["published"] * 2,
        *["withdrawn"] * 2,
        *["published"] * 2,
    ]


def test_a_decision_that_is_upheld_stays(life, objected):
    assert decide(life, objected, Outcome.UPHELD).state is State.DECIDED
    assert life.centre().qualification is Qualification.REVOKED
    assert "centre.revocation-annulled.v1" not in by_name(life)


def test_an_annulled_revocation_falls_from_its_first_day_and_no_other(life):
    life.until_revoked()
    life.on(DECIDED_ON)
    with life.as_("head") as registry, pytest.raises(Invalid, match="not-from-the-beginning"):
        registry.annul_revocation(CASE, document_no="33号", body="云南省人民政府", effective_on=date(2030, 8, 2))


def test_a_second_correct_procedure_follows_and_the_extract_says_so_only_of_later_days(life, objected):
    decide(life, objected, Outcome.ANNULLED_REDO)
    life.on(date(2030, 11, 18))
    again = life.give_notice()
    life.serve_notice(again.id, date(2030, 11, 18))
    life.on(date(2030, 11, 25), time(18))
    life.wired.run_deadlines()
    life.on(date(2030, 12, 10))
    life.revoke(again.id, date(2030, 12, 10))
    assert facts(life, date(2030, 12, 10))["qualification"] == "designated"
    later = history.as_at(life.wired.database, CASE, life.as_at(date(2030, 12, 11), date(2030, 12, 11)))
    assert later["qualification"] == "revoked"
    assert life.rows("select state, corrections from status_extracts") == [{"state": "designated", "corrections": 1}]


def test_a_suit_after_a_reconsideration_is_brought_within_fifteen_days(life, objected):
    decide(life, objected, Outcome.UPHELD)
    terms = {"kind": "litigation", "body": "昆明市中级人民法院"}
    for day, in_time in ((date(2030, 11, 20), True), (date(2030, 11, 21), False)):
        life.on(day)
        with life.as_("officer") as registry:
            assert registry.open_remedy_case(objected.decision_id, filed_on=day, **terms).in_time is in_time


def test_the_time_to_object_runs_from_the_service_of_the_decision(life):
    revocation = life.until_revoked()
    life.on(date(2030, 8, 20))
    with life.as_("officer") as registry:
        registry.serve_revocation(revocation.id, served=Service(date(2030, 8, 20), "mail", "EMS 1"))
    life.on(date(2030, 10, 10))
    with life.as_("officer") as registry:
        terms = {"kind": "reconsideration", "body": REMEDY["body"], "filed_on": date(2030, 10, 10)}
        assert registry.open_remedy_case(revocation.id, **terms).in_time


def test_a_plaque_is_not_declared_void_while_the_decision_rests(life, objected):
    void = {"reason": "逾期未交", "document_no": "1号"}
    with life.as_("head") as registry:
        registry.suspend_execution(objected.id, reason="复议机关决定停止执行", document_no="云政复停〔2030〕1号")
    with life.as_("head") as registry, pytest.raises(NotInThisState, match="execution-suspended"):
        registry.void_plaque(CASE, **void)
    decide(life, objected, Outcome.UPHELD)
    with life.as_("head") as registry:
        assert registry.void_plaque(CASE, **void).plaque == "voided"


def test_a_refusal_that_is_annulled_is_decided_anew(life):
    life.designate()
    life.on(date(2027, 4, 1))
    with life.as_("applicant") as registry:
        asked = registry.request_exit(CASE, reason="战略调整", report="终结报告")
    with life.as_("collective-body") as registry:
        registry.refuse_exit(asked.id, reasons=("项目未结题",), clauses=("S4.3",), document_no="1号")
    with life.as_("officer") as registry:
        terms = {"kind": "reconsideration", "body": REMEDY["body"], "filed_on": date(2027, 4, 1)}
        remedy = registry.open_remedy_case(asked.id, **terms)
    with life.as_("head") as registry:
        outcome = {"outcome": Outcome.ANNULLED_REDO, "document_no": "2号", "decided_on": date(2027, 4, 1)}
        registry.record_remedy_outcome(remedy.id, text="责令重作", **outcome)
    assert [row["state"] for row in life.rows("select state from exits")] == ["requested"]
    with life.as_("collective-body") as registry:
        registry.approve_exit(asked.id, document_no="3号", effective_on=date(2027, 4, 1))
    assert life.centre().qualification is Qualification.EXITED


COURT, HIGHER = "昆明市中级人民法院", "云南省高级人民法院"
JUDGED_ON = date(2031, 3, 3)


@pytest.fixture
def sued(life, objected):
    """Reconsideration upheld the revocation on 5 November 2030; the centre sues in time."""
    decide(life, objected, Outcome.UPHELD)
    life.on(date(2030, 11, 18))
    with life.as_("officer") as registry:
        terms = {"kind": "litigation", "body": COURT, "filed_on": date(2030, 11, 18)}
        return registry.open_remedy_case(objected.decision_id, **terms)


def judge(life, remedy, outcome, day=JUDGED_ON):
    life.on(day)
    with life.as_("head") as registry:
        told = {"document_no": f"{day}号", "decided_on": day, "text": "判决如下"}
        return registry.record_remedy_outcome(remedy.id, outcome=outcome, **told)


def serve(life, remedy, day=JUDGED_ON, **command):
    with life.as_("officer", **command) as registry:
        return registry.serve_remedy_outcome(remedy.id, served=Service(day, "mail", "EMS 2"))


def judged_and_served(life, remedy, outcome):
    """Of first instance, on the same day."""
    judge(life, remedy, outcome)
    return serve(life, remedy)


def appeal(life, remedy, day, *, entered=None):
    life.on(entered or day)
    with life.as_("officer") as registry:
        return registry.appeal_judgment(remedy.id, by="department", body=HIGHER, appealed_on=day)


def confirm(life, remedy):
    with life.as_("head") as registry:
        return registry.confirm_judgment(remedy.id)


def row_of(life, remedy):
    query = f"select state, body, outcome, suspended from remedies where id = '{remedy.id}'"
    [row] = life.rows(query)
    return row


def running(life, remedy):
    return {row["kind"] for row in life.rows(f"select kind from deadlines where aggregate_id = '{remedy.id}'")}


def test_a_suit_is_answered_within_fifteen_calendar_days(life, sued):
    assert (sued.state, sued.deadline.local_due.date()) == (State.FILED, date(2030, 12, 3))
    assert row_of(life, sued)["state"] == "filed"
    with life.as_("officer") as registry:
        assert registry.file_remedy_answer(sued.id, text="程序合法。").state is State.DEFENCE_FILED
    assert row_of(life, sued)["state"] == "defence-filed"
    assert "remedy" not in running(life, sued)


def test_a_judgment_that_may_be_appealed_changes_nothing_until_it_is_final(life, sued):
    judged = judged_and_served(life, sued, Outcome.ANNULLED)
    assert (judged.state, judged.appeal.local_due.date()) == (State.JUDGED, date(2031, 3, 18))
    assert running(life, sued) == {"appeal"}
    assert life.centre().qualification is Qualification.REVOKED
    life.on(date(2031, 3, 18))
    with pytest.raises(NotInThisState, match="appeal-running"):
        confirm(life, sued)
    assert life.centre().qualification is Qualification.REVOKED
    life.on(date(2031, 3, 19))
    assert confirm(life, sued).state is State.EXECUTED
    assert running(life, sued) == set()
    assert life.centre().qualification is Qualification.DESIGNATED
    message = contract.load(CentreRevocationAnnulled, by_name(life)["centre.revocation-annulled.v1"].data)
    assert message.effective_on == REVOKED_ON


def test_an_appeal_lets_the_higher_court_decide_and_its_judgment_is_final_at_once(life, sued):
    judged_and_served(life, sued, Outcome.ANNULLED)
    assert appeal(life, sued, date(2031, 3, 10)).state is State.APPEALED
    assert row_of(life, sued) == {"state": "appealed", "body": HIGHER, "outcome": "", "suspended": False}
    life.on(date(2031, 3, 19))
    with pytest.raises(NotInThisState, match="not-in-this-state"):
        confirm(life, sued)
    final = judge(life, sued, Outcome.REJECTED, date(2031, 6, 2))
    assert (final.state, row_of(life, sued)["outcome"]) == (State.FINAL, "rejected")
    assert life.centre().qualification is Qualification.REVOKED
    with life.as_("officer") as registry:
        assert registry.execute_remedy(sued.id).state is State.EXECUTED


@pytest.mark.parametrize("day", [date(2031, 3, 2), date(2031, 3, 19)])
def test_an_appeal_outside_its_time_is_refused(life, sued, day):
    judged_and_served(life, sued, Outcome.UPHELD)
    with pytest.raises(Invalid, match="outside-the-appeal"):
        appeal(life, sued, day, entered=date(2031, 3, 20))
    assert appeal(life, sued, date(2031, 3, 18), entered=date(2031, 3, 20)).state is State.APPEALED


def test_what_rests_during_a_suit_rests_until_its_judgment_is_final(life, sued):
    with life.as_("head") as registry:
        registry.suspend_execution(sued.id, reason="裁定停止执行", document_no="1号")
    judged_and_served(life, sued, Outcome.REJECTED)
    assert row_of(life, sued)["suspended"]
    life.on(date(2031, 3, 19))
    confirm(life, sued)
    assert not row_of(life, sued)["suspended"]


def test_a_mediation_that_fails_goes_on_where_it_began_and_one_that_succeeds_is_an_outcome(life, objected):
    with life.as_("officer") as registry:
        registry.file_remedy_answer(objected.id, text="程序合法。")
    with pytest.raises(NotInThisState, match="must be mediation"):
        decide(life, objected, Outcome.MEDIATED)
    life.on(date(2030, 9, 20))
    with life.as_("officer") as registry:
        assert registry.begin_mediation(objected.id, reason="双方同意调解").state is State.MEDIATION
    with life.as_("officer") as registry, pytest.raises(NotInThisState):
        registry.begin_mediation(objected.id, reason="双方同意调解")
    assert (row_of(life, objected)["state"], running(life, objected)) == ("mediation", {"mediation"})
    [due] = life.rows(f"select due from deadlines where aggregate_id = '{objected.id}'")
    assert due["due"].date() == date(2030, 10, 21), "the thirtieth day is a Sunday"
    with life.as_("officer") as registry:
        assert registry.end_mediation(objected.id, reason="未达成协议").state is State.ANSWER_FILED
    assert (row_of(life, objected)["state"], running(life, objected)) == ("answer-filed", set())
    with life.as_("officer") as registry, pytest.raises(NotInThisState):
        registry.end_mediation(objected.id, reason="未达成协议")
    with life.as_("officer") as registry:
        registry.begin_mediation(objected.id, reason="再次调解")
    assert decide(life, objected, Outcome.MEDIATED).state is State.DECIDED
    assert life.centre().qualification is Qualification.REVOKED


def test_a_suit_is_not_mediated(life, sued):
    with life.as_("officer") as registry, pytest.raises(NotInThisState):
        registry.begin_mediation(sued.id, reason="调解")
    with pytest.raises(NotInThisState):
        judge(life, sued, Outcome.MEDIATED)


def test_every_state_has_its_row_and_every_way_ends_carried_out():
    assert set(MOVES) == set(State)
    ends = {state for state, after in MOVES.items() if not after}
    assert ends == {State.EXECUTED}


def test_the_time_of_appeal_runs_from_the_service_of_the_judgment_and_not_before(life, sued):
    judge(life, sued, Outcome.ANNULLED)
    assert "appeal" not in running(life, sued)
    life.on(date(2031, 3, 20))
    with pytest.raises(NotInThisState, match="judgment-not-served"):
        confirm(life, sued)
    with pytest.raises(NotInThisState, match="judgment-not-served"):
        appeal(life, sued, date(2031, 3, 20))
    for day, code in ((date(2031, 3, 2), "served-before-made"), (date(2031, 3, 21), "effective-in-future")):
        with pytest.raises(Invalid, match=code):
            serve(life, sued, day)
    with pytest.raises(VersionConflict):
        serve(life, sued, date(2031, 3, 10), target=sued.id, expected_version=1)
    served = serve(life, sued, date(2031, 3, 10))
    assert (served.appeal.local_due.date(), running(life, sued)) == (date(2031, 3, 25), {"appeal"})
    with pytest.raises(NotInThisState, match="served-already"):
        serve(life, sued, date(2031, 3, 11))
    with pytest.raises(NotInThisState, match="appeal-running"):
        confirm(life, sued)
    life.on(date(2031, 3, 26))
    assert confirm(life, sued).state is State.EXECUTED


def test_the_judgment_of_second_instance_is_served_by_itself(life, sued):
    judged_and_served(life, sued, Outcome.UPHELD)
    appeal(life, sued, date(2031, 3, 10))
    with pytest.raises(NotInThisState):
        serve(life, sued, date(2031, 3, 10))
    judge(life, sued, Outcome.REJECTED, date(2031, 6, 2))
    assert serve(life, sued, date(2031, 6, 2)).outcome_served.served_on == date(2031, 6, 2)
    assert running(life, sued) == set()


def test_a_suit_is_in_time_by_the_service_of_the_reconsideration(life, objected):
    decide(life, objected, Outcome.UPHELD)
    life.on(date(2030, 11, 12))
    serve(life, objected, date(2030, 11, 12))
    for day, in_time in ((date(2030, 11, 27), True), (date(2030, 11, 28), False)):
        life.on(day)
        with life.as_("officer") as registry:
            terms = {"kind": "litigation", "body": COURT, "filed_on": day}
            assert registry.open_remedy_case(objected.decision_id, **terms).in_time is in_time


def test_a_judgment_from_before_services_were_recorded_keeps_its_time_of_appeal():
    opened = made(
        lambda: RemedyCase(
            *(REF, Kind.LITIGATION, COURT, CASE, JUDGED_ON, True, due.appeal(JUDGED_ON, EDITION), EDITION.id)
        )
    )
    term = due.appeal(JUDGED_ON, EDITION)
    told_: dict[str, Any] = {"outcome": Outcome.UPHELD, "document_no": "1号", "decided_on": JUDGED_ON, "text": "x"}
    old = done(opened, lambda r: r._judged(**told_, appeal=term))
    given(old).when(lambda r: r.confirm_judgment(now=term.due)).then(RemedyCase.JudgmentFinal)


def test_rows_of_remedies_that_an_earlier_version_made_are_built_anew(life, sued, database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("alter table registry_read.remedies drop column served_on")
        connection.execute("update registry_read.remedies set state = 'notice-received'")
    prepare(DEFINITION, database_url)
    assert row_of(life, sued)["state"] == "filed"


def test_nobody_objects_before_a_decision_was_made(life):
    life.until_failed_twice()
    life.on(date(2030, 8, 1))
    procedure = life.give_notice()
    terms = {"kind": "reconsideration", "body": REMEDY["body"]}
    with life.as_("officer") as registry, pytest.raises(NotInThisState, match="nothing-decided"):
        registry.open_remedy_case(procedure.id, filed_on=date(2030, 8, 1), **terms)
    with life.as_("head") as registry:
        registry.override_statement_period(procedure.id, reason="x")
    life.revoke(procedure.id)
    with life.as_("officer") as registry, pytest.raises(Invalid, match="filed-before-decided"):
        registry.open_remedy_case(procedure.id, filed_on=date(2030, 7, 31), **terms)
    assert life.rows("select id from remedies") == []
    with life.as_("officer") as registry:
        assert registry.open_remedy_case(procedure.id, filed_on=date(2030, 8, 1), **terms).in_time
