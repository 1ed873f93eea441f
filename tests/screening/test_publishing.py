"""What screening says: sealed from its own log, and shaped as its golden samples are."""

import json
from pathlib import Path

import pytest

from services.screening import contracts
from services.screening.publishing import PUBLISHING
from services.shared import contract
from services.shared.kernel.publishing import Sealer
from services.shared.kernel.relay import LogRecord
from tests.screening.conftest import as_
from tests.screening.examples import CASE, DECISION, DEHONG, FACTS, KUNMING, LETTER, OTHER_CASE, ROUND, TODAY
from tests.screening.steps import (
    REMEDY,
    SERVED,
    refuse,
    reopen,
    request_correction,
    rescind,
    return_batch,
    send_two_up,
    sign,
    submit,
    take_in,
)

SAMPLES = Path(contracts.__file__).parent / "samples"
MESSAGES = [value for value in vars(contracts).values() if hasattr(value, "CONTRACT")]


def sealed(wired, screenings, *names):
    """The integration events of the log, in order: of these names, or all but the one that every case begins with."""
    sealer, previous, events = Sealer("screening", screenings, PUBLISHING), 0, []
    query = "select position, originator_id, originator_version, topic, state, link from log order by position"
    for row in wired.database.rows(query):
        if event := sealer(LogRecord(*row), previous):
            events.append(event)
            previous = event.position
    return [event for event in events if (event.name in names if names else event.name != "case.taken-in.v1")]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: contract.contract_of(message).name)
def test_the_golden_sample_is_exactly_a_message_of_its_contract(message):
    data = json.loads((SAMPLES / f"{contract.contract_of(message).name}.json").read_text(encoding="utf-8"))
    again = contract.dump(contract.load(message, data))
    assert {name: value for name, value in again.items() if name in data or value} == data


def test_there_is_a_sample_for_each_contract_and_no_other():
    assert {path.stem for path in SAMPLES.iterdir()} == {contract.contract_of(message).name for message in MESSAGES}


def test_says_that_the_batch_went_up_and_then_each_case_of_it(wired, screenings):
    batch = send_two_up(screenings)
    first, *cases = sealed(wired, screenings)
    assert (first.name, first.subject, first.partitionkey) == ("batch.submitted.v1", LETTER, str(batch.id))
    assert first.data["annex_3"]["sha256"] == batch.annex_3.sha256
    assert [case.name for case in cases] == ["case.recommended.v1"] * 2
    assert [case.partitionkey for case in cases] == [str(CASE), str(OTHER_CASE)]


def test_says_of_a_recommended_case_all_that_intake_said_and_the_opinion(wired, screenings):
    batch = send_two_up(screenings)
    message = contract.load(contracts.CaseRecommended, sealed(wired, screenings)[1].data)
    assert (message.batch_id, message.letter_no, message.round_id) == (batch.id, LETTER, ROUND)
    assert (message.snapshot, message.documents) == (FACTS.snapshot, FACTS.documents)
    assert message.rd_direction == FACTS.rd_direction
    assert message.opinion == "基本符合申报条件，同意推荐。"


def test_says_of_a_refused_case_the_reasons_the_clauses_and_the_remedy(wired, screenings):
    refuse(screenings, CASE, DECISION)
    [event] = sealed(wired, screenings)
    message = contract.load(contracts.CaseNotRecommended, event.data)
    assert message.centre_uscc == FACTS.centre_uscc
    assert (message.document_no, message.reasons, message.clauses) == (DECISION, ("组建单位不足 3 家",), ("S3.2.2",))
    assert "行政复议" in message.remedy
    assert event.policyedition == "2019-05-06"


def names(events):
    return [event.name for event in events]


def test_says_what_is_to_be_corrected_and_again_when_the_due_moment_moves(wired, screenings):
    take_in(screenings)
    request_correction(screenings)
    with as_("officer"):
        screenings.extend_correction(CASE, reason="公章在外地")
    asked, moved = (contract.load(contracts.CorrectionRequested, e.data) for e in sealed(wired, screenings))
    assert (asked.case_id, asked.round_no, moved.round_no) == (CASE, 1, 1)
    assert [item.clause for item in asked.items] == ["S4.1.1", "S4.1.0"]
    assert (asked.due.day, moved.due.day, asked.provisional) == (8, 15, False)
    assert "correction.applicant_days" in asked.explanation


def test_says_that_a_returned_batch_goes_on_without_the_case_that_was_dropped(wired, screenings):
    batch = send_two_up(screenings)
    return_batch(screenings, batch)
    rescind(screenings, OTHER_CASE, DECISION)
    with as_("officer"):
        screenings.record_service(OTHER_CASE, served=SERVED)
    with as_("officer"):
        screenings.reassemble_batch(batch.id)
    sign(screenings, batch, "昆工信〔2026〕21号")
    submit(screenings, batch)
    dropped, served, again = sealed(wired, screenings)[3:]
    assert names([dropped, served, again]) == [
        "case.recommendation-rescinded.v1",
        "decision.served.v1",
        "batch.resubmitted.v1",
    ]
    assert "行政复议" in dropped.data["remedy"]
    assert (served.data["document_no"], served.data["served_on"]) == (DECISION, "2026-06-01")
    assert (again.subject, again.data["case_ids"]) == ("昆工信〔2026〕21号", [str(CASE)])


def test_says_which_cases_still_stand_when_a_supplement_is_issued(wired, screenings):
    batch = send_two_up(screenings)
    with as_("intake"):
        screenings.withdraw_case(OTHER_CASE, reason="")
    with as_("officer"):
        screenings.draft_supplement(batch.id)
    with as_("head"):
        screenings.sign_supplement(batch.id, letter_no="昆工信〔2026〕22号", letter_date=TODAY)
    message = contract.load(contracts.BatchSupplemented, sealed(wired, screenings)[-1].data)
    assert (message.case_ids, message.left_case_ids) == ((CASE,), (OTHER_CASE,))
    assert message.letter_no == "昆工信〔2026〕22号"


def test_says_where_a_case_was_transferred_to(wired, screenings):
    take_in(screenings)
    with as_("officer"):
        screenings.challenge_jurisdiction(CASE, to_prefecture=DEHONG, reason="注册地在德宏")
    with as_("head"):
        screenings.decide_jurisdiction(CASE, transfers=True, reason="移送德宏州")
    [event] = sealed(wired, screenings)
    assert (event.data["from_prefecture"], event.data["prefecture"]) == (KUNMING, DEHONG)


def test_says_that_the_formal_check_has_begun_and_of_which_submission(wired, screenings):
    take_in(screenings)
    [event] = sealed(wired, screenings, "case.taken-in.v1")
    message = contract.load(contracts.CaseTakenIn, event.data)
    assert (message.case_id, message.snapshot_number, message.due.day) == (CASE, FACTS.snapshot_number, 8)


def test_says_who_is_kept_away_from_a_case(wired, screenings):
    take_in(screenings)
    with as_("officer"):
        screenings.recuse(CASE, officer="officer", reason="亲属任职")
    [event] = sealed(wired, screenings)
    message = contract.load(contracts.OfficerRecused, event.data)
    assert (event.name, message.officer) == ("case.officer-recused.v1", "officer")


def test_says_where_a_case_goes_on_whose_refusal_was_set_aside(wired, screenings):
    refuse(screenings, CASE, DECISION)
    reopen(screenings, CASE)
    [event] = sealed(wired, screenings, "case.reopened.v1")
    message = contract.load(contracts.CaseReopened, event.data)
    assert (message.code, message.decision_no) == ("A15", REMEDY["decision_no"])
