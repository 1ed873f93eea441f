"""What the processes wrote into their logs while two centres lived their whole lives: JSON lines, and nobody's name."""

from __future__ import annotations

import json

import pytest
import yaml

from services.shared.kernel.logs import KEYS
from tests.deployment import SERVICES
from tests.journeys.conftest import CASES

PERSONAL = ("mobile", "phone", "email", "qq")
"""Keys of the case files under which somebody can be reached; `name` beside one of them is a person's."""


def canaries_in(value):
    """Everything in a case file by which somebody could be known or reached."""
    found = set()
    if isinstance(value, dict):
        if any(key in value for key in PERSONAL):
            found |= {str(value[key]) for key in ("name", *PERSONAL) if value.get(key)}
        found = found.union(*map(canaries_in, value.values()))
    elif isinstance(value, list):
        found = found.union(*map(canaries_in, value))
    return found


def seen_in(text, canaries):
    """The canaries that a log holds, as they are or as JSON writes them."""
    return {each for each in canaries if each in text or json.dumps(each)[1:-1] in text}


@pytest.fixture(scope="module")
def canaries():
    cases = [yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8")) for name in ("tc01", "tc11")]
    return canaries_in(cases)


@pytest.fixture(scope="module")
def logs(played):
    return {service: (played.deployment.home / f"{service}.log").read_text("utf-8") for service in SERVICES}


def test_the_canaries_sing(canaries):
    assert {"幻铭泽", "13800000101", "mingze@huancai.example", "0871-65330001"} <= canaries
    assert len(canaries) > 30
    assert seen_in('{"event": "\\u5e7b\\u94ed\\u6cfd"}', canaries) == {"幻铭泽"}
    assert seen_in("call 13800000101", canaries) == {"13800000101"}


@pytest.mark.parametrize("service", SERVICES)
def test_no_log_of_a_whole_story_holds_anything_personal(logs, canaries, service):
    assert logs[service].strip(), "a log that holds nothing proves nothing"
    assert seen_in(logs[service], canaries) == set()
    assert "eyJ" not in logs[service], "a token"


@pytest.mark.parametrize("service", SERVICES)
def test_every_line_is_json_with_known_keys_and_says_whose_it_is(logs, service):
    for line in logs[service].splitlines():
        told = json.loads(line)
        assert set(told) <= KEYS
        assert told["service"] == service
        assert {"time", "level", "event"} <= set(told)


@pytest.mark.parametrize("service", SERVICES)
def test_every_request_and_every_event_taken_is_a_line_that_can_be_followed(logs, service):
    told = [json.loads(line) for line in logs[service].splitlines()]
    requests = [line for line in told if line["event"] == "request"]
    taken = [line for line in told if line["event"] == "event taken"]
    assert (requests and taken) or service == "audit"  # which nobody asked anything, and which hears logs
    assert [line for line in requests if not line["traceparent"]] == []
    assert [line for line in requests + taken if not line["correlation_id"]] == []


def test_one_request_is_found_in_the_logs_of_all_who_acted_on_it(logs):
    lines = {service: [json.loads(line) for line in logs[service].splitlines()] for service in SERVICES}
    [first, *_] = [line for line in lines["intake"] if line.get("command") == "submit_dossier"]
    follows = {s for s in SERVICES if any(line.get("correlation_id") == first["correlation_id"] for line in lines[s])}
    assert {"intake", "screening", "notify"} <= follows
