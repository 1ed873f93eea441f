"""Paper, recusal, jurisdiction, recall and service: what happens beside the way of a case through its prefecture."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.domain.values import ServiceRecord
from services.screening.reactions import when_dossier_submitted
from services.shared.kernel.command import Command, carrying_out
from services.shared.vocabulary import Denied, Invalid, NotInThisState, Role, VersionConflict
from tests.given import circumstances
from tests.screening.conftest import as_
from tests.screening.examples import CASE, DECISION, DEHONG, FACTS, KUNMING, LETTER, ROUND, TODAY, dossier_submitted
from tests.screening.steps import (
    REMEDY,
    SERVED,
    assemble,
    make_ready,
    open_case,
    refuse,
    reopen,
    request_correction,
    send_two_up,
    sign,
    submit,
    take_in,
)

KUNMING_HEAD = {"capacity": Role.PREFECTURE_HEAD}


def acting_as(actor, **changes):
    """One command of a person in a capacity, for an organisation."""
    return carrying_out(Command(circumstances(actor, **changes)))


def screening_of(screenings):
    return screenings.find(Screening, CASE)


def codes(refusal):
    return sorted(finding.code for finding in refusal.value.findings)


def test_takes_in_once_the_copies_that_came_one_by_one_are_enough(screenings):
    open_case(screenings)
    for note in ("EMS 1", "EMS 2"):
        with as_("officer"):
            screenings.record_paper_arrival(CASE, received_on=TODAY, copies=1, note=note)
        if note == "EMS 1":
            with as_("officer"), pytest.raises(Invalid) as refusal:
                screenings.start_intake(CASE)
            assert codes(refusal) == ["paper-copy-missing"]
    with as_("officer"):
        assert screenings.start_intake(CASE).paper_received_on == TODAY
    assert [arrival.note for arrival in screenings.paper_of(screening_of(screenings)).arrivals] == ["EMS 1", "EMS 2"]


def test_does_not_accept_while_the_paper_differs(screenings):
    take_in(screenings)
    with as_("officer"):
        screenings.record_paper_mismatch(CASE, pointer="/supplement/total_formation_funds_wan", finding="纸质件为 2300")
    with as_("officer"), pytest.raises(NotInThisState) as refusal:
        screenings.accept_dossier(CASE)
    assert codes(refusal) == ["paper-differs"]
    with as_("officer"):
        screenings.settle_paper_mismatches(CASE, explanation="以电子件为准，已换页")
    with as_("officer"):
        assert screenings.accept_dossier(CASE).code == "A15"


def test_finds_no_mismatch_with_paper_that_is_not_there_and_settles_none(screenings):
    open_case(screenings)
    with as_("officer"), pytest.raises(NotInThisState) as refusal:
        screenings.record_paper_mismatch(CASE, pointer="", finding="缺页")
    assert codes(refusal) == ["no-paper-yet"]
    with as_("officer"), pytest.raises(NotInThisState) as refusal:
        screenings.settle_paper_mismatches(CASE, explanation="")
    assert codes(refusal) == ["no-mismatch-open"]


def test_who_steps_aside_does_nothing_more_in_the_case_nor_with_its_batch(screenings):
    make_ready(screenings)
    batch = assemble(screenings, CASE)
    for actor in ("officer", "head"):
        with as_(actor):
            screenings.recuse(CASE, officer=actor, reason="近亲属在申报单位任职")
    acts = (
        lambda: screenings.draft_opinion(CASE, recommends=True, opinion="同意"),
        lambda: screenings.record_paper_arrival(CASE, received_on=TODAY, copies=1),
        lambda: screenings.assemble_batch(round_id=ROUND, case_ids=(CASE,)),
    )
    for act in acts:
        with as_("officer"), pytest.raises(Denied) as refusal:
            act()
        assert codes(refusal) == ["conflict-of-interest"]
    with pytest.raises(Denied):
        sign(screenings, batch)


def test_who_works_for_a_unit_of_the_case_does_nothing_in_it(screenings):
    open_case(screenings)
    own = FACTS.member_usccs[1]
    with acting_as("officer", organisation=own), pytest.raises(Denied) as refusal:
        screenings.start_intake(CASE, paper_received_on=TODAY)
    assert codes(refusal) == ["conflict-of-interest"]


def test_a_head_keeps_another_away_and_an_officer_does_not(screenings):
    open_case(screenings)
    with acting_as("officer", capacity=Role.PREFECTURE_OFFICER), pytest.raises(Denied) as refusal:
        screenings.recuse(CASE, officer="officer-2", reason="")
    assert codes(refusal) == ["head-orders-recusal"]
    with acting_as("head", **KUNMING_HEAD):
        screenings.recuse(CASE, officer="officer-2", reason="合著者")
    with acting_as("head", **KUNMING_HEAD), pytest.raises(NotInThisState):
        screenings.recuse(CASE, officer="officer-2", reason="合著者")


def challenge(screenings, to_prefecture=DEHONG):
    with as_("officer"):
        screenings.challenge_jurisdiction(CASE, to_prefecture=to_prefecture, reason="牵头单位注册地在外州市")


def test_a_transferred_case_begins_anew_in_its_new_prefecture(wired, screenings):
    take_in(screenings)
    challenge(screenings)
    with acting_as("head", **KUNMING_HEAD):
        screenings.decide_jurisdiction(CASE, transfers=True, reason="应由德宏州办理")
    screening = screening_of(screenings)
    assert (screening.prefecture, screening.code) == (DEHONG, "A05")
    assert wired.database.rows("select prefecture, state, due from screenings") == [(DEHONG, "submitted", None)]
    assert wired.database.rows("select from deadlines") == []


def test_a_challenge_is_decided_by_another_than_who_raised_it_and_may_fail(screenings):
    take_in(screenings)
    challenge(screenings)
    with as_("officer"), pytest.raises(Denied) as refusal:
        screenings.decide_jurisdiction(CASE, transfers=True, reason="")
    assert codes(refusal) == ["drafter-may-not-sign"]
    with acting_as("head", **KUNMING_HEAD):
        screenings.decide_jurisdiction(CASE, transfers=False, reason="注册地在昆明")
    assert (screening_of(screenings).prefecture, screening_of(screenings).code) == (KUNMING, "A10")
    with acting_as("head", **KUNMING_HEAD), pytest.raises(NotInThisState) as undecided:
        screenings.decide_jurisdiction(CASE, transfers=False, reason="")
    assert codes(undecided) == ["jurisdiction-not-in-question"]


def test_the_province_alone_moves_a_case_a_second_time(screenings):
    take_in(screenings)
    challenge(screenings)
    with acting_as("head", **KUNMING_HEAD):
        screenings.decide_jurisdiction(CASE, transfers=True, reason="")
    challenge(screenings, KUNMING)
    with acting_as("head-dehong", **KUNMING_HEAD), pytest.raises(Denied) as refusal:
        screenings.decide_jurisdiction(CASE, transfers=True, reason="")
    assert codes(refusal) == ["province-decides-jurisdiction"]
    with acting_as("division-head", capacity=Role.DIVISION_HEAD):
        screenings.decide_jurisdiction(CASE, transfers=True, reason="指定昆明市管辖")
    assert screening_of(screenings).prefecture == KUNMING


@pytest.mark.parametrize(("code", "finding"), [("530199", "not-a-prefecture"), (KUNMING, "own-prefecture")])
def test_refuses_to_challenge_towards_no_other_prefecture(screenings, code, finding):
    open_case(screenings)
    with pytest.raises(Invalid) as refusal:
        challenge(screenings, code)
    assert codes(refusal) == [finding]


def test_does_not_challenge_twice_at_once_nor_what_has_gone_up(screenings):
    make_ready(screenings)
    challenge(screenings)
    with pytest.raises(NotInThisState) as refusal:
        challenge(screenings)
    assert codes(refusal) == ["jurisdiction-in-question"]
    batch = assemble(screenings, CASE)
    sign(screenings, batch, LETTER)
    submit(screenings, batch)
    with acting_as("head", **KUNMING_HEAD), pytest.raises(NotInThisState) as refusal:
        screenings.decide_jurisdiction(CASE, transfers=True, reason="")
    assert codes(refusal) == ["not-in-this-state"]


def test_a_recalled_dossier_waits_and_comes_back_with_its_next_snapshot(wired, screenings):
    take_in(screenings)
    for _ in range(2):
        with as_("intake"):
            screenings.recall_case(CASE, reason="补充材料")
    assert (screening_of(screenings).code, wired.database.rows("select from deadlines")) == ("A00", [])
    again = dossier_submitted(snapshot_number=2)
    for _ in range(2):
        with as_("intake"):
            when_dossier_submitted(screenings, again)
    assert (screening_of(screenings).code, screening_of(screenings).facts.snapshot_number) == ("A05", 2)


def test_a_case_whose_round_is_called_off_ends(wired, screenings):
    take_in(screenings)
    with as_("intake"):
        screenings.terminate_case(CASE, reason="批次取消")
    assert (screening_of(screenings).code, wired.database.rows("select from deadlines")) == ("A92", [])


def test_a_refusal_counts_as_served_with_day_way_and_proof_and_then_the_time_to_object_runs(wired, screenings):
    refuse(screenings, CASE, DECISION)
    assert screening_of(screenings).served is None
    [(kind, due)] = wired.database.rows("select kind, due from deadlines")
    assert (kind, due.date()) == ("service", date(2026, 6, 15))  # ten working days after it was signed
    assert wired.database.rows("select due from screenings") == [(due,)]  # so it stays in the inbox
    with as_("officer"):
        screenings.record_service(CASE, served=SERVED)
    assert wired.database.rows("select served_on, due from screenings") == [(TODAY, None)]
    [(kind, due)] = wired.database.rows("select kind, due from deadlines")
    assert (kind, due.date()) == ("remedy", date(2026, 7, 31))  # sixty days from the day after
    with as_("officer"), pytest.raises(NotInThisState) as refusal:
        screenings.record_service(CASE, served=SERVED)
    assert codes(refusal) == ["served-already"]


@pytest.mark.parametrize(
    ("served", "finding"),
    [
        (replace(SERVED, proof=" "), "proof-missing"),
        (replace(SERVED, served_on=TODAY + timedelta(days=1)), "date-in-future"),
        (ServiceRecord(TODAY - timedelta(days=1), "post", "EMS 1"), "served-too-early"),
    ],
)
def test_refuses_a_service_that_nothing_proves_or_that_could_not_be(screenings, served, finding):
    refuse(screenings, CASE, DECISION)
    with as_("officer"), pytest.raises(Invalid) as refusal:
        screenings.record_service(CASE, served=served)
    assert codes(refusal) == [finding]


def lapse(screenings, level):
    take_in(screenings)
    request_correction(screenings)
    with as_("intake"):
        screenings.lapse_case(CASE, level=level)


def test_a_refusal_that_a_review_sets_aside_is_made_anew_without_its_opinion_number_and_service(wired, screenings):
    refuse(screenings, CASE, DECISION)
    with as_("officer"):
        screenings.record_service(CASE, served=SERVED)
    screening = reopen(screenings, CASE)
    assert (screening.state, screening.opinion, screening.document_no, screening.served) == (
        State.PREF_SCREENING,
        None,
        "",
        None,
    )
    [row] = wired.database.rows("select state, document_no, served_on, due from screenings")
    assert row == ("pref-screening", "", None, None)
    assert wired.database.rows("select from deadlines") == []
    with pytest.raises(NotInThisState):
        reopen(screenings, CASE)


def test_a_lapse_that_a_review_sets_aside_has_the_days_of_the_formal_check_again(wired, screenings):
    lapse(screenings, "prefecture")
    assert reopen(screenings, CASE, State.PREF_INTAKE).state is State.PREF_INTAKE
    assert wired.database.rows("select kind from deadlines") == [("formal-check",)]


def test_a_case_that_lapsed_before_the_province_is_not_the_prefectures_to_reopen(screenings):
    send_two_up(screenings)
    with as_("intake"):
        screenings.lapse_case(CASE, level="province")
    with pytest.raises(NotInThisState):
        reopen(screenings, CASE)


def test_a_case_is_not_reopened_to_any_other_state(screenings):
    refuse(screenings, CASE, DECISION)
    with pytest.raises(NotInThisState):
        reopen(screenings, CASE, State.RECOMMENDED)


def test_notices_that_somebody_else_was_first_to_reopen(screenings):
    refuse(screenings, CASE, DECISION)
    with as_("head", target=CASE, expected_version=1), pytest.raises(VersionConflict):
        screenings.reopen_by_remedy(CASE, to=State.PREF_SCREENING, **REMEDY)
