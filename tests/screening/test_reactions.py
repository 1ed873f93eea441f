"""What intake says leads to a command of screening, once."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.intake.contracts import DossierWithdrawn
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.quota import Quota
from services.screening.domain.round_terms import RoundTerms
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.reactions import REACTIONS
from services.shared import contract
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.inbox import AlreadyTaken, Tracking
from tests.screening.examples import CASE, DECISION, FACTS, KUNMING, LETTER, ROUND, dossier_submitted
from tests.screening.steps import refuse, request_correction, send_two_up, take_in


def heard(message: Any, position: int) -> IntegrationEvent:
    """The integration event that carries this message."""
    terms, data = contract.contract_of(message), contract.dump(message)
    sender = type(message).__module__.split(".")[1]
    return IntegrationEvent(
        id=f"event-{position}",
        source=f"urn:zhichuang:{sender}",
        type=f"cn.gov.yn.mic.{terms.name}",
        subject=data[terms.subject],
        time="2026-03-20T02:00:00+00:00",
        dataschema=f"urn:zhichuang:schema:{sender}:{terms.name}",
        partitionkey=data[terms.key],
        sequence=position,
        position=position,
        previousposition=position - 1,
        correlationid="a-correlation",
        causationid="a-command",
        policyedition="2019-05-06",
        data=data,
    )


def withdrawn(submitted: bool = True) -> DossierWithdrawn:
    return DossierWithdrawn(case_id=CASE, number="2026-1-7K3F9QA", submitted=submitted, reason="方案调整")


@pytest.fixture
def hear(wired):
    """Takes a message in as the inbox does, at a position of intake's log."""

    def take(message: Any, position: int) -> Tracking:
        tracking = Tracking("intake", position)
        wired.react(heard(message, position), tracking)
        return tracking

    return take


def topics(wired):
    return [topic for (topic,) in wired.database.rows("select topic from log order by position")]


def test_opens_a_screening_with_every_fact_when_a_dossier_is_submitted(hear, screenings):
    assert hear(dossier_submitted(), 1).written
    screening = screenings.find(Screening, CASE)
    assert (screening.state, screening.prefecture, screening.round_id) == (State.SUBMITTED, KUNMING, ROUND)
    assert screening.facts == FACTS


def test_remembers_whose_event_caused_the_screening(hear, screenings):
    hear(dossier_submitted(), 1)
    [event] = screenings.events.get(CASE)
    assert (event.metadata.causation_id, event.metadata.correlation_id) == ("event-1", "a-correlation")
    assert (event.metadata.actor, event.metadata.capacity) == ("urn:zhichuang:intake", "system")


def test_changes_nothing_when_the_same_dossier_is_told_of_again(hear, wired):
    hear(dossier_submitted(), 1)
    hear(dossier_submitted(), 2)
    assert topics(wired) == ["screening.screening.opened"]


def test_refuses_an_event_that_was_taken_in_already(hear, wired):
    hear(dossier_submitted(), 1)
    with pytest.raises(AlreadyTaken):
        hear(withdrawn(), 1)
    assert topics(wired) == ["screening.screening.opened"]


def test_withdraws_the_screening_when_the_dossier_is_withdrawn(hear, wired, screenings):
    hear(dossier_submitted(), 1)
    hear(withdrawn(), 2)
    hear(withdrawn(), 3)
    assert topics(wired) == ["screening.screening.opened", "screening.screening.withdrawn"]
    assert screenings.find(Screening, CASE).state is State.WITHDRAWN


def test_does_nothing_about_a_draft_that_is_withdrawn(hear, wired):
    hear(withdrawn(submitted=False), 1)
    assert topics(wired) == []


def test_notes_a_withdrawal_that_comes_after_the_refusal(hear, wired, screenings):
    refuse(screenings, CASE, DECISION)
    hear(withdrawn(), 9)
    assert topics(wired)[-1] == "screening.screening.withdrawal-noted"


GOLDEN = {
    "intake": Path("services/intake/contracts/samples"),
    "review": Path("services/review/contracts/samples"),
}


def golden(sender: str, name: str) -> Any:
    """The golden message of a sender, told about the case of the examples."""
    [cls] = [c for key, (c, _) in REACTIONS.by_key.items() if key == f"{sender}.{name}"]
    data = json.loads((GOLDEN[sender] / f"{name}.json").read_text("utf-8"))
    return contract.load(cls, {**data, **({"case_id": str(CASE)} if "case_id" in data else {})})


def test_takes_a_golden_resubmission_in_while_a_correction_runs(hear, screenings):
    message = golden("intake", "dossier.resubmitted.v1")
    take_in(screenings)
    request_correction(screenings)
    for position in (7, 8):
        hear(message, position)
    screening = screenings.find(Screening, CASE)
    assert (screening.code, screening.facts.centre_name) == ("A10", message.centre_name)


@pytest.mark.parametrize(
    ("name", "code"),
    [("dossier.lapsed.v1", "A91"), ("dossier.recalled.v1", "A00"), ("dossier.terminated.v1", "A92")],
)
def test_follows_a_golden_message_of_intake_once(hear, wired, screenings, name, code):
    take_in(screenings)
    if name == "dossier.lapsed.v1":
        request_correction(screenings)
    hear(golden("intake", name), 7)
    events = topics(wired)
    hear(golden("intake", name), 8)
    assert screenings.find(Screening, CASE).code == code
    assert topics(wired) == events


def test_one_that_lapsed_at_the_province_stands_as_recommended_once_the_province_reopens_it(hear, wired, screenings):
    send_two_up(screenings)
    hear(replace(golden("intake", "dossier.lapsed.v1"), level="province"), 7)
    assert screenings.find(Screening, CASE).code == "A91"
    for position in (8, 9):
        hear(golden("review", "case.reopened.v1"), position)
    screening = screenings.find(Screening, CASE)
    assert (screening.code, screening.letter_no) == ("A20", LETTER)
    assert topics(wired).count("screening.screening.reopened-above") == 1
    assert wired.database.rows("select state from screenings where id = %s", (CASE,)) == [("recommended",)]


def test_one_that_had_not_lapsed_at_the_province_after_all_stands_as_recommended_with_its_place(
    hear, wired, screenings
):
    batch = send_two_up(screenings)
    hear(replace(golden("intake", "dossier.lapsed.v1"), level="province"), 7)
    assert screenings.find(Screening, CASE).code == "A91"
    for position in (8, 9):
        hear(golden("intake", "dossier.lapse-taken-back.v1"), position)
    assert screenings.find(Screening, CASE).code == "A20"
    assert topics(wired).count("screening.screening.lapse-taken-back") == 1
    assert wired.database.rows("select state from screenings where id = %s", (CASE,)) == [("recommended",)]
    assert screenings.find(RecommendationBatch, batch.id).slips == ()
    assert CASE in screenings.find(Quota, Quota.id_of(ROUND, KUNMING)).taken


def test_one_that_has_not_lapsed_hears_of_no_lapse_taken_back(hear, wired, screenings):
    send_two_up(screenings)
    before = topics(wired)
    hear(golden("intake", "dossier.lapse-taken-back.v1"), 7)
    assert topics(wired) == before


def test_one_that_lapsed_before_its_prefecture_is_not_the_provinces_to_reopen(hear, wired, screenings):
    take_in(screenings)
    request_correction(screenings)
    hear(replace(golden("intake", "dossier.lapsed.v1"), level="prefecture"), 7)
    before = topics(wired)
    hear(golden("review", "case.reopened.v1"), 8)
    hear(golden("intake", "dossier.lapse-taken-back.v1"), 9)
    assert topics(wired) == before


def test_follows_the_golden_conditions_of_a_round_once(hear, wired, screenings):
    message = golden("intake", "round.conditions-published.v1")
    for position in (7, 8):
        hear(message, position)
    terms = screenings.find(RoundTerms, RoundTerms.id_of(message.round_id))
    assert terms.paper_copies == message.paper_copies
    assert [terms.quota_of(quota.prefecture) for quota in message.quotas] == [quota.most for quota in message.quotas]
    assert topics(wired) == ["screening.round-terms.published"]


def test_does_nothing_about_a_returned_batch_that_is_not_its_own(hear, wired):
    hear(golden("review", "batch.returned.v1"), 1)
    assert topics(wired) == []


@pytest.mark.parametrize("name", ["dossier.lapsed.v1", "dossier.recalled.v1", "dossier.terminated.v1"])
def test_does_nothing_about_a_case_that_it_never_heard_of(hear, wired, name):
    hear(golden("intake", name), 1)
    assert topics(wired) == []
