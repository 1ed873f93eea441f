"""Review on real PostgreSQL, at noon of the first day of TC-01's notice; in this process, and over HTTP as another."""

from __future__ import annotations

import importlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.review.application import ProvincialReview
from services.review.reactions import when_case_recommended
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.settings import Settings
from services.shared.kernel.wiring import Wired
from tests.deployment import Deployment
from tests.given import NOON, circumstances
from tests.review.examples import INSPECTORS, RECOMMENDED, STORY

EXPERTS = [expert["user"] for expert in STORY["experts"]]
PEOPLE = (
    "officer-province-1",
    "division-head",
    "collective-body",
    "auditor",
    "applicant-kunming",
    "officer-kunming",
    "expert-8",
    *EXPERTS,
    *INSPECTORS,
)


@contextmanager
def as_(actor: str, capacity: str = "test", at: datetime = NOON, **changes: Any) -> Iterator[Command]:
    """One command of this person at a moment; `changes` are those of `Command`."""
    with carrying_out(Command(circumstances(actor, capacity, at=at), **changes)) as command:
        yield command


@pytest.fixture
def wired(wire: Callable[..., Any]) -> Any:
    """The opened parts of the service, its clock standing still."""
    parts = wire("review")
    parts.clock = parts.application.clock = FixedClock(NOON)
    return parts


@pytest.fixture
def review(wired: Any) -> ProvincialReview:
    """The application of the service."""
    application: ProvincialReview = wired.application
    return application


@pytest.fixture(scope="module")
def deployment(module_database_url, tmp_path_factory):
    home = tmp_path_factory.mktemp("review-http")
    deployment = Deployment(home, module_database_url, "memory://", start=datetime(2026, 6, 1, 1, tzinfo=UTC))
    deployment.prepare("review")
    deployment.start("review")
    yield deployment
    deployment.close()


@pytest.fixture(scope="module")
def api(deployment):
    """Sends a request as a person, or as nobody; commands carry a fresh key and expect any version."""
    people = {name: deployment.person(name) for name in PEOPLE}

    def send(method, path, *, as_="officer-province-1", headers=None, **more):
        sent = {"Idempotency-Key": uuid.uuid4().hex, "If-Match": "*", **(headers or {})}
        if as_:
            sent["Authorization"] = f"Bearer {deployment.token_for(people[as_].claims)}"
        return httpx.request(method, f"{deployment.addresses['review']}{path}", headers=sent, timeout=30, **more)

    return send


@pytest.fixture(scope="module")
def beside(deployment, module_database_url, tmp_path_factory):
    """The application beside the running process, on its database and documents, at noon of the first day."""
    definition = importlib.import_module("services.review.wiring").DEFINITION
    home = tmp_path_factory.mktemp("beside")
    settings = Settings(
        module_database_url,
        "memory://",
        deployment.home / "documents",
        home / "v",
        home / "a",
        "",
        "test",
        "test",
        create_keys=True,
    )
    wired = Wired(definition, settings)
    wired.open()
    wired.clock = wired.application.clock = FixedClock(NOON)
    yield wired.application
    wired.close()


@pytest.fixture(scope="module")
def open_case(beside):
    """Opens a review as the inbox would."""
    snapshot = beside.documents.put_json({"sections": {}}, "snapshot.json")

    def open_one(**facts):
        case_id = uuid.uuid4()
        message = replace(
            RECOMMENDED, case_id=case_id, number=f"2026-1-{case_id.hex[:7].upper()}", snapshot=snapshot, **facts
        )
        with as_("screening"):
            when_case_recommended(beside, message)
        return str(case_id)

    return open_one


@pytest.fixture
def accepted(api, open_case):
    """A case in pre-review."""
    case_id = open_case()
    assert api("POST", f"/reviews/{case_id}/register-receipt").json()["code"] == "A25"
    assert api("POST", f"/reviews/{case_id}/accept").json()["code"] == "A30"
    return case_id


@pytest.fixture(scope="module")
def pool(api):
    """The experts of TC-01 serve."""
    for seat in seats():
        api("POST", "/experts", json={"expert": seat, "relations": []})  # one who serves already is refused


@pytest.fixture
def panel(api, accepted, pool):
    """The approved panel of TC-01; its address and its case."""
    draft = {"passed": True, "opinion": STORY["material_check"]["opinion"]}
    assert api("POST", f"/reviews/{accepted}/draft-pre-review", json=draft).is_success
    assert api("POST", f"/reviews/{accepted}/pass-pre-review", as_="division-head").json()["code"] == "A40"
    made = api("POST", f"/reviews/{accepted}/constitute-panel", json={"experts": seats()})
    assert made.status_code == 201, made.text
    path = f"/panels/{made.json()['id']}"
    assert api("POST", f"{path}/approve", as_="division-head").json()["state"] == "approved"
    return path, accepted


def photograph(api, notice):
    """Attach the page on which a list is shown."""
    kept = {"content": b"%PDF-1.4\n% FAKE\n%%EOF\n", "headers": {"Content-Type": "application/pdf"}}
    assert api("POST", f"{notice}/attach-proof", params={"name": "page.pdf"}, **kept).is_success


def seats():
    known = ("speciality", "employer", "fields", "outside_province")
    return [{"subject": expert["user"], **{name: expert[name] for name in known}} for expert in STORY["experts"]]
