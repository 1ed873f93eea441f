"""Split of a centre: what goes over, who keeps the qualification, as known then and now."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.registry.domain.centre import Centre
from services.registry.domain.change import ChangeRequest, State
from services.registry.domain.qualification import Qualification
from services.registry.domain.splitting import Keeper, Split
from services.registry.queries import history
from services.shared.vocabulary import Invalid, NotInThisState, VersionConflict
from tests.given import given, made
from tests.registry.examples import CASE, EDITION, FACTS, OTHER_CASE, REF, designated, facing_revocation
from tests.registry.life import Life
from tests.registry.test_publishing import told

DAY = date(2027, 4, 1)
GOES = "91310000MAFAKE078X"
SPLIT = Split(GOES, "沪上幻智装备有限公司", Keeper.CENTRE, (GOES,), ())
FORM = {"split_off": SPLIT.unit_name, "split_off_uscc": GOES, "split_member_usccs": [GOES]}


def split(split_=SPLIT):
    return lambda c: c.split_off(split_, change_id=UUID(int=5), document_no="50号", effective_on=DAY)


def test_a_unit_leaves_and_the_keeper_has_what_is_left():
    [gone, changed] = given(designated()).when(split()).then(Centre.SplitOff, Centre.FactsChanged)
    assert gone.split == SPLIT
    assert {fact.name: fact.value for fact in changed.facts} == {
        "member_usccs": FACTS.member_usccs[:2],
        "member_names": FACTS.member_names[:2],
    }
    given(designated()).when(split(Split(GOES, "x", Keeper.CENTRE, (), ()))).then(Centre.SplitOff)


def test_a_successor_that_keeps_the_qualification_is_the_centre_from_then_on():
    successor = Split(GOES, "新中心", Keeper.SUCCESSOR, (), ())
    centre = designated(split(successor))
    assert (centre.listed.centre_uscc, centre.facts.centre_name, centre.facts.centre_uscc) == (GOES, "新中心", GOES)
    assert centre.qualification is Qualification.DESIGNATED


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (Split(FACTS.centre_uscc, "x", Keeper.CENTRE, (), ()), "split-into-itself"),
        (Split(GOES, "x", Keeper.CENTRE, ("91530700MAFAKE1741",), ()), "goes-not-over"),
        (Split(GOES, "x", Keeper.CENTRE, (FACTS.lead_uscc,), ()), "goes-not-over"),
        (Split(GOES, "x", Keeper.CENTRE, (), (FACTS.field_domain,)), "goes-not-over"),
    ],
)
def test_what_cannot_be_split_is_refused_with_its_clause(wrong, code):
    refused = given(designated()).when(split(wrong)).then_refused(code)
    assert all(finding.clause for finding in refused.findings)


def test_nobody_splits_away_from_a_revocation():
    given(facing_revocation()).when(split()).then_refused("clouded")


@pytest.fixture
def listed(life: Life) -> Life:
    life.designate()
    life.issue_plaque()
    life.on(DAY)
    return life


def ask(life, facts, effective_on=DAY):
    with life.as_("applicant") as registry:
        return registry.request_change(CASE, subject="split", facts=facts, effective_on=effective_on, reason="分立")


def agree(life, change, **command):
    with life.as_("prefecture-head", **command) as registry:
        return registry.give_change_opinion(change.id, agrees=True, text="同意分立。", prefecture="530100")


def agreed(life, facts, effective_on=DAY):
    change = ask(life, facts, effective_on)
    return agree(life, change)


def approve(life, change, **command):
    with life.as_("head", **command) as registry:
        return registry.approve_change(change.id, document_no="云工信技创〔2027〕50号")


def known(life, as_of, known_on):
    return history.as_at(life.wired.database, CASE, life.as_at(as_of, known_on))["facts"]


def test_a_split_goes_by_the_prefecture_and_the_province_and_leaves_shortfall_and_contributions_as_they_must_be(listed):
    with listed.as_("applicant") as registry:
        terms = {"kind": "equity", "pledged_wan": Decimal(300), "due_on": DAY, "agreement_no": "1号"}
        registry.pledge_contribution(CASE, unit_uscc=GOES, **terms)
    change = ask(listed, FORM)
    assert (change.change_class, change.state) == ("E", State.PREF_OPINION)
    assert listed.rows("select state, prefectures from changes") == [
        {"state": "pref-opinion", "prefectures": ["530100"]}
    ]
    with listed.as_("head") as registry, pytest.raises(NotInThisState):
        registry.approve_change(change.id, document_no="x")
    with listed.as_("prefecture-head") as registry, pytest.raises(Invalid, match="no-opinion-wanted"):
        registry.give_change_opinion(change.id, agrees=True, text="同意。", prefecture="532600")
    agree(listed, change)
    with pytest.raises(NotInThisState):
        agree(listed, change)
    assert approve(listed, change).state is State.APPROVED
    assert listed.rows("select condition, state from shortfalls") == [
        {"condition": "founders.min_count", "state": "open"}
    ]
    assert listed.rows("select state from contributions") == [{"state": "ceased"}]
    names = [event.name for event in told(listed)]
    assert {"centre.split.v1", "centre.changed.v1", "shortfall.opened.v1"} <= set(names)
    with pytest.raises(NotInThisState):
        approve(listed, change)


@pytest.mark.parametrize(
    ("said", "state"),
    [({}, State.PROV_REVIEW), ({"opinion_wanted": True}, State.PREF_OPINION)],
    ids=["of earlier", "of today"],
)
def test_a_split_that_was_asked_for_before_opinions_were_wanted_stays_with_the_province(said, state):
    terms: Any = {"effective_on": DAY, "reason": "分立", "other_case_id": None, "prefectures": ("530100",)}
    terms |= {"requested_by": "applicant", "policy_edition": EDITION.id, **said}
    asked = given(made(lambda: ChangeRequest(REF, "split", "E", (), **terms)))
    assert asked.aggregate.state is state


def test_a_backdated_split_is_told_of_its_day_by_those_who_know_of_it(listed):
    listed.on(date(2027, 6, 1))
    approve(listed, agreed(listed, FORM))
    day, may, june = date(2027, 4, 2), date(2027, 5, 1), date(2027, 6, 1)
    assert known(listed, day, may)["member_usccs"] == list(FACTS.member_usccs)
    assert "split_off" not in known(listed, day, may)
    assert known(listed, day, june)["member_usccs"] == list(FACTS.member_usccs[:2])
    assert known(listed, day, june)["split_off"] == {"uscc": GOES, "name": SPLIT.unit_name, "keeper": "centre"}
    assert "split_off" not in known(listed, date(2027, 3, 31), june)
    assert listed.rows("select member_usccs from centres") == [{"member_usccs": list(FACTS.member_usccs[:2])}]


def test_a_field_that_came_with_a_merger_goes_over_and_is_free(listed):
    listed.clear(OTHER_CASE, field_domain="CONSUMER")
    with listed.as_("collective-body") as registry:
        registry.designate(OTHER_CASE, document_no="97号", effective_on=DAY)
    with listed.as_("applicant") as registry:
        terms = {"facts": {}, "effective_on": DAY, "reason": "合并", "other_case_id": OTHER_CASE}
        merger = registry.request_change(CASE, subject="merger", **terms)
    with listed.as_("prefecture-head") as registry:
        registry.give_change_opinion(merger.id, agrees=True, text="同意。", prefecture="530100")
    approve(listed, merger)
    listed.on(date(2027, 6, 1))
    approve(listed, agreed(listed, {**FORM, "split_fields": ["CONSUMER"]}, date(2027, 5, 2)))
    fields = lambda day, known_on: history.occupied_fields(listed.wired.database, listed.as_at(day, known_on))  # noqa: E731
    both = {"CONSUMER": ["YNMIC-2026-001"], "LIQUID_METAL": ["YNMIC-2026-001"]}
    assert fields(date(2027, 5, 2), date(2027, 5, 31)) == both
    assert fields(date(2027, 5, 1), date(2027, 6, 1)) == both
    assert fields(date(2027, 5, 2), date(2027, 6, 1)) == {"LIQUID_METAL": ["YNMIC-2026-001"]}
    assert listed.centre().fields == ("LIQUID_METAL",)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({**FORM, "split_off_uscc": FACTS.centre_uscc}, "split-into-itself"),
        ({**FORM, "split_off_uscc": "91530700MAFAKE1741"}, "unknown-unit"),
        ({"split_off": "无代码"}, "bad-fact"),
    ],
)
def test_a_split_into_itself_or_an_unknown_unit_is_refused_and_nothing_changes(listed, facts, code):
    before = listed.registry.event_log.max_notification_id()
    with pytest.raises(Invalid, match=code) as refused:
        ask(listed, facts)
    assert all(finding.clause for finding in refused.value.findings)
    assert listed.registry.event_log.max_notification_id() == before


def test_a_split_into_another_listed_centre_is_a_merger_and_refused(listed):
    listed.designate(OTHER_CASE, effective_on=DAY)
    other = listed.centre(OTHER_CASE).listed.centre_uscc
    with pytest.raises(Invalid, match="listed-already"):
        ask(listed, {**FORM, "split_off_uscc": other})


def test_an_approval_of_an_older_version_is_noticed(listed):
    change = ask(listed, FORM)
    with listed.as_("applicant") as registry:
        registry.withdraw_change(change.id)
    with pytest.raises(VersionConflict):
        approve(listed, change, target=change.id, expected_version=1)
