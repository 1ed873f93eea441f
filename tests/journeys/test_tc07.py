"""TC-07: 沪上幻智 objects to a case on notice, and is right; who objected stays between it and the objection desk."""

from __future__ import annotations

import json

import psycopg
import pytest

from services.shared.vocabulary import Role
from tests.journeys.reviewing import LETTER, Plan, hidden, province_on, refused

NOTICE_NO = "云工信公示〔2026〕1号"
PERSON = {
    "name": "虚维权",
    "organisation": "沪上幻智装备有限公司法务部",
    "phone": "021-00007777",
    "address": "上海市幻想路 7 号",
}
QUESTION = "申报书所列两项发明专利的权属依据是什么？"
ANSWER = "两项专利系许可使用，申报时表述有误。"
CASES = {
    "held": Plan("玉溪幻磷股份有限公司", "530400", 71, "PHOSPHORUS"),
    "listed": Plan("大理虚茶股份有限公司", "532900", 72, "GREEN_FOOD"),
}


@pytest.fixture(scope="module")
def province(module_database_url, amqp_uri, tmp_path_factory):
    home = tmp_path_factory.mktemp("tc07")
    services = ("intake", "screening", "review", "registry", "audit")
    with province_on(module_database_url, amqp_uri, home, *services) as province:
        yield province


@pytest.fixture(scope="module")
def noticed(province):
    """Two cases on one notice."""
    tracks = province.recommended(*CASES.values())
    province.through("assessment", *tracks)
    return dict(zip(CASES, tracks, strict=True)), province.posted("2026-02-11", NOTICE_NO, *tracks)


@pytest.fixture(scope="module")
def objected(province, noticed):
    """The letter of 13 February is admitted; its case is held, and the other goes on."""
    tracks, notice = noticed
    assert notice["ends_at"].startswith("2026-02-24T23:59")
    province.world.on("2026-02-13")
    letter = {
        "case_id": tracks["held"].case_id,
        "channel": "discipline",
        "objector": PERSON,
        "substance": "申报书所列专利权属有争议",
        "received_on": "2026-02-13",
        "sealed": True,
    }
    desk = province.discipline
    lodged = desk.act("review", f"/notices/{notice['id']}/lodge-objection", letter)
    path = f"/objections/{lodged['id']}"
    assert refused(desk, f"{path}/admit") == (422, ["objection-without-evidence"])
    desk.upload("review", f"{path}/attach-evidence", LETTER, "application/pdf", name="虚维权的来信.pdf")
    desk.act("review", f"{path}/admit")
    assert [province.state(track) for track in tracks.values()] == ["A77", "A75"]
    return path, lodged["receipt_code"]


@pytest.fixture(scope="module")
def sustained(province, noticed, objected):
    """The notice ends, the other case is listed; then the applicant has answered and the finding is signed."""
    tracks, notice = noticed
    path, receipt = objected
    desk, applicant = province.discipline, province.applicant(tracks["held"])
    desk.act("review", f"{path}/investigate")
    too_soon = {"result": "sustained", "findings": "属实", "reasons": ["权属不清"], "clauses": ["S3.2.4"]}
    assert refused(desk, f"{path}/draft-conclusion", too_soon) == (409, ["respondent-not-heard"])
    assert hidden(applicant, path)
    desk.act("review", f"{path}/seek-response", {"question": QUESTION})
    asked = applicant.get("review", path)
    assert (asked["question"], set(asked)) == (
        QUESTION,
        {"id", "version", "number", "state", "question", "response"},
    )
    province.run_out(notice)
    assert [province.state(track) for track in tracks.values()] == ["A77", "A78"]
    province.designated(tracks["listed"], "云工信技创〔2026〕30号", "2026-02-26")
    applicant.act("review", f"{path}/respond", {"text": ANSWER})
    desk.act("review", f"{path}/draft-conclusion", too_soon)
    number = {"document_no": "云工信技创〔2026〕31号"}
    assert refused(province.officer, f"{path}/sustain", number)[0] == 403
    province.head.act("review", f"{path}/sustain", number)
    desk.act("review", f"{path}/reply", {"text": "经核查，您反映的问题属实。"})
    return path, receipt


def test_tc07_the_case_ends_and_the_other_is_listed(province, noticed, sustained):
    tracks, _ = noticed
    assert {name: province.state(track) for name, track in tracks.items()} == {"held": "A79", "listed": "A80"}


def test_tc07_a_ban_of_three_years_begins(province, noticed, sustained):
    tracks, _ = noticed
    uscc = tracks["held"].file.lead_uscc
    state = province.applicant(tracks["held"]).get("review", f"/reviews/{tracks['held'].case_id}/state")
    assert (state["ban"]["months"], state["ban"]["since"], state["ban"]["until"]) == (36, "2026-02-26", "2029-02-26")
    [told] = province.told("ban.started.v1")
    assert (told["lead_uscc"], told["cause"], told["banned_until"]) == (uscc, "objection_sustained", "2029-02-26")


def test_tc07_the_applicant_reads_the_substance_and_the_remedy(province, noticed, sustained):
    tracks, _ = noticed
    state = province.applicant(tracks["held"]).get("review", f"/reviews/{tracks['held'].case_id}/state")
    assert (state["title"], state["decision"]["reasons"]) == ("异议成立，不予列入", ["权属不清"])
    assert "行政复议" in state["decision"]["remedy"]


def test_tc07_whoever_holds_the_receipt_reads_the_progress_and_the_reply(province, sustained):
    _, receipt = sustained
    progress = province.auditor.get("review", f"/objection-progress/{receipt}")
    assert (progress["title"], progress["result"]) == ("已答复", "sustained")
    assert progress["reply"] == "经核查，您反映的问题属实。"


def test_tc07_the_desk_alone_learns_who_objected_and_that_is_recorded(province, sustained):
    path, _ = sustained
    found = province.discipline.get("review", f"{path}/objector", purpose="答复")
    assert found["objector"] == PERSON
    others = (province.officer, province.colleague, province.head, province.body, province.auditor)
    assert all(hidden(person, f"{path}/objector?purpose=好奇") for person in others)


def test_tc07_no_screen_names_the_objector(province, noticed, sustained):
    tracks, notice = noticed
    path, _ = sustained
    case = tracks["held"].case_id
    screens = [
        (province.applicant(tracks["held"]), "review", f"/reviews/{case}/state"),
        (province.applicant(tracks["held"]), "review", path),
        (province.applicant(tracks["held"]), "intake", f"/dossiers/{case}"),
        (province.officer, "review", f"/reviews/{case}"),
        (province.head, "review", path),
        (province.auditor, "review", path),
        (province.auditor, "review", "/objections"),
        (province.auditor, "review", f"/notices/{notice['id']}"),
        (province.auditor, "audit", f"/cases/{case}/timeline"),
        (province.discipline, "review", path),
    ]
    for person, service, screen in screens:
        seen = json.dumps(person.get(service, screen), ensure_ascii=False)
        assert not any(secret in seen for secret in PERSON.values()), screen


def test_tc07_no_stored_event_names_the_objector(module_database_url, sustained):
    with psycopg.connect(module_database_url) as connection:
        for service in ("review", "registry", "audit"):
            rows = connection.execute(f"select state::text from {service}.log_as_json").fetchall()
            stored = "".join(text.encode().decode("unicode_escape", "ignore") + text for (text,) in rows)
            assert not any(secret in stored for secret in PERSON.values()), service


def test_tc07_an_expert_and_an_inspector_know_of_no_objection(province, sustained):
    path, _ = sustained
    for subject, role in (("expert-1", Role.EXPERT), ("inspector-1", Role.INSPECTOR)):
        assert hidden(province.world.person(subject, role), path)
