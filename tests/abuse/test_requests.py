"""What strangers may try on the HTTP API of the running system; see cases.toml for the whole list."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from services.shared.kernel.problems import problem
from tests.deployment import SERVICES
from tests.fuzz.conftest import embedded
from tests.fuzz.test_http import operations

__all__ = ["embedded"]

SCRIPT = "<script>alert('幻')</script>"


@pytest.fixture(scope="module")
def api(embedded):
    with httpx.Client(base_url=embedded.address, timeout=30) as client:
        client.headers["Authorization"] = f"Bearer {embedded.token}"
        yield client


def form(**changes):
    plain = {"number": uuid.uuid4().hex[:12], "title": "批次", "year": 2029}
    return plain | {"opens_on": "2029-03-01", "closes_on": "2029-06-30"} | changes


def plan(api, key, body, **headers):
    return api.post("/intake/rounds", json=body, headers={"Idempotency-Key": key} | headers)


def test_a_command_sent_ten_times_at_once_is_carried_out_once(api):
    key, body = uuid.uuid4().hex, form()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: plan(api, key, body), range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert plan(api, key, body).json()["id"] == answers[0].json()["id"]


def test_another_person_may_not_use_the_key_of_a_captured_request(api):
    key, body = uuid.uuid4().hex, form()
    assert plan(api, key, body).status_code == 201
    assert plan(api, key, body, Authorization="Bearer e30.e30.AAAA").status_code == 401
    other = api.post("/demo/token", json={"subject": "officer-province-1"}).json()["token"]
    assert plan(api, key, body, Authorization=f"Bearer {other}").status_code != 201


def test_no_answer_can_be_read_as_a_page_with_scripts(api):
    answer = plan(api, uuid.uuid4().hex, form(title=SCRIPT))
    for each in (answer, api.get("/intake/rounds"), api.get(f"/intake/{SCRIPT}")):
        assert "html" not in each.headers["Content-Type"]
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert each.headers["Content-Security-Policy"].startswith("default-src 'none'")


DEEP = json.loads("[" * 40 + "]" * 40)


@pytest.mark.parametrize(
    ("title", "status", "code"), [("x" * 1_100_000, 413, "body-too-large"), (DEEP, 422, "nested-too-deeply")]
)
def test_a_body_that_is_too_large_or_too_deep_is_refused_before_it_is_read(api, title, status, code):
    answer = plan(api, uuid.uuid4().hex, form(title=title))
    assert (answer.status_code, [error["code"] for error in answer.json()["errors"]]) == (status, [code])


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_but_the_public_roll_is_read_without_signing_in(embedded, service):
    open_to_all = set()
    for operation in operations(service):
        if operation.method == "get" and "{" not in operation.path:
            answer = httpx.get(f"{embedded.address}/{service}{operation.path}", timeout=30)
            if answer.status_code not in (401, 403):
                open_to_all.add(operation)
    for operation in open_to_all:
        assert {} in operation.definition.raw.get("security", []), operation.path


def test_an_error_of_our_own_tells_nothing_of_the_inside():
    error = RuntimeError('relation "intake.log" at /srv/zhichuang/secret.py, password=FAKE')
    answer = problem(error, "/rounds", "abc")
    assert answer.status_code == 500
    for word in ("intake.log", "secret", "FAKE", "RuntimeError", "Traceback"):
        assert word not in answer.get_data(as_text=True)
