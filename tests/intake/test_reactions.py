"""What screening and registry say about a case leads to its conclusion in intake, once."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.intake.domain.dossier import Dossier, State
from services.registry import contracts as registry
from services.review import contracts as review
from services.screening import contracts as screening
from services.shared import contract
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.inbox import AlreadyTaken, Tracking
from services.shared.vocabulary import NotInThisState
from tests.examples.dossiers import good_dossier
from tests.intake.conftest import as_
from tests.intake.examples import CASE, MORNING
from tests.intake.steps import hand_in, open_round, prepare, submit, withdraw

OUTCOMES = [
    (screening.CaseNotRecommended, "not-recommended"),
    (registry.CentreDesignated, "designated"),
    (registry.CentreListedForCultivation, "cultivation"),
]


def golden(message_class: type, case_id: Any) -> Any:
    """The sender's golden message, about this case."""
    folder = Path(str(__import__(message_class.__module__, fromlist=["x"]).__file__)).parent / "samples"
    name = contract.contract_of(message_class).name
    message: Any = contract.load(message_class, json.loads((folder / f"{name}.json").read_text(encoding="utf-8")))
    return replace(message, case_id=case_id)


def heard(message: Any, position: int) -> IntegrationEvent:
    """The integration event that carries this message."""
    terms, data = contract.contract_of(message), contract.dump(message)
    sender = type(message).__module__.split(".")[1]
    return IntegrationEvent(
        id=f"event-{position}",
        source=f"urn:zhichuang:{sender}",
        type=f"cn.gov.yn.mic.{terms.name}",
        subject=str(data[terms.subject]),
        time="2026-06-10T02:00:00+00:00",
        dataschema=f"urn:zhichuang:schema:{sender}:{terms.name}",
        partitionkey=str(data["case_id"]),
        sequence=position,
        position=position,
        previousposition=position - 1,
        correlationid="a-correlation",
        causationid="a-command",
        policyedition="2019-05-06",
        data=data,
    )


@pytest.fixture
def hear(wired):
    """Takes a message in as the inbox does, at a position of the sender's log."""

    def take(message: Any, position: int) -> Tracking:
        event = heard(message, position)
        tracking = Tracking(event.sender, position)
        wired.react(event, tracking)
        return tracking

    return take


def topics(wired):
    return [topic for (topic,) in wired.database.rows("select topic from log order by position")]


@pytest.mark.parametrize(("message_class", "outcome"), OUTCOMES)
def test_notes_the_outcome_of_a_case_with_the_number_of_the_decision(hear, wired, intake, message_class, outcome):
    case_id = hand_in(intake).id
    message = golden(message_class, case_id)
    assert hear(message, 1).written
    dossier = intake.find(Dossier, case_id)
    assert (dossier.state, dossier.outcome) == (State.CONCLUDED, outcome)
    assert wired.database.rows("select state, outcome from dossiers") == [("concluded", outcome)]
    concluded = list(intake.events.get(case_id))[-1]
    assert concluded.reference == message.document_no
    assert (concluded.metadata.causation_id, concluded.metadata.correlation_id) == ("event-1", "a-correlation")
    assert concluded.metadata.capacity == "system"


def test_changes_nothing_when_the_same_is_told_again_or_another_outcome_follows(hear, wired, intake):
    case_id = hand_in(intake).id
    hear(golden(registry.CentreListedForCultivation, case_id), 1)
    before = topics(wired)
    hear(golden(registry.CentreListedForCultivation, case_id), 2)
    hear(golden(registry.CentreDesignated, case_id), 3)
    assert topics(wired) == before
    assert before[-2:] == ["intake.listed-centre.listed", "intake.dossier.concluded"]


def test_refuses_an_event_that_was_taken_in_already(hear, wired, intake):
    round_ = open_round(intake)
    first, second = (submit(intake, prepare(intake, round_=round_)).id for _ in range(2))
    hear(golden(screening.CaseNotRecommended, first), 1)
    before = topics(wired)
    with pytest.raises(AlreadyTaken):
        hear(golden(screening.CaseNotRecommended, second), 1)
    assert topics(wired) == before


@pytest.mark.parametrize("end", ["draft", "withdrawn"])
def test_does_nothing_about_a_dossier_that_was_not_handed_in_or_was_taken_back(hear, wired, intake, end):
    case_id = prepare(intake)
    if end == "withdrawn":
        withdraw(intake, case_id)
    before = topics(wired)
    hear(golden(registry.CentreDesignated, case_id), 1)
    assert topics(wired) == [*before, "intake.listed-centre.listed"]


@pytest.mark.parametrize(("message_class", "outcome"), OUTCOMES)
def test_of_a_case_that_it_does_not_know_it_notes_at_most_the_centre(hear, wired, message_class, outcome):
    hear(golden(message_class, CASE), 1)
    assert topics(wired) == ([] if outcome == "not-recommended" else ["intake.listed-centre.listed"])


@pytest.mark.parametrize(("sender", "code"), [(screening, "A12"), (review, "A27")])
def test_opens_a_dossier_for_the_answer_when_a_level_asks_for_a_correction_and_once(hear, wired, intake, sender, code):
    case_id = hand_in(intake).id
    message = replace(golden(sender.CorrectionRequested, case_id), due=MORNING + timedelta(days=7))
    for position in (1, 2):
        hear(message, position)
    dossier = intake.find(Dossier, case_id)
    assert (dossier.state, dossier.code) == (State.CORRECTING, code)
    assert [item.zh for item in dossier.correction.items] == [item.zh for item in message.items]
    assert topics(wired).count("intake.dossier.correction-requested") == 1


def test_takes_the_later_deadline_of_the_same_notice(hear, wired, intake):
    case_id = hand_in(intake).id
    message = golden(screening.CorrectionRequested, case_id)
    for position, days in ((1, 7), (2, 9)):
        hear(replace(message, due=MORNING + timedelta(days=days)), position)
    assert intake.find(Dossier, case_id).correction.deadline.due == MORNING + timedelta(days=9)
    assert topics(wired)[-1] == "intake.dossier.correction-deadline-moved"


def test_a_case_that_was_sent_up_is_not_recalled(hear, intake):
    case_id = hand_in(intake).id
    for position in (1, 2):
        hear(golden(screening.CaseRecommended, case_id), position)
    with as_("applicant-kunming"), pytest.raises(NotInThisState):
        intake.recall_dossier(case_id, reason="更正")


def warned(intake, case_id):
    return {check.id for check in intake.checks_of(intake.find(Dossier, case_id))}


def test_a_listed_centre_holds_its_field_until_it_is_revoked_and_then_its_units_are_banned(hear, wired, intake):
    case_id, supplement = prepare(intake), good_dossier()["supplement"]
    field, lead = good_dossier()["cover"]["field_domain"], supplement["lead_uscc"]
    listed = golden(registry.CentreListedForCultivation, CASE)
    hear(replace(listed, field_domain=field, centre_uscc="", lead_uscc=lead), 1)
    assert warned(intake, case_id) == {"K20"}
    hear(golden(registry.CentreUpgraded, CASE), 2)
    for position in (3, 4):
        hear(replace(golden(registry.CentreRevoked, CASE), banned_until=date(2027, 3, 20)), position)
    assert warned(intake, case_id) == {"K21"}
    assert topics(wired)[-2:] == ["intake.listed-centre.track-changed", "intake.listed-centre.revoked"]
    wired.clock.move_to(datetime(2027, 3, 20, 2, 0, tzinfo=UTC))
    assert "K21" not in warned(intake, case_id)


def test_a_rival_dossier_under_way_is_a_warning_and_one_that_is_over_is_none(intake):
    round_ = open_round(intake)
    rival, case_id = submit(intake, prepare(intake, round_=round_)).id, prepare(intake, round_=round_)
    assert warned(intake, case_id) == {"K20", "K22"}
    withdraw(intake, rival)
    assert warned(intake, case_id) == set()
