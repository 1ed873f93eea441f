"""Changes of registered facts: classes A to F, two times, shortfalls, plaques, merger; TC-10 as commands."""

from __future__ import annotations

from datetime import date

import pytest

from services.registry import queries
from services.registry.domain.centre import Centre
from services.registry.domain.change import State
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import Qualification
from services.registry.domain.shortfall import Shortfall
from services.registry.domain.supervision import Supervision
from services.registry.queries import history, public
from services.shared.kernel.request import Page
from services.shared.vocabulary import Denied, Invalid, NotInThisState, Role
from tests.registry.examples import CASE, FACTS, OTHER_CASE
from tests.registry.life import Life

NEW_LEAD = {"lead_uscc": "91532600MAFAKE182F", "lead_unit_name": "文山虚参有限公司", "prefecture": "532600"}
UNITS = FACTS.member_usccs
NAMES = FACTS.member_names


@pytest.fixture
def listed(life: Life) -> Life:
    """A centre with a plaque and three founding units, in January 2027."""
    life.clear(member_usccs=UNITS, member_names=NAMES)
    with life.as_("collective-body") as registry:
        registry.designate(CASE, document_no="云工信技创〔2026〕96号", effective_on=date(2026, 6, 10))
    life.issue_plaque()
    life.on(date(2027, 4, 1))
    return life


def request(life, subject, facts, effective_on=date(2027, 4, 1), **more):
    with life.as_("applicant") as registry:
        return registry.request_change(
            CASE, subject=subject, facts=facts, effective_on=effective_on, reason="变更", **more
        )


def agree(life, change, *prefectures):
    for prefecture in prefectures:
        with life.as_("prefecture-head") as registry:
            registry.give_change_opinion(change.id, agrees=True, text="同意。", prefecture=prefecture)


def approve(life, change):
    with life.as_("head") as registry:
        return registry.approve_change(change.id, document_no="云工信技创〔2027〕18号")


def changed(life, subject, facts, *prefectures, **more):
    change = request(life, subject, facts, **more)
    agree(life, change, *(prefectures or ("530100",)))
    return approve(life, change)


def known(life, as_of, known_on):
    return history.as_at(life.wired.database, CASE, life.as_at(as_of, known_on))["facts"]


def test_a_filing_holds_at_once_and_the_contact_stays_in_the_vault(listed):
    person = {"name": "虚小茶", "mobile": "13800001234", "email": "xiaocha@example.cn"}
    change = request(listed, "contact", {}, person=person)
    assert (change.change_class, change.state) == ("A", State.APPROVED)
    assert not listed.rows("select 1 from log_as_json where strpos(state::text, %s) > 0", "13800001234")
    assert listed.rows("select 1 from log_as_json where strpos(state::text, %s) > 0", "contact_ref")
    told = {"reader": "officer", "capacity": Role.PROVINCE_OFFICER, "purpose": "电话联系"}
    assert listed.registry.contact_of(CASE, **told) == {"contact": person}


def test_a_new_name_waits_for_prefecture_and_province_then_a_plaque_follows_and_the_old_name_is_found(listed):
    change = request(listed, "centre_name", {"centre_name": "云南新彩创新中心有限公司"})
    with pytest.raises(NotInThisState, match="not-in-this-state"):
        approve(listed, change)
    agree(listed, change, "530100")
    approve(listed, change)
    with listed.as_("officer") as registry:
        centre = registry.replace_plaque(CASE, plaque_no="001-2", reason="名称变更")
    assert (centre.plaque, centre.plaque_no) == (Plaque.ISSUED, "001-2")
    now = listed.as_at(date(2027, 4, 2), date(2027, 4, 2))
    database = listed.wired.database
    [found] = queries.roll(database, now, Page(5, None), name="幻彩")["items"]
    assert found["centre_name"] == "云南新彩创新中心有限公司"
    [then] = queries.roll(database, listed.as_at(date(2027, 3, 31), date(2027, 4, 2)), Page(5, None))["items"]
    assert then["centre_name"] == FACTS.centre_name
    assert not queries.roll(database, now, Page(5, None), name="%")["items"]
    assert public.verification(database, "001", now)["valid"] is False
    assert public.verification(database, "001-2", now)["valid"] is True


def test_a_plaque_number_that_was_ever_used_is_not_given_again(listed):
    with listed.as_("officer") as registry:
        registry.replace_plaque(CASE, plaque_no="001-2", reason="遗失")
    with listed.as_("officer") as registry, pytest.raises(Invalid, match="plaque-number-taken"):
        registry.replace_plaque(CASE, plaque_no="001", reason="找到")


def test_both_prefectures_give_opinions_when_the_lead_moves_and_summaries_move_along(listed):
    change = request(listed, "lead_unit", NEW_LEAD)
    assert change.prefectures == ("530100", "532600")
    agree(listed, change, "530100")
    with listed.as_("prefecture-head") as registry, pytest.raises(Invalid, match="no-opinion-wanted"):
        registry.give_change_opinion(change.id, agrees=True, text="再次同意。", prefecture="530100")
    agree(listed, change, "532600")
    approve(listed, change)
    assert listed.centre().lead_uscc == NEW_LEAD["lead_uscc"]
    [summary] = listed.rows("select lead_uscc, prefecture from summaries")
    assert summary == {"lead_uscc": NEW_LEAD["lead_uscc"], "prefecture": "532600"}


def test_who_the_lead_was_on_a_day_is_right_after_a_backdated_change_and_what_was_known_before_stays(listed):
    changed(listed, "lead_unit", NEW_LEAD, "530100", "532600")
    listed.on(date(2027, 6, 1))
    late = {"lead_uscc": "91530900MAFAKE1901", "lead_unit_name": "临沧幻糖有限公司"}
    changed(listed, "lead_unit", late, "532600", effective_on=date(2027, 3, 1))
    day, may, june = date(2027, 3, 15), date(2027, 5, 1), date(2027, 6, 1)
    assert known(listed, day, may)["lead_uscc"] == FACTS.lead_uscc
    assert known(listed, day, june)["lead_uscc"] == late["lead_uscc"]
    assert known(listed, june, june)["lead_uscc"] == NEW_LEAD["lead_uscc"]
    assert listed.centre().lead_uscc == NEW_LEAD["lead_uscc"]
    assert listed.rows("select lead_uscc from centres") == [{"lead_uscc": NEW_LEAD["lead_uscc"]}]


def test_members_who_leave_open_a_shortfall_and_a_new_one_cures_it(listed):
    changed(listed, "members", {"member_usccs": UNITS[:2], "member_names": NAMES[:2]})
    [row] = listed.rows("select id, state, due from shortfalls")
    assert (row["state"], row["due"].date()) == ("open", date(2027, 10, 1))  # provisional
    sugar = {"member_usccs": (*UNITS[:2], "91530900MAFAKE1901"), "member_names": (*NAMES[:2], "临沧幻糖有限公司")}
    changed(listed, "members", sugar)
    assert listed.registry.find(Shortfall, row["id"]).state == "cured"
    assert not queries.deadlines_of(listed.wired.database, row["id"])


def test_a_shortfall_that_is_not_cured_in_time_proposes_revocation(listed):
    changed(listed, "members", {"member_usccs": UNITS[:2], "member_names": NAMES[:2]})
    listed.on(date(2027, 10, 9))
    listed.wired.run_deadlines()
    assert (listed.centre().supervision, listed.centre().cause) == (
        Supervision.REVOCATION_PROPOSED,
        "condition_shortfall",
    )


def test_a_slip_is_corrected_by_two_officers_and_the_wrong_value_stays_on_record(listed):
    with listed.as_("officer") as registry:
        change = registry.request_correction(
            CASE, facts={"lead_unit_name": "昆明幻彩合金股份公司"}, effective_on=date(2026, 6, 10), reason="笔误"
        )
    with listed.as_("officer") as registry, pytest.raises(Denied, match="drafter-signs"):
        registry.confirm_correction(change.id)
    with listed.as_("officer-2") as registry:
        registry.confirm_correction(change.id)
    listed_day = date(2026, 6, 11)
    assert known(listed, listed_day, date(2027, 3, 31))["lead_unit_name"] == FACTS.lead_unit_name
    assert known(listed, listed_day, date(2027, 4, 1))["lead_unit_name"] == "昆明幻彩合金股份公司"


def test_a_merger_moves_field_and_history_to_the_survivor(listed):
    listed.designate(OTHER_CASE)
    change = request(listed, "merger", {}, other_case_id=OTHER_CASE)
    agree(listed, change, "530100")
    approve(listed, change)
    other = listed.centre(OTHER_CASE)
    assert (other.qualification, other.registered.merged_into) == (Qualification.MERGED, CASE)
    assert listed.centre().registered.parts == (OTHER_CASE,)
    today = listed.as_at(date(2027, 4, 1), date(2027, 4, 1))
    assert history.occupied_fields(listed.wired.database, today) == {"LIQUID_METAL": ["YNMIC-2026-001"]}
    assert listed.rows("select state from summaries where case_id = %s", OTHER_CASE) == [{"state": "ceased"}]


def test_a_change_that_makes_no_sense_is_refused_with_its_clause_and_nothing_happens(listed):
    before = listed.registry.event_log.max_notification_id()
    for subject, facts, more, code in (
        ("merger", {}, {"other_case_id": CASE}, "merged-into-itself"),
        ("merger", {}, {}, "merged-into-itself"),
        ("weather", {"fax": "1"}, {}, "unknown-subject"),
        ("fax", {"centre_name": "幻"}, {}, "fact-not-of-subject"),
        ("fax", {}, {}, "fact-missing"),
        ("lead_unit", {"lead_uscc": "91530300MAFAKE051C", "lead_unit_name": "曲靖"}, {}, "bad-fact"),
        ("members", {"member_usccs": UNITS}, {}, "bad-fact"),
        ("fax", {"fax": "1"}, {"effective_on": date(2027, 4, 2)}, "effective-in-future"),
    ):
        with pytest.raises(Invalid, match=code) as refused:
            request(listed, subject, facts, **more)
        assert all(finding.clause for finding in refused.value.findings)
    assert listed.registry.event_log.max_notification_id() == before


def test_a_refusal_says_why_and_how_to_object(listed):
    change = request(listed, "rd_direction", {"rd_direction": "茶叶"})
    with listed.as_("head") as registry:
        refused = registry.refuse_change(change.id, reasons=("偏离建设方案",), clauses=("S4.3",), document_no="20号")
    assert refused.state is State.REFUSED
    [row] = listed.rows("select state from log_as_json where topic = 'registry.change-request.refused'")
    assert "行政复议" in row["state"]["remedy"]
    assert listed.registry.find(Centre, CASE).facts.rd_direction == FACTS.rd_direction


def test_a_change_is_withdrawn_before_it_is_decided_only(listed):
    change = changed(listed, "equity", {"equity": "牵头单位 40%"})
    with listed.as_("applicant") as registry, pytest.raises(NotInThisState):
        registry.withdraw_change(change.id)
    other = request(listed, "equity", {"equity": "牵头单位 50%"})
    with listed.as_("applicant") as registry:
        assert registry.withdraw_change(other.id).state is State.WITHDRAWN
