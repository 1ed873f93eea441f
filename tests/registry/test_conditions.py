"""The basic conditions judged again after a change: each by its own floor, opened and cured one by one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.registry.domain.change import State
from services.registry.domain.conditions import CONDITIONS, Registry
from services.registry.domain.shortfall import Shortfall
from services.registry.queries import history
from services.shared.vocabulary import NotInThisState, Track
from tests.registry.examples import CASE, EDITION, FACTS, OTHER_CASE
from tests.registry.life import Life

OWNERS = ("91530100MAFAKE019M", "91310000MAFAKE078X")
UNITS = FACTS.member_usccs
GOOD = {
    "full_time_rd_staff": "12",
    "total_formation_funds_wan": "1000.00",
    "owner_usccs": OWNERS,
    "core_technologies": ("液态金属热界面",),
}


def judged(values, members=UNITS):
    known = Registry(Track.DESIGNATION, FACTS.lead_uscc, members, values)
    return {condition.code: condition.holds(known, EDITION) for condition in CONDITIONS}


def test_what_was_never_registered_is_not_judged_again():
    assert judged({}) == {"founders.min_count": True, **dict.fromkeys(list(judged({}))[1:])}


def test_a_figure_at_its_floor_holds():
    assert set(judged(GOOD).values()) == {True}


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("rd_staff.min_full_time", {"full_time_rd_staff": "0"}),
        ("capital.min_wan", {"total_formation_funds_wan": str(Decimal("999.99"))}),
        ("owners.min_count", {"owner_usccs": (OWNERS[0], OWNERS[0])}),
        ("core_tech.min_count", {"core_technologies": ()}),
    ],
)
def test_a_figure_below_its_floor_does_not(code, values):
    found = judged({**GOOD, **values})
    assert [name for name, holds in found.items() if not holds] == [code]


@pytest.fixture
def listed(life: Life) -> Life:
    life.clear(member_usccs=UNITS, member_names=("甲", "乙", "丙"))
    with life.as_("collective-body") as registry:
        registry.designate(CASE, document_no="96号", effective_on=date(2026, 6, 10))
    life.on(date(2027, 4, 1))
    return life


def ask(life, facts, subject="basic_conditions"):
    with life.as_("applicant") as registry:
        return registry.request_change(CASE, subject=subject, facts=facts, effective_on=date(2027, 4, 1), reason="变更")


def changed(life, facts, subject="basic_conditions"):
    change = ask(life, facts, subject)
    with life.as_("prefecture-head") as registry:
        registry.give_change_opinion(change.id, agrees=True, text="同意。", prefecture="530100")
    with life.as_("head") as registry:
        return registry.approve_change(change.id, document_no="18号")


def shortfalls(life):
    return {row["condition"]: (row["clause"], row["state"]) for row in life.rows("select * from shortfalls")}


def test_every_condition_that_fails_is_opened_with_its_clause_and_cured_by_itself(listed):
    changed(listed, {"full_time_rd_staff": "0", "total_formation_funds_wan": "800.00"})
    assert shortfalls(listed) == {
        "rd_staff.min_full_time": ("S3.2.2", "open"),
        "capital.min_wan": ("S3.2.3", "open"),
    }
    changed(listed, {"full_time_rd_staff": "3"})
    assert shortfalls(listed) == {
        "rd_staff.min_full_time": ("S3.2.2", "cured"),
        "capital.min_wan": ("S3.2.3", "open"),
    }


def test_a_shortfall_of_a_centre_that_leaves_falls_with_its_open_change(listed):
    changed(listed, {"owner_usccs": OWNERS[:1], "equity": "独资"}, "equity")
    waiting = ask(listed, {"full_time_rd_staff": "2"})
    with listed.as_("head") as registry:
        registry.dissolve(CASE, source="注销登记", document_no="1号", effective_on=date(2027, 4, 1))
    assert shortfalls(listed) == {"owners.min_count": ("S3.2.1", "ceased")}
    [row] = listed.rows("select state from changes where id = %s", waiting.id)
    assert row["state"] == State.CEASED
    assert listed.rows("select kind from deadlines where kind = 'shortfall'") == []
    [found] = [listed.registry.find(Shortfall, row["id"]) for row in listed.rows("select id from shortfalls")]
    with pytest.raises(NotInThisState):
        found.lapse()


def test_the_province_tells_once_what_is_missing_and_the_answer_counts(listed):
    change = ask(listed, {"full_time_rd_staff": "0"})
    with listed.as_("prefecture-head") as registry:
        registry.give_change_opinion(change.id, agrees=True, text="同意。", prefecture="530100")
    with listed.as_("officer") as registry:
        asked = registry.ask_change_correction(change.id, items=("社保证明",))
    assert asked.state is State.CORRECTION
    with listed.as_("applicant") as registry:
        answered = registry.answer_change_correction(change.id, facts={"full_time_rd_staff": "5"}, reason="笔误")
    assert answered.state is State.PROV_REVIEW
    with listed.as_("officer") as registry, pytest.raises(NotInThisState, match="corrected-already"):
        registry.ask_change_correction(change.id, items=("再补",))
    with listed.as_("head") as registry:
        registry.approve_change(change.id, document_no="18号")
    assert shortfalls(listed) == {}


def test_a_merger_waits_for_the_lead_unit_of_the_other_centre(listed):
    listed.clear(OTHER_CASE, lead_uscc="91533100MAFAKE158H", prefecture="533100")
    with listed.as_("collective-body") as registry:
        registry.designate(OTHER_CASE, document_no="97号", effective_on=date(2027, 4, 1))
    terms = {"facts": {}, "effective_on": date(2027, 4, 1), "reason": "合并", "other_case_id": OTHER_CASE}
    with listed.as_("applicant") as registry:
        change = registry.request_change(CASE, subject="merger", **terms)
    assert (change.state, change.other_lead_uscc) == (State.JOINING, "91533100MAFAKE158H")
    with listed.as_("prefecture-head") as registry, pytest.raises(NotInThisState):
        registry.give_change_opinion(change.id, agrees=True, text="同意。", prefecture="530100")
    with listed.as_("applicant-dehong") as registry:
        assert registry.join_change(change.id).state is State.PREF_OPINION
    with listed.as_("applicant-dehong") as registry, pytest.raises(NotInThisState):
        registry.join_change(change.id)


def reported(life, **figures):
    """The summary of 2026 is accepted on 1 April 2027."""
    life.summarise(2026, **figures)
    life.accept(2026)
    return {row["condition"]: row["state"] for row in life.rows("select condition, state from shortfalls")}


def test_a_summary_registers_its_figures_and_the_conditions_are_judged_by_them(listed):
    assert reported(listed) == {}
    then = listed.as_at(date(2026, 12, 31), date(2027, 4, 1))
    known = history.as_at(listed.wired.database, CASE, then)["facts"]
    assert (known["full_time_rd_staff"], known["total_formation_funds_wan"]) == ("42", "3200.00")
    before = listed.as_at(date(2026, 12, 30), date(2027, 4, 1))
    assert "full_time_rd_staff" not in history.as_at(listed.wired.database, CASE, before)["facts"]


@pytest.mark.parametrize(
    ("figures", "condition"),
    [
        ({"full_time_rd_staff": 0}, "rd_staff.min_full_time"),
        ({"total_formation_funds_wan": "999.99"}, "capital.min_wan"),
        ({"owner_usccs": [OWNERS[0]]}, "owners.min_count"),
        ({"core_technologies": []}, "core_tech.min_count"),
    ],
)
def test_a_summary_below_a_floor_opens_its_shortfall(listed, figures, condition):
    assert reported(listed, **figures) == {condition: "open"}


def test_a_later_change_is_judged_by_what_the_summary_said(listed):
    assert reported(listed, full_time_rd_staff=0) == {"rd_staff.min_full_time": "open"}
    changed(listed, {"core_technologies": ["液态金属热界面"]})
    rows = listed.rows("select condition, state from shortfalls")
    assert rows == [{"condition": "rd_staff.min_full_time", "state": "open"}]
    changed(listed, {"full_time_rd_staff": "3"})
    assert [row["state"] for row in listed.rows("select state from shortfalls")] == ["cured"]
