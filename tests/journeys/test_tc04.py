"""TC-04: 保山虚硅 is told both defects at once, answers one, and lapses with the midnight after its last day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from deploy.demo.client import Refused
from services.shared.vocabulary import Role
from tests.journeys.prefecture import house, prefecture_in

BAOSHAN = "530500"
ROUND = {
    "number": "2026-4",
    "title": "2026 年第二次申报",
    "year": 2026,
    "opens_on": "2026-08-03",
    "closes_on": "2026-12-31",
    "document_no": "云工信技创〔2026〕20号",
}
DEFECTS = [
    {"pointer": "/attachments", "zh": "缺少创新中心独立法人资格证书复印件", "clause": "S4.1.1"},
    {"pointer": "", "zh": "共建协议缺一家成员单位盖章", "clause": "S4.1.0"},
]


@pytest.fixture(scope="module")
def servers(module_database_url, amqp_uri, tmp_path_factory):
    start = datetime(2026, 8, 3, 0, tzinfo=UTC)
    with house(tmp_path_factory.mktemp("tc04"), module_database_url, amqp_uri, start) as (deployment, world):
        yield deployment, prefecture_in(world, BAOSHAN, ROUND)


@pytest.fixture(scope="module")
def baoshan(servers):
    return servers[1]


SCAN = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def served(prefecture, number, day):
    """A dossier that was taken in and sent back on this day, with five working days to answer; and who applies."""
    prefecture.world.on(day)
    track, applicant = prefecture.submitted("保山虚硅股份有限公司", number)
    path = prefecture.take_in(track, day)
    form = {"items": DEFECTS, "days": 5, "served_on": day, "method": "electronic", "proof": f"回执 {day}"}
    prefecture.officer.act("screening", f"{path}/request-correction", form)
    return path, applicant


@pytest.fixture(scope="module")
def told(baoshan):
    """The case that is told of both defects on the day before the holidays."""
    return served(baoshan, 501, "2026-09-29")


def test_tc04_the_notice_lists_both_defects_and_is_due_after_the_holidays_and_the_make_up_saturday(baoshan, told):
    path, _ = told
    screening = baoshan.officer.get("screening", path)
    [correction] = screening["corrections"]
    assert screening["code"] == "A12"
    assert [item["zh"] for item in correction["items"]] == [defect["zh"] for defect in DEFECTS]
    assert datetime.fromisoformat(correction["due"]) == datetime.fromisoformat("2026-10-12T17:30:00+08:00")
    assert not correction["provisional"]
    [deadline] = screening["deadlines"]
    assert "10月12日17:30" in deadline["explanation"]["zh"]
    form = {"items": DEFECTS, "served_on": "2026-09-29", "method": "electronic", "proof": "回执"}
    with pytest.raises(Refused) as again:
        baoshan.officer.act("screening", f"{path}/request-correction", form)
    assert again.value.status == 409


def test_tc04_one_answer_of_two_is_not_enough_and_what_comes_after_the_midnight_is_refused_and_recorded(servers, told):
    (deployment, baoshan), (path, applicant) = servers, told
    dossier = f"/dossiers/{path.removeprefix('/screenings/')}"
    asked = applicant.until("intake", dossier, lambda seen: seen["state"] == "correcting")
    assert [item["zh"] for item in asked["correction"]["items"]] == [defect["zh"] for defect in DEFECTS]
    baoshan.world.on("2026-10-10", "10:00")  # a Saturday on which the province works
    applicant.upload(
        "intake", f"{dossier}/attachments/legal_person_certificate", SCAN, "application/pdf", name="证书.pdf"
    )
    baoshan.world.on("2026-10-12", "23:59")
    assert applicant.get("intake", dossier)["code"] == "A12"  # late, but the day is not over
    baoshan.world.on("2026-10-13", "00:00")
    lapsed = applicant.until("intake", dossier, lambda seen: seen["state"] == "lapsed")
    assert lapsed["code"] == "A91"
    baoshan.officer.until("screening", path, lambda seen: seen["code"] == "A91")
    baoshan.world.on("2026-10-13", "08:00")
    with pytest.raises(Refused) as late:
        applicant.upload(
            "intake", f"{dossier}/attachments/cooperation_agreement", SCAN, "application/pdf", name="协议.pdf"
        )
    assert late.value.status == 409
    assert applicant.get("intake", dossier)["version"] == lapsed["version"]
    with psycopg.connect(deployment.database_url) as connection:
        query = (
            "select act, outcome, actor, at from intake.security_log where object like %s order by number desc limit 1"
        )
        [(act, outcome, actor, at)] = connection.execute(query, (f"{dossier}/%",)).fetchall()
    assert (act, outcome, actor) == ("attach_document", "refused", applicant.claims["sub"])
    assert abs(at - datetime.fromisoformat("2026-10-13T08:00:00+08:00")) < timedelta(minutes=1)


def test_tc04_a_case_that_stands_still_does_not_lapse_and_goes_on_with_the_days_that_were_left(baoshan):
    path, applicant = served(baoshan, 503, "2026-10-19")  # until Monday the 26th
    dossier = f"/dossiers/{path.removeprefix('/screenings/')}"
    applicant.until("intake", dossier, lambda seen: seen["state"] == "correcting")
    baoshan.world.on("2026-10-21")  # the 21st, the 22nd, the 23rd and the 26th are left
    why = {"cause": "force-majeure", "document_no": "保工信〔2026〕31号", "reason": "山洪阻断交通。"}
    baoshan.head.act("screening", f"{path}/suspend", why)
    told = applicant.until("intake", dossier, lambda seen: seen["suspension"])
    assert told["suspension"]["document_no"] == why["document_no"]
    assert "reason" not in told["suspension"]
    with pytest.raises(Refused) as early:
        applicant.upload("intake", f"{dossier}/attachments/rules", SCAN, "application/pdf", name="制度.pdf")
    assert early.value.codes == ["case-suspended"]
    baoshan.world.on("2026-11-02")
    assert applicant.get("intake", dossier)["code"] == "A12"
    baoshan.head.act("screening", f"{path}/resume", {"document_no": "保工信〔2026〕35号", "reason": "交通恢复。"})
    goes_on = applicant.until("intake", dossier, lambda seen: not seen["suspension"])
    due = datetime.fromisoformat("2026-11-06T17:30:00+08:00")
    assert datetime.fromisoformat(goes_on["correction"]["due"]) == due
    assert "4个工作日" in goes_on["correction"]["explanation"]
    [correction] = baoshan.officer.get("screening", path)["corrections"]
    assert datetime.fromisoformat(correction["due"]) == due
    applicant.upload("intake", f"{dossier}/attachments/rules", SCAN, "application/pdf", name="制度.pdf")
    baoshan.world.on("2026-11-07", "00:00")
    applicant.until("intake", dossier, lambda seen: seen["code"] == "A91")


def test_tc04_a_provisional_due_moment_is_computed_again_once_next_years_holidays_are_known(servers):
    deployment, baoshan = servers
    path, applicant = served(baoshan, 502, "2026-12-28")
    screening = baoshan.officer.get("screening", path)
    [correction] = screening["corrections"]
    assert correction["provisional"]
    [deadline] = screening["deadlines"]
    assert "暂定" in deadline["explanation"]["zh"]

    deployment.stop("screening")
    deployment.import_calendar("cn-2027-1", calendar_of_2027())
    deployment.start("screening")
    known = baoshan.officer.until(
        "screening", path, lambda seen: not seen["corrections"][0]["provisional"] and seen["deadlines"]
    )
    due = datetime.fromisoformat(known["corrections"][0]["due"])
    assert due == datetime.fromisoformat("2027-01-05T17:30:00+08:00")
    assert due > datetime.fromisoformat(correction["due"])
    [deadline] = known["deadlines"]
    assert "暂定" not in deadline["explanation"]["zh"]
    feed = baoshan.world.somebody(Role.AUDITOR).get("screening", "/events", limit=200)["items"]
    notices = [event["data"] for event in feed if "correction.requested" in event["type"]]
    told = [notice["due"] for notice in notices if path.endswith(notice["case_id"])]
    assert [datetime.fromisoformat(moment) for moment in told] == [datetime.fromisoformat(correction["due"]), due]
    dossier = f"/dossiers/{path.removeprefix('/screenings/')}"
    seen = applicant.until("intake", dossier, lambda read: read["correction"] and not read["correction"]["provisional"])
    assert datetime.fromisoformat(seen["correction"]["due"]) == due  # the applicant is told


def calendar_of_2027():
    """The calendar that ships with the system, and an invented new year's holiday from 1 to 3 January 2027."""
    shipped = Path("services/shared/calendar/data/cn-2026-1.toml").read_text(encoding="utf-8")
    newer = shipped.replace('"cn-2026-1"', '"cn-2027-1"').replace("published = 2025-11-04", "published = 2026-12-29")
    return f"{newer}\n[years.2027]\nholidays = [2027-01-01, 2027-01-02, 2027-01-03]\nmakeup_workdays = []\n"
