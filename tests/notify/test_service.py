"""The endpoints, asked with real tokens: who sees and does what."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from services.notify.domain.values import Channel
from services.notify.outlets.people import Directory, Mail
from services.notify.service import NotifyService
from services.shared.kernel.issuer import AUDIENCE, DemoIssuer, demo_user
from services.shared.kernel.wiring import Wired
from tests.notify.conftest import Listening
from tests.notify.messages import ALLOY, CORRECTION, DESIGNATED, MESSAGES, SUBMITTED, resubmitted


class Office:
    """A running notify service and people who call it."""

    def __init__(self, wired: Wired, issuer: DemoIssuer) -> None:
        self.listening, self.issuer = Listening(wired), issuer
        self.service = cast(Any, NotifyService())
        self.service.wired = wired  # as the container would give it

    def ask(self, who: str, act: str, query: str | dict[str, Any] = "", **values: Any) -> tuple[int, Any]:
        """Status and body of a request of this person; `act` is the endpoint's name, `query` may be a form instead."""
        reads = act.startswith(("list", "show"))
        headers = {} if reads else {"Idempotency-Key": uuid4().hex, "If-Match": "*"}
        if who:
            headers["Authorization"] = f"Bearer {self.issuer.token_for(demo_user(who))}"
        more: dict[str, Any] = {"query_string": query} if isinstance(query, str) else {"json": query, "method": "PUT"}
        environ = EnvironBuilder(path=f"/{act}", headers=list(headers.items()), **more).get_environ()
        response = getattr(self.service, act)(Request(environ), **values)
        return response.status_code, json.loads(response.get_data())

    def templates(self, who: str, act: str = "list_notifications", query: str = "") -> list[str]:
        """The templates of what this person's list shows."""
        return [item["template"] for item in self.ask(who, act, query)[1]["items"]]


@pytest.fixture
def office(wire: Callable[..., Wired], tmp_path: Path) -> Office:
    """The service, with an issuer that it trusts."""
    issuer = DemoIssuer(tmp_path / "issuer")
    return Office(wire("notify", jwks=str(issuer.jwks), issuer=issuer.issuer, audience=AUDIENCE), issuer)


def test_each_audience_sees_its_own_inbox_and_nobody_elses(office: Office):
    office.listening.hear(SUBMITTED)
    office.service.send_due()
    assert office.templates("applicant-kunming") == ["dossier.received"]
    assert office.templates("officer-kunming") == ["dossier.arrived"]
    assert office.templates("head-kunming") == ["dossier.arrived"]
    for other in ("applicant-dehong", "officer-dehong", "officer-province-1"):
        assert office.templates(other) == []


def test_an_auditor_sees_everything(office: Office):
    office.listening.hear(SUBMITTED, DESIGNATED)
    assert len(office.templates("auditor")) == 4


def test_nobody_else_is_let_in(office: Office):
    for who in ("", "expert-1", "member-university", "administrator"):
        assert office.ask(who, "list_notifications")[0] == 403


def test_a_held_decision_is_unknown_to_its_audience_until_it_is_released_and_sent(office: Office):
    office.listening.hear(DESIGNATED)
    office.service.send_due()
    [held, _] = office.ask("officer-province-1", "list_held")[1]["items"]
    reader = "applicant-kunming" if held["audience"] == "organisation" else "officer-kunming"
    for act in ("show_notification", "read_notification"):
        assert office.ask(reader, act, notification_id=_uuid(held["id"]))[0] == 404
    status, answer = office.ask("officer-province-1", "release_notification", notification_id=_uuid(held["id"]))
    assert (status, answer["state"]) == (200, "queued")
    assert {name: answer[name] for name in ("audience", "lead_uscc", "prefecture")}.items() <= held.items()
    assert office.ask(reader, "show_notification", notification_id=_uuid(held["id"]))[0] == 404
    office.service.send_due()
    status, answer = office.ask(reader, "show_notification", notification_id=_uuid(held["id"]))
    assert (status, answer["state"]) == (200, "sent")
    assert "认定为省级制造业创新中心" in answer["wording"]["body_zh"]
    assert office.ask(reader, "read_notification", notification_id=_uuid(held["id"]))[1]["is_read"] is True


def test_only_a_province_officer_releases(office: Office):
    office.listening.hear(DESIGNATED)
    held = office.listening.rows("id")[0][0]
    for who in ("applicant-kunming", "officer-kunming", "division-head", "auditor"):
        assert office.ask(who, "release_notification", notification_id=held)[0] == 403
    assert office.ask("officer-province-1", "release_notification", notification_id=held)[0] == 200


def test_only_its_audience_marks_a_notification_read(office: Office):
    office.listening.hear(SUBMITTED)
    office.service.send_due()
    sent = office.listening.rows("id", "audience = 'organisation'")[0][0]
    assert office.ask("applicant-dehong", "read_notification", notification_id=sent)[0] == 404
    assert office.ask("officer-province-1", "read_notification", notification_id=sent)[0] == 404
    assert office.ask("auditor", "read_notification", notification_id=sent)[0] == 403
    assert office.ask("applicant-kunming", "read_notification", notification_id=sent)[0] == 200


def test_an_inbox_is_read_from_the_newest_page_by_page(office: Office):
    office.listening.hear(*MESSAGES)
    office.listening.notify.send_due(limit=500)
    whole = office.templates("officer-kunming", query="limit=200")
    paged, query = [], "limit=3"
    while query:
        page = office.ask("officer-kunming", "list_notifications", query)[1]
        paged += [item["template"] for item in page["items"]]
        query = f"limit=3&after={page['next']}" if "next" in page else ""
    assert paged == whole
    assert len(paged) == 22
    moments = office.ask("officer-kunming", "list_notifications")[1]["items"]
    assert [m["position"] for m in moments] == sorted((m["position"] for m in moments), reverse=True)


def test_a_cursor_that_is_not_ours_is_refused(office: Office):
    for after in (["x"], [1, 2], [-1], [2**63], 7):
        cursor = base64.urlsafe_b64encode(json.dumps(after).encode()).decode()
        assert office.ask("auditor", "list_notifications", f"after={cursor}")[0] == 422


def test_failed_ones_are_listed_and_sent_again_by_a_province_officer(office: Office):
    office.listening.hear(resubmitted(prefecture="999999"))
    office.service.send_due()
    assert office.templates("officer-province-1", "list_failed") == ["dossier.arrived"]
    failed = office.listening.rows("id", "state = 'failed'")[0][0]
    assert office.ask("officer-province-1", "retry_notification", notification_id=failed)[1]["state"] == "queued"
    assert office.templates("officer-province-1", "list_failed") == []


def test_the_timer_shows_that_it_lives(office: Office):
    office.service.wired.beat = 0.0
    office.service.send_due()
    assert office.service.wired.beat > 0


def test_the_timer_looks_dead_while_sending_fails(office: Office, monkeypatch: pytest.MonkeyPatch):
    office.service.wired.beat = 0.0
    monkeypatch.setattr(office.service.notify, "send_due", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        office.service.send_due()
    assert office.service.wired.beat == 0.0


def test_a_body_sees_and_changes_its_own_channels_and_nobody_elses(office: Office):
    kunming, form = "prefecture:530100", {"choices": [{"purpose": "reminder", "channels": ["sms"], "digest": True}]}
    status, before = office.ask("officer-kunming", "show_preference", audience=kunming)
    assert status == 200
    assert {c["purpose"]: c["channels"] for c in before["choices"]}["reminder"] == ["mail", "sms"]
    status, answer = office.ask("head-kunming", "choose_channels", form, audience=kunming)
    assert (status, answer["audience"], answer["choices"]) == (200, kunming, form["choices"])
    after = office.ask("officer-kunming", "show_preference", audience=kunming)[1]
    assert form["choices"][0] in after["choices"]
    for other in ("applicant-kunming", "officer-dehong", "officer-province-1"):
        assert office.ask(other, "show_preference", audience=kunming)[0] == 404
        assert office.ask(other, "choose_channels", form, audience=kunming)[0] == 404
    assert office.ask("officer-province-1", "choose_channels", form, audience="province")[0] == 200
    assert office.ask("officer-province-1", "show_preference", audience="nobody")[0] == 404


def test_a_case_shows_what_was_told_about_it_and_how_far_each_way_has_come(office: Office, tmp_path: Path):
    (tmp_path / "directory.toml").write_text(f'["organisation:{ALLOY}"]\nmail = "FAKE@alloy.invalid"\n')
    office.service.notify.directory = Directory(str(tmp_path / "directory.toml"))
    office.service.notify.people = {Channel.MAIL: Mail("smtp://127.0.0.1:1", "FAKE@zhichuang.invalid")}
    office.listening.hear(SUBMITTED, CORRECTION, DESIGNATED)
    office.service.send_due()
    office.service.send_deliveries()
    number = CORRECTION.number

    def told(who: str) -> dict[str, Any]:
        status, page = office.ask(who, "list_about", number=number)
        assert status == 200
        return {f"{item['template']} {item['audience']}": item for item in page["items"]}

    seen = told("officer-province-1")
    asked = next(item for name, item in seen.items() if name.startswith("correction") and "organisation" in name)
    assert (asked["state"], [d["state"] for d in asked["deliveries"]]) == ("sent", ["failed"])
    assert {item["about"] for item in seen.values()} == {number}
    assert "dossier.arrived prefecture" in seen
    assert set(told("applicant-kunming")) == {
        name for name, i in seen.items() if i["lead_uscc"] and i["state"] == "sent"
    }
    assert told("applicant-dehong") == {}
    assert told("division-head").keys() == seen.keys() == told("auditor").keys()
    assert office.ask("expert-1", "list_about", number=number)[0] == 403
    assert "@alloy.invalid" not in str(seen)


def test_a_failed_mail_is_seen_by_those_who_oversee_and_sent_again_by_an_officer(office: Office, tmp_path: Path):
    (tmp_path / "directory.toml").write_text(f'["organisation:{ALLOY}"]\nmail = "FAKE@alloy.invalid"\n')
    office.service.notify.directory = Directory(str(tmp_path / "directory.toml"))
    office.service.notify.people = {Channel.MAIL: Mail("smtp://127.0.0.1:1", "FAKE@zhichuang.invalid")}
    office.listening.hear(CORRECTION)
    office.service.send_due()
    office.service.send_deliveries()
    failed = office.ask("division-head", "list_failed_deliveries")[1]["items"][0]
    assert failed["failure"] == "the mail server did not take it: ConnectionRefusedError"
    read = office.ask("applicant-kunming", "show_notification", notification_id=_uuid(failed["notification_id"]))[1]
    assert [(d["channel"], d["state"]) for d in read["deliveries"]] == [("mail", "failed")]
    assert office.ask("applicant-kunming", "list_failed_deliveries")[0] == 403
    answer = office.ask("officer-province-1", "retry_delivery", delivery_id=_uuid(failed["id"]))[1]
    assert answer["state"] == "queued"


def _uuid(text: str) -> UUID:
    return UUID(text)
