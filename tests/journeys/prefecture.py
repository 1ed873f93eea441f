"""Dossiers of one prefecture on their way to its screening: what the journeys before a prefecture begin with."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.demo.case_file import CaseFile, read
from deploy.demo.client import Person
from deploy.demo.stages import applying
from deploy.demo.world import Track, World
from services.shared.vocabulary import Role, is_uscc
from tests.deployment import Deployment
from tests.journeys.conftest import CASES, sweep, world_of

LEAD_OF_TC01, CITY_OF_TC01 = "91530100MAFAKE019M", "530100"


@dataclass
class Prefecture:
    """The people of one prefecture, and a round that its units apply in."""

    world: World
    code: str
    officer: Person
    head: Person
    round_id: str

    def submitted(self, lead_unit: str, number: int) -> tuple[Track, Person]:
        """A dossier of this lead unit that has come to the officer, and who applies."""
        track = Track(dossier_of(lead_unit, lead_uscc(self.code, number), self.code))
        applying.apply(self.world, track, self.round_id)
        path = f"/screenings/{track.case_id}"
        self.officer.until("screening", path, lambda screening: screening["state"] == "submitted")
        subject = f"applicant-{track.file.lead_uscc}"
        return track, self.world.person(subject, Role.APPLICANT, organisation=track.file.lead_uscc)

    def take_in(self, track: Track, day: str) -> str:
        """The paper comes and the formal check begins; returns where the screening is."""
        path = f"/screenings/{track.case_id}"
        self.officer.act("screening", f"{path}/start-intake", {"paper_received_on": day})
        return path

    def make_ready(self, track: Track, day: str) -> str:
        """From receipt to a signed opinion that recommends."""
        path = self.take_in(track, day)
        self.officer.act("screening", f"{path}/accept")
        self.officer.act("screening", f"{path}/draft-opinion", {"recommends": True, "opinion": "同意推荐。"})
        self.head.act("screening", f"{path}/sign-opinion")
        return path

    def letter(self, letter_no: str, day: str, *tracks: Track) -> dict[str, Any]:
        """A batch of these cases whose letter the head has signed."""
        form = {"round_id": self.round_id, "case_ids": [track.case_id for track in tracks]}
        batch = self.officer.act("screening", "/batches", form)
        signed: dict[str, Any] = self.head.act(
            "screening", f"/batches/{batch['id']}/sign", {"letter_no": letter_no, "letter_date": day}
        )
        return signed


class House(Deployment):
    """A deployment of a copy of the services, to whose policy and calendar a test may add files of its own."""

    def __init__(self, home: Path, database_url: str, amqp_uri: str, *, prefix: str, start: datetime) -> None:
        super().__init__(home, database_url, amqp_uri, prefix=prefix, start=start)
        self._copy = home / "copy"
        shutil.copytree("services", self._copy / "services", ignore=shutil.ignore_patterns("__pycache__"))
        self.environment |= {"PYTHONPATH": str(self._copy), "PYTHONSAFEPATH": "1"}

    def adopt(self, edition_id: str, text: str) -> None:
        """An edition of the policy that the processes know which start from now on."""
        (self._copy / "services/shared/policy/editions" / f"{edition_id}.toml").write_text(text, encoding="utf-8")

    def import_calendar(self, version: str, text: str) -> None:
        """A newer calendar, for the processes that start from now on."""
        (self._copy / "services/shared/calendar/data" / f"{version}.toml").write_text(text, encoding="utf-8")


@contextmanager
def house(
    home: Path, database_url: str, amqp_uri: str, start: datetime, editions: Mapping[str, str] | None = None
) -> Iterator[tuple[House, World]]:
    """Intake and screening on real servers, under these editions besides our own, and the people of the place."""
    prefix, services = f"{home.name}-{uuid.uuid4().hex[:8]}.", ("intake", "screening")
    deployment, world = House(home, database_url, amqp_uri, prefix=prefix, start=start), None
    try:
        for edition_id, text in (editions or {}).items():
            deployment.adopt(edition_id, text)
        deployment.prepare(*services)
        for service in services:
            deployment.start(service)
        world = world_of(deployment)
        yield deployment, world
    finally:
        if world is not None:
            world.close()
        deployment.close()
        sweep(amqp_uri, prefix)


def prefecture_in(world: World, code: str, terms: dict[str, Any]) -> Prefecture:
    """A prefecture with its officer and head, in a round that is opened on these terms."""
    file = replace(read(CASES / "tc01.yaml"), round=terms)
    round_id = applying.open_round(world, [Track(file)])
    officer = world.somebody(Role.PREFECTURE_OFFICER, prefecture=code)
    return Prefecture(world, code, officer, world.somebody(Role.PREFECTURE_HEAD, prefecture=code), round_id)


def dossier_of(lead_unit: str, uscc: str, prefecture: str) -> CaseFile:
    """The dossier of TC-01 as another lead unit of another prefecture would hand it in."""
    file = read(CASES / "tc01.yaml")
    text = json.dumps(file.dossier, ensure_ascii=False).replace(LEAD_OF_TC01, uscc).replace(CITY_OF_TC01, prefecture)
    dossier = json.loads(text.replace("昆明幻彩合金股份有限公司", lead_unit))
    return replace(file, dossier=dossier, applicant={}, story={})


def lead_uscc(prefecture: str, number: int) -> str:
    """An invented code of a unit in this prefecture, with the right check character."""
    return next(
        code for c in "0123456789ABCDEFGHJKLMNPQRTUWXY" if is_uscc(code := f"91{prefecture}MAFAKE{number:03}{c}")
    )
