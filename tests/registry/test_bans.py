"""Bans have lives of their own: told by review or by a revocation, ended by the clock, annulled with their decision."""

from __future__ import annotations

import json
from datetime import date, time
from pathlib import Path

import pytest
from msgspec import structs

from services.registry.authority import AUTHORITY
from services.registry.domain.ban import Ban, State
from services.registry.queries import history
from services.review import contracts
from services.shared.kernel.authority import Admission
from services.shared.kernel.identity import Identity
from services.shared.kernel.inbox import Tracking
from services.shared.kernel.request import Page
from services.shared.vocabulary import NotInThisState, Role
from tests.registry.examples import CASE
from tests.registry.test_publishing import by_name, told
from tests.registry.test_reactions import event_at

SAMPLE = json.loads((Path(contracts.__file__).parent / "samples/ban.started.v1.json").read_text(encoding="utf-8"))
FROM, UNTIL = date(2026, 2, 26), date(2029, 2, 26)


def hear(life, position):
    """Review tells that an objection was sustained."""
    event = structs.replace(event_at(position), type="cn.gov.yn.mic.ban.started.v1", data=SAMPLE)
    tracking = Tracking("review", position)
    life.wired.react(event, tracking)
    return tracking


def held(life, day, known_on):
    """The causes of the bans that held on a day, as an officer of any prefecture knew."""
    may = AUTHORITY["list_bans"]
    person = Identity("p", "某人", frozenset({Role.PREFECTURE_OFFICER}), "", "530300")
    admission = Admission(person, Role.PREFECTURE_OFFICER, may.roles[Role.PREFECTURE_OFFICER], may.basis)
    rows = history.bans(life.wired.database, admission, life.as_at(day, known_on), Page(10, None))
    return [row["cause"] for row in rows["items"]]


def only(life):
    [row] = life.rows("select id from bans")
    return life.registry.find(Ban, row["id"])


def test_a_sustained_objection_starts_a_ban_here_and_everybody_hears_it_from_here(life):
    assert hear(life, 1).written
    ban = only(life)
    assert (ban.cause, ban.banned_until, ban.lead_uscc) == ("objection_sustained", UNTIL, SAMPLE["lead_uscc"])
    message = by_name(life)["ban.started.v1"].data
    assert (message["case_id"], message["banned_until"]) == (SAMPLE["case_id"], "2029-02-26")
    assert message["ban_id"] == str(ban.id)


def test_a_ban_falls_when_the_decision_of_its_case_is_set_aside_and_a_repeat_changes_nothing(life):
    hear(life, 1)
    reopened = json.loads((Path(contracts.__file__).parent / "samples/case.reopened.v1.json").read_text("utf-8"))
    for position, case_id in ((2, str(CASE)), (3, SAMPLE["case_id"]), (4, SAMPLE["case_id"])):
        data = {**reopened, "case_id": case_id}
        event = structs.replace(event_at(position), type="cn.gov.yn.mic.case.reopened.v1", data=data)
        assert (only(life).state is State.ANNULLED) is (position == 4)
        life.wired.react(event, Tracking("review", position))
    said = by_name(life)["ban.annulled.v1"].data
    assert (said["document_no"], said["body"]) == (reopened["decision_no"], reopened["body"])


@pytest.mark.parametrize("position", [1, 2])
def test_a_repeat_starts_no_second_ban(life, position):
    hear(life, 1)
    assert not hear(life, position).written
    assert len(life.rows("select id from bans")) == 1


def test_a_ban_holds_to_the_end_of_its_last_day_and_the_clock_ends_it(life):
    hear(life, 1)
    life.on(UNTIL, time(23, 30))
    life.wired.run_deadlines()
    assert only(life).state is State.RUNNING
    assert held(life, UNTIL, UNTIL) == ["objection_sustained"]
    life.on(date(2029, 2, 27), time(0, 1))
    life.wired.run_deadlines()
    assert only(life).state is State.ENDED
    assert by_name(life)["ban.ended.v1"].data["ended_on"] == "2029-02-26"
    assert held(life, date(2029, 2, 27), date(2029, 2, 27)) == []
    assert held(life, FROM, date(2029, 2, 27)) == ["objection_sustained"]


def test_an_annulled_ban_never_was_for_who_knows_of_it(life):
    hear(life, 1)
    life.on(date(2026, 9, 1))
    with life.as_("head") as registry:
        registry.annul_ban(only(life).id, document_no="云政复决〔2026〕7号", body="云南省人民政府")
    assert held(life, date(2026, 7, 1), date(2026, 8, 31)) == ["objection_sustained"]
    assert held(life, date(2026, 7, 1), date(2026, 9, 1)) == []
    assert by_name(life)["ban.annulled.v1"].data["effective_on"] == "2026-02-26"
    life.on(date(2029, 3, 1))
    life.wired.run_deadlines()
    assert only(life).state is State.ANNULLED
    with life.as_("head") as registry, pytest.raises(NotInThisState, match="not-in-this-state"):
        registry.annul_ban(only(life).id, document_no="x", body="x")


def test_a_revocation_and_its_annulment_take_the_ban_with_them(life):
    life.until_revoked()
    assert held(life, date(2031, 1, 1), date(2030, 8, 1)) == ["failed_assessment"]
    life.on(date(2030, 11, 5))
    with life.as_("head") as registry:
        registry.annul_revocation(CASE, document_no="33号", body="云南省人民政府", effective_on=date(2030, 8, 1))
    assert held(life, date(2031, 1, 1), date(2030, 8, 1)) == ["failed_assessment"]
    assert held(life, date(2031, 1, 1), date(2030, 11, 5)) == []
    assert [event.name for event in told(life)].count("ban.annulled.v1") == 1
