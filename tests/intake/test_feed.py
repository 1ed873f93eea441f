"""The pull feed: what was published, in order, and nothing that the caller may not know of."""

from __future__ import annotations

import json
from typing import Any, cast

import msgspec
import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from services.intake.service import IntakeService
from services.shared.kernel.identity import Jwks, Verifier
from services.shared.kernel.issuer import AUDIENCE, DemoIssuer
from services.shared.vocabulary import Role
from tests.intake.steps import hand_in, open_dossier, withdraw
from tests.intake.test_publishing import sealed


class Feed:
    """The feed of an intake that has lived a little, asked with real tokens."""

    def __init__(self, wired: Any, issuer: DemoIssuer) -> None:
        self.wired, self._issuer = wired, issuer
        self._service = cast(Any, IntakeService())
        self._service.wired = wired

    def ask(self, role: Role, prefecture: str = "", query: str = "") -> tuple[int, Any]:
        claims: dict[str, Any] = {"sub": "somebody", "name": "x", "roles": [role.value], "prefecture": prefecture}
        token = self._issuer.token(claims)
        headers = [("Authorization", f"Bearer {token}")]
        environ = EnvironBuilder(path="/events", query_string=query, headers=headers)
        response = self._service.list_events(Request(environ.get_environ()))
        return response.status_code, json.loads(response.get_data())

    def names(self, role: Role, prefecture: str = "") -> list[str]:
        return [event["type"].removeprefix("cn.gov.yn.mic.") for event in self.ask(role, prefecture)[1]["items"]]


@pytest.fixture
def feed(wired, intake, tmp_path):
    issuer = DemoIssuer(tmp_path / "issuer")
    wired.verifier = Verifier(Jwks(str(issuer.jwks)), issuer=issuer.issuer, audience=AUDIENCE)
    dossier = hand_in(intake)
    withdraw(intake, open_dossier(intake, dossier.round_id))
    return Feed(wired, issuer)


def test_gives_an_auditor_everything_exactly_as_it_was_published(feed, intake):
    status, page = feed.ask(Role.AUDITOR)
    assert status == 200
    assert page["items"] == [msgspec.to_builtins(event) for event in sealed(feed.wired, intake)]
    assert len(page["items"]) == 3


def test_goes_on_from_any_position_with_the_chain_of_positions_whole(feed, intake):
    whole, after, seen = feed.ask(Role.AUDITOR)[1]["items"], 0, []
    while (page := feed.ask(Role.AUDITOR, query=f"limit=1&after={after}")[1])["items"]:
        seen += page["items"]
        after = page["next"]
    assert seen == whole
    assert feed.ask(Role.AUDITOR, query=f"after={page['next']}")[1] == {"items": [], "next": page["next"]}


def test_gives_a_prefecture_its_own_cases_only(feed):
    own = feed.names(Role.PREFECTURE_OFFICER, "530100")
    assert {"dossier.submitted.v1", "dossier.withdrawn.v1"} <= set(own)
    assert feed.names(Role.PREFECTURE_OFFICER, "533100") == []


def test_gives_another_system_the_open_types_only(feed):
    assert feed.names(Role.SUBSCRIBER) == ["round.opened.v1"]
    assert feed.names(Role.SUBSCRIBER, "530100") == ["round.opened.v1"]


def test_moves_on_over_what_is_not_for_the_caller(feed):
    page = feed.ask(Role.PREFECTURE_OFFICER, "533100")[1]
    assert page == {"items": [], "next": feed.wired.application.event_log.max_notification_id()}


def test_is_closed_to_everybody_else(feed):
    for role in (Role.APPLICANT, Role.EXPERT, Role.ADMINISTRATOR):
        assert feed.ask(role)[0] == 403


def test_refuses_what_is_not_a_position_or_a_limit_with_every_finding(feed):
    status, problem = feed.ask(Role.AUDITOR, query="after=-1&limit=0")
    assert (status, [error["pointer"] for error in problem["errors"]]) == (422, ["/after", "/limit"])
