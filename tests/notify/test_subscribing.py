"""The endpoints of subscriptions, asked with real tokens: who opens, sees and steers which."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from services.notify.service import NotifyService
from services.shared.kernel.issuer import AUDIENCE, DemoIssuer
from services.shared.kernel.wiring import Wired
from services.shared.vocabulary import Role
from tests.notify.conftest import Listening
from tests.notify.messages import DESIGNATED
from tests.notify.systems import TAX

SCIENCE = "11530000FAKE011466"
OFFICER, SYSTEM = Role.PROVINCE_OFFICER, Role.SUBSCRIBER


class Office:
    """A notify service, and whoever calls it."""

    def __init__(self, wired: Wired, issuer: DemoIssuer) -> None:
        self.listening, self._issuer, self.service = Listening(wired), issuer, cast(Any, NotifyService())
        self.service.wired = wired

    def ask(self, role: Role, act: str, form: Any = None, *, of: str = TAX, **values: Any) -> tuple[int, Any]:
        """Status and body of one request; `act` is the endpoint's name, `of` the caller's organisation."""
        claims: dict[str, Any] = {"sub": f"{role}-{of}", "name": "x", "roles": [role.value], "organisation": of}
        headers = [("Authorization", f"Bearer {self._issuer.token(claims)}")]
        if not act.startswith(("list", "show")):
            headers += [("Idempotency-Key", uuid4().hex), ("If-Match", "*")]
        body = None if form is None else json.dumps(form)
        environ = EnvironBuilder(method="POST", path=f"/{act}", headers=headers, data=body)
        environ.content_type = "application/json" if form is not None else None
        response = getattr(self.service, act)(Request(environ.get_environ()), **values)
        return response.status_code, json.loads(response.get_data())

    def opened(self, **changes: Any) -> UUID:
        form = {"name": "tax", "uscc": TAX, "kind": "queue", "types": ["centre."], "since": "first", **changes}
        status, answer = self.ask(OFFICER, "open_subscription", form)
        assert status == 201, answer
        return UUID(answer["id"])


@pytest.fixture
def office(wire: Callable[..., Wired], tmp_path: Path) -> Office:
    issuer = DemoIssuer(tmp_path / "issuer")
    settings = {"jwks": str(issuer.jwks), "issuer": issuer.issuer, "webhook_key": tmp_path / "webhook"}
    return Office(wire("notify", audience=AUDIENCE, **settings), issuer)


def test_both_sides_see_how_far_a_system_has_come_and_a_third_sees_nothing(office: Office):
    office.listening.hear(DESIGNATED)
    opened = office.opened()
    for role, lag in ((OFFICER, 1), (SYSTEM, 1)):
        status, answer = office.ask(role, "show_subscription", subscription_id=opened)
        assert (status, answer["lag"], answer["state"]) == (200, lag, "opened")
    office.service.tell_systems()
    answer = office.ask(SYSTEM, "show_subscription", subscription_id=opened)[1]
    assert (answer["lag"], answer["delivered"], answer["state"]) == (0, 1, "active")
    assert office.ask(SYSTEM, "show_subscription", of=SCIENCE, subscription_id=opened)[0] == 404
    assert office.ask(SYSTEM, "list_subscriptions", of=SCIENCE)[1]["items"] == []
    assert [row["name"] for row in office.ask(SYSTEM, "list_subscriptions")[1]["items"]] == ["tax"]


def test_both_sides_steer_and_only_the_officer_opens_and_ends(office: Office):
    opened = office.opened()
    for role in (OFFICER, SYSTEM):
        assert (
            office.ask(role, "pause_subscription", {"reason": "维护"}, subscription_id=opened)[1]["state"] == "paused"
        )
        assert office.ask(role, "resume_subscription", subscription_id=opened)[1]["state"] == "opened"
    assert office.ask(SYSTEM, "pause_subscription", {"reason": "x"}, of=SCIENCE, subscription_id=opened)[0] == 404
    assert office.ask(SYSTEM, "open_subscription", {})[0] == 403
    assert office.ask(SYSTEM, "end_subscription", {"reason": "x"}, subscription_id=opened)[0] == 403
    assert office.ask(OFFICER, "end_subscription", {"reason": "下线"}, subscription_id=opened)[1]["state"] == "ended"


def test_a_form_is_refused_with_every_finding(office: Office):
    form = {"name": "T", "uscc": "1", "kind": "fax", "types": ["centre"], "url": "ftp://x"}
    status, problem = office.ask(OFFICER, "open_subscription", form)
    pointers = {error["pointer"] for error in problem["errors"]}
    assert (status, pointers) == (422, {"/name", "/uscc", "/kind", "/types/0", "/url"})


def test_only_the_system_itself_reads_its_secret_and_nothing_stored_holds_it(office: Office):
    opened = office.opened(kind="webhook", url="https://tax.example/events")
    assert office.ask(OFFICER, "show_secrets", subscription_id=opened)[0] == 403
    assert office.ask(SYSTEM, "show_secrets", of=SCIENCE, subscription_id=opened)[0] == 404
    [secret] = office.ask(SYSTEM, "show_secrets", subscription_id=opened)[1]["secrets"]
    assert secret.startswith("whsec_")
    stored = office.listening.wired.database.rows("select state::text from log_as_json")
    assert not [text for (text,) in stored if secret.removeprefix("whsec_") in text]


def test_the_administrator_gets_the_definitions_of_every_queue(office: Office):
    office.opened()
    office.opened(name="science", uscc=SCIENCE)
    made = office.ask(Role.ADMINISTRATOR, "show_broker_definitions")[1]
    assert [user["name"] for user in made["users"]] == ["subscriber.science", "subscriber.tax"]
    assert office.ask(SYSTEM, "show_broker_definitions")[0] == 403
