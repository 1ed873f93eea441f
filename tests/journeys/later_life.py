"""Centres on their way through a whole life on real servers: what the journeys of TC-02, TC-10 and TC-12 begin with."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from deploy.demo.case_file import CaseFile, read
from deploy.demo.client import Person
from deploy.demo.story import play
from deploy.demo.world import Track, World
from services.shared.vocabulary import Role
from tests.deployment import Deployment
from tests.journeys.conftest import CASES, START, sweep, world_of
from tests.journeys.prefecture import CITY_OF_TC01, LEAD_OF_TC01

SERVICES = ("intake", "screening", "review", "registry")
STORY = ("screening", "batch", "material_check", "panel", "experts", "site", "assessment", "notice", "decision")
"""As far as the story of TC-01 is everybody's: to the decision document."""
NAME_OF_TC01, CENTRE_OF_TC01 = "云南幻彩液态金属创新中心有限公司", "91530112MAFAKE027W"
UNIT_OF_TC01 = "昆明幻彩合金股份有限公司"


@dataclass(frozen=True)
class Applying:
    """Who applies, for what: all that makes a dossier another one than that of TC-01."""

    lead: str
    lead_uscc: str
    centre: str
    centre_uscc: str
    prefecture: str
    field: str
    track: str = "designation"
    origin: str = "new"
    funds: str = "3200.00"
    initial: str = "1500.00"
    year: int = 2026
    more: Mapping[str, Any] | None = None
    """What the story tells beyond the decision: `{"plaque": …}`."""

    @property
    def file(self) -> CaseFile:
        """Its case file, with a story up to the decision."""
        like = read(CASES / "tc01.yaml")
        story = {name: like.story[name] for name in STORY} | dict(self.more or {})
        people = {"officer": f"officer-{self.prefecture}", "head": f"head-{self.prefecture}"}
        story["screening"] = story["screening"] | people
        story["assessment"] = story["assessment"] | {"track": self.track}
        story["batch"] = story["batch"] | {"letter_no": f"{self.prefecture}〔2026〕1号"}
        dossier = self._named(like.dossier)
        self._fund(dossier)
        return replace(
            like,
            dossier=self._shifted(dossier),
            applicant={},
            story=self._shifted(story),
            round=self._shifted({**like.round, "number": f"2026-{self.prefecture[2:4]}"}),
        )

    def _named(self, dossier: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(dossier, ensure_ascii=False)
        for old, new in (
            (LEAD_OF_TC01, self.lead_uscc),
            (CENTRE_OF_TC01, self.centre_uscc),
            (CITY_OF_TC01, self.prefecture),
            (NAME_OF_TC01, self.centre),
            (UNIT_OF_TC01, self.lead),
            ("LIQUID_METAL", self.field),
        ):
            text = text.replace(old, new)
        named: dict[str, Any] = json.loads(text)
        for technology in named["supplement"]["core_technologies"]:
            technology["name"] = f"{self.centre}：{technology['name']}"
        return named

    def _fund(self, dossier: dict[str, Any]) -> None:
        """Give the centre these funds: three fifths from the lead unit, the rest from two others."""
        total, supplement = Decimal(self.funds), dossier["supplement"]
        owners = ((self.lead_uscc, "cash", 60), ("91310000MAFAKE078X", "cash", 30), ("12530000FAKE0003XC", "ip", 10))
        supplement["contributions"] = [
            {"uscc": uscc, "form": form, "pledged_wan": part, "paid_in_wan": part, "pct": f"{share}.00"}
            for uscc, form, share in owners
            for part in [str((total * share / 100).quantize(Decimal("0.01")))]
        ]
        supplement |= {"total_formation_funds_wan": self.funds, "of_which_equipment_wan": "100.00"}
        supplement |= {"track_requested": self.track, "origin": self.origin}
        dossier["centre"]["initial_investment_wan"] = self.initial
        dossier["plan"]["fund_plan"] = [{"year": 2026, "source": "股东出资", "amount_wan": self.funds}]

    def _shifted(self, value: dict[str, Any]) -> dict[str, Any]:
        """As if it were told of the year of this application: every year moves along."""
        text = json.dumps(value, ensure_ascii=False)
        years = self.year - 2026
        told: dict[str, Any] = json.loads(re.sub(r"(?<!\d)20(2\d)(?!\d)", lambda y: str(int(y[0]) + years), text))
        return told


@dataclass(frozen=True)
class Province:
    """The people of the province at the registry, and those of the prefectures and units that they deal with."""

    world: World
    officer: Person
    head: Person
    body: Person
    auditor: Person

    def prefecture_head(self, prefecture: str) -> Person:
        return self.world.person(f"head-{prefecture}", Role.PREFECTURE_HEAD, prefecture=prefecture)

    def applicant(self, lead_uscc: str) -> Person:
        return self.world.person(f"applicant-{lead_uscc}", Role.APPLICANT, organisation=lead_uscc)

    def change(self, track: Track, subject: str, lead_uscc: str, effective_on: str, **terms: Any) -> dict[str, Any]:
        """A change as the unit asks for it."""
        form = {"subject": subject, "effective_on": effective_on, "reason": "变更登记", **terms}
        asked: dict[str, Any] = self.applicant(lead_uscc).act(
            "registry", f"/centres/{track.case_id}/request-change", form
        )
        return asked

    def approve(self, change: Mapping[str, Any], document_no: str) -> dict[str, Any]:
        """Every prefecture concerned agrees, then the head of the division approves."""
        path = f"/changes/{change['id']}"
        for prefecture in change["prefectures"]:
            form = {"prefecture": prefecture, "agrees": True, "text": "同意变更。"}
            self.prefecture_head(prefecture).act("registry", f"{path}/give-opinion", form)
        approved: dict[str, Any] = self.head.act("registry", f"{path}/approve", {"document_no": document_no})
        return approved

    def about(self, track: Track, as_of: str, **known: str) -> dict[str, Any]:
        """What holds of a centre on a day, as known now or at the time asked about."""
        told: dict[str, Any] = self.auditor.get("registry", f"/centres/{track.case_id}/as-at", as_of=as_of, **known)
        return told

    def centre(self, track: Track) -> dict[str, Any]:
        """The centre as it is."""
        centre: dict[str, Any] = self.auditor.get("registry", f"/centres/{track.case_id}")
        return centre


def province_of(world: World) -> Province:
    """The people of the province."""
    officer, head = world.somebody(Role.PROVINCE_OFFICER), world.somebody(Role.DIVISION_HEAD)
    return Province(world, officer, head, world.somebody(Role.COLLECTIVE_BODY), world.somebody(Role.AUDITOR))


def listed(world: World, *applying: Applying) -> list[Track]:
    """These centres, each carried from its dossier to its decision document, all in one round."""
    return play(world, [each.file for each in applying])


@contextmanager
def province_in(home: Path, database_url: str, amqp_uri: str, **more: Any) -> Iterator[Province]:
    """The province on servers of its own, from January 2026 on; `more` goes to the deployment's environment."""
    prefix = f"later-{uuid.uuid4().hex[:8]}."
    start = datetime.combine(START.date(), START.timetz()).astimezone(UTC)
    deployment = Deployment(home, database_url, amqp_uri, prefix=prefix, start=start, environment=more)
    world = None
    try:
        deployment.prepare(*SERVICES)
        for service in SERVICES:
            deployment.begin(service)
        for service in SERVICES:
            deployment.wait_ready(service)
        world = world_of(deployment)
        yield province_of(world)
    finally:
        if world is not None:
            world.close()
        deployment.close()
        sweep(amqp_uri, prefix)


def release_with_draft_adopted(home: Path, draft: str, document_no: str) -> dict[str, str]:
    """The environment of a later release: our code with this draft of the policy adopted, and the holidays known."""
    code = home / "release"
    shutil.copytree("services", code / "services", ignore=shutil.ignore_patterns("__pycache__"))
    editions = code / "services/shared/policy/editions"
    text = (editions / f"{draft}.toml").read_text(encoding="utf-8")
    text = text.replace('status = "draft"', 'status = "adopted"')
    text = text.replace('document_no = ""', f'document_no = "{document_no}"')
    (editions / f"{draft.removesuffix('-draft')}.toml").write_text(text, encoding="utf-8")
    _invent_holidays(code / "services/shared/calendar/data")
    return {"PYTHONPATH": str(code), "PYTHONSAFEPATH": "1"}


def _invent_holidays(calendars: Path) -> None:
    """A calendar that also knows 2027 and 2028, with no holidays but New Year's Day."""
    text = (calendars / "cn-2026-1.toml").read_text(encoding="utf-8")
    text = text.replace('"cn-2026-1"', '"cn-2028-fake"').replace("published = 2025-11-04", "published = 2027-11-04")
    years = "".join(f"\n[years.{y}]\nholidays = [{y}-01-01]\nmakeup_workdays = []\n" for y in (2027, 2028))
    (calendars / "cn-2028-fake.toml").write_text(text + years, encoding="utf-8")
