"""What the registry does about a cleared case, told by review's own golden sample."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs

from services.intake import contracts as intake_contracts
from services.registry.domain.centre import Centre
from services.registry.domain.qualification import Qualification
from services.review import contracts
from services.shared import contract
from services.shared.envelope import IntegrationEvent, source_of
from services.shared.kernel.inbox import Tracking
from services.shared.vocabulary import Invalid

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
