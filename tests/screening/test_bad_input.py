"""Bad input over HTTP: every field of every form of screening, made from the schemas; all at once, nothing stored."""

from __future__ import annotations

import inspect
import uuid

import psycopg
import pytest

from services.screening.service import ScreeningService
from services.shared.kernel.loading import Form
from tests.bad_values import WAYS, spoilt

HEADS = {
    "decide_jurisdiction",
    "sign_not_recommended",
    "rescind_recommendation",
    "reopen_by_remedy",
    "suspend_case",
    "resume_case",
    "sign_batch",
    "sign_supplement",
}
COMMANDS = [
    (method.act, entry.url)
    for _, method in inspect.getmembers(ScreeningService)
    for entry in getattr(method, "nameko_entrypoints", ())
    if isinstance(getattr(getattr(method, "act", None), "takes", None), Form)
]
TABLES = """
select format('%I.%I', schemaname, tablename) from pg_tables
where schemaname in ('screening', 'screening_read') and tablename not in ('security_log', 'relay_position') order by 1
"""


@pytest.fixture(scope="module")
def case_id(open_case):
    return open_case()


@pytest.fixture
def kept(deployment):
    """Every row of every table but the security log; and how many attempts that one names."""

    def everything():
        with psycopg.connect(deployment.database_url) as connection:
            names = [name for (name,) in connection.execute(TABLES).fetchall()]
            digest = "select md5(string_agg(t::text, e'\\n' order by t::text)) from {} t"
            rows = {name: connection.execute(digest.format(name)).fetchone() for name in names}
            attempts = connection.execute("select act, outcome from screening.security_log order by number").fetchall()
        return rows, attempts

    return everything


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("act", "url"), COMMANDS, ids=[act.name for act, _ in COMMANDS])
def test_every_field_of_a_command_is_refused_at_its_own_pointer_and_at_once(api, case_id, kept, act, url, way):
    value, wrong = spoilt(act.takes, way)
    path = url.replace("<uuid:case_id>", case_id).replace("<uuid:batch_id>", str(uuid.uuid4()))
    rows, attempts = kept()
    response = api("POST", path, as_="head-kunming" if act.name in HEADS else "officer-kunming", json=value)
    assert response.status_code == 422
    errors = response.json()["errors"]
    assert {error["pointer"] for error in errors} == set(wrong)
    assert all(error["code"] and error["zh"] and error["en"] for error in errors)
    assert kept() == (rows, [*attempts, (act.name, "refused")])
