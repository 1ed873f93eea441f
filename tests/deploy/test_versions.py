"""Expand, migrate, contract, shown once: an old and a new version of a service side by side on one log, and a rollback.

The new version is the tree of an image in which a stored event has one more field, with a default, and the read model
one more column; the last one demands that the column is filled. docs/operations.md tells the steps.
"""

from __future__ import annotations

import subprocess
import sys
import uuid
from datetime import UTC, datetime

import psycopg
import pytest

from deploy.demo.client import Refused
from deploy.docker.keep_one_service import keep
from tests.architecture.services import ROOT
from tests.deployment import Deployment
from tests.journeys.conftest import sweep

OLD, NEW, LAST = "intake-old", "intake-new", "intake-last"


def replace_once(file, before, after):
    text = file.read_text("utf-8")
    assert text.count(before) == 1, f"{file.name} no longer has {before!r} once"
    file.write_text(text.replace(before, after), "utf-8")


@pytest.fixture
def trees(tmp_path):
    """The tree of today's image, that of tomorrow's, and that of the day after."""
    for name in (OLD, NEW, LAST):
        keep("intake", ROOT, tmp_path / name)
    expand(tmp_path / NEW / "services/intake")
    expand(tmp_path / LAST / "services/intake", kind="text not null")
    return {name: tmp_path / name for name in (OLD, NEW, LAST)}


def expand(intake, kind="text"):
    """A round has a budget line, in a column of this kind."""
    rounds = intake / "domain/round.py"
    replace_once(
        rounds,
        "def __init__(self, number: str, title: str, year: int, opens_on: date, closes_on: date) -> None:\n",
        "def __init__(self, number: str, title: str, year: int, opens_on: date, closes_on: date,"
        ' budget_line: str = "") -> None:\n        self.budget_line = budget_line\n',
    )
    replace_once(
        rounds, "closes_on=closes_on)\n\n    def publish", 'closes_on=closes_on, budget_line="new")\n\n    def publish'
    )
    tables = intake / "projections/rounds.py"
    replace_once(tables, "    conditions jsonb\n);\n", f"    conditions jsonb,\n    budget_line {kind}\n);\n")
    planned = '        "closes_on": event.closes_on,\n    }\n    upsert(cursor, "rounds"'
    replace_once(tables, planned, planned.replace("    }\n", '        "budget_line": event.budget_line,\n    }\n', 1))


@pytest.fixture
def deployment(trees, database_url, amqp_uri, tmp_path):
    prefix = f"version-{uuid.uuid4().hex[:8]}."
    home = tmp_path / "home"
    home.mkdir()
    start = datetime(2026, 3, 2, 1, tzinfo=UTC)
    deployment = Deployment(home, database_url, amqp_uri, prefix=prefix, start=start)
    deployment.trees = trees
    yield deployment
    deployment.close()
    sweep(amqp_uri, prefix)


def run(deployment, tree, *words):
    """Run a word of an image; returns its exit code and what it said."""
    environment = {**deployment.environment, "PYTHONPATH": ""}
    told = subprocess.run([sys.executable, tree, *words], env=environment, capture_output=True, text=True, timeout=60)
    return told.returncode, told.stdout + told.stderr


def begin(deployment, name):
    deployment.begin("intake", instance=name.removeprefix("intake"))
    deployment.wait_ready("intake", name.removeprefix("intake"))


def rounds_at(deployment, name):
    deployment.addresses["intake"] = deployment.address_of(name)


def plan(officer, number):
    form = {"number": number, "title": "虚构批次", "year": 2026, "opens_on": "2026-03-02", "closes_on": "2026-06-30"}
    return officer.act("intake", "/rounds", form)


def budget_lines(database_url):
    with psycopg.connect(database_url) as connection:
        return dict(connection.execute("select number, budget_line from intake_read.rounds").fetchall())


def test_an_old_and_a_new_version_share_one_log(deployment, trees, database_url):
    begin(deployment, OLD)
    code, said = run(deployment, trees[NEW], "serve")
    assert (code, "run its `migrate` first" in said) == (1, True), "the new one waits for its tables"
    assert run(deployment, trees[NEW], "migrate") == (0, "")
    begin(deployment, NEW)

    officer = deployment.person("officer-province-1")
    head = deployment.person("division-head")
    planned = {}
    for name, number in ((OLD, "2026-01"), (NEW, "2026-02")):
        rounds_at(deployment, name)
        planned[name] = plan(officer, number)
    for other, name in ((OLD, NEW), (NEW, OLD)):  # each carries on what the other began
        rounds_at(deployment, other)
        path = f"/rounds/{planned[name]['id']}/open"
        opened = head.act("intake", path, {"document_no": f"虚〔2026〕{name[-3:]}"}, seen=planned[name]["version"])
        assert opened["state"] == "open"
    for name in (OLD, NEW):
        rounds_at(deployment, name)
        listed = officer.get("intake", "/rounds")["items"]
        assert [(each["number"], each["state"]) for each in listed] == [("2026-01", "open"), ("2026-02", "open")]

    with psycopg.connect(database_url) as connection:
        written = connection.execute(
            "select state ? 'budget_line' from intake.log_as_json"
            " where topic = 'intake.round.planned' order by position"
        ).fetchall()
    assert written == [(False,), (True,)]
    for tree in (trees[OLD], trees[NEW]):
        code, said = run(deployment, tree, "verify")
        assert (code, "0 breaks" in said) == (0, True), said

    # migrate: rows of the old version are filled from the log while both serve
    assert budget_lines(database_url) == {"2026-01": None, "2026-02": "new"}
    assert run(deployment, trees[NEW], "rebuild", "rounds")[0] == 0
    assert budget_lines(database_url) == {"2026-01": "", "2026-02": "new"}
    for name in (OLD, NEW):
        rounds_at(deployment, name)
        assert len(officer.get("intake", "/rounds")["items"]) == 2

    assert deployment.stop(NEW) == 0  # the new one is taken back: the old one starts on the wider tables
    assert deployment.stop(OLD) == 0
    begin(deployment, OLD)
    rounds_at(deployment, OLD)
    assert len(officer.get("intake", "/rounds")["items"]) == 2

    # contract: only when no old one is left, for from now on there is no way back to it
    assert run(deployment, trees[LAST], "migrate") == (0, "")
    with pytest.raises(Refused):
        plan(officer, "2026-03")
    begin(deployment, NEW)
    rounds_at(deployment, NEW)
    plan(officer, "2026-03")
    assert budget_lines(database_url)["2026-03"] == "new"
