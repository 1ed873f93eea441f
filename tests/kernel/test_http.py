"""What every endpoint does with requests, good and bad, over HTTP against a service process on real servers."""

from __future__ import annotations

import base64
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import httpx
import psycopg
import pytest
from msgspec.structs import replace

from services.shared.envelope import IntegrationEvent, decode
from services.shared.kernel.broker import Broker
from services.shared.kernel.logpages import LogRecord
from services.shared.kernel.streams import EventStream
from tests.deployment import Deployment

KUNMING = "530100"


@pytest.fixture(scope="module")
def deployment(module_database_url, tmp_path_factory):
    home = tmp_path_factory.mktemp("http")
    deployment = Deployment(home, module_database_url, "memory://", start=datetime(2026, 2, 2, 1, tzinfo=UTC))
    deployment.prepare("intake")
    deployment.start("intake")
    yield deployment
    deployment.close()


@pytest.fixture(scope="module")
def api(deployment):
    """A bare HTTP client, signed in as a province officer unless told otherwise."""
    people = {name: f"Bearer {deployment.person(name)._token_for(deployment.person(name).claims)}" for name in PEOPLE}

    def send(method, path, *, as_="officer-province-1", headers=None, **more):
        defaults = {"Idempotency-Key": uuid.uuid4().hex, "If-Match": "*"}
        if as_:
            defaults["Authorization"] = people[as_]
        merged = {**defaults, **(headers or {})}
        return httpx.request(
            method,
            f"{deployment.addresses['intake']}{path}",
            headers={name: value for name, value in merged.items() if value is not None},
            timeout=30,
            **more,
        )

    return send


TOLD = IntegrationEvent(
    id="1",
    source="urn:zhichuang:intake",
    type="cn.gov.yn.mic.round.opened.v1",
    subject="2026-1",
    time="2026-02-02T00:00:00+00:00",
    dataschema="urn:zhichuang:schema:intake:round.opened.v1",
    partitionkey="1",
    sequence=1,
    position=1,
    previousposition=0,
    correlationid="",
    causationid="",
    policyedition="",
    data={},
)
PEOPLE = ("officer-province-1", "division-head", "applicant-kunming", "applicant-dehong", "auditor", "officer-dehong")


@pytest.fixture(scope="module")
def open_round(api):
    planned = api("POST", "/rounds", json=round_form("2026-1")).json()
    api("POST", f"/rounds/{planned['id']}/open", as_="division-head", json={"document_no": "云工信〔2026〕1号"})
    return planned["id"]


@pytest.fixture
def dossier(api, open_round):
    form = {"round_id": open_round, "prefecture": KUNMING}
    return api("POST", "/dossiers", as_="applicant-kunming", json=form).json()


def round_form(number=None):
    return {
        "number": number or uuid.uuid4().hex[:8],
        "title": "测试批次",
        "year": 2026,
        "opens_on": "2026-02-02",
        "closes_on": "2026-06-30",
    }


def codes(response):
    assert response.headers["Content-Type"] == "application/problem+json", response.text
    problem = response.json()
    assert problem["status"] == response.status_code
    return sorted(error["code"] for error in problem["errors"])


def pointers(response):
    return sorted(error["pointer"] for error in response.json()["errors"])


def test_answers_a_command_with_the_new_thing_and_its_version_as_etag(api):
    response = api("POST", "/rounds", json=round_form())
    assert response.status_code == 201
    assert response.headers["ETag"] == '"1"'
    assert response.json()["state"] == "planned"


def test_answers_a_repeat_with_the_first_answer_and_changes_nothing(api):
    form, key = round_form(), {"Idempotency-Key": "the-same"}
    first, again = (api("POST", "/rounds", headers=key, json=form) for _ in range(2))
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert sum(item["number"] == form["number"] for item in api("GET", "/rounds?limit=200").json()["items"]) == 1


def test_carries_out_a_command_once_though_ten_send_it_at_the_same_time(api):
    form, key = round_form(), {"Idempotency-Key": uuid.uuid4().hex}
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: api("POST", "/rounds", headers=key, json=form), range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1


def test_refuses_a_key_that_was_used_for_another_body(api):
    key = {"Idempotency-Key": uuid.uuid4().hex}
    api("POST", "/rounds", headers=key, json=round_form())
    response = api("POST", "/rounds", headers=key, json=round_form())
    assert (response.status_code, codes(response)) == (422, ["idempotency-key-reused"])


@pytest.mark.parametrize(
    ("missing", "code"), [("Idempotency-Key", "idempotency-key-required"), ("If-Match", "if-match-required")]
)
def test_wants_the_headers_of_a_command(api, dossier, missing, code):
    path = f"/dossiers/{dossier['id']}/withdraw"
    response = api("POST", path, as_="applicant-kunming", headers={missing: None}, json={})
    assert (response.status_code, codes(response)) == (428, [code])


def test_a_stale_version_is_told_what_came_between(api, dossier):
    path = f"/dossiers/{dossier['id']}/sections/cover"
    cover = {"content": {"centre_name": "幻彩"}}
    seen = {"If-Match": '"1"'}
    assert api("PUT", path, as_="applicant-kunming", headers=seen, json=cover).status_code == 200
    response = api("PUT", path, as_="applicant-kunming", headers=seen, json=cover)
    assert (response.status_code, codes(response)) == (412, ["stale-version"])
    assert response.json()["actual_version"] == 2


def test_of_many_who_saw_the_same_version_one_wins(api, dossier):
    path = f"/dossiers/{dossier['id']}/sections/cover"

    def save(n):
        content = {"content": {"centre_name": f"幻彩{n}"}}
        return api("PUT", path, as_="applicant-kunming", headers={"If-Match": '"1"'}, json=content)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(save, range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    lost = next(answer for answer in answers if answer.status_code == 412)
    assert lost.json()["actual_version"] == 2


def test_names_every_finding_of_a_bad_form_at_once(api):
    form = {"number": 7, "title": "a\u0000b", "year": "2026", "opens_on": "2026-13-01", "surprise": 1}
    response = api("POST", "/rounds", json=form)
    assert response.status_code == 422
    assert pointers(response) == ["/closes_on", "/number", "/opens_on", "/surprise", "/title", "/year"]
    assert all(error["zh"] and error["en"] for error in response.json()["errors"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "broken-json"),
        (b"[1]", "object-expected"),
        (b'{"a":1,"a":2}', "broken-json"),
        (b'{"a":NaN}', "broken-json"),
        (b"\xff\xfe", "broken-json"),
        (b'{"a":' + b"[" * 50 + b"]" * 50 + b"}", "nested-too-deeply"),
        (b'{"a":' + b"[" * 100_000, "broken-json"),
    ],
)
def test_refuses_a_body_that_is_not_a_plain_json_object(api, body, code):
    response = api("POST", "/rounds", content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, codes(response)) == (422, [code])


def test_refuses_another_media_type(api):
    response = api("POST", "/rounds", content=b"a=1", headers={"Content-Type": "text/plain"})
    assert (response.status_code, codes(response)) == (415, ["json-expected"])


def test_refuses_a_body_of_fifty_megabytes_before_reading_it(api):
    response = api("POST", "/rounds", content=b" " * 50_000_000, headers={"Content-Type": "application/json"})
    assert (response.status_code, codes(response)) == (413, ["body-too-large"])


def test_refuses_a_body_that_hides_its_length(api):
    def chunks():
        for _ in range(200):
            yield b" " * 10_000

    response = api("POST", "/rounds", content=chunks(), headers={"Content-Type": "application/json"})
    assert response.status_code == 413


def test_names_a_wrong_check_character_and_512_members(api, dossier):
    member = {"seq": 1, "role": "participant", "name": "甲", "uscc": "91530300MAFAKE051C", "kind": "enterprise"}
    path = f"/dossiers/{dossier['id']}/sections/centre"
    response = api("PUT", path, as_="applicant-kunming", json={"content": {"members": [member]}})
    assert (response.status_code, codes(response)) == (422, ["uscc-check-character"])
    assert pointers(response) == ["/centre/members/0/uscc"]
    response = api("PUT", path, as_="applicant-kunming", json={"content": {"members": [member] * 512}})
    assert response.status_code == 422
    assert api("GET", f"/dossiers/{dossier['id']}", as_="applicant-kunming").json()["sections"] == {}


def test_answers_401_without_a_good_token(api):
    for token in (None, "Bearer", "Bearer a.b.c", "Basic eA=="):
        response = api("POST", "/rounds", as_=None, headers={"Authorization": token}, json=round_form())
        assert response.status_code in {401, 403}, token
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_answers_403_to_a_role_that_may_not(api):
    response = api("POST", "/rounds", as_="applicant-kunming", json=round_form())
    assert (response.status_code, codes(response)) == (403, ["role-may-not"])


@pytest.mark.parametrize("stranger", ["applicant-dehong", "officer-dehong"])
def test_answers_404_for_a_case_that_one_may_not_know_of(api, dossier, stranger):
    assert api("GET", f"/dossiers/{dossier['id']}", as_=stranger).status_code == 404
    items = api("GET", "/dossiers?limit=200", as_=stranger).json()["items"]
    assert dossier["id"] not in {item["id"] for item in items}


def test_answers_404_and_405_as_problem_documents(api):
    assert codes(api("GET", "/nothing")) == []
    response = api("DELETE", "/rounds")
    assert (response.status_code, codes(response)) == (405, [])


def test_pages_through_a_list_without_missing_or_repeating(api):
    for _ in range(5):
        api("POST", "/rounds", json=round_form())
    whole = [item["id"] for item in api("GET", "/rounds?limit=200").json()["items"]]
    pages, after = [], ""
    while True:
        page = api("GET", f"/rounds?limit=2{after}").json()
        pages += [item["id"] for item in page["items"]]
        if "next" not in page:
            break
        after = f"&after={page['next']}"
    assert pages == whole


@pytest.mark.parametrize("query", ["limit=0", "limit=999", "limit=x", "after=%%%", "after=bm90IGpzb24"])
def test_refuses_a_page_that_makes_no_sense(api, query):
    assert api("GET", f"/rounds?{query}").status_code == 422


def test_says_nothing_of_the_inside_and_marks_every_answer(api):
    response = api("GET", "/rounds", headers={"X-Request-Id": "mine-1"})
    assert response.headers["X-Request-Id"] == "mine-1"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in response.headers


@pytest.mark.parametrize(
    "text", ["' or '1'='1", "x'; drop table intake.log; --", "%s %(name)s {0}", "\\'; select pg_sleep(9)"]
)
def test_reads_no_query_out_of_what_a_caller_sends(api, text):
    planned = api("POST", "/rounds", json={**round_form(), "title": text})
    assert planned.status_code == 201, planned.text
    listed = api("GET", "/rounds?limit=200").json()["items"]
    assert [each["title"] for each in listed if each["id"] == planned.json()["id"]] == [text]
    cursor = base64.urlsafe_b64encode(json.dumps([text, text]).encode()).decode()
    assert api("GET", "/rounds", params={"after": cursor, "limit": "2"}).status_code < 500
    assert api("GET", "/rounds", params={"limit": text}).status_code == 422


def test_a_trace_is_carried_from_the_request_into_the_event_and_the_message(api, deployment):
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    planned = api("POST", "/rounds", json=round_form(), headers={"traceparent": trace}).json()
    with psycopg.connect(deployment.database_url) as connection:
        query = "select state->'metadata'->>'traceparent' from intake.log_as_json where originator_id = %s"
        assert connection.execute(query, [planned["id"]]).fetchall() == [(trace,)]
    event = replace(TOLD, traceparent=trace)
    record = LogRecord(1, uuid.uuid4(), 1, "", b"", b"")
    [message], _ = EventStream(Broker("memory://"), lambda *_: event).messages([record], 0)
    assert message.headers == {"traceparent": trace}
    assert decode(message.body).traceparent == trace


def test_answers_304_to_who_has_the_version_already(api, dossier):
    path = f"/dossiers/{dossier['id']}"
    etag = api("GET", path, as_="applicant-kunming").headers["ETag"]
    assert (
        api("GET", path, as_="applicant-kunming", headers={"If-None-Match": etag, "If-Match": None}).status_code == 304
    )


def test_refused_attempts_are_recorded_and_nothing_else(api, deployment):
    def stored():
        with psycopg.connect(deployment.database_url) as connection:
            [(events,)] = connection.execute("select position from intake.log_head").fetchall()
            [(attempts,)] = connection.execute("select count(*) from intake.security_log").fetchall()
        return events, attempts

    events, attempts = stored()
    api("POST", "/rounds", as_="applicant-kunming", json=round_form())
    api("POST", "/rounds", json={})
    assert stored() == (events, attempts + 2)


def test_live_ready_version_and_metrics_are_on_the_operations_port_only(api, deployment):
    operations = f"http://127.0.0.1:{deployment._ports['intake.operations']}"
    assert httpx.get(f"{operations}/livez").json() == {"status": "live"}
    assert httpx.get(f"{operations}/readyz").status_code == 200
    assert json.loads(httpx.get(f"{operations}/version").content)["service"] == "intake"
    assert "zhichuang_commands_total" in httpx.get(f"{operations}/metrics").text
    assert api("GET", "/metrics").status_code == 404


@pytest.mark.parametrize("given", ["", "00-short", "00-" + "0" * 32 + "-00f067aa0ba902b7-01", "x" * 500])
def test_a_request_without_a_usable_trace_begins_one(api, deployment, given):
    planned = api("POST", "/rounds", json=round_form(), headers={"traceparent": given}).json()
    with psycopg.connect(deployment.database_url) as connection:
        query = "select state->'metadata'->>'traceparent' from intake.log_as_json where originator_id = %s"
        [(kept,)] = connection.execute(query, [planned["id"]]).fetchall()
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", kept)
    assert "0" * 32 not in kept


def test_each_request_is_one_line_of_the_log(api, deployment):
    answer = api("POST", "/rounds", json={}, headers={"X-Request-Id": "a-request-of-mine"})
    assert answer.status_code == 422
    written = (deployment.home / "intake.log").read_text("utf-8").splitlines()
    [line] = [json.loads(each) for each in written if "a-request-of-mine" in each]
    assert (line["event"], line["command"], line["outcome"], line["status"]) == (
        "request",
        "plan_round",
        "invalid",
        422,
    )
    assert line["correlation_id"] == "a-request-of-mine"
    assert line["traceparent"].startswith("00-")
    assert line["duration_ms"] > 0
