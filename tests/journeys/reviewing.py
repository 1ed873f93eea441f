"""Cases on their way through the province: what the journeys of cases TC-06 to TC-09 begin with."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.case_file import CaseFile, read
from deploy.demo.client import Person, Refused
from deploy.demo.stages import applying, reviewing
from deploy.demo.world import Track, World
from services.shared.vocabulary import Role
from tests.deployment import Deployment
from tests.journeys.conftest import CASES, START, sweep, world_of
from tests.journeys.prefecture import Prefecture, dossier_of, lead_uscc

ROUND = {
    "number": "2026-1",
    "title": "2026 年申报",
    "year": 2026,
    "opens_on": "2026-01-06",
    "closes_on": "2026-01-12",
    "document_no": "云工信技创〔2026〕1号",
}
DAYS = {"material_check": "checked_on", "panel": "met_on", "site": "visited_on", "assessment": "held_on"}
WHEN = {"material_check": "2026-01-15", "panel": "2026-01-20", "site": "2026-01-26", "assessment": "2026-02-03"}
STEPS = {
    "material_check": reviewing.check_material,
    "panel": reviewing.hear_experts,
    "site": reviewing.visit_site,
    "assessment": reviewing.assess,
}
LETTER = b"%PDF-1.4\n% FAKE\n%%EOF\n"
MEMBER, MEMBER_USCC = "沪上幻智装备有限公司", "91310000MAFAKE078X"


@dataclass(frozen=True)
class Plan:
    """An application: who leads it, from where, and what in it differs from the dossier of TC-01."""

    lead_unit: str
    prefecture: str
    number: int
    field_domain: str
    technologies: tuple[str, ...] = ()
    member: tuple[str, str] = (MEMBER, MEMBER_USCC)
    terms: dict[str, Any] = field(default_factory=dict)

    def file(self) -> CaseFile:
        """The dossier, and what everybody in the province decides on it."""
        file = dossier_of(self.lead_unit, lead_uscc(self.prefecture, self.number), self.prefecture)
        name, uscc = self.member
        text = json.dumps(file.dossier, ensure_ascii=False).replace(MEMBER, name).replace(MEMBER_USCC, uscc)
        dossier = json.loads(text)
        dossier["cover"]["field_domain"] = dossier["centre"]["field_domain"] = self.field_domain
        technologies = self.technologies or (f"{self.lead_unit}的核心技术一", f"{self.lead_unit}的核心技术二")
        for each, technology in zip(dossier["supplement"]["core_technologies"], technologies, strict=False):
            each["name"] = technology
        units = tuple(
            {"uscc": uscc} if unit["uscc"] == MEMBER_USCC and uscc != MEMBER_USCC else unit
            for unit in file.confirmations
        )
        return replace(file, dossier=dossier, confirmations=units, story=self._story())

    def _story(self) -> dict[str, Any]:
        story = copy.deepcopy(read(CASES / "tc01.yaml").story)
        for part, day in DAYS.items():
            story[part][day] = WHEN[part]
            story[part] |= self.terms.get(part, {})
        return {**story, **({"experts": self.terms["experts"]} if "experts" in self.terms else {})}


class Province:
    """The department's people, and the cases of one round."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.officer = world.person("officer-province-1", Role.PROVINCE_OFFICER)
        self.colleague = world.person("officer-province-2", Role.PROVINCE_OFFICER)
        self.head = world.somebody(Role.DIVISION_HEAD)
        self.body = world.somebody(Role.COLLECTIVE_BODY)
        self.auditor = world.somebody(Role.AUDITOR)
        self.discipline = world.somebody(Role.DISCIPLINE)

    def recommended(self, *plans: Plan) -> list[Track]:
        """These dossiers, submitted in one round, each sent up with its prefecture's letter."""
        tracks = [Track(plan.file()) for plan in plans]
        round_id = applying.open_round(self.world, [Track(replace(tracks[0].file, round=ROUND))])
        self.world.on("2026-01-12")
        for track in tracks:
            applying.apply(self.world, track, round_id)
        for plan, track in zip(plans, tracks, strict=True):
            self._sent_up(self._prefecture(plan.prefecture, round_id), track, plan.number)
        return tracks

    def through(self, last: str, *tracks: Track) -> None:
        """Carry these cases from their recommendation through every stage up to `last`."""
        for part, stage in STEPS.items():
            for track in tracks:
                stage(self.world, track)
            if part == last:
                return

    def posted(self, day: str, notice_no: str, *tracks: Track) -> dict[str, Any]:
        """A notice of these cases, drawn up, approved and posted on one day."""
        self.world.on(day, "08:30")
        form = {"title": f"拟认定名单的公示 {notice_no}", "case_ids": [track.case_id for track in tracks]}
        notice = self.officer.act("review", "/notices", form)
        self.head.act("review", f"/notices/{notice['id']}/approve")
        return reviewing.post(self.officer, notice["id"], notice_no, day)

    def run_out(self, notice: dict[str, Any]) -> None:
        """Let the period of a notice elapse; the clock closes it."""
        self.world.after(datetime.fromisoformat(notice["ends_at"]))
        self.officer.until("review", f"/notices/{notice['id']}", lambda seen: seen["state"] == "closed")

    def state(self, track: Track) -> str:
        """The code of the state in which the department sees a case."""
        code: str = self.officer.get("review", f"/reviews/{track.case_id}")["code"]
        return code

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What review has told the others in events of this kind."""
        events = self.auditor.get("review", "/events", after=0, limit=200)["items"]
        return [event["data"] for event in events if event["type"].endswith(kind)]

    def applicant(self, track: Track) -> Person:
        """Who applied."""
        uscc = track.file.lead_uscc
        return self.world.person(f"applicant-{uscc}", Role.APPLICANT, organisation=uscc)

    def designated(self, track: Track, document_no: str, day: str) -> None:
        """The body lists a cleared case, and review hears of it."""
        path = f"/centres/{track.case_id}"
        self.officer.until("registry", path, lambda centre: centre["qualification"] == "cleared")
        self.world.on(day)
        self.body.act("registry", f"{path}/designate", {"document_no": document_no, "effective_on": day})
        self.officer.until("review", f"/reviews/{track.case_id}", lambda review: review["code"] == "A80")

    def _prefecture(self, code: str, round_id: str) -> Prefecture:
        officer = self.world.somebody(Role.PREFECTURE_OFFICER, prefecture=code)
        head = self.world.somebody(Role.PREFECTURE_HEAD, prefecture=code)
        return Prefecture(self.world, code, officer, head, round_id)

    def _sent_up(self, prefecture: Prefecture, track: Track, number: int) -> None:
        path = f"/screenings/{track.case_id}"
        prefecture.officer.until("screening", path, lambda screening: screening["state"] == "submitted")
        self.world.on("2026-01-13")
        prefecture.make_ready(track, "2026-01-13")
        batch = prefecture.letter(f"州工信〔2026〕{number}号", "2026-01-13", track)
        prefecture.head.act("screening", f"/batches/{batch['id']}/submit", seen=batch["version"])
        self.officer.until("review", f"/reviews/{track.case_id}", lambda review: review["code"] == "A20")


@contextmanager
def province_on(database_url: str, amqp_uri: str, home: Path, *services: str) -> Iterator[Province]:
    """The province with these services running on real servers, before the round opens."""
    prefix = f"{home.name}-{uuid.uuid4().hex[:8]}."
    deployment = Deployment(home, database_url, amqp_uri, prefix=prefix, start=START)
    world = None
    try:
        deployment.prepare(*services)
        for service in services:
            deployment.begin(service)
        for service in services:
            deployment.wait_ready(service)
        world = world_of(deployment)
        yield Province(world)
    finally:
        if world is not None:
            world.close()
        deployment.close()
        sweep(amqp_uri, prefix)


def refused(person: Person, path: str, form: dict[str, Any] | None = None) -> tuple[int, list[str]]:
    """What a command that must not pass is answered: its status and every code, sorted."""
    with pytest.raises(Refused) as answer:
        person.act("review", path, form)
    return answer.value.status, sorted(answer.value.codes)


def hidden(person: Person, path: str) -> bool:
    """Whether a person is told nothing at this address."""
    with pytest.raises(Refused) as answer:
        person.get("review", path)
    return answer.value.status in (401, 403, 404)
