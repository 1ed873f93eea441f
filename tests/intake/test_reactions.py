"""What screening and registry say about a case leads to its conclusion in intake, once."""

import json
import mimetypes
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.intake.domain.dossier import Dossier, State
from services.registry import contracts as registry
from services.review import contracts as review
from services.screening import contracts as screening
from services.shared import contract
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.inbox import AlreadyTaken, Tracking
from services.shared.vocabulary import Denied, Invalid, NotInThisState
from tests.examples.dossiers import CASES, demo_case, good_dossier
from tests.intake.conftest import as_
from tests.intake.examples import CASE, MORNING
from tests.intake.steps import confirm, hand_in, open_round, prepare, submit, withdraw

OUTCOMES = [
    (screening.CaseNotRecommended, "not-recommended"),
    (registry.CentreDesignated, "designated"),
    (registry.CentreListedForCultivation, "cultivation"),
    (screening.RecommendationRescinded, "not-recommended"),
    (review.CaseNotSelected, "comprehensive_assessment"),
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
    listed = outcome in ("designated", "cultivation")
    assert topics(wired) == (["intake.listed-centre.listed"] if listed else [])


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


def test_a_case_that_is_not_selected_is_over_so_that_another_may_take_its_place(hear, wired, intake):
    case_id = hand_in(intake).id
    hear(replace(golden(review.CaseNotSelected, case_id), stage="material_check"), 1)
    dossier = intake.find(Dossier, case_id)
    assert (dossier.state, dossier.code) == (State.CONCLUDED, "A32")
    with as_("applicant-kunming"):
        again = intake.open_dossier(round_id=dossier.round_id, prefecture=dossier.prefecture, supersedes=case_id)
    assert again.supersedes == case_id


def listed(case_id=CASE, **changes):
    field = good_dossier()["cover"]["field_domain"]
    return replace(golden(registry.CentreDesignated, case_id), field_domain=field, centre_uscc="", **changes)


@pytest.mark.parametrize("end", [registry.CentreExited, registry.CentreExpired, registry.CentreDissolved])
def test_a_centre_that_left_the_list_holds_its_field_no_more_and_bans_nobody(hear, wired, intake, end):
    case_id = prepare(intake)
    hear(listed(lead_uscc=good_dossier()["supplement"]["lead_uscc"]), 1)
    assert warned(intake, case_id) == {"K20"}
    for position in (2, 3):
        hear(golden(end, CASE), position)
    assert warned(intake, case_id) == set()
    assert topics(wired)[-1] == "intake.listed-centre.left"


def test_the_survivor_of_a_merger_holds_the_fields_of_both(hear, intake):
    case_id, survivor = prepare(intake), UUID(int=5)
    hear(listed(), 1)
    hear(replace(listed(survivor), field_domain="CONSUMER"), 2)
    fields = (good_dossier()["cover"]["field_domain"],)
    for position in (3, 4):
        hear(replace(golden(registry.CentreMerged, CASE), survivor_id=survivor, fields=fields), position)
    [found] = intake.checks_of(intake.find(Dossier, case_id))
    assert found.id == "K20"
    hear(golden(registry.CentreExited, survivor), 5)
    assert warned(intake, case_id) == set()


def test_a_centre_whose_field_changed_is_in_nobodys_way_any_more(hear, intake):
    case_id = prepare(intake)
    hear(listed(), 1)
    for position in (2, 3):
        hear(replace(golden(registry.CentreChanged, CASE), field_domain="CONSUMER"), position)
    assert warned(intake, case_id) == set()


def banned(**changes):
    lead = good_dossier()["supplement"]["lead_uscc"]
    days = {"banned_from": date(2026, 3, 1), "banned_until": date(2027, 3, 20)}
    return replace(golden(registry.BanStarted, CASE), lead_uscc=lead, centre_uscc="", **{**days, **changes})


def test_a_ban_stops_a_submission_though_no_centre_was_ever_listed(hear, wired, intake):
    case_id = prepare(intake)
    for position in (1, 2):
        hear(banned(), position)
    with pytest.raises(Invalid) as refusal:
        submit(intake, case_id)
    assert {(found.code, found.pointer, found.clause) for found in refusal.value.findings} >= {
        ("K21", "/supplement/lead_uscc", "S4.3")
    }
    assert topics(wired).count("intake.ban.started") == 1
    wired.clock.move_to(datetime(2027, 3, 20, 2, 0, tzinfo=UTC))
    assert "K21" not in warned(intake, case_id)


@pytest.mark.parametrize("end", [registry.BanEnded, registry.BanAnnulled])
def test_a_ban_that_is_over_before_its_time_or_never_was_stops_nobody(hear, wired, intake, end):
    case_id, ban_id = prepare(intake), UUID(int=7)
    hear(banned(ban_id=ban_id), 1)
    hear(banned(ban_id=UUID(int=8), banned_until=date(2026, 4, 1)), 2)  # another ban of the same unit
    assert warned(intake, case_id) == {"K21"}
    for position in (3, 4):
        hear(replace(golden(end, CASE), ban_id=ban_id), position)
    assert topics(wired)[-1] == "intake.ban.lifted"
    assert warned(intake, case_id) == {"K21"}  # of the other one
    hear(replace(golden(end, CASE), ban_id=UUID(int=8)), 5)
    assert warned(intake, case_id) == set()


def test_a_ban_whose_revocation_is_annulled_never_was_and_the_field_is_held_again(hear, intake):
    case_id = prepare(intake)
    hear(listed(), 1)
    hear(replace(golden(registry.CentreRevoked, CASE), banned_until=date(2027, 3, 20)), 2)
    hear(banned(), 3)
    assert warned(intake, case_id) == {"K21"}
    for position in (4, 5):
        hear(golden(registry.CentreRevocationAnnulled, CASE), position)
    assert warned(intake, case_id) == {"K20"}


def test_a_case_that_was_transferred_is_read_by_its_new_prefecture(hear, wired, intake):
    case_id = hand_in(intake).id
    for position in (1, 2):
        hear(replace(golden(screening.CaseTransferred, case_id), prefecture="530300"), position)
    assert intake.find(Dossier, case_id).prefecture == "530300"
    assert wired.database.rows("select prefecture from dossiers") == [("530300",)]
    assert topics(wired).count("intake.dossier.transferred") == 1


def test_a_submission_with_which_the_prefecture_has_begun_is_not_recalled(hear, intake):
    case_id = hand_in(intake).id
    for position in (1, 2):
        hear(replace(golden(screening.CaseTakenIn, case_id), snapshot_number=1), position)
    assert intake.find(Dossier, case_id).code == "A10"
    with as_("applicant-kunming"), pytest.raises(NotInThisState):
        intake.recall_dossier(case_id, reason="更正")


def test_what_is_heard_of_a_submission_that_was_recalled_meanwhile_does_not_bind_the_next(hear, intake):
    case_id = hand_in(intake).id
    with as_("applicant-kunming"):
        intake.recall_dossier(case_id, reason="更正")
    submit(intake, case_id)
    hear(replace(golden(screening.CaseTakenIn, case_id), snapshot_number=1), 1)
    assert intake.find(Dossier, case_id).code == "A05"


def test_a_recused_officer_is_shown_nothing_and_does_nothing(hear, wired, intake):
    case_id = hand_in(intake).id
    for position in (1, 2):
        hear(replace(golden(screening.OfficerRecused, case_id), officer="officer-kunming"), position)
    assert wired.database.rows("select recused from dossiers") == [(["officer-kunming"],)]
    with pytest.raises(Denied):
        intake.find(Dossier, case_id).require_reader("officer-kunming")
    with as_("officer-kunming"), pytest.raises(Denied):
        intake.accept_uscc(case_id, uscc="x", licence="0" * 64, reason="x")


def test_a_refusal_that_was_set_aside_lets_the_dossier_go_on(hear, wired, intake):
    case_id = hand_in(intake).id
    hear(golden(screening.CaseNotRecommended, case_id), 1)
    for position in (2, 3):
        hear(golden(screening.CaseReopened, case_id), position)
    dossier = intake.find(Dossier, case_id)
    assert (dossier.state, dossier.outcome) == (State.SUBMITTED, "")
    assert topics(wired)[-1] == "intake.dossier.reopened"


@pytest.mark.parametrize("stage", ["material_check", "expert_panel", "comprehensive_assessment", "public_notice"])
def test_a_decision_of_the_province_that_was_set_aside_lets_the_dossier_go_on(hear, wired, intake, stage):
    case_id = hand_in(intake).id
    hear(replace(golden(review.CaseNotSelected, case_id), stage=stage), 1)
    hear(golden(screening.CaseReopened, case_id), 1)
    assert intake.find(Dossier, case_id).state is State.CONCLUDED, "what the prefecture reopens is not the province's"
    for position in (2, 3):
        hear(golden(review.CaseReopened, case_id), position)
    dossier = intake.find(Dossier, case_id)
    assert (dossier.state, dossier.outcome) == (State.SUBMITTED, "")
    assert topics(wired)[-1] == "intake.dossier.reopened"


def waiting_for_the_province(intake, hear, days=7):
    """A dossier in correction, due some days from now."""
    case_id = hand_in(intake).id
    hear(replace(golden(review.CorrectionRequested, case_id), due=MORNING + timedelta(days=days)), 1)
    return case_id


def suspended(case_id, since=MORNING):
    return replace(golden(review.CaseSuspended, case_id), since=since)


def resumed(case_id, due):
    return replace(golden(review.CaseResumed, case_id), correction_due=due)


def deadlines(wired):
    return dict(wired.database.rows("select kind, due from deadlines where kind in ('correction', 'lapse')"))


def test_the_time_to_answer_stands_still_while_the_province_suspends_the_case_and_then_has_its_new_end(
    hear, wired, intake
):
    case_id = waiting_for_the_province(intake, hear)
    for position in (2, 3):
        hear(suspended(case_id), position)
    assert (deadlines(wired), topics(wired)[-1]) == ({}, "intake.dossier.case-suspended")
    wired.clock.move_to(MORNING + timedelta(days=30))
    with as_("applicant-kunming"), pytest.raises(NotInThisState):
        intake.lapse_dossier(case_id)
    due = MORNING + timedelta(days=45)
    for position in (4, 5):
        hear(resumed(case_id, due), position)
    assert deadlines(wired)["correction"] == due
    assert topics(wired)[-1] == "intake.dossier.case-resumed"
    assert topics(wired).count("intake.dossier.case-resumed") == 1
    intake.find(Dossier, case_id).require_answerable(due)
    with pytest.raises(NotInThisState):
        intake.find(Dossier, case_id).require_answerable(due + timedelta(seconds=1))


def test_a_lapse_in_time_that_did_not_run_any_more_is_no_lapse_and_one_before_is(hear, wired, intake):
    case_id = waiting_for_the_province(intake, hear)
    wired.clock.move_to(MORNING + timedelta(days=9))
    with as_("applicant-kunming"):
        intake.lapse_dossier(case_id)
    hear(suspended(case_id, since=MORNING + timedelta(days=8)), 2)
    assert intake.find(Dossier, case_id).state is State.LAPSED
    for position in (3, 4):
        hear(suspended(case_id, since=MORNING + timedelta(days=6)), position)
    assert topics(wired)[-2:] == ["intake.dossier.lapse-taken-back", "intake.dossier.case-suspended"]
    assert topics(wired).count("intake.dossier.lapse-taken-back") == 1
    assert intake.find(Dossier, case_id).state is State.CORRECTING
    assert wired.database.rows("select state, suspended from dossiers") == [("correcting", "investigation")]


def test_only_the_level_that_stopped_a_case_lets_it_go_on(hear, wired, intake):
    case_id = waiting_for_the_province(intake, hear)
    hear(suspended(case_id), 2)
    before = topics(wired)
    hear(replace(golden(screening.CaseResumed, case_id), due=MORNING + timedelta(days=9)), 1)
    hear(suspended(CASE), 3)
    assert topics(wired) == before
    assert intake.find(Dossier, case_id).is_suspended


def test_one_that_lapsed_at_the_province_is_asked_again_after_it_was_reopened(hear, wired, intake):
    case_id = waiting_for_the_province(intake, hear)
    wired.clock.move_to(MORNING + timedelta(days=9))
    with as_("applicant-kunming"):
        intake.lapse_dossier(case_id)
    hear(golden(review.CaseReopened, case_id), 2)
    again = replace(golden(review.CorrectionRequested, case_id), round_no=2, due=MORNING + timedelta(days=30))
    hear(again, 3)
    dossier = intake.find(Dossier, case_id)
    assert (dossier.state, dossier.code, dossier.correction.round_no) == (State.CORRECTING, "A27", 2)


def a_rival_with_the_same_contact(intake, round_id):
    """The dossier of TC-11, complete but for its submission, with the daily contact of TC-01."""
    case = demo_case("tc11")
    case["dossier"]["centre"]["contact"] |= {"mobile": good_dossier()["centre"]["contact"]["mobile"]}
    with as_("applicant-dehong"):
        case_id = intake.open_dossier(round_id=round_id, prefecture="533100").id
    for name, content in case["dossier"].items():
        with as_("applicant-dehong"):
            intake.save_section(case_id, name, content)
    for one in case["attachments"]:
        upload = {"name": one["name"], "media_type": mimetypes.guess_type(one["name"])[0] or ""}
        with as_("applicant-dehong"):
            intake.attach_document(case_id, kind=one["kind"], body=(CASES / one["file"]).read_bytes(), **upload)
    for unit in case["member_confirmations"]:
        confirm(intake, case_id, unit["user"])
    return case_id


def test_a_contact_that_a_rival_under_way_has_as_well_is_a_warning_and_nobody_is_read_for_it(intake):
    round_ = open_round(intake)
    case_id, rival = prepare(intake, round_=round_), a_rival_with_the_same_contact(intake, round_.id)
    assert warned(intake, case_id) == set()  # a draft is nobody's rival
    with as_("applicant-dehong"):
        intake.submit_dossier(rival)
    found = intake.checks_of(intake.find(Dossier, case_id))
    assert {(check.id, check.finding.pointer) for check in found} == {
        ("K27", "/centre/contact"),
        ("K27", "/lead_unit/contact"),
    }
    assert intake.vault.reads() == []
    with as_("applicant-dehong"):
        intake.withdraw_dossier(rival, reason="")
    assert warned(intake, case_id) == set()


def test_a_contact_that_was_erased_is_shared_with_nobody(intake):
    round_ = open_round(intake)
    case_id, rival = prepare(intake, round_=round_), a_rival_with_the_same_contact(intake, round_.id)
    with as_("applicant-dehong"):
        intake.submit_dossier(rival)
    ref = intake.find(Dossier, rival).sections["centre"]["contact"]["pii_ref"]
    intake.vault.erase(ref, basis="本人申请", approver="dpo")
    assert warned(intake, case_id) == set()
