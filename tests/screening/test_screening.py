"""Decisions of a screening: each command happens, can be refused, and leaves what it must."""

from datetime import timedelta
from typing import Any

import pytest

from services.screening.domain.screening import Screening
from services.screening.domain.states import CODES, State
from services.shared.vocabulary import Denied
from tests.given import given
from tests.screening.examples import (
    CASE,
    DECISION,
    LETTER,
    NEGATIVE,
    OTHER_CASE,
    POSITIVE,
    TODAY,
    accepted,
    drafted,
    not_recommended,
    opened,
    ready,
    recommended,
    start_intake,
    taken_in,
)


def test_has_the_id_of_its_case_and_all_facts_when_opened():
    screening = given(opened()).aggregate
    assert (screening.id, screening.state, screening.code) == (CASE, State.SUBMITTED, "A05")
    assert screening.member_usccs == screening.facts.member_usccs
    assert [document.name for document in screening.documents] == [
        "2026-1-7K3F9QA-1.json",
        "legal-person-certificate.pdf",
    ]


def test_every_state_has_a_code_of_the_process():
    assert set(CODES) == set(State)


def test_takes_the_dossier_in_when_the_paper_copy_has_come():
    [event] = given(opened()).when(start_intake(TODAY)).then(Screening.IntakeStarted)
    assert event.paper_received_on == TODAY
    assert event.deadline.kind == "formal-check"


def test_refuses_to_take_in_without_a_paper_copy_when_the_edition_asks_for_one():
    refusal = given(opened()).when(start_intake(None, copies_missing=2)).then_refused("paper-copy-missing")
    assert refusal.findings[0].clause == "S4.1.1"


def test_takes_in_without_a_paper_copy_when_the_edition_asks_for_none():
    given(opened()).when(start_intake(None)).then(Screening.IntakeStarted)


def test_refuses_a_paper_copy_of_tomorrow():
    given(opened()).when(start_intake(TODAY + timedelta(days=1))).then_refused("date-in-future")


def test_refuses_to_take_in_twice():
    given(taken_in()).when(start_intake(TODAY)).then_refused("not-in-this-state")


def test_screens_when_the_materials_are_complete():
    given(taken_in()).when(lambda s: s.accept(open_mismatches=0)).then(Screening.Accepted)
    assert given(accepted()).aggregate.state is State.PREF_SCREENING


def test_refuses_to_accept_what_was_not_taken_in():
    given(opened()).when(lambda s: s.accept(open_mismatches=0)).then_refused("not-in-this-state")


def test_keeps_who_drafted_an_opinion():
    outcome = given(accepted()).when(lambda s: s.draft_opinion(**POSITIVE), actor="officer")
    [event] = outcome.then(Screening.OpinionDrafted)
    assert event.opinion.drafted_by == "officer"


@pytest.mark.parametrize(
    ("left_out", "code"), [("reasons", "reasons-missing"), ("clauses", "clauses-missing"), ("remedy", "remedy-missing")]
)
def test_refuses_a_draft_refusal_that_lacks_what_a_refusal_needs(left_out, code):
    empty = NEGATIVE | {left_out: "" if left_out == "remedy" else ()}
    given(accepted()).when(lambda s: s.draft_opinion(**empty)).then_refused(code)


def test_refuses_a_draft_refusal_that_lacks_everything_with_all_findings_at_once():
    empty = NEGATIVE | {"reasons": (" ",), "clauses": (), "remedy": ""}
    given(accepted()).when(lambda s: s.draft_opinion(**empty)).then_refused(
        "reasons-missing", "clauses-missing", "remedy-missing"
    )


def test_refuses_a_clause_that_the_policy_does_not_have():
    wrong = NEGATIVE | {"clauses": ("S3.2.2", "S9.9")}
    refusal = given(accepted()).when(lambda s: s.draft_opinion(**wrong)).then_refused("unknown-clause")
    assert refusal.findings[0].pointer == "/clauses/1"


def test_refuses_an_opinion_before_the_materials_are_accepted():
    given(taken_in()).when(lambda s: s.draft_opinion(**POSITIVE)).then_refused("not-in-this-state")


def test_is_ready_when_the_head_signs_an_opinion_that_recommends():
    given(drafted(POSITIVE)).when(Screening.sign_opinion, actor="head").then(Screening.OpinionSigned)
    assert given(ready()).aggregate.is_ready
    assert not given(drafted(POSITIVE)).aggregate.is_ready


def test_refuses_a_second_signature():
    given(ready()).when(Screening.sign_opinion, actor="head").then_refused("opinion-already-signed")


def test_refuses_to_sign_a_refusal_as_an_opinion():
    given(drafted(NEGATIVE)).when(Screening.sign_opinion, actor="head").then_refused("opinion-not-positive")


def test_refuses_to_sign_nothing():
    given(accepted()).when(Screening.sign_opinion, actor="head").then_refused("no-opinion-drafted")


@pytest.mark.parametrize("opinion", [POSITIVE, NEGATIVE])
def test_denies_the_drafter_the_signature(opinion):
    def sign(screening):
        return screening.sign_opinion() if opinion is POSITIVE else screening.sign_not_recommended(document_no=DECISION)

    refusal = given(drafted(opinion)).when(sign, actor="officer").then_refused("drafter-may-not-sign")
    assert isinstance(refusal, Denied)


def test_loses_its_signature_when_the_opinion_is_drafted_anew():
    outcome = given(ready()).when(lambda s: s.draft_opinion(**NEGATIVE), actor="officer")
    outcome.then(Screening.OpinionDrafted)
    redrafted = given(ready())
    redrafted.when(lambda s: s.draft_opinion(**NEGATIVE))
    assert not redrafted.aggregate.is_ready


def test_ends_in_a_refusal_when_the_head_signs_it():
    outcome = given(drafted(NEGATIVE)).when(lambda s: s.sign_not_recommended(document_no=DECISION), actor="head")
    [event] = outcome.then(Screening.NotRecommended)
    assert (event.document_no, event.signed_by) == (DECISION, "head")
    assert given(not_recommended()).aggregate.code == "A18"


def test_refuses_to_sign_a_recommendation_as_a_refusal():
    given(drafted(POSITIVE)).when(lambda s: s.sign_not_recommended(document_no=DECISION), actor="head").then_refused(
        "opinion-not-negative"
    )


@pytest.mark.parametrize(
    "number", ["", "16", "昆工信[2026]16号", "昆工信(2026)16号", "昆工信〔26〕16号", "昆工信〔2026〕号"]
)
def test_refuses_a_decision_without_an_official_number(number):
    given(drafted(NEGATIVE)).when(lambda s: s.sign_not_recommended(document_no=number), actor="head").then_refused(
        "not-an-official-number"
    )


def test_goes_up_with_its_batch_when_ready():
    outcome = given(ready()).when(lambda s: s.recommend(batch_id=OTHER_CASE, letter_no=LETTER))
    [event] = outcome.then(Screening.Recommended)
    assert (event.batch_id, event.letter_no) == (OTHER_CASE, LETTER)
    assert given(recommended()).aggregate.code == "A20"


@pytest.mark.parametrize("make", [accepted, lambda: drafted(POSITIVE), not_recommended, recommended])
def test_does_not_go_up_when_not_ready(make):
    given(make()).when(lambda s: s.recommend(batch_id=OTHER_CASE, letter_no=LETTER)).then_refused("case-not-ready")


@pytest.mark.parametrize("make", [opened, taken_in, accepted, ready])
def test_is_withdrawn_when_the_applicant_takes_the_dossier_back_before_a_decision(make):
    withdrawing = given(make())
    withdrawing.when(lambda s: s.withdraw(reason="方案调整")).then(Screening.Withdrawn)
    assert withdrawing.aggregate.code == "A90"
    assert not withdrawing.aggregate.is_ready


@pytest.mark.parametrize(("make", "code"), [(recommended, "A20"), (not_recommended, "A18")])
def test_notes_a_withdrawal_after_the_decision_and_lets_the_decision_stand(make, code):
    deciding = given(make())
    deciding.when(lambda s: s.withdraw(reason="")).then(Screening.WithdrawalNoted)
    assert deciding.aggregate.code == code


@pytest.mark.parametrize("make", [opened, recommended])
def test_ignores_a_second_withdrawal(make):
    repeated = given(make())
    repeated.when(lambda s: s.withdraw(reason=""))
    repeated.when(lambda s: s.withdraw(reason="")).then()


def test_names_its_edition_on_every_event():
    screening = not_recommended()
    events: list[Any] = list(screening.collect_events())
    assert {event.metadata.policy_edition for event in events} == {"2019-05-06"}
