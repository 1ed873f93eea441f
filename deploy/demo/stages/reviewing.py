"""Provincial review: material check, experts, site inspection, assessment, public notice (S4.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from deploy.demo.client import Person
from deploy.demo.world import Track, World
from services.shared.kernel.issuer import DEMO_USERS
from services.shared.vocabulary import Role

PAGE = b"%PDF-1.4\n% FAKE\n%%EOF\n"
"""The page of the website on which a list is shown; nothing real."""


def check_material(world: World, track: Track) -> None:
    """The department registers the case and passes it on to the experts."""
    terms = track.story["material_check"]
    officer = world.person(terms["officer"], Role.PROVINCE_OFFICER)
    head = world.person(terms["head"], Role.DIVISION_HEAD)
    path = f"/reviews/{track.case_id}"
    officer.until("review", path, lambda review: review["state"] == "recommended")
    world.on(terms["checked_on"])
    officer.act("review", f"{path}/register-receipt")
    officer.act("review", f"{path}/accept")
    officer.act("review", f"{path}/draft-pre-review", {"passed": True, "opinion": terms["opinion"]})
    head.act("review", f"{path}/pass-pre-review")
    world.did(head, "材料初审通过", track.number)


def hear_experts(world: World, track: Track) -> None:
    """A panel is drawn up, everybody declares and scores, and its opinion is signed."""
    terms = track.story["panel"]
    organiser = world.person(terms["organiser"], Role.PROVINCE_OFFICER)
    approver = world.person(terms["approver"], Role.DIVISION_HEAD)
    world.on(terms["met_on"], "09:00")
    experts = [_expert(expert) for expert in track.story["experts"]]
    _enrol(organiser, experts)
    panel = organiser.act("review", f"/reviews/{track.case_id}/constitute-panel", {"experts": experts})
    path = f"/panels/{panel['id']}"
    approver.act("review", f"{path}/approve", seen=panel["version"])
    world.did(approver, f"批准 {len(experts)} 人专家组", track.name)
    people = [(world.person(e["user"], Role.EXPERT), e) for e in track.story["experts"]]
    for expert, _ in people:
        expert.act("review", f"{path}/declare-no-conflict")
    for expert, sheet in people:
        expert.act("review", f"{path}/submit-score-sheet", {"items": sheet["items"], "comment": sheet["opinion"]})
        world.did(expert, "申明无利害关系，提交评分表", str(sheet.get("total", "")))
    opinion = {"text": terms["opinion"], "met_on": terms["met_on"]}
    for expert, _ in people:
        signed = expert.act("review", f"{path}/sign-opinion", opinion)
    world.did(people[0][0], "专家组意见签署", f"平均 {signed['score']}")


def visit_site(world: World, track: Track) -> None:
    """Two inspectors look at what the dossier claims, and sign their report."""
    terms = track.story["site"]
    organiser = world.person(terms["organiser"], Role.PROVINCE_OFFICER)
    world.on(terms["visited_on"], "08:30")
    plan = {"visit_on": terms["visited_on"], "inspectors": terms["inspectors"]}
    visit = organiser.act("review", f"/reviews/{track.case_id}/schedule-site-visit", plan)
    path = f"/site-visits/{visit['id']}"
    inspectors = [world.person(subject, Role.INSPECTOR) for subject in terms["inspectors"]]
    for finding in terms["findings"]:
        form = {"item": finding["item"], "confirmed": finding["matches"], "note": finding["remark"]}
        inspectors[0].act("review", f"{path}/record-finding", form)
    inspectors[0].act("review", f"{path}/draft-report", {"conclusion": terms["conclusion"]})
    for inspector in inspectors:
        inspector.act("review", f"{path}/sign-report")
        world.did(inspector, "签署现场考核报告", terms["conclusion"])


def assess(world: World, track: Track) -> None:
    """The collective body decides what to propose."""
    terms = track.story["assessment"]
    body = world.somebody(Role.COLLECTIVE_BODY)
    world.on(terms["held_on"], "15:00")
    form = {
        "track": terms["track"],
        "meeting_date": terms["held_on"],
        "minute_no": terms["minute_no"],
        "text": terms["text"],
    }
    body.act("review", f"/reviews/{track.case_id}/propose", form)
    world.did(body, f"集体研究：拟{'认定' if terms['track'] == 'designation' else '培育'}", terms["minute_no"])


def notify_public(world: World, tracks: list[Track]) -> None:
    """The proposed list is posted, and the clock closes the notice when its working days have passed."""
    for terms, together in _by_notice(tracks):
        officer, head = world.somebody(Role.PROVINCE_OFFICER), world.somebody(Role.DIVISION_HEAD)
        world.on(terms["posted_on"], "08:30")
        form = {"title": terms["title"], "case_ids": [track.case_id for track in together]}
        notice = officer.act("review", "/notices", form)
        head.act("review", f"/notices/{notice['id']}/approve", seen=notice["version"])
        posted = post(officer, notice["id"], terms["document_no"], terms["posted_on"])
        world.did(officer, f"公示 {terms['document_no']}（{len(together)} 家）", f"至 {posted['ends_at'][:16]}")
        world.after(datetime.fromisoformat(posted["ends_at"]))
        _wait_for_closing(officer, notice["id"])
        world.did(officer, "公示期满无异议，时钟自动结束公示", terms["document_no"])


def post(officer: Person, notice_id: str, notice_no: str, posted_on: str) -> dict[str, Any]:
    """Record that an approved list was posted, with the proof of it: where, at which address, and the page as shown."""
    path = f"/notices/{notice_id}"
    officer.upload("review", f"{path}/attach-proof", PAGE, "application/pdf", name="page.pdf")
    shown = {"channel": "website", "url": f"https://gxt.yn.example{path}"}
    form = {"notice_no": notice_no, "posted_on": posted_on, **shown}
    posted: dict[str, Any] = officer.act("review", f"{path}/post", form)
    return posted


def _enrol(organiser: Person, experts: list[dict[str, Any]]) -> None:
    """Take into the pool whoever does not serve yet."""
    serving = {each["subject"] for each in organiser.get("review", "/experts", limit=200)["items"]}
    for expert in experts:
        if expert["subject"] not in serving:
            organiser.act("review", "/experts", {"expert": expert, "relations": []})


def _wait_for_closing(officer: Person, notice_id: str) -> None:
    officer.until("review", f"/notices/{notice_id}", lambda notice: notice["state"] == "closed")


def _by_notice(tracks: list[Track]) -> list[tuple[dict[str, Any], list[Track]]]:
    """Cases that are posted under the same document number are one notice."""
    notices: dict[str, tuple[dict[str, Any], list[Track]]] = {}
    for track in tracks:
        terms = track.story["notice"]
        notices.setdefault(terms["document_no"], (terms, []))[1].append(track)
    return list(notices.values())


def _expert(expert: dict[str, Any]) -> dict[str, Any]:
    known = next((user for user in DEMO_USERS if user.subject == expert["user"]), None)
    return {
        "subject": expert["user"],
        "speciality": expert["speciality"],
        "employer": expert["employer"],
        "fields": expert.get("fields", []),
        "outside_province": expert["outside_province"],
        **({"employer_uscc": known.organisation} if known else {}),
    }
