"""The timeline of a case across services, and what was known at a moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from services.audit import queries, schemas
from services.audit.application import SENDERS
from services.audit.ledger.filters import Wanted
from services.audit.ledger.timeline import Asked
from services.audit.ledger.wording import CAPACITIES, meaning, sentence
from services.shared.vocabulary import Invalid, NotFound, Role
from tests.audit.events import CASE, OTHER_CASE
from tests.given import NOON

HOUR = timedelta(hours=1)
PANEL, BATCH, ROLL = UUID(int=0xB1), UUID(int=0xB2), UUID(int=0xB3)


def told(audit, case=CASE, services=SENDERS):
    """What the timeline tells of a case: service and topic of each event, in order."""
    items = queries.timeline(audit.database, case, services, Wanted(), with_content=True)["items"]
    return [(item["service"], item["topic"]) for item in items]


@pytest.fixture
def history(audit, intake, screening):
    """A case that goes through two services, with a batch and a roll of two cases, and a panel begun for it."""
    intake.record(CASE, "intake.dossier.opened", NOON, number="A-1", state="draft")
    intake.record(OTHER_CASE, "intake.dossier.opened", NOON, number="A-2")
    screening.record(CASE, "screening.screening.opened", NOON + 2 * HOUR, facts={"lead": "x"})
    screening.record(
        BATCH, "screening.batch.assembled", NOON + 3 * HOUR, rows=[{"case_id": CASE}, {"case_id": OTHER_CASE}]
    )
    screening.record(PANEL, "review.panel.constituted", NOON + 4 * HOUR, case_id=CASE)
    screening.record(PANEL, "review.panel.opinion-signed", NOON + 6 * HOUR, opinion="同意")
    screening.record(ROLL, "screening.roll.opened", NOON)
    screening.record(ROLL, "screening.roll.entered", NOON + 7 * HOUR, case_id=CASE)
    screening.record(ROLL, "screening.roll.entered", NOON + 8 * HOUR, case_id=OTHER_CASE)
    intake.record(CASE, "intake.dossier.submitted", NOON + HOUR, state="submitted")
    intake.record(CASE, "intake.dossier.concluded", NOON + 5 * HOUR, state="concluded")
    for sender in (screening, intake):
        sender.ship()


def test_a_case_is_told_across_services_in_the_order_of_its_recording(audit, history):
    assert told(audit) == [
        ("intake", "intake.dossier.opened"),
        ("intake", "intake.dossier.submitted"),
        ("screening", "screening.screening.opened"),
        ("screening", "screening.batch.assembled"),
        ("screening", "review.panel.constituted"),
        ("intake", "intake.dossier.concluded"),
        ("screening", "review.panel.opinion-signed"),
        ("screening", "screening.roll.entered"),
    ]
    assert told(audit, OTHER_CASE) == [
        ("intake", "intake.dossier.opened"),
        ("screening", "screening.batch.assembled"),
        ("screening", "screening.roll.entered"),
    ]
    assert [service for service, _ in told(audit, services=("intake",))] == ["intake"] * 3
    with pytest.raises(NotFound):
        told(audit, UUID(int=0xDEAD))


def test_no_event_is_told_before_the_one_that_it_answers(audit, intake, screening):
    """At one moment, and by a clock that is slow, which the order of time and names would get wrong."""

    def answers(service: str, position: int) -> dict[str, Any]:
        return {"at": NOON, "causation_id": str(uuid5(NAMESPACE_URL, f"urn:zhichuang:{service}:{position}"))}

    screening.record(CASE, "screening.screening.opened", NOON)
    intake.record(CASE, "intake.dossier.correction-requested", NOON, about=answers("screening", 1))
    slow = NOON - timedelta(seconds=2)
    screening.record(CASE, "screening.screening.correction-answered", slow, about=answers("intake", 1) | {"at": slow})
    intake.record(CASE, "intake.dossier.concluded", NOON, about=answers("audit", 99))
    for sender in (intake, screening):
        sender.ship()
    assert [topic.rpartition(".")[2] for _, topic in told(audit)] == [
        "opened", "correction-requested", "correction-answered", "concluded"
    ]  # fmt: skip


def test_causes_that_go_round_in_a_ring_hide_nothing(audit, intake, screening):
    for sender, cause in ((intake, "urn:zhichuang:screening:1"), (screening, "urn:zhichuang:intake:1")):
        about = {"at": NOON, "causation_id": str(uuid5(NAMESPACE_URL, cause))}
        sender.record(CASE, f"{sender.service}.dossier.opened", NOON, about=about)
        sender.ship()
    assert [service for service, _ in told(audit)] == ["intake", "screening"]


def test_each_event_says_when_who_in_which_capacity_by_which_clause_and_what_changed(audit, intake):
    about = {
        "at": NOON,
        "effective_at": NOON - HOUR,
        "actor": "u-1",
        "capacity": "applicant",
        "organisation": "91530100MAFAKE019M",
        "command": "submit_dossier",
        "legal_basis": ("S4.1.1",),
    }
    intake.record(about=about, state="submitted")
    intake.ship()
    [item] = queries.timeline(audit.database, CASE, SENDERS, Wanted(), with_content=True)["items"]
    assert (item["sequence"], item["service"], item["position"], item["originator_version"]) == (1, "intake", 1, 1)
    assert (item["recorded_at"], item["effective_at"]) == (NOON, NOON - HOUR)
    assert {name: item[name] for name in ("actor", "capacity", "organisation", "command", "legal_basis")} == {
        name: about[name] for name in ("actor", "capacity", "organisation", "command", "legal_basis")
    }
    assert (item["policy_edition"], item["changed"]) == ("2019-05-06", {"state": "submitted"})
    assert item["sentence"] == "2026-06-01 12:00:00 申报单位（u-1）报送申报材料，依据 S4.1.1"
    [without] = queries.timeline(audit.database, CASE, SENDERS, Wanted(), with_content=False)["items"]
    assert set(item) - set(without) == {"changed", "fields"}


def test_an_event_that_cannot_be_read_does_not_hide_the_others(audit, intake):
    intake.record()
    intake.record(timestamp="yesterday")
    intake.record()
    intake.ship()
    assert len(told(audit)) == 2


def states(audit, at, known_at=None):
    items = queries.as_at(audit.database, CASE, SENDERS, Asked(at, known_at))["items"]
    return {(item["service"], item["originator_id"]): item["values"] for item in items}


def test_a_case_as_at_a_moment_is_what_every_service_had_recorded_by_then(audit, history):
    assert states(audit, NOON - HOUR) == {}
    assert states(audit, NOON) == {("intake", CASE): {"number": "A-1", "state": "draft"}}
    later = states(audit, NOON + 2 * HOUR)
    assert later["intake", CASE] == {"number": "A-1", "state": "submitted"}
    assert later["screening", CASE] == {"facts": {"lead": "x"}}
    at_last = states(audit, NOON + 9 * HOUR)
    assert at_last["intake", CASE]["state"] == "concluded"
    assert at_last["screening", PANEL] == {"case_id": str(CASE), "opinion": "同意"}


def test_a_case_as_at_a_place_in_the_ledger_is_what_the_ledger_held_up_to_it(audit, intake):
    intake.record(state="draft")
    intake.record(state="submitted")
    intake.ship()
    for sequence, said in ((0, []), (1, ["draft"]), (2, ["submitted"]), (99, ["submitted"])):
        items = queries.as_at(audit.database, CASE, SENDERS, Asked(sequence=sequence))["items"]
        assert [item["values"]["state"] for item in items] == said


def test_filters_admit_by_capacity_clause_edition_topic_and_time(audit, intake):
    for n, basis in enumerate((("S4.1.1",), ("S4.2",))):
        at = NOON + n * HOUR
        about = {"at": at, "actor": f"u-{n}", "capacity": f"c-{n}", "legal_basis": basis}
        intake.record(CASE, f"intake.dossier.step-{n}", at, about=about)
    intake.ship()
    second: list[dict[str, Any]] = [
        {"actor": "u-1"}, {"capacity": "c-1"}, {"clause": "S4.2"}, {"topic": "intake.dossier.step-1"},
        {"start": NOON + HOUR},
    ]  # fmt: skip
    cases: list[tuple[dict[str, Any], list[int]]] = [
        *((each, [2]) for each in second),
        ({"clause": "S4"}, [1, 2]), ({"topic": "intake.dossier"}, [1, 2]), ({"edition": "2019-05-06"}, [1, 2]),
        ({"edition": "2028-01-01"}, []), ({"clause": "S4.1", "end": NOON}, []), ({"end": NOON + HOUR}, [1]),
    ]  # fmt: skip
    for wanted, positions in cases:
        items = queries.timeline(audit.database, CASE, SENDERS, Wanted(**wanted), with_content=True)["items"]
        assert [item["position"] for item in items] == positions, wanted


def test_what_was_known_later_about_an_earlier_moment(audit, intake):
    intake.record(standing="designated")
    backdated = {"at": NOON + 5 * HOUR, "effective_at": NOON + HOUR}
    intake.record(at=NOON + 5 * HOUR, about=backdated, standing="revoked")
    intake.ship()
    moment = NOON + 2 * HOUR
    assert states(audit, moment)["intake", CASE] == {"standing": "designated"}
    assert states(audit, moment, known_at=NOON + 4 * HOUR)["intake", CASE] == {"standing": "designated"}
    assert states(audit, moment, known_at=NOON + 5 * HOUR)["intake", CASE] == {"standing": "revoked"}
    assert states(audit, NOON, known_at=NOON + 5 * HOUR)["intake", CASE] == {"standing": "designated"}


def asked(query: str) -> Request:
    return Request(EnvironBuilder(path="/", query_string=query).get_environ())


def test_moments_and_services_are_read_strictly():
    moment = datetime(2026, 6, 1, 4, tzinfo=UTC)
    assert schemas.asked_of(asked("at=2026-06-01T12:00:00%2B08:00")) == Asked(moment)
    assert schemas.asked_of(asked("at=2026-06-01T12:00:00+08:00&known_at=2026-06-01T04:00:00Z")) == Asked(
        moment, moment
    )
    assert schemas.asked_of(asked("sequence=17")) == Asked(sequence=17)
    for wrong in ("", "at=", "at=2026-06-01T12:00:00", "at=now", "at=2026-06-01T04:00:00Z&known_at=x"):
        with pytest.raises(Invalid, match="not-a-moment"):
            schemas.asked_of(asked(wrong))
    for wrong in ("sequence=-1", "sequence=x", f"sequence={10**18}", "sequence=1&at=2026-06-01T04:00:00Z"):
        with pytest.raises(Invalid, match="not-a-position"):
            schemas.asked_of(asked(wrong))
    assert schemas.services_of(asked("")) == SENDERS
    assert schemas.services_of(asked("service=intake&service=review")) == ("intake", "review")
    with pytest.raises(Invalid, match="no-such-service"):
        schemas.services_of(asked("service=x"))


def test_every_stored_topic_and_every_role_has_a_chinese_meaning():
    sources = [path.read_text() for path in Path("services").glob("*/domain/**/*.py")]
    topics = {topic for source in sources for topic in re.findall(r'topic="([^"]+)"', source)}
    assert "intake.dossier.submitted" in topics
    assert {topic for topic in topics if meaning(topic) == topic} == set()
    assert set(Role) == set(CAPACITIES)
    assert sentence(NOON, "x", "y", "z.unknown", ()) == "2026-06-01 12:00:00 x（y）z.unknown"
