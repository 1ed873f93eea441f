"""A batch after it went up: returned, put together anew, dropped cases, slips, supplements, and its quota."""

import json
from threading import Barrier, Thread
from uuid import uuid4

import pytest

from services.review.contracts import BatchReturned
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.quota import Quota
from services.screening.domain.round_terms import Allowance
from services.screening.domain.screening import Screening
from services.screening.reactions import when_batch_returned
from services.shared.vocabulary import Denied, Invalid, NotInThisState
from tests.screening.conftest import as_
from tests.screening.examples import CASE, DECISION, DEHONG, KUNMING, LETTER, OTHER_CASE, ROUND, TODAY
from tests.screening.steps import (
    assemble,
    make_ready,
    open_case,
    rescind,
    return_batch,
    send_two_up,
    sign,
    submit,
)

NEW_LETTER, THIRD_LETTER = "昆工信〔2026〕21号", "昆工信〔2026〕22号"


def batch_of(screenings, batch):
    return screenings.find(RecommendationBatch, batch.id)


def code_of(screenings, case_id=CASE):
    return screenings.find(Screening, case_id).code


def held(screenings, prefecture=KUNMING):
    return set(screenings.find(Quota, Quota.id_of(ROUND, prefecture)).taken)


def codes(refusal):
    return sorted(finding.code for finding in refusal.value.findings)


def withdraw(screenings, case_id=OTHER_CASE):
    with as_("intake"):
        screenings.withdraw_case(case_id, reason="方案调整")


def reassemble(screenings, batch, actor="officer"):
    with as_(actor):
        return screenings.reassemble_batch(batch.id)


def allow(screenings, most, prefecture=KUNMING):
    with as_("intake"):
        screenings.set_round_terms(ROUND, allowances=(Allowance(prefecture, most),), paper_copies=2)


def topics(wired):
    return [topic for (topic,) in wired.database.rows("select topic from log order by position")]


def test_a_returned_batch_takes_its_cases_back_to_the_prefecture_once(wired, screenings):
    batch = send_two_up(screenings)
    message = BatchReturned(
        batch_id=batch.id, letter_no=LETTER, prefecture=KUNMING, case_ids=batch.case_ids, reasons=("行文无公章",)
    )
    for _ in range(2):
        with as_("review"):
            when_batch_returned(screenings, message)
    assert (code_of(screenings), code_of(screenings, OTHER_CASE)) == ("A29", "A29")
    assert wired.database.rows("select state from batches") == [("returned",)]
    assert topics(wired).count("screening.batch.returned") == 1
    assert held(screenings) == {CASE, OTHER_CASE}


def test_goes_up_again_under_a_new_letter_with_a_new_annex_3(wired, screenings):
    batch = send_two_up(screenings)
    return_batch(screenings, batch)
    reassemble(screenings, batch)
    sign(screenings, batch, NEW_LETTER)
    again = submit(screenings, batch)
    assert (again.state, again.letters) == ("submitted", (LETTER, NEW_LETTER))
    assert again.documents[::3] == (batch.annex_3, again.annex_3)
    assert wired.database.rows("select state, letter_no from screenings") == [("recommended", NEW_LETTER)] * 2
    assert topics(wired)[-3:] == [
        "screening.batch.resubmitted",
        "screening.screening.recommended-again",
        "screening.screening.recommended-again",
    ]


def test_an_old_return_heard_again_does_not_return_the_resubmitted_batch(screenings):
    batch = send_two_up(screenings)
    return_batch(screenings, batch)
    reassemble(screenings, batch)
    sign(screenings, batch, NEW_LETTER)
    submit(screenings, batch)
    return_batch(screenings, batch)  # `batch` is as it was under its first letter
    assert code_of(screenings) == "A20"


def test_needs_a_new_letter_and_another_person_than_who_put_it_together(screenings):
    batch = send_two_up(screenings)
    return_batch(screenings, batch)
    reassemble(screenings, batch)
    with pytest.raises(Invalid) as refusal:
        sign(screenings, batch, LETTER)
    assert codes(refusal) == ["letter-used-before"]
    reassemble(screenings, batch, "head")
    with pytest.raises(Denied):
        sign(screenings, batch, NEW_LETTER)


def test_keeps_an_old_letter_number_from_other_batches(screenings):
    batch = send_two_up(screenings)
    return_batch(screenings, batch)
    reassemble(screenings, batch)
    sign(screenings, batch, NEW_LETTER)
    third = open_third(screenings)
    with pytest.raises(Invalid) as refusal:
        sign(screenings, third, LETTER)
    assert codes(refusal) == ["letter-number-taken"]


def open_third(screenings):
    case_id = uuid4()
    make_ready(screenings, case_id)
    return assemble(screenings, case_id)


def test_a_dropped_case_ends_and_gives_its_place_back_and_the_others_go_on(wired, screenings):
    batch = send_two_up(screenings)
    return_batch(screenings, batch)
    rescind(screenings, OTHER_CASE, DECISION)
    assert code_of(screenings, OTHER_CASE) == "A18"
    assert held(screenings) == {CASE}
    reassemble(screenings, batch)
    sign(screenings, batch, NEW_LETTER)
    assert submit(screenings, batch).case_ids == (CASE,)
    assert [slip.cause for slip in batch_of(screenings, batch).slips] == ["rescinded"]


def test_does_not_drop_a_case_whose_batch_was_not_returned(screenings):
    send_two_up(screenings)
    with as_("head"), pytest.raises(NotInThisState):
        screenings.rescind_recommendation(CASE, document_no=DECISION)


def test_does_not_put_together_while_a_refusal_is_drafted(screenings):
    batch = send_two_up(screenings)
    return_batch(screenings, batch)
    with as_("officer"):
        screenings.draft_opinion(CASE, recommends=False, opinion="不", reasons=("资金不足",), clauses=("S3.2.3",))
    with pytest.raises(Invalid) as refusal:
        reassemble(screenings, batch)
    assert codes(refusal) == ["case-not-ready"]


def test_is_given_up_only_when_nothing_remains_in_it(wired, screenings):
    batch = send_two_up(screenings)
    return_batch(screenings, batch)
    with as_("head"), pytest.raises(NotInThisState) as refusal:
        screenings.cancel_batch(batch.id, reason="")
    assert codes(refusal) == ["returned-cases-remain"]
    rescind(screenings, CASE, DECISION)
    withdraw(screenings)
    with as_("head"):
        screenings.cancel_batch(batch.id, reason="无案件")
    assert wired.database.rows("select state from batches") == [("cancelled",)]
    assert held(screenings) == set()


def test_a_withdrawal_after_the_letter_leaves_a_slip_and_annex_3_as_it_was(wired, screenings):
    batch = send_two_up(screenings)
    withdraw(screenings)
    withdraw(screenings)
    kept = batch_of(screenings, batch)
    assert [(slip.case_id, slip.cause, slip.noted_on) for slip in kept.slips] == [(OTHER_CASE, "withdrawn", TODAY)]
    assert (kept.rows, kept.annex_3) == (batch.rows, batch.annex_3)
    [(slips,)] = wired.database.rows("select slips from batches")
    assert [slip["cause"] for slip in slips] == ["withdrawn"]
    assert held(screenings) == {CASE}


def test_a_supplement_says_who_stands_and_who_left_and_is_signed_by_another(wired, screenings):
    batch = send_two_up(screenings)
    withdraw(screenings)
    with as_("officer"):
        drafted = screenings.draft_supplement(batch.id).draft
    with as_("officer"), pytest.raises(Denied):
        screenings.sign_supplement(batch.id, letter_no=NEW_LETTER, letter_date=TODAY)
    with as_("head"):
        issued = screenings.sign_supplement(batch.id, letter_no=NEW_LETTER, letter_date=TODAY)
    sheet = json.loads(wired.documents.read(drafted.annex_3.sha256))
    assert [row["case_id"] for row in sheet["rows"]] == [str(CASE)]
    assert [(left["case_id"], left["cause"]) for left in sheet["left"]] == [(str(OTHER_CASE), "withdrawn")]
    assert (sheet["supplement"], sheet["supplements_letter"]) == (1, LETTER)
    assert (issued.letter_no, issued.letters, len(issued.documents)) == (LETTER, (LETTER, NEW_LETTER), 6)
    assert issued.annex_3 == batch.annex_3


def lapse_above(screenings, case_id=OTHER_CASE):
    with as_("intake"):
        screenings.lapse_case(case_id, level="province")


def go_on_above(screenings, case_id=OTHER_CASE):
    with as_("review"):
        screenings.note_reopened(case_id)


def events_of(wired):
    return wired.database.rows("select count(*) from log_as_json")[0][0]


def supplement(screenings, batch, letter_no):
    with as_("officer"):
        drafted = screenings.draft_supplement(batch.id).draft
    with as_("head"):
        screenings.sign_supplement(batch.id, letter_no=letter_no, letter_date=TODAY)
    return drafted


def test_a_case_that_the_province_goes_on_with_stands_in_its_batch_and_its_quota_again(wired, screenings):
    batch = send_two_up(screenings)
    lapse_above(screenings)
    assert (code_of(screenings, OTHER_CASE), held(screenings)) == ("A91", {CASE})
    with as_("officer"):
        screenings.draft_supplement(batch.id)
    go_on_above(screenings)
    kept, before = batch_of(screenings, batch), events_of(wired)
    assert (kept.slips, kept.draft) == ((), None)
    assert [row.case_id for row in kept.standing_rows] == list(batch.case_ids)
    assert held(screenings) == {CASE, OTHER_CASE}
    assert wired.database.rows("select slips from batches") == [([],)]
    with as_("officer"), pytest.raises(NotInThisState) as refusal:
        screenings.draft_supplement(batch.id)
    assert codes(refusal) == ["nothing-to-supplement"]
    go_on_above(screenings)
    assert events_of(wired) == before, "a repeat changes nothing"


def test_a_repeat_does_not_bring_back_what_has_left_again(wired, screenings):
    batch = send_two_up(screenings)
    lapse_above(screenings)
    go_on_above(screenings)
    withdraw(screenings)
    before = events_of(wired)
    go_on_above(screenings)
    assert events_of(wired) == before
    assert [slip.cause for slip in batch_of(screenings, batch).slips] == ["withdrawn"]
    assert held(screenings) == {CASE}


def test_a_case_that_was_taken_back_meanwhile_gets_no_place_again(screenings):
    batch = send_two_up(screenings)
    lapse_above(screenings)
    withdraw(screenings)
    go_on_above(screenings)
    assert [slip.case_id for slip in batch_of(screenings, batch).slips] == [OTHER_CASE]
    assert held(screenings) == {CASE}


def test_only_the_slip_of_the_case_that_goes_on_is_taken_back(wired, screenings):
    batch = send_two_up(screenings)
    withdraw(screenings, CASE)
    lapse_above(screenings)
    go_on_above(screenings)
    assert [slip.case_id for slip in batch_of(screenings, batch).slips] == [CASE]
    assert [[slip["case_id"] for slip in slips] for (slips,) in wired.database.rows("select slips from batches")] == [
        [str(CASE)]
    ]


def test_a_supplement_that_left_the_case_out_is_followed_by_one_that_has_it(wired, screenings):
    batch = send_two_up(screenings)
    lapse_above(screenings)
    supplement(screenings, batch, NEW_LETTER)
    go_on_above(screenings)
    second = supplement(screenings, batch, THIRD_LETTER)
    assert set(second.case_ids) == {CASE, OTHER_CASE}
    sheet = json.loads(wired.documents.read(second.annex_3.sha256))
    assert (sheet["supplement"], sheet["left"]) == (2, [])
    with as_("officer"), pytest.raises(NotInThisState) as refusal:
        screenings.draft_supplement(batch.id)
    assert codes(refusal) == ["nothing-to-supplement"]
    withdraw(screenings, CASE)
    assert supplement(screenings, batch, "昆工信〔2026〕23号").case_ids == (OTHER_CASE,)


def test_a_place_that_was_given_on_meanwhile_is_not_taken_from_the_other(screenings):
    allow(screenings, 2)
    send_two_up(screenings)
    lapse_above(screenings)
    third = uuid4()
    make_ready(screenings, third)
    sign(screenings, assemble(screenings, third), NEW_LETTER)
    go_on_above(screenings)
    assert held(screenings) == {CASE, OTHER_CASE, third}


def test_a_case_that_a_new_annex_3_left_out_stays_out_of_it(screenings):
    batch = send_two_up(screenings)
    lapse_above(screenings)
    return_batch(screenings, batch)
    reassemble(screenings, batch)
    go_on_above(screenings)
    kept = batch_of(screenings, batch)
    assert ([slip.case_id for slip in kept.slips], kept.case_ids) == ([OTHER_CASE], (CASE,))
    assert held(screenings) == {CASE, OTHER_CASE}


def test_there_is_no_supplement_while_nobody_has_left_since_the_last(screenings):
    batch = send_two_up(screenings)
    with as_("officer"), pytest.raises(NotInThisState) as refusal:
        screenings.draft_supplement(batch.id)
    assert codes(refusal) == ["nothing-to-supplement"]


def test_does_not_sign_a_supplement_that_another_withdrawal_has_overtaken(screenings):
    batch = send_two_up(screenings)
    withdraw(screenings)
    with as_("officer"):
        screenings.draft_supplement(batch.id)
    withdraw(screenings, CASE)
    with as_("head"), pytest.raises(NotInThisState) as refusal:
        screenings.sign_supplement(batch.id, letter_no=NEW_LETTER, letter_date=TODAY)
    assert codes(refusal) == ["no-supplement-drafted"]


def test_a_place_is_taken_by_the_signature_and_free_again_when_the_letter_is_given_up(screenings):
    allow(screenings, 1)
    make_ready(screenings)
    make_ready(screenings, OTHER_CASE)
    first, second = assemble(screenings, CASE), assemble(screenings, OTHER_CASE)
    sign(screenings, first)
    with pytest.raises(Invalid) as refusal:
        sign(screenings, second, NEW_LETTER)
    assert codes(refusal) == ["quota-exceeded"]
    with as_("head"):
        screenings.cancel_batch(first.id, reason="让出名额")
    sign(screenings, second, NEW_LETTER)
    assert held(screenings) == {OTHER_CASE}


def test_of_two_letters_signed_at_once_one_gets_the_last_place(screenings):
    allow(screenings, 1)
    make_ready(screenings)
    make_ready(screenings, OTHER_CASE)
    batches = {LETTER: assemble(screenings, CASE), NEW_LETTER: assemble(screenings, OTHER_CASE)}
    start, outcomes = Barrier(2), []

    def sign_at_once(letter_no, batch):
        start.wait()
        try:
            sign(screenings, batch, letter_no)
            outcomes.append("signed")
        except Exception as lost:
            outcomes.append(type(lost).__name__)

    threads = [Thread(target=sign_at_once, args=item) for item in batches.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("signed") == 1
    assert set(outcomes) <= {"signed", "IntegrityError", "Invalid"}  # the endpoint tries the first of them again
    assert len(held(screenings)) == 1


def test_the_quota_of_the_round_goes_before_that_of_the_edition_and_binds_its_prefecture_alone(screenings):
    allow(screenings, 0, DEHONG)
    make_ready(screenings)
    sign(screenings, assemble(screenings, CASE))
    make_ready(screenings, OTHER_CASE, DEHONG)
    with pytest.raises(Invalid) as refusal:
        assemble(screenings, OTHER_CASE)
    assert codes(refusal) == ["quota-exceeded"]


def test_the_round_says_how_many_paper_copies_are_wanted(screenings):
    with as_("intake"):
        screenings.set_round_terms(ROUND, allowances=(), paper_copies=3)
    open_case(screenings)
    with as_("officer"), pytest.raises(Invalid) as refusal:
        screenings.start_intake(CASE, paper_received_on=TODAY, paper_copies=2)
    assert codes(refusal) == ["paper-copy-missing"]
    with as_("officer"):
        screenings.start_intake(CASE, paper_received_on=TODAY, paper_copies=3)
