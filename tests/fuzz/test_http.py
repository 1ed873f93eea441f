"""Every operation of every OpenAPI document, with requests good and bad: no answer says that the system broke.

Half of the ids are of things that exist, and the caller holds every role, so that the requests reach the decisions.
Examples are the same in every run. `FUZZ_EXAMPLES` asks for more of them an operation.
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import schemathesis
import schemathesis.config
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.result import Ok

from tests.deployment import SERVICES

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
SECONDS = 10
"""No answer takes longer."""


def operations(service: str) -> Iterator[Any]:
    schema = schemathesis.openapi.from_path(f"docs/api/openapi/{service}.yaml")
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


@pytest.mark.parametrize("service", SERVICES)
def test_no_request_breaks_the_service(embedded, service):
    broken: dict[str, str] = {}
    reached: set[int] = set()
    for operation in operations(service):
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            try_out(embedded, service, operation, mode, broken, reached)
    assert broken == {}
    assert {200, 404, 422} <= reached, "the requests do not get anywhere"


def try_out(embedded, service, operation, mode, broken, reached):
    chance = random.Random(operation.label)

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        known = embedded.ids[service]
        for name in case.path_parameters or {}:
            if name.endswith("_id") and known and chance.random() < 0.5:
                case.path_parameters[name] = chance.choice(known)
        headers = {"Authorization": f"Bearer {embedded.token}", "If-Match": "*"}
        response = case.call(base_url=f"{embedded.address}/{service}", headers=headers, timeout=SECONDS)
        reached.add(response.status_code)
        if response.status_code >= 500:
            broken.setdefault(operation.label, case.as_curl_command()[-600:])

    with suppress(Unsatisfiable):  # nothing of this operation can be sent wrongly
        send()


VALUES: tuple[Any, ...] = (
    [],
    ["x"],
    [1],
    [10**30],
    [True],
    ["9999-99-99", "x"],
    ["infinity", "x"],
    [1, 2, 3],
    ["\x00"],
    {},
)
CURSORS = [base64.urlsafe_b64encode(json.dumps(value).encode()).decode() for value in VALUES]
STRANGE = ["\x00", "'", "ÿ" * 900, "-1", "2026-13-40", *CURSORS]
FILTERS = ("after", "limit", "state", "purpose", "actor", "capacity", "topic", "clause", "from", "to", "at", "known_at")


@pytest.mark.parametrize("service", SERVICES)
def test_no_filter_or_cursor_breaks_a_list(embedded, service):
    broken = set()
    known = itertools.cycle(embedded.ids[service] or [str(uuid.uuid4())])
    with httpx.Client(base_url=f"{embedded.address}/{service}", timeout=SECONDS) as client:
        client.headers["Authorization"] = f"Bearer {embedded.token}"
        for operation in operations(service):
            if operation.method != "get":
                continue
            is_list = str(operation.definition.raw.get("operationId", "")).startswith("list_")
            for value in STRANGE if is_list else STRANGE[:2]:
                path = re.sub(r"\{\w+\}", lambda _: next(known), operation.path)
                answer = client.get(path, params=dict.fromkeys(FILTERS if value in CURSORS else FILTERS[2:], value))
                if answer.status_code >= 500:
                    broken.add(f"{operation.path} {value[:20]!r}")
    assert broken == set()
