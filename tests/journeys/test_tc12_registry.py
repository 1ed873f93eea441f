"""TC-12 at the registry: one centre leaves as it asked, another is no more; and what codes of units are taken."""

from __future__ import annotations

import pytest

from deploy.demo.client import Refused
from tests.journeys.later_life import Applying, listed, province_in

ZINC = Applying(
    lead="怒江虚锌有限公司",
    lead_uscc="91533300MAFAKE238F",
    centre="怒江虚锌创新中心有限公司",
    centre_uscc="91533300MAFAKE302F",
    prefecture="533300",
    field="NEW_MAT",
)
POWER = Applying(
    lead="迪庆幻电有限公司",
    lead_uscc="91533400MAFAKE22XL",
    centre="迪庆幻电创新中心有限公司",
    centre_uscc="91533400MAFAKE303P",
    prefecture="533400",
    field="GREEN_ENERGY",
)
EXIT = {"reason": "战略调整", "report": "终结报告：三年工作总结、成果移交和资产处置情况。"}
DEREGISTERED = {"source": "市场监管部门共享数据：注销登记", "document_no": "共享〔2027〕20号"}
COMMON = "云岭虚构理工大学"


@pytest.fixture(scope="module")
def province(module_database_url, amqp_uri, tmp_path_factory):
    with province_in(tmp_path_factory.mktemp("tc12"), module_database_url, amqp_uri) as province:
        yield province


@pytest.fixture(scope="module")
def story(province):
    """The whole story; what was seen on the way stands in the answer."""
    zinc, power = listed(province.world, ZINC, POWER)
    for track, plaque_no in ((zinc, "020"), (power, "021")):
        province.officer.act("registry", f"/centres/{track.case_id}/issue-plaque", {"plaque_no": plaque_no})
    seen = {"zinc": zinc, "power": power, "codes": codes(province, power)}
    province.world.on("2027-03-01")
    asked = province.applicant(ZINC.lead_uscc).act("registry", f"/centres/{zinc.case_id}/request-exit", EXIT)
    with pytest.raises(Refused) as early:
        approve(province, asked, "2027-03-31")
    province.world.on("2027-03-31")
    seen |= {"early": early.value, "left": approve(province, asked, "2027-03-31")}
    province.world.on("2027-04-02")
    form = {**DEREGISTERED, "effective_on": "2027-04-01"}
    province.head.act("registry", f"/centres/{power.case_id}/dissolve", form)
    with pytest.raises(Refused) as late:
        province.officer.act("registry", f"/centres/{power.case_id}/issue-plaque", {"plaque_no": "022"})
    return seen | {"late": late.value}


def approve(province, asked, day):
    form = {"document_no": "云工信技创〔2027〕12号", "effective_on": day}
    return province.body.act("registry", f"/exits/{asked['id']}/approve", form)


def codes(province, power):
    """Changes of the members whose codes are mistyped, and typed in lower case and full width."""
    names = [POWER.lead, COMMON, "云南虚构农民合作社", "曲靖幻钛科技有限公司"]
    usccs = [POWER.lead_uscc, "12530000FAKE0003XC", "N2530100NAFAKE219U"]
    province.world.on("2027-01-11")
    with pytest.raises(Refused) as mistyped:
        change(province, power, [*usccs, "91530300MAFAKE051C"], names)
    wide = "９１５３０３００ｍａｆａｋｅ０５１ｂ"
    province.approve(change(province, power, [*usccs, wide], names), "云工信技创〔2027〕3号")
    return mistyped.value


def change(province, power, usccs, names):
    facts = {"member_usccs": usccs, "member_names": names}
    return province.change(power, "members", POWER.lead_uscc, "2027-01-11", facts=facts)


def test_tc12_a_mistyped_code_is_refused_and_the_others_are_taken_as_they_are_meant(story, province):
    assert story["codes"].status == 422
    kept = province.about(story["power"], "2027-01-11")["facts"]["member_usccs"]
    assert kept == [POWER.lead_uscc, "12530000FAKE0003XC", "N2530100NAFAKE219U", "91530300MAFAKE051B"]


def test_tc12_nobody_leaves_on_a_day_that_has_not_come(story):
    assert (story["early"].status, story["early"].codes) == (422, ["effective-in-future"])
    assert story["left"]["state"] == "approved"


@pytest.mark.parametrize(
    ("name", "day", "qualification", "plaque"),
    [("zinc", "2027-03-31", "exited", "recall-ordered"), ("power", "2027-04-01", "dissolved", "voided")],
)
def test_tc12_what_follows_is_by_the_table_of_consequences(story, province, name, day, qualification, plaque):
    centre = province.centre(story[name])
    assert (centre["qualification"], centre["plaque"]) == (qualification, plaque)
    assert {row["state"] for row in centre["summaries"]} <= {"ceased", "overdue", "missed"}
    known = province.about(story[name], day)
    assert (known["qualification"], known["facts"]["fields"], known["facts"].get("ban")) == (qualification, [], None)


def test_tc12_nobody_is_banned_and_both_plaques_are_genuine_but_not_valid(story, province):
    assert province.officer.get("registry", "/bans", limit=200)["items"] == []
    for number in ("020", "021"):
        assert province.auditor.get("registry", f"/roll/verify/{number}")["valid"] is False


def test_tc12_the_list_of_a_day_tells_who_stood_on_it_then(story, province):
    def on_roll(day):
        return {row["id"] for row in province.auditor.get("registry", "/roll", as_of=day)["items"]}

    zinc, power = story["zinc"].case_id, story["power"].case_id
    assert (on_roll("2027-03-30"), on_roll("2027-03-31"), on_roll("2027-04-01")) == ({zinc, power}, {power}, set())


def test_tc12_a_dissolved_centre_is_given_no_plaque(story):
    assert story["late"].status == 409
