"""TC-10: registered facts change, members leave, the lead unit moves, another centre is taken in; all at two times."""

from __future__ import annotations

import pytest

from deploy.demo.client import Refused
from tests.journeys.later_life import Applying, listed, province_in
from tests.registry.examples import FIGURES

TEA, SUGAR = "91530800MAFAKE166B", "91530900MAFAKE1901"
GINSENG = {"lead_uscc": "91532600MAFAKE182F", "lead_unit_name": "文山虚参有限公司", "prefecture": "532600"}
LATE = {"lead_uscc": SUGAR, "lead_unit_name": "临沧幻糖有限公司"}
GREEN = Applying(
    lead="普洱虚茶股份有限公司",
    lead_uscc="91530800MAFAKE300X",
    centre="普洱虚茶创新中心有限公司",
    centre_uscc=TEA,
    prefecture="530800",
    field="GREEN_FOOD",
)
RUBBER = Applying(
    lead="版纳虚胶有限公司",
    lead_uscc="91532800MAFAKE203A",
    centre="版纳虚胶创新中心有限公司",
    centre_uscc="91532800MAFAKE301R",
    prefecture="532800",
    field="CONSUMER",
)
PERSON = {"name": "虚小茶", "mobile": "13800001234", "email": "xiaocha@example.cn"}
RENAMED = "云南虚茶绿色食品创新中心有限公司"
FOUNDERS = {"12530000FAKE0003XC": "云岭虚构理工大学", "12530000FAKE00048C": "云岭虚构材料研究院"}


@pytest.fixture(scope="module")
def province(module_database_url, amqp_uri, tmp_path_factory):
    with province_in(tmp_path_factory.mktemp("tc10"), module_database_url, amqp_uri) as province:
        yield province


@pytest.fixture(scope="module")
def story(province):
    """The whole story; what was seen on the way stands in the answer."""
    tea, rubber = listed(province.world, GREEN, RUBBER)
    for track, plaque_no in ((tea, "010"), (rubber, "011")):
        province.officer.act("registry", f"/centres/{track.case_id}/issue-plaque", {"plaque_no": plaque_no})
    seen = {"tea": tea, "rubber": rubber, "lead": GREEN.lead_uscc}
    province.world.on("2027-01-10")
    province.change(tea, "contact", GREEN.lead_uscc, "2027-01-10", person=PERSON)
    rename(province, tea)
    seen |= shortfall(province, tea)
    seen |= move_lead(province, tea)
    seen |= merge(province, tea, rubber)
    seen |= report(province, tea)
    seen |= invest(province, tea)
    return seen | split(province, tea)


def rename(province, tea):
    province.world.on("2027-01-20")
    change = province.change(tea, "centre_name", GREEN.lead_uscc, "2027-01-20", facts={"centre_name": RENAMED})
    province.approve(change, "云工信技创〔2027〕1号")
    form = {"plaque_no": "010-2", "reason": "名称变更"}
    province.officer.act("registry", f"/centres/{tea.case_id}/replace-plaque", form)


def shortfall(province, tea):
    """All but one founding unit leave; a sugar mill comes within the six months."""
    province.world.on("2027-02-01")
    [first, *_] = FOUNDERS
    seen = {"shortfall": members(province, tea, {first: FOUNDERS[first]}, "2027-02-01")}
    province.world.on("2027-03-01")
    seen["cured"] = members(province, tea, {first: FOUNDERS[first], SUGAR: "临沧幻糖有限公司"}, "2027-03-01")
    return seen


def members(province, tea, units, day):
    """Let the members beside the lead unit be these; answers the shortfall as it then is."""
    all_units = {GREEN.lead_uscc: GREEN.lead, **units}
    facts = {"member_usccs": list(all_units), "member_names": list(all_units.values())}
    change = province.change(tea, "members", GREEN.lead_uscc, day, facts=facts)
    province.approve(change, f"云工信技创〔2027〕{day[5:7]}号")
    [row] = province.officer.get("registry", "/shortfalls")["items"]
    return row


def move_lead(province, tea):
    """The lead moves to another prefecture; later comes the news of who had led in between."""
    province.world.on("2027-04-01")
    change = province.change(tea, "lead_unit", GREEN.lead_uscc, "2027-04-01", facts=GINSENG)
    province.approve(change, "云工信技创〔2027〕18号")
    known_before = "2027-05-31T00:00:00+08:00"
    province.world.on("2027-06-01")
    late = province.change(tea, "lead_unit", GINSENG["lead_uscc"], "2027-03-01", facts=LATE)
    province.approve(late, "云工信技创〔2027〕26号")
    return {"moved": change, "known_before": known_before}


def merge(province, tea, rubber):
    """The rubber centre goes into the tea centre."""
    province.world.on("2027-09-01")
    before = province.officer.get("registry", "/field-map", as_of="2027-08-31")
    merger = province.change(tea, "merger", GINSENG["lead_uscc"], "2027-09-01", other_case_id=rubber.case_id)
    with pytest.raises(Refused) as alone:
        province.approve(merger, "云工信技创〔2027〕40号")
    province.applicant(RUBBER.lead_uscc).act("registry", f"/changes/{merger['id']}/join")
    return {
        "before": before,
        "alone": alone.value,
        "merger": merger,
        "merged": province.approve(merger, "云工信技创〔2027〕40号"),
    }


def report(province, tea):
    """The yearly summary goes to the prefecture, which sends it on; before that the province has nothing to accept."""
    rows = province.officer.get("registry", "/summaries", limit=200)["items"]
    [summary] = [row for row in rows if row["case_id"] == tea.case_id and row["year"] == 2027]
    path = f"/summaries/{summary['id']}"
    form = {
        "text": "2027 年完成茶叶绿色加工平台建设，服务企业 30 家次。",
        "figures": {**FIGURES, "full_time_rd_staff": 26},
    }
    filed = province.applicant(GINSENG["lead_uscc"]).act("registry", f"{path}/submit", form)
    with pytest.raises(Refused) as unseen:
        province.officer.act("registry", f"{path}/accept")
    opinion = {"agrees": True, "text": "情况属实，同意转报。"}
    with pytest.raises(Refused) as elsewhere:
        province.prefecture_head(GREEN.prefecture).act("registry", f"{path}/forward", opinion, seen=filed["version"])
    province.prefecture_head(GINSENG["prefecture"]).act("registry", f"{path}/forward", opinion)
    accepted = province.officer.act("registry", f"{path}/accept")
    return {"filed": filed, "unseen": unseen.value, "elsewhere": elsewhere.value, "accepted": accepted}


def invest(province, tea):
    """The sugar mill pledges, pays in a part, and is short when its day and the days of grace are over."""
    applicant = province.applicant(GINSENG["lead_uscc"])
    pledge = {"unit_uscc": SUGAR, "kind": "equity", "pledged_wan": "300.00", "due_on": "2027-09-10"}
    pledged = applicant.act(
        "registry", f"/centres/{tea.case_id}/pledge-contribution", {**pledge, "agreement_no": "共建协议第五条"}
    )
    payment = {"amount_wan": "120.00", "paid_on": "2027-09-01", "voucher_no": "银行回单〔2027〕8号"}
    applicant.act("registry", f"/contributions/{pledged['id']}/pay-in", payment)
    province.world.on("2027-10-20")
    short = province.officer.until(
        "registry", "/contributions", lambda page: [row["state"] for row in page["items"]] == ["short"]
    )
    return {"short": short["items"][0]}


def split(province, tea):
    """The sugar mill leaves with the field that came with the merger, and must apply for itself."""
    facts = {"split_off": "临沧幻糖有限公司", "split_off_uscc": SUGAR, "split_fields": ["CONSUMER"]}
    with pytest.raises(Refused) as itself:
        province.change(tea, "split", GINSENG["lead_uscc"], "2027-10-20", facts={**facts, "split_off_uscc": TEA})
    asked = province.change(tea, "split", GINSENG["lead_uscc"], "2027-10-20", facts=facts)
    return {"itself": itself.value, "split": province.approve(asked, "云工信技创〔2027〕55号")}


def fields(board):
    return {row["field"]: row["numbers"] for row in board["fields"] if row["numbers"]}


def test_tc10_the_contact_is_in_the_vault_only(story, province):
    path = f"/centres/{story['tea'].case_id}"
    assert province.officer.get("registry", f"{path}/contact", purpose="电话联系") == {"contact": PERSON}
    assert "13800001234" not in str(province.auditor.get("registry", f"{path}/facts"))


def test_tc10_the_old_name_is_found_and_the_old_plaque_is_no_longer_valid(story, province):
    [row] = province.auditor.get("registry", "/roll", name="普洱虚茶")["items"]
    assert (row["id"], row["centre_name"]) == (story["tea"].case_id, RENAMED)
    old, new = (province.auditor.get("registry", f"/roll/verify/{number}") for number in ("010", "010-2"))
    assert (old["valid"], old["replaced_by"], new["valid"]) == (False, "010-2", True)


def test_tc10_a_shortfall_has_six_months_to_be_cured_and_is(story):
    assert story["shortfall"]["state"] == "open"
    assert story["shortfall"]["due"][:7] == "2027-08"
    assert story["cured"]["state"] == "cured"


def test_tc10_both_prefectures_spoke_before_the_lead_moved(story, province):
    assert story["moved"]["prefectures"] == ["530800", "532600"]
    assert province.centre(story["tea"])["prefecture"] == "532600"


@pytest.mark.parametrize(
    ("day", "known", "lead"),
    [
        ("2027-03-15", "before", GREEN.lead_uscc),
        ("2027-03-15", "now", SUGAR),
        ("2027-02-28", "now", GREEN.lead_uscc),
        ("2027-04-02", "now", GINSENG["lead_uscc"]),
    ],
)
def test_tc10_who_was_the_lead_on_a_day_as_known_then_and_now(story, province, day, known, lead):
    when = {"known_at": story["known_before"]} if known == "before" else {}
    assert province.about(story["tea"], day, **when)["facts"]["lead_uscc"] == lead


def test_tc10_the_survivor_has_field_and_history_and_the_other_is_merged(story, province):
    assert story["merger"]["change_class"] == "D"
    assert (story["alone"].status, story["merger"]["state"]) == (409, "joining")
    survivor, other = province.centre(story["tea"]), province.centre(story["rubber"])
    assert (survivor["qualification"], other["qualification"]) == ("designated", "merged")
    assert other["plaque"] == "recall-ordered"
    assert fields(story["before"]) == {"GREEN_FOOD": [survivor["number"]], "CONSUMER": [other["number"]]}
    after = province.officer.get("registry", "/field-map", as_of="2027-09-01")
    assert fields(after) == {"GREEN_FOOD": [survivor["number"]], "CONSUMER": [survivor["number"]]}
    facts = {
        row["fact"]: row["value"]
        for row in province.auditor.get("registry", f"/roll/{story['rubber'].case_id}")["facts"]
    }
    assert facts["merged_into"] == story["tea"].case_id
    [alone] = province.auditor.get("registry", "/roll", as_of="2027-09-01")["items"]
    assert alone["id"] == story["tea"].case_id


def test_tc10_the_summary_is_filed_with_the_province_when_the_prefecture_sent_it_on(story, province):
    assert (story["filed"]["state"], story["filed"]["forward_due"][:10]) == ("with-prefecture", "2028-02-15")
    assert (story["unseen"].status, story["elsewhere"].status) == (409, 404)
    assert (story["accepted"]["state"], story["accepted"]["late"]) == ("accepted", False)
    assert province.about(story["tea"], "2027-12-31")["facts"]["full_time_rd_staff"] == "26"


def test_tc10_what_was_not_paid_in_is_an_exception(story, province):
    assert (story["short"]["paid_wan"], story["short"]["outstanding_wan"]) == ("120.00", "180.00")
    late = province.officer.get("registry", "/overdue", limit=200)["items"]
    assert "contribution-short" in {row["kind"] for row in late}
    ledger = province.officer.get("registry", f"/centres/{story['tea'].case_id}/contributions")
    assert ledger["total"]["outstanding_wan"] == "180.00"


def test_tc10_what_went_over_in_the_split_is_free_from_its_day(story, province):
    assert (story["itself"].status, story["itself"].codes) == (422, ["split-into-itself"])
    assert (story["split"]["change_class"], story["split"]["state"]) == ("E", "approved")
    number = province.centre(story["tea"])["number"]
    before, after = (province.officer.get("registry", "/field-map", as_of=f"2027-10-{day}") for day in (19, 20))
    assert fields(before) == {"GREEN_FOOD": [number], "CONSUMER": [number]}
    assert fields(after) == {"GREEN_FOOD": [number]}
