"""Dossiers of one prefecture on their way to its screening: what the journeys of cases TC-04 and TC-05 begin with."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from deploy.demo.case_file import CaseFile, read
from deploy.demo.client import Person
from deploy.demo.stages import applying
from deploy.demo.world import Track, World
from services.shared.vocabulary import Role, is_uscc
from tests.journeys.conftest import CASES

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
