"""TC-03: 大理虚乳 applies just below the line, is refused with reasons, and applies again with a real third unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deploy.demo.client import Refused
from deploy.demo.stages import applying
from deploy.demo.world import Track
from services.shared.vocabulary import Role
from tests.journeys.prefecture import dossier_of, house, lead_uscc, prefecture_in

DALI, UNIVERSITY, INSTITUTE = "532900", "12530000FAKE0003XC", "12530000FAKE00048C"
LENIENT = """
[edition]
title = "虚构的宽松版本：组建单位数与资金只提示"
document_no = ""
status = "adopted"
base = "2019-05-06"
in_force_from = 2026-03-02

[checks]
K01.severity = { value = "WARN", clause = "S3.2.2", zh = "（虚构）只提示" }
K02.severity = { value = "WARN", clause = "S3.2.3", zh = "（虚构）只提示" }
K23.severity = { value = "WARN", clause = "A1", zh = "（虚构）只提示：分支机构与总部同码" }
"""
STRICT = """
[edition]
title = "虚构的恢复版本：仍为硬条件"
document_no = ""
status = "adopted"
base = "2019-05-06"
in_force_from = 2026-06-01
"""
REFUSAL = {
    "recommends": False,
    "opinion": "不符合申报条件，不予推荐。",
    "reasons": ["按统一社会信用代码计，组建单位仅 2 家", "全部组建资金 999.99 万元，不足 1000 万元"],
    "clauses": ["S3.2.2", "S3.2.3"],
}


def terms(number, opens_on, closes_on):
    return {
        "number": number,
        "title": f"{number} 申报",
        "year": 2026,
        "opens_on": opens_on,
        "closes_on": closes_on,
        "document_no": f"云工信技创〔2026〕{number[-1]}号",
    }


@pytest.fixture(scope="module")
def servers(module_database_url, amqp_uri, tmp_path_factory):
    editions = {"2026-03-02": LENIENT, "2026-06-01": STRICT}
    start = datetime(2026, 1, 5, 1, tzinfo=UTC)
    with house(tmp_path_factory.mktemp("tc03"), module_database_url, amqp_uri, start, editions) as (_, world):
        yield world


def dossier(partners, funds):
    """The dossier of 大理虚乳 with these partners (a name and a code each) and formation funds, in 万元."""
    lead = lead_uscc(DALI, 301)
    file = dossier_of("大理虚乳股份有限公司", lead, DALI)
    form, codes = file.dossier, [lead, *(code for _, code in partners)]
    tables = {table["uscc"]: table for table in form["member_units"]}
    rows = {row["uscc"]: row for row in form["centre"]["members"]}
    named = [(row["name"], code) for code, row in rows.items() if code == lead] + partners
    form["centre"]["members"] = [
        {**rows[code], "seq": seq, "name": name} for seq, (name, code) in enumerate(named, start=1)
    ]
    kinds = [row["kind"] for row in form["centre"]["members"]]
    for kind in ("enterprise", "university", "institute", "other"):
        form["centre"][f"member_count_{kind}"] = kinds.count(kind)
    form["member_units"] = [{**tables[code], "name": name} for name, code in named]
    form["plan"]["tasks"] = [task for task in form["plan"]["tasks"] if task["uscc"] in codes]
    form["plan"]["platforms"] = [place for place in form["plan"]["platforms"] if place["uscc"] in codes]
    form["plan"]["fund_plan"] = [{"year": 2026, "source": "股东现金出资", "amount_wan": funds}]
    form["supplement"] |= {
        "total_formation_funds_wan": funds,
        "of_which_equipment_wan": "100.00",
        "contributions": [
            {"uscc": lead, "form": "cash", "pledged_wan": funds, "paid_in_wan": "100.00", "pct": "100.00"},
        ],
    }
    confirming = tuple(item for item in file.confirmations if item["uscc"] in codes)
    return replace(file, confirmations=confirming)


def below_the_line():
    """A branch and its parent are two names of one code: two distinct units, and a fen too little."""
    return dossier([("云岭虚构理工大学", UNIVERSITY), ("云岭虚构理工大学大理分校", UNIVERSITY)], "999.99")


def above_the_line():
    return dossier([("云岭虚构理工大学", UNIVERSITY), ("云岭虚构材料研究院", INSTITUTE)], "1050.00")


def test_tc03_two_distinct_units_and_a_fen_too_little_are_stopped_then_refused_with_reasons_then_put_right(servers):
    world = servers
    strict = prefecture_in(world, DALI, terms("2026-1", "2026-01-12", "2026-02-27"))
    stopped = Track(below_the_line())
    with pytest.raises(Refused) as refusal:
        applying.apply(world, stopped, strict.round_id)
    assert refusal.value.status == 422
    assert {"K01", "K02"} <= set(refusal.value.codes)

    lenient = prefecture_in(world, DALI, terms("2026-2", "2026-03-02", "2026-04-30"))
    old = Track(below_the_line())
    applying.apply(world, old, lenient.round_id)
    applicant = world.person(f"applicant-{old.file.lead_uscc}", Role.APPLICANT, organisation=old.file.lead_uscc)
    warned = {
        check["id"]: check["severity"] for check in applicant.get("intake", f"/dossiers/{old.case_id}/checks")["checks"]
    }
    assert (warned["K01"], warned["K02"]) == ("WARN", "WARN")
    path = refused(lenient, old)

    world.on("2026-07-01")
    again = prefecture_in(world, DALI, terms("2026-3", "2026-07-01", "2026-08-31"))
    new = Track(above_the_line())
    applied_again(again, applicant, new, old)
    again.officer.until("screening", f"/screenings/{new.case_id}", lambda screening: screening["state"] == "submitted")
    assert applicant.get("intake", f"/dossiers/{new.case_id}")["supersedes"] == old.case_id
    assert new.case_id != old.case_id
    kept = again.officer.get("screening", path)
    assert (kept["code"], kept["opinion"]["clauses"]) == ("A18", REFUSAL["clauses"])
    assert applicant.get("intake", f"/dossiers/{old.case_id}")["number"] == old.number


def applied_again(prefecture, applicant, new, old):
    """A new dossier in the place of the refused one: a copy of it, and then what has changed."""
    form = {"round_id": prefecture.round_id, "prefecture": DALI, "supersedes": old.case_id}
    new.case_id = applicant.act("intake", "/dossiers", form)["id"]
    path = f"/dossiers/{new.case_id}"
    applicant.act("intake", f"{path}/copy", {"earlier": old.case_id})
    copied = applicant.get("intake", f"{path}/sections/cover")["content"]
    assert copied == old.file.dossier["cover"]  # with its persons, under entries of its own
    for name in ("centre", "member_units", "plan", "supplement"):
        applicant.act("intake", f"{path}/sections/{name}", {"content": new.file.dossier[name]}, method="PUT")
    for item in new.file.confirmations:
        unit = prefecture.world.person(f"member-{item['uscc']}", Role.MEMBER_UNIT, organisation=item["uscc"])
        own = unit.get("intake", f"{path}/membership")
        assert [table["uscc"] for table in own["tables"]] == [item["uscc"]]
        unit.act("intake", f"{path}/confirm-membership")
    assert applicant.act("intake", f"{path}/submit")["receipt"]["submitted_at"]


def refused(prefecture, track):
    """From receipt to a served refusal; neither without reasons nor by who drafted it."""
    officer, head, world = prefecture.officer, prefecture.head, prefecture.world
    path = f"/screenings/{track.case_id}"
    officer.until("screening", path, lambda screening: screening["state"] == "submitted")
    prefecture.take_in(track, "2026-03-02")
    officer.act("screening", f"{path}/accept")
    with pytest.raises(Refused) as bare:
        officer.act("screening", f"{path}/draft-opinion", {**REFUSAL, "reasons": [], "clauses": []})
    assert bare.value.status == 422
    drafted = officer.act("screening", f"{path}/draft-opinion", REFUSAL)
    assert drafted["version"]
    decision = {"document_no": "大工信〔2026〕3号"}
    head.act("screening", f"{path}/sign-not-recommended", decision)
    served = {"served_on": "2026-03-02", "method": "in_person", "proof": "送达回证 1"}
    officer.act("screening", f"{path}/record-service", served)
    read = officer.get("screening", path)
    assert "复议" in read["opinion"]["remedy"]
    assert (read["code"], read["served"]["served_on"]) == ("A18", "2026-03-02")
    applicant = world.person(f"applicant-{track.file.lead_uscc}", Role.APPLICANT, organisation=track.file.lead_uscc)
    applicant.until("intake", f"/dossiers/{track.case_id}", lambda dossier: dossier["state"] == "concluded")
    return path
