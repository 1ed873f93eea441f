"""Cases on their way through all services, part of the load: each goes on where the fault before has left it.

Several are on their way at once, so that every service is commanded under every fault. A centre that was listed is
dissolved in the end: then its field is free for the next.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from deploy.demo.case_file import CaseFile, read
from deploy.demo.client import Person
from deploy.demo.stages import applying, reviewing, screening
from deploy.demo.world import Track, World
from services.shared.kernel.clock import today
from services.shared.kernel.issuer import DEMO_USERS
from services.shared.vocabulary import Role
from tests.deployment import Deployment
from tests.journeys.conftest import CASES
from tests.journeys.prefecture import dossier_of, lead_uscc

TOGETHER = 3
"""So many cases are on their way at once."""
KUNMING, ROUND_DAYS = "530100", 60

FIELDS = ("LIQUID_METAL", "TITANIUM", "PHOSPHORUS", "HYDRO_SILICON", "HYDRO_ALUMINIUM", "NONFERROUS_PRECIOUS", "AI")
"""More than are on their way at once, and none overlaps another."""

Take = Callable[..., None]
"""Told of every command that was answered well: who, to which service, path, form, how, and the answer."""


class Witnessed(Person):
    """A person whose accepted commands are told to somebody."""

    told: Take

    def act(
        self, service: str, path: str, form: Mapping[str, Any] | None = None, *, method: str = "POST", **more: Any
    ) -> Any:
        how = {"method": method, "key": uuid.uuid4().hex, **more}
        answer = super().act(service, path, form, **how)
        self.told(self, service, path, dict(form or {}), how, answer)
        return answer


class Stage(World):
    """Where the cases play. Its people turn to one instance of each service; it shows nothing."""

    def __init__(self, deployment: Deployment, instance: str, told: Take) -> None:
        addresses = {service: deployment.address_of(f"{service}{instance}") for service in deployment.addresses}
        super().__init__(addresses, deployment.token_for, deployment.clock, lambda *_: None)
        self.clock, self._told = deployment.clock, told

    def person(self, subject: str, role: Role, **claims: str) -> Person:
        if subject not in self._people:
            known = next((user.claims() for user in DEMO_USERS if user.subject == subject), None)
            claimed = known or {"sub": subject, "name": subject, "roles": [role], **claims}
            made = Witnessed(self.addresses, claimed, self._token_for)
            made.told = self._told
            self._people[subject] = made
        return self._people[subject]

    def begin_day(self) -> date:
        """Today, in office hours: a clock that is put back an hour shows the same day."""
        day = today(self.clock)
        self.on(day.isoformat())
        return day


class Cases:
    """A stream of cases; `go_on` carries one of them through one stage."""

    def __init__(self, deployment: Deployment) -> None:
        self.finished = 0
        self.told: Take = lambda *_: None
        self._stages = [Stage(deployment, instance, self._tell) for instance in ("", "-2")]
        self._on_their_way: list[Iterator[None]] = []
        self._number = self._turn = 0

    def go_on(self) -> None:
        """Let the case whose turn it is do its next step. Raises Refused, TimeoutError."""
        while len(self._on_their_way) < TOGETHER:
            self._number += 1
            self._on_their_way.append(self._way(self._stages[self._number % 2], self._number))
        case = self._on_their_way[self._turn % TOGETHER]
        self._turn += 1
        if next(case, self) is self:
            self._on_their_way.remove(case)
            self.finished += 1

    def close(self) -> None:
        for stage in self._stages:
            stage.close()

    def _tell(self, *accepted: Any) -> None:
        self.told(*accepted)

    def _way(self, world: Stage, number: int) -> Iterator[None]:
        """One case from its round to the end of its centre, a stage at a time."""
        track = Track(_file(number))
        round_id = applying.open_round(world, [_dated(track, world.begin_day(), number)])
        applying.apply(world, _dated(track, world.begin_day(), number), round_id)
        yield
        screening.screen(world, _dated(track, world.begin_day(), number))
        screening.recommend(world, _dated(track, world.begin_day(), number), round_id)
        yield
        for stage in (reviewing.check_material, reviewing.hear_experts, reviewing.visit_site, reviewing.assess):
            stage(world, _dated(track, world.begin_day(), number))
            yield
        reviewing.notify_public(world, [_dated(track, world.begin_day(), number)])
        yield
        _list_and_dissolve(world, track, number)


def _list_and_dissolve(world: Stage, track: Track, number: int) -> None:
    officer, head = world.somebody(Role.PROVINCE_OFFICER), world.somebody(Role.DIVISION_HEAD)
    path, day = f"/centres/{track.case_id}", world.begin_day()
    officer.until("registry", path, lambda centre: centre["qualification"] == "cleared")
    form = {"document_no": f"云工信技创〔{day.year}〕{number}号", "effective_on": day.isoformat()}
    world.somebody(Role.COLLECTIVE_BODY).act("registry", f"{path}/designate", form)
    officer.act("registry", f"{path}/issue-plaque", {"plaque_no": f"{number:03}"})
    officer.until("review", f"/reviews/{track.case_id}", lambda review: review["code"] == "A80")
    head.act("registry", f"{path}/dissolve", {**form, "source": "登记机关"})


def _file(number: int) -> CaseFile:
    """The dossier of TC-01 of another unit in a field that is no other's on its way, with the story of TC-01."""
    file = dossier_of(f"昆明第{number}试验股份有限公司", lead_uscc(KUNMING, number), KUNMING)
    for part in ("cover", "centre"):
        file.dossier[part]["field_domain"] = FIELDS[number % len(FIELDS)]
    for each in file.dossier["supplement"]["core_technologies"]:
        each["name"] = f"{each['name']}（{number}）"
    return replace(file, story=read(CASES / "tc01.yaml").story)


DAYS = {
    "screening": ("screened_on",),
    "batch": ("letter_date",),
    "material_check": ("checked_on",),
    "panel": ("met_on",),
    "site": ("visited_on",),
    "assessment": ("held_on",),
    "notice": ("posted_on",),
}


def _dated(track: Track, day: date, number: int) -> Track:
    """The case with everything that is to be done on this day, under numbers of its own."""
    for part, names in DAYS.items():
        track.story[part] = track.story[part] | dict.fromkeys(names, day.isoformat())
    track.story["batch"]["letter_no"] = f"昆工信〔{day.year}〕{number}号"
    track.story["notice"]["document_no"] = f"云工信公示〔{day.year}〕{number}号"
    track.story["assessment"]["minute_no"] = f"厅党组会议纪要〔{day.year}〕{number}号"
    track.file = replace(track.file, round=round_on(day))
    return track


def round_on(day: date) -> dict[str, Any]:
    """Terms of a round that opens on this day."""
    plain = {"number": f"{day.year}-{uuid.uuid4().hex[:10]}", "title": "批次", "year": day.year}
    closes = date.fromordinal(day.toordinal() + ROUND_DAYS)
    return plain | {"opens_on": day.isoformat(), "closes_on": closes.isoformat()}
