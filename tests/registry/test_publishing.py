"""What the registry tells the others over the whole lives of TC-01 and TC-11."""

from __future__ import annotations

from datetime import date

from services.registry.contracts import CentreDesignated, CentreRevoked, PlaqueRecallOrdered, RectificationOrdered
from services.registry.publishing import PUBLISHING
from services.shared import contract
from services.shared.kernel.publishing import Sealer
from services.shared.kernel.streams import read_log
from services.shared.vocabulary import Track
from tests.registry.examples import CASE, FACTS, TC11


def told(life):
    seal = Sealer("registry", life.registry, PUBLISHING)
    records = read_log(life.wired.database, 0, 500)
    return [event for record in records if (event := seal(record, record.position - 1)) is not None]


def by_name(life):
    return {event.name: event for event in told(life)}


def test_tc11_tells_its_milestones_in_order(life):
    life.until_revoked()
    assert [event.name for event in told(life)] == [
        "centre.designated.v1",
        "plaque.issued.v1",
        "assessment.finalised.v1",
        "funding-reference.published.v1",
        "rectification.ordered.v1",
        "funding-reference.published.v1",
        "centre.revoked.v1",
        "plaque.recall-ordered.v1",
        "ban.started.v1",
        *["funding-reference.withdrawn.v1"] * 2,
    ]


def test_tc01_tells_of_summary_and_recommendation(life):
    life.designate()
    life.on(date(2027, 1, 15))
    life.summarise(2026)
    life.accept(2026)
    life.on(date(2029, 6, 20))
    life.assess()
    with life.as_("head") as registry:
        registry.recommend_to_ministry(CASE, letter_no="141号")
    events = by_name(life)
    assert events["summary.accepted.v1"].data["year"] == 2026
    assert events["assessment.finalised.v1"].data["grade"] == "excellent"
    assert events["assessment.finalised.v1"].data["score"] == "93.0"
    assert events["centre.recommended-to-ministry.v1"].data["letter_no"] == "141号"


def test_a_designation_is_told_with_its_number_names_and_day_in_law(life):
    life.designate()
    event = by_name(life)["centre.designated.v1"]
    message: CentreDesignated = contract.load(CentreDesignated, event.data)
    assert (message.case_id, message.number, message.case_number) == (CASE, "YNMIC-2026-001", FACTS.case_number)
    assert (message.centre_name, message.effective_on) == (FACTS.centre_name, date(2026, 6, 10))
    assert event.partitionkey == str(CASE)


def test_a_listing_for_cultivation_is_told_as_such(life):
    life.clear(track=Track.CULTIVATION)
    with life.as_("collective-body") as registry:
        registry.list_for_cultivation(CASE, document_no="96号", effective_on=date(2026, 6, 10))
    assert [event.name for event in told(life)] == ["centre.listed-for-cultivation.v1"]


def test_a_revocation_is_told_with_cause_clauses_remedy_and_ban(life):
    life.until_revoked()
    events = by_name(life)
    message: CentreRevoked = contract.load(CentreRevoked, events["centre.revoked.v1"].data)
    assert (message.cause, message.clauses) == ("failed_assessment", ("S4.3",))
    assert "云南省人民政府" in message.remedy
    assert (message.effective_on, message.banned_until) == (date(2030, 8, 1), date(2033, 8, 1))
    recall: PlaqueRecallOrdered = contract.load(PlaqueRecallOrdered, events["plaque.recall-ordered.v1"].data)
    assert recall.plaque_no == "002"


def test_a_rectification_is_told_with_its_demands_and_last_day(life):
    life.until_failed_twice()
    event = by_name(life)["rectification.ordered.v1"]
    message: RectificationOrdered = contract.load(RectificationOrdered, event.data)
    assert message.items == tuple(TC11["rectification"]["demands"])
    assert message.due_on == date(2030, 7, 5)
