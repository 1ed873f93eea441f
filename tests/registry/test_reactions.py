"""What the registry does about a cleared case, told by review's own golden sample."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from services.intake import contracts as intake_contracts
from services.registry import reactions
from services.registry.domain.centre import Centre
from services.registry.domain.qualification import Qualification
from services.review import contracts
from services.screening import contracts as screening_contracts
from services.shared import contract
from services.shared.envelope import IntegrationEvent, source_of
from services.shared.kernel.inbox import Tracking
from services.shared.vocabulary import Invalid
from tests.registry.examples import CASE, FACTS
from tests.registry.test_ending import UPGRADE_CASE, ask_upgrade, cultivate

SAMPLE = json.loads((Path(contracts.__file__).parent / "samples/case.cleared.v1.json").read_text(encoding="utf-8"))
MESSAGE: contracts.CaseCleared = contract.load(contracts.CaseCleared, SAMPLE)


def event_at(position):
    return IntegrationEvent(
        id=f"review:{position}",
        source=source_of("review"),
        type="cn.gov.yn.mic.case.cleared.v1",
        subject=MESSAGE.number,
        time="2026-06-05T15:59:00+00:00",
        dataschema="urn:zhichuang:schema:review:case.cleared.v1",
        partitionkey=str(MESSAGE.case_id),
        sequence=9,
        position=position,
        previousposition=position - 1,
        correlationid="c-1",
        causationid="c-0",
        policyedition=MESSAGE.policy_edition,
        data=SAMPLE,
    )


def hear(life, position):
    tracking = Tracking("review", position)
    life.wired.react(event_at(position), tracking)
    return tracking


def test_a_cleared_case_becomes_a_centre_that_waits_for_its_document(life):
    assert hear(life, 1).written
    centre = life.registry.find(Centre, MESSAGE.case_id)
    assert (centre.qualification, centre.facts.track) == (Qualification.CLEARED, MESSAGE.track)
    assert (centre.facts.centre_name, centre.policy_edition) == (MESSAGE.centre_name, MESSAGE.policy_edition)
    assert life.rows("select number, qualification from centres") == [{"number": None, "qualification": "cleared"}]


@pytest.mark.parametrize("position", [1, 2])
def test_a_repeat_changes_nothing(life, position):
    hear(life, 1)
    before = life.registry.event_log.max_notification_id()
    assert not hear(life, position).written
    assert life.registry.event_log.max_notification_id() == before


def test_the_event_names_what_caused_it(life):
    hear(life, 1)
    [row] = life.rows("select state from log_as_json")
    metadata = row["state"]["metadata"]
    assert (metadata["causation_id"], metadata["correlation_id"], metadata["capacity"]) == ("review:1", "c-1", "system")


ROUND = json.loads(
    (Path(intake_contracts.__file__).parent / "samples/round.opened.v1.json").read_text(encoding="utf-8")
)


def hear_of_the_round(life, position):
    event = structs.replace(
        event_at(position), source=source_of("intake"), type="cn.gov.yn.mic.round.opened.v1", data=ROUND
    )
    tracking = Tracking("intake", position)
    life.wired.react(event, tracking)
    return tracking


def test_nothing_is_listed_on_a_day_before_its_round_was_opened(life):
    assert hear_of_the_round(life, 1).written
    assert not hear_of_the_round(life, 2).written, "a repeat"
    hear(life, 1)
    act = "designate" if MESSAGE.track == "designation" else "list_for_cultivation"
    with life.as_("collective-body") as registry, pytest.raises(Invalid, match="before-round"):
        getattr(registry, act)(MESSAGE.case_id, document_no="1号", effective_on=date(2026, 1, 11))
    with life.as_("collective-body") as registry:
        listed = getattr(registry, act)(MESSAGE.case_id, document_no="1号", effective_on=date(2026, 1, 12))
    assert listed.is_listed


REFUSED: dict[str, Any] = {
    "number": "2028-1-7K3F9QA",
    "lead_uscc": FACTS.lead_uscc,
    "prefecture": FACTS.prefecture,
    "centre_uscc": FACTS.centre_uscc,
    "case_id": UPGRADE_CASE,
}
DECISION: dict[str, Any] = {
    "document_no": "云工信〔2028〕50号",
    "reasons": ("未达到认定条件",),
    "clauses": ("S4.2",),
    "remedy": "可以……",
}
ENDS = {
    "not-selected": lambda **changes: contracts.CaseNotSelected(**REFUSED | DECISION | {"stage": "experts"} | changes),
    "not-recommended": lambda **changes: screening_contracts.CaseNotRecommended(**REFUSED | DECISION | changes),
    "recommendation-rescinded": lambda **changes: screening_contracts.RecommendationRescinded(
        **REFUSED | DECISION | changes
    ),
    "withdrawn": lambda **changes: intake_contracts.DossierWithdrawn(
        **REFUSED | {"submitted": True, "reason": "调整方案"} | changes
    ),
    "lapsed": lambda **changes: intake_contracts.DossierLapsed(**REFUSED | {"level": "province"} | changes),
    "terminated": lambda **changes: intake_contracts.DossierTerminated(
        **REFUSED | {"submitted": True, "reason": "批次取消", "document_no": "9号"} | changes
    ),
}
REACTION = {
    "not-selected": reactions.when_case_not_selected,
    "not-recommended": reactions.when_case_not_recommended,
    "recommendation-rescinded": reactions.when_recommendation_rescinded,
    "withdrawn": reactions.when_dossier_withdrawn,
    "lapsed": reactions.when_dossier_lapsed,
    "terminated": reactions.when_dossier_terminated,
}


@pytest.fixture
def asked(life):
    """A centre in cultivation that asks for its designation, in the middle of its time."""
    cultivate(life)
    life.on(date(2028, 2, 10))
    ask_upgrade(life)
    return life


def ends(life, source, **changes):
    with life.as_("review"):
        REACTION[source](life.registry, ENDS[source](**changes))


def upgrades(life):
    return life.rows("select state, source, document_no, review_case_id from upgrades order by requested_on, id")


@pytest.mark.parametrize("source", ENDS)
def test_an_upgrade_whose_case_ends_elsewhere_fails_by_itself_and_cultivation_ends_in_its_time(asked, source):
    ends(asked, source)
    [upgrade] = upgrades(asked)
    document_no = getattr(ENDS[source](), "document_no", "")
    assert upgrade == {
        "state": "failed",
        "source": source,
        "document_no": document_no,
        "review_case_id": UPGRADE_CASE,
    }
    asked.on(date(2028, 6, 9))
    asked.wired.run_deadlines()
    assert asked.centre().qualification is Qualification.CULTIVATION
    asked.on(date(2028, 6, 20))
    asked.wired.run_deadlines()
    assert asked.centre().qualification is Qualification.EXPIRED


def test_the_failed_upgrade_tells_the_reasons_of_the_decision_that_ended_its_case(asked):
    ends(asked, "not-selected")
    [state] = asked.rows("select state from log_as_json where topic = 'registry.upgrade-request.failed'")
    told = state["state"]
    assert (told["source"], told["document_no"], told["remedy"]) == ("not-selected", "云工信〔2028〕50号", "可以……")
    assert (tuple(told["reasons"]), tuple(told["clauses"])) == (DECISION["reasons"], DECISION["clauses"])


@pytest.mark.parametrize(
    ("source", "changes"),
    [
        ("not-selected", {"centre_uscc": "91533103MAFAKE2546"}),
        ("not-selected", {"centre_uscc": ""}),
        ("withdrawn", {"submitted": False}),
        ("terminated", {"submitted": False}),
    ],
)
def test_the_end_of_another_case_leaves_the_upgrade_alone(asked, source, changes):
    ends(asked, source, **changes)
    assert [row["state"] for row in upgrades(asked)] == ["requested"]


def test_the_repeat_of_a_refusal_does_not_end_the_next_upgrade(asked):
    ends(asked, "not-selected")
    asked.on(date(2028, 3, 10))
    ask_upgrade(asked)
    ends(asked, "not-selected")
    assert [row["state"] for row in upgrades(asked)] == ["failed", "requested"]


def test_a_cleared_upgrade_is_not_ended_by_another_case(asked):
    asked.clear(UPGRADE_CASE)
    ends(asked, "withdrawn", case_id=MESSAGE.case_id)
    ends(asked, "not-selected")
    assert [row["state"] for row in upgrades(asked)] == ["cleared"]


def test_a_refusal_that_was_set_aside_gives_way_to_the_clear_notice_of_the_same_case(asked):
    ends(asked, "not-recommended")
    asked.clear(UPGRADE_CASE)
    assert [(row["state"], row["review_case_id"]) for row in upgrades(asked)] == [("cleared", UPGRADE_CASE)]
    assert asked.registry.find(Centre, UPGRADE_CASE) is None


def test_a_centre_without_an_open_upgrade_hears_of_refusals_and_does_nothing(life):
    cultivate(life)
    before = life.registry.event_log.max_notification_id()
    ends(life, "not-selected")
    assert life.registry.event_log.max_notification_id() == before
    assert life.registry.find(Centre, CASE).qualification is Qualification.CULTIVATION


SUBMITTED = json.loads(
    (Path(intake_contracts.__file__).parent / "samples/dossier.submitted.v1.json").read_text(encoding="utf-8")
)


def filed(life, origin, case_id=UPGRADE_CASE):
    data = {**SUBMITTED, "case_id": str(case_id), "origin": origin}
    with life.as_("intake"):
        reactions.when_dossier_submitted(life.registry, contract.load(intake_contracts.DossierSubmitted, data))


@pytest.mark.parametrize("source", ENDS)
def test_a_case_of_the_same_centre_that_is_no_upgrade_does_not_end_one(asked, source):
    filed(asked, "reapplication")
    ends(asked, source)
    assert [row["state"] for row in upgrades(asked)] == ["requested"]
    filed(asked, "upgrade")
    ends(asked, source)
    assert [row["state"] for row in upgrades(asked)] == ["failed"]


def test_a_clear_notice_of_a_case_that_is_no_upgrade_clears_none(asked):
    filed(asked, "new")
    asked.clear(UPGRADE_CASE)
    assert [row["state"] for row in upgrades(asked)] == ["requested"]


def test_where_a_dossier_comes_from_is_noted_once_and_not_at_all_when_it_does_not_say(life):
    for origin in ("", "new", "new", "upgrade"):
        filed(life, origin)
    rows = life.rows("select topic from log_as_json order by position")
    assert [row["topic"] for row in rows] == ["registry.known-case.filed", "registry.known-case.origin-changed"]
