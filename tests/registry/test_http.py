"""The registry over HTTP, against a process: TC-11 with the inputs of its demo file, roles, scopes, forms."""

from __future__ import annotations

import importlib
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from services.registry.domain.summary import summary_id
from services.registry.reactions import when_case_cleared
from services.shared.calendar import BEIJING
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.settings import Settings
from services.shared.kernel.wiring import Wired
from tests.deployment import Deployment
from tests.given import circumstances
from tests.registry.examples import TC11, cleared_message

PEOPLE = (
    *(
        "applicant-dehong",
        "applicant-kunming",
        "officer-dehong",
        "head-dehong",
        "officer-kunming",
        "officer-province-1",
    ),
    *("division-head", "collective-body", "auditor", "expert-1", "administrator"),
)
DEHONG = {"lead_uscc": "91533100MAFAKE158H", "prefecture": "533100", "centre_name": "德宏幻药创新中心有限公司"}


@pytest.fixture(scope="module")
def deployment(module_database_url, tmp_path_factory):
    home = tmp_path_factory.mktemp("registry-http")
    deployment = Deployment(home, module_database_url, "memory://", start=datetime(2026, 6, 10, 1, tzinfo=UTC))
    deployment.prepare("registry")
    deployment.start("registry")
    yield deployment
    deployment.close()


@pytest.fixture(scope="module")
def api(deployment):
    """Sends a request as a person, or as nobody; commands carry a fresh key and expect any version."""
    tokens = {name: deployment.token_for(deployment.person(name).claims) for name in PEOPLE}

    def send(method, path, *, as_: str | None, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {tokens[as_]}"} if as_ else {}
        if method == "POST":
            headers |= {"Idempotency-Key": more.pop("key", uuid.uuid4().hex), "If-Match": more.pop("seen", "*")}
        return httpx.request(method, f"{deployment.addresses['registry']}{path}", headers=headers, timeout=30, **more)

    return send


@pytest.fixture(scope="module")
def act(api):
    """A command that is carried out; returns its answer."""

    def send(path, form, as_):
        response = api("POST", path, as_=as_, json=form)
        assert response.status_code == 200, response.text
        return response.json()

    return send


@pytest.fixture(scope="module")
def case_id(module_database_url, tmp_path_factory, deployment):
    """A case of Dehong that review has cleared, as the inbox would take it in."""
    home = tmp_path_factory.mktemp("beside")
    settings = Settings(
        module_database_url, "memory://", home, home / "v", home / "a", "", "test", "zhichuang", create_keys=True
    )
    wired = Wired(importlib.import_module("services.registry.wiring").DEFINITION, settings)
    wired.open()
    cleared = cleared_message(uuid.uuid4(), **DEHONG)
    with carrying_out(Command(circumstances("review"))):
        when_case_cleared(wired.application, cleared)
    wired.close()
    return cleared.case_id


@pytest.fixture(scope="module")
def designated(act, case_id):
    decision = {name: TC11["decision"][name] for name in ("document_no", "effective_on")}
    return act(f"/centres/{case_id}/designate", decision, "collective-body")


@pytest.fixture(scope="module")
def revoked(act, api, deployment, case_id, designated):
    """TC-11 with every input of the demo file up to the revocation."""

    def on(day):
        deployment.clock.move_to(datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=BEIJING))

    story, officer, head, applicant = TC11, "officer-province-1", "division-head", "applicant-dehong"
    act(f"/centres/{case_id}/issue-plaque", {"plaque_no": story["plaque"]["number"]}, officer)
    for summary in (story["summary"], *story["later_summaries"]):
        on(summary["filed_on"])
        path = f"/summaries/{summary_id(case_id, summary['year'])}"
        act(f"{path}/submit", {name: summary[name] for name in ("text", "figures")}, applicant)
        act(f"{path}/forward", {"agrees": True, "text": "同意转报。"}, "head-dehong")
        act(f"{path}/accept", {}, officer)
    on(story["three_year"]["assessed_on"])
    assessment = act(f"/centres/{case_id}/schedule-assessment", {"year": 2029}, officer)["id"]
    act(f"/assessments/{assessment}/submit-materials", {"text": "三年运行情况。"}, applicant)
    day = story["three_year"]["assessed_on"]
    visit = {"visited_on": day, "inspectors": ["officer-province-1", "officer-province-2"], "text": "现场情况。"}
    sent = {"as_": officer, "json": visit, "key": "visited-once"}
    first, again = (api("POST", f"/assessments/{assessment}/record-visit", **sent) for _ in range(2))
    assert (first.json()["state"], again.json()["version"]) == ("site-visit", first.json()["version"])
    assert again.headers["Idempotency-Replayed"] == "true"
    minutes = {"held_on": day, "minute_no": "纪要〔2029〕6号", "text": "评议意见。"}
    told = act(f"/assessments/{assessment}/record-deliberation", minutes, "collective-body")
    assert (told["state"], len(told["documents"])) == ("deliberation", 3)
    sheet = {name: story["three_year"][name] for name in ("items", "score", "text")}
    assert act(f"/assessments/{assessment}/score", sheet, officer)["grade"] == story["three_year"]["grade"]
    act(f"/assessments/{assessment}/finalise", {"document_no": "云工信技创〔2029〕120号"}, head)
    on(story["rectification"]["ordered_on"])
    order = {name: story["rectification"][name] for name in ("demands", "document_no")}
    rectification = act(f"/centres/{case_id}/order-rectification", order, head)["id"]
    on(story["rectification"]["report"]["filed_on"])
    act(f"/rectifications/{rectification}/report", {"text": story["rectification"]["report"]["text"]}, applicant)
    on(story["recheck"]["assessed_on"])
    sheet = {name: story["recheck"][name] for name in ("items", "score", "text")}
    assert act(f"/rectifications/{rectification}/recheck", sheet, officer)["state"] == "failed"
    on(story["revocation"]["decided_on"])
    notice = {
        "cause": story["revocation"]["cause"],
        "grounds": [story["revocation"]["text"]],
        "clauses": ["S4.3"],
        "document_no": "云工信告〔2030〕3号",
    }
    revocation = act(f"/centres/{case_id}/give-revocation-notice", notice, head)["id"]
    decision = {name: story["revocation"][name] for name in ("document_no", "meeting", "minute_no", "effective_on")}
    warned = api("POST", f"/revocations/{revocation}/revoke", as_="collective-body", json=decision)
    assert [error["code"] for error in warned.json()["errors"]] == ["statement-period-running"]
    override = {"reason": story["revocation"]["override_reason"]}
    act(f"/revocations/{revocation}/override-statement-period", override, head)
    return act(f"/revocations/{revocation}/revoke", decision, "collective-body")


def codes(response):
    return sorted(error["code"] for error in response.json()["errors"])


def test_a_designated_centre_has_a_number_and_its_first_deadlines(api, case_id, designated):
    centre = api("GET", f"/centres/{case_id}", as_="applicant-dehong")
    assert centre.headers["ETag"] == f'"{designated["version"]}"'
    assert (centre.json()["number"], centre.json()["listed_on"]) == ("YNMIC-2026-001", "2026-06-10")
    assert [deadline["kind"] for deadline in centre.json()["deadlines"]] == ["assessment"]
    assert [(summary["year"], summary["state"]) for summary in centre.json()["summaries"]] == [(2026, "due")]


@pytest.mark.parametrize("who", ["applicant-kunming", "officer-kunming"])
def test_a_centre_out_of_scope_is_not_found(api, case_id, designated, who):
    assert api("GET", f"/centres/{case_id}", as_=who).status_code == 404
    assert api("GET", f"/centres/{case_id}/status", as_=who).status_code == 404
    assert api("GET", "/centres", as_=who).json()["items"] == []


@pytest.mark.parametrize("who", ["officer-province-1", "division-head", "applicant-dehong", "auditor", "expert-1"])
def test_only_the_collective_body_lists_a_centre(api, case_id, who):
    form = {"document_no": "x", "effective_on": "2026-06-10"}
    response = api("POST", f"/centres/{case_id}/designate", as_=who, json=form)
    assert (response.status_code, codes(response)) == (403, ["role-may-not"])


def test_tc11_runs_over_http_with_the_inputs_of_its_file(api, case_id, revoked):
    assert revoked["state"] == "revoked"
    assert "行政复议" in revoked["remedy"]
    centre = api("GET", f"/centres/{case_id}", as_="auditor").json()
    assert (centre["qualification"], centre["plaque"]) == ("revoked", "recall-ordered")
    assert centre["banned_until"] == "2033-08-01"
    [ban] = api("GET", "/bans", as_="officer-kunming").json()["items"]
    assert ban["lead_uscc"] == DEHONG["lead_uscc"]


def test_the_public_reads_the_roll_of_any_day_without_signing_in(api, revoked):
    then = api("GET", "/roll?as_of=2030-07-31", as_=None).json()
    assert [row["qualification"] for row in then["items"]] == ["designated"]
    now = api("GET", "/roll", as_=None).json()
    assert (now["items"], now["as_of"]) == ([], "2030-08-01")
    before = api("GET", "/roll?as_of=2030-07-31&known_at=2026-01-01T00:00:00Z", as_=None).json()
    assert before["items"] == []


def test_everything_but_the_roll_needs_a_person(api, case_id, revoked):
    for path in ("/centres", f"/centres/{case_id}", "/summaries", "/revocations", "/bans"):
        assert api("GET", path, as_=None).status_code in (401, 403)
        assert api("GET", path, as_="administrator").status_code == 403


def test_a_date_that_is_none_is_refused_with_its_place(api):
    response = api("GET", "/roll?as_of=2026-02-30&known_at=yesterday", as_=None)
    assert (response.status_code, codes(response)) == (422, ["not-a-date", "not-a-moment"])


@pytest.mark.parametrize(
    ("path", "form", "expected"),
    [
        ("centres/{}/designate", {"document_no": "", "effective_on": "soon"}, ["not-a-date", "required"]),
        ("centres/{}/designate", {"document_no": "x", "effective_on": "2026-06-10", "a": 1}, ["unknown-field"]),
    ],
)
def test_a_bad_form_is_refused_with_every_finding(api, case_id, path, form, expected):
    response = api("POST", f"/{path.format(case_id)}", as_="collective-body", json=form)
    assert (response.status_code, codes(response)) == (422, expected)


def test_what_a_centre_wrote_is_served_to_its_readers_only(api, case_id, revoked):
    [summary] = [row for row in api("GET", "/summaries", as_="auditor").json()["items"] if row["year"] == 2026]
    path = f"/records/{summary['id']}/documents/{summary['document_sha256']}"
    served = api("GET", path, as_="applicant-dehong")
    assert served.json()["text"] == TC11["summary"]["text"]
    assert api("GET", path, as_="applicant-kunming").status_code == 404
    assert api("GET", f"/records/{summary['id']}/documents/{'0' * 64}", as_="auditor").status_code == 404


@pytest.mark.parametrize("kind", ["summaries", "assessments", "rectifications", "revocations"])
def test_records_are_listed_within_the_scope(api, revoked, kind):
    assert api("GET", f"/{kind}", as_="officer-dehong").json()["items"]
    assert api("GET", f"/{kind}", as_="applicant-kunming").json()["items"] == []


SERVICE = {"served_on": "2030-08-01", "method": "direct", "proof": "送达回证〔2030〕5号"}
NOBODY = uuid.UUID(int=1)
DENIED = {
    "open-investigation": ("/centres/{case}/open-investigation", {"reason": "举报"}, "officer-province-1"),
    "record-national-result": ("/centres/{case}/record-national-result", {}, "applicant-dehong"),
    "serve-decision": ("/revocations/{revocation}/serve-decision", SERVICE, "applicant-dehong"),
    "ask-for-hearing": ("/revocations/{revocation}/ask-for-hearing", {}, "officer-province-1"),
    "annul-ban": (f"/bans/{NOBODY}/annul", {"document_no": "1", "body": "1"}, "collective-body"),
    "join": (f"/changes/{NOBODY}/join", {}, "division-head"),
    "post-result": (f"/assessments/{NOBODY}/post-result", {"notice_no": "1"}, "officer-province-1"),
    "begin-mediation": (f"/remedies/{NOBODY}/begin-mediation", {"reason": "1"}, "applicant-dehong"),
    "end-mediation": (f"/remedies/{NOBODY}/end-mediation", {"reason": "1"}, "collective-body"),
    "appeal": (f"/remedies/{NOBODY}/appeal", {}, "applicant-dehong"),
    "confirm-judgment": (f"/remedies/{NOBODY}/confirm-judgment", {}, "officer-province-1"),
    "forward of a summary": (f"/summaries/{NOBODY}/forward", {}, "officer-dehong"),
    "return of one that was not sent on": (
        f"/summaries/{NOBODY}/return-unforwarded",
        {"reasons": ["1"]},
        "head-dehong",
    ),
    "annulment of a result": (f"/assessments/{NOBODY}/annul", {}, "officer-province-1"),
    "suspend-execution": (f"/remedies/{NOBODY}/suspend-execution", {}, "officer-province-1"),
}


@pytest.mark.parametrize("name", DENIED)
def test_an_act_is_its_roles_alone(api, case_id, revoked, name):
    path, form, who = DENIED[name]
    response = api("POST", path.format(case=case_id, revocation=revoked["id"]), as_=who, json=form)
    assert (response.status_code, codes(response)) == (403, ["role-may-not"])


def test_a_service_is_recorded_once_however_often_it_is_sent_and_a_lost_race_is_noticed(api, revoked):
    path = f"/revocations/{revoked['id']}/serve-decision"
    officer = {"as_": "officer-province-1", "json": SERVICE}
    wrong = api("POST", path, as_="officer-province-1", json={"served_on": "gestern", "method": "pigeon", "proof": ""})
    assert (wrong.status_code, codes(wrong)) == (422, ["not-a-date", "not-in-list", "required"])
    stale = api("POST", path, seen='"1"', **officer)
    assert stale.status_code == 412
    first, again = (api("POST", path, key="served-once", **officer) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200), first.text
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (first.json()["version"], first.json()["decision_served"]) == (again.json()["version"], SERVICE)
    assert codes(api("POST", path, **officer)) == ["served-already"]


def test_a_suit_over_http_finds_every_fault_and_is_appealed_once_however_often_it_is_sent(api, revoked):
    opened = api(
        "POST",
        f"/records/{revoked['id']}/open-remedy-case",
        as_="officer-province-1",
        json={"kind": "litigation", "body": "昆明市中级人民法院", "filed_on": "2030-08-01"},
    )
    assert (opened.status_code, opened.json()["state"]) == (200, "filed"), opened.text
    remedy = f"/remedies/{opened.json()['id']}"
    early = {"as_": "officer-province-1", "json": {"by": "centre", "body": "高院", "appealed_on": "2030-08-01"}}
    assert codes(api("POST", f"{remedy}/appeal", **early)) == ["not-in-this-state"]
    judged = api(
        "POST",
        f"{remedy}/record-outcome",
        as_="division-head",
        json={"outcome": "rejected", "document_no": "1号", "decided_on": "2030-08-01", "text": "驳回"},
    )
    assert (judged.status_code, judged.json()["state"]) == (200, "judged"), judged.text
    assert judged.json()["appeal_due"] is None
    served = api(
        "POST", f"{remedy}/serve-outcome", as_="officer-province-1", json={**SERVICE, "served_on": "2030-08-01"}
    )
    assert (served.status_code, served.json()["appeal_due"][:10]) == (200, "2030-08-16"), served.text
    wrong = {"as_": "officer-province-1", "json": {"by": "court", "body": "", "appealed_on": "gestern"}}
    faulty = api("POST", f"{remedy}/appeal", **wrong)
    assert (faulty.status_code, codes(faulty)) == (422, ["not-a-date", "not-in-list", "required"])
    assert api("POST", f"{remedy}/appeal", seen='"1"', **early).status_code == 412
    first, again = (api("POST", f"{remedy}/appeal", key="appealed-once", **early) for _ in range(2))
    assert (first.status_code, first.json()["state"]) == (200, "appealed"), first.text
    assert (again.headers["Idempotency-Replayed"], again.json()["version"]) == ("true", first.json()["version"])
    assert codes(api("POST", f"{remedy}/confirm-judgment", as_="division-head")) == ["not-in-this-state"]
    [row] = api("GET", "/remedies", as_="auditor").json()["items"]
    assert (row["state"], row["body"], row["outcome"]) == ("appealed", "高院", "")
