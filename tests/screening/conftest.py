"""Screening on real PostgreSQL, at noon of the day of the examples."""

from __future__ import annotations

import importlib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.screening.application import Screenings
from services.screening.reactions import when_dossier_submitted
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.issuer import DEMO_USERS
from services.shared.kernel.settings import Settings
from services.shared.kernel.wiring import Wired
from tests.deployment import Deployment
from tests.given import NOON, circumstances
from tests.screening.examples import KUNMING, dossier_submitted


@contextmanager
def as_(actor: str, **changes: Any) -> Iterator[Command]:
    """One command of this person; `changes` are those of `Command`."""
    with carrying_out(Command(circumstances(actor), **changes)) as command:
        yield command


@pytest.fixture
def wired(wire: Callable[..., Any]) -> Any:
    """The opened parts of the service, its clock standing still."""
    parts = wire("screening")
    parts.clock = parts.application.clock = FixedClock(NOON)
    return parts


@pytest.fixture
def screenings(wired: Any) -> Screenings:
    """The application of the service."""
    application: Screenings = wired.application
    return application


@pytest.fixture(scope="module")
def deployment(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """One process of the service."""
    home = tmp_path_factory.mktemp("screening-http")
    deployment = Deployment(home, module_database_url, "memory://", start=datetime(2026, 6, 1, 1, tzinfo=UTC))
    deployment.prepare("screening")
    deployment.start("screening")
    yield deployment
    deployment.close()


@pytest.fixture(scope="module")
def api(deployment: Deployment) -> Callable[..., httpx.Response]:
    """Sends a request as a person; commands carry a fresh key and expect any version."""
    people = {user.subject: deployment.person(user.subject) for user in DEMO_USERS}

    def send(method: str, path: str, *, as_: str = "officer-kunming", **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {deployment.token_for(people[as_].claims)}"}
        if method == "POST":
            headers |= {"Idempotency-Key": uuid.uuid4().hex, "If-Match": "*"}
        return httpx.request(method, f"{deployment.addresses['screening']}{path}", headers=headers, timeout=30, **more)

    return send


@pytest.fixture(scope="module")
def open_case(
    deployment: Deployment,  # its tables are there
    module_database_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., str]]:
    """Opens a screening as the inbox would, beside the running process."""
    definition = importlib.import_module("services.screening.wiring").DEFINITION
    home = tmp_path_factory.mktemp("beside")
    documents, key = deployment.home / "documents", deployment.home / "keys" / "vault"
    settings = Settings(module_database_url, "memory://", documents, key, home / "a", "", "test", "zhichuang")
    wired = Wired(definition, settings)
    wired.open()

    def open_one(prefecture: str = KUNMING) -> str:
        case_id = uuid.uuid4()
        snapshot = wired.documents.put_json({"sections": {}}, "snapshot.json")
        with as_("intake"):
            message = dossier_submitted(case_id, prefecture=prefecture, snapshot=snapshot)
            when_dossier_submitted(wired.application, message)
        return str(case_id)

    yield open_one
    wired.close()
