"""Prefectural screening and recommendation: S4.1.2."""

from __future__ import annotations

from deploy.demo.world import Track, World
from services.shared.vocabulary import Role


def screen(world: World, track: Track) -> None:
    """The prefecture takes the dossier in, screens it, and its head signs the opinion."""
    terms = track.story["screening"]
    officer = world.person(terms["officer"], Role.PREFECTURE_OFFICER, prefecture=track.file.prefecture)
    head = world.person(terms["head"], Role.PREFECTURE_HEAD, prefecture=track.file.prefecture)
    path = f"/screenings/{track.case_id}"
    officer.until("screening", path, lambda screening: screening["state"] == "submitted")
    world.on(terms["screened_on"])
    officer.act("screening", f"{path}/start-intake", {"paper_received_on": terms["screened_on"]})
    officer.act("screening", f"{path}/accept")
    world.did(officer, "收到纸质件，形式审查通过", track.number)
    officer.act("screening", f"{path}/draft-opinion", {"recommends": True, "opinion": terms["opinion"]})
    head.act("screening", f"{path}/sign-opinion")
    world.did(head, "签署初审意见：推荐", track.name)


def recommend(world: World, track: Track, round_id: str) -> None:
    """The prefecture sends the case up with Annex 3 and a formal letter."""
    terms = track.story["batch"]
    people = track.story["screening"]
    officer = world.person(people["officer"], Role.PREFECTURE_OFFICER, prefecture=track.file.prefecture)
    head = world.person(people["head"], Role.PREFECTURE_HEAD, prefecture=track.file.prefecture)
    world.on(terms["letter_date"])
    batch = officer.act("screening", "/batches", {"round_id": round_id, "case_ids": [track.case_id]})
    world.did(officer, "生成申报汇总表（附件3）", f"SHA-256 {batch['annex_3']['sha256'][:16]}…")
    letter = {"letter_no": terms["letter_no"], "letter_date": terms["letter_date"]}
    head.act("screening", f"/batches/{batch['id']}/sign", letter, seen=batch["version"])
    head.act("screening", f"/batches/{batch['id']}/submit")
    world.did(head, f"行文推荐上报 {terms['letter_no']}", track.name)
