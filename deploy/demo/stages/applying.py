"""Round and dossier: S4.0, S4.1.0, S4.1.1."""

from __future__ import annotations

import mimetypes

from deploy.demo.client import Person
from deploy.demo.world import Track, World
from services.shared.vocabulary import Role


def open_round(world: World, tracks: list[Track]) -> str:
    """The province opens the round that the first case names; returns its id."""
    terms = tracks[0].file.round
    officer, head = world.somebody(Role.PROVINCE_OFFICER), world.somebody(Role.DIVISION_HEAD)
    world.on(terms["opens_on"], "09:00")
    form = {name: terms[name] for name in ("number", "title", "year", "opens_on", "closes_on")}
    planned = officer.act("intake", "/rounds", form)
    world.did(officer, f"拟定批次 {terms['number']}", terms["title"])
    document_no = terms.get("document_no", f"申报通知 {terms['number']}")
    opened = head.act("intake", f"/rounds/{planned['id']}/open", {"document_no": document_no}, seen=planned["version"])
    world.did(head, f"发布申报通知 {document_no}", f"政策版本 {opened['policy_edition']}")
    return str(planned["id"])


def apply(world: World, track: Track, round_id: str) -> None:
    """The lead unit fills in the dossier, the members confirm, the lead unit submits."""
    applicant = _applicant(world, track)
    opened = applicant.act("intake", "/dossiers", {"round_id": round_id, "prefecture": track.file.prefecture})
    track.case_id, track.number, version = opened["id"], opened["number"], opened["version"]
    world.did(applicant, f"新建申报材料 {track.number}", track.name)
    for name, content in track.file.dossier.items():
        path = f"/dossiers/{track.case_id}/sections/{name}"
        version = applicant.act("intake", path, {"content": content}, method="PUT", seen=version)["version"]
    world.did(applicant, "填写申报书三张表和建设方案计划书", f"{len(track.file.dossier)} 部分")
    _attach(world, track, applicant)
    for confirmation in track.file.confirmations:
        unit = world.person(
            confirmation.get("user", f"member-{confirmation['uscc']}"),
            Role.MEMBER_UNIT,
            organisation=confirmation["uscc"],
        )
        unit.act("intake", f"/dossiers/{track.case_id}/confirm-membership")
        world.did(unit, "确认本单位信息", confirmation["uscc"])
    checks = applicant.get("intake", f"/dossiers/{track.case_id}/checks")["checks"]
    world.did(applicant, "查看形式审查结果", "、".join(c["id"] for c in checks) or "全部通过")
    receipt = applicant.act("intake", f"/dossiers/{track.case_id}/submit")["receipt"]
    world.did(applicant, "提交申报材料", f"回执 SHA-256 {receipt['sha256'][:16]}…")


def _attach(world: World, track: Track, applicant: Person) -> None:
    for attachment in track.file.attachments:
        media_type = mimetypes.guess_type(attachment.path.name)[0] or "application/octet-stream"
        path = f"/dossiers/{track.case_id}/attachments/{attachment.kind}"
        applicant.upload("intake", path, attachment.path.read_bytes(), media_type, name=attachment.name)
    world.did(applicant, "上传证明材料", f"{len(track.file.attachments)} 件")


def _applicant(world: World, track: Track) -> Person:
    subject = track.file.applicant.get("user", f"applicant-{track.file.lead_uscc}")
    return world.person(subject, Role.APPLICANT, organisation=track.file.lead_uscc, prefecture=track.file.prefecture)
