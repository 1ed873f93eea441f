"""The runbook, tried: each trouble is made on running processes, seen in its metric, and ended by what the page says.

intake serves without a relay at first, so that it can fall behind; notify listens to it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest
import yaml
from kombu.connection import Connection

from deploy.demo.client import Refused
from services.notify.domain.watch import REMIND
from services.shared.kernel.broker import Names
from tests.architecture.services import ROOT
from tests.deployment import Deployment
from tests.journeys.conftest import START, sweep

RUNBOOK = (ROOT / "docs/operations.md").read_text("utf-8")
GROUPS = yaml.safe_load((ROOT / "deploy/prometheus/rules.yml").read_text("utf-8"))["groups"]
ALERTS = [rule["alert"] for group in GROUPS for rule in group["rules"]]
PATIENCE = 60
"""Seconds."""


@pytest.fixture(scope="module")
def deployment(module_database_url, amqp_uri, tmp_path_factory):
    prefix = f"drill-{uuid.uuid4().hex[:8]}."
    home = tmp_path_factory.mktemp("drill")
    deployment = Deployment(home, module_database_url, amqp_uri, prefix=prefix, start=START)
    try:
        deployment.begin("intake", relay=False)
        deployment.begin("notify")
        for service in ("intake", "notify"):
            deployment.wait_ready(service)
        yield deployment
    finally:
        deployment.close()
        sweep(amqp_uri, prefix)


@pytest.fixture(scope="module")
def relaying(deployment):
    """From here on intake's events are published too."""
    deployment.start("intake", instance="-relay")


class Desk:
    """Who makes the trouble, and who looks."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.officer = deployment.person("officer-province-1")
        self.head = deployment.person("division-head")

    def metric(self, name: str, service: str = "intake", **labels: str) -> float:
        """The sum of a metric's series that have these labels; 0 when there is none."""
        page = httpx.get(f"{self.deployment.operations_of(service)}/metrics", timeout=30).text
        found = 0.0
        for line in page.splitlines():
            match = re.fullmatch(rf"zhichuang_{name}\{{(.*)\}} (\S+)", line)
            if match and all(f'{key}="{value}"' in match.group(1) for key, value in labels.items()):
                found += float(match.group(2))
        return found

    def until(self, holds) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end
            time.sleep(0.05)

    def plan(self):
        return self.officer.act(
            "intake",
            "/rounds",
            {
                "number": uuid.uuid4().hex[:8],
                "title": "虚构批次",
                "year": 2026,
                "opens_on": "2026-01-12",
                "closes_on": "2026-06-30",
            },
        )

    def open_round(self) -> None:
        planned = self.plan()
        form = {"document_no": f"虚〔2026〕{planned['number']}"}
        self.head.act("intake", f"/rounds/{planned['id']}/open", form, seen=planned["version"])

    def word(self, service: str, *words: str) -> tuple[int, str]:
        """A word of the command line, as the runbook gives it."""
        told = subprocess.run(
            [sys.executable, "-m", f"services.{service}", *words],
            env=self.deployment.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        return told.returncode, told.stdout + told.stderr

    @contextlib.contextmanager
    def renamed(self, table: str):
        """While inside, a table is not where it should be."""
        plain = table.rpartition(".")[2]
        with psycopg.connect(self.deployment.database_url, autocommit=True) as connection:
            connection.execute(f"alter table {table} rename to away")
            try:
                yield
            finally:
                connection.execute(f"alter table {table.rpartition('.')[0]}.away rename to {plain}")


@pytest.fixture(scope="module")
def desk(deployment):
    return Desk(deployment)


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_says_by_which_test_its_section_was_tried(alert):
    [section] = re.findall(rf"(?ms)^## {alert}$(.*?)(?=^## |\Z)", RUNBOOK)
    named = re.findall(r"(?m)^Tried: (.*)$", section)
    assert len(named) == 1, "one line"
    there = {
        n for p in (ROOT / "tests").rglob("test_*.py") for n in re.findall(r"(?m)^def (test_\w+)", p.read_text("utf-8"))
    }
    tests = set(re.findall(r"`(test_\w+)`", named[0]))
    assert tests
    assert tests <= there


def test_a_relay_that_is_behind_catches_up_when_it_runs_again(desk, deployment, request):
    desk.open_round()
    desk.until(lambda: desk.metric("relay_lag_events") > 0)
    desk.until(lambda: desk.metric("relay_lag_seconds") > 0.5)
    assert desk.metric("log_events_total") >= 2
    request.getfixturevalue("relaying")
    desk.until(lambda: desk.metric("relay_lag_events") == 0)
    assert desk.metric("relay_lag_seconds") == 0


@pytest.mark.usefixtures("relaying")
def test_parked_events_are_listed_and_taken_in_again_when_the_cause_is_gone(desk):
    with desk.renamed("notify_read.notifications"):
        desk.open_round()
        desk.until(lambda: desk.metric("parked_events", "notify", sender="intake") == 1)
        code, said = desk.word("notify", "parked")
        assert (code, json.loads(said.splitlines()[-1])["sender"]) == (0, "intake")
        assert desk.word("notify", "redrive")[1].startswith("0 taken in\n"), "the cause is not gone"
    code, said = desk.word("notify", "redrive")
    assert (code, said.splitlines()[0]) == (0, "1 taken in")
    assert desk.metric("parked_events", "notify") == 0


@pytest.mark.usefixtures("relaying")
def test_dead_letters_are_listed_and_taken_away(desk, deployment, amqp_uri):
    names = Names(deployment.environment["BROKER_PREFIX"])
    with Connection(amqp_uri) as connection:
        channel = connection.default_channel
        forged = channel.prepare_message(b"not an event")
        channel.basic_publish(forged, exchange=names.events, routing_key="intake.forged.v1")
    desk.until(lambda: "intake.forged.v1" in desk.word("notify", "dead")[1])
    code, said = desk.word("notify", "dead", "--discard")
    assert (code, json.loads(said)["reason"]) == (0, "rejected")
    assert desk.word("notify", "dead") == (0, "")


def test_a_fault_of_ours_is_counted_and_its_place_is_in_the_log(desk, deployment):
    with desk.renamed("intake_read.rounds"), pytest.raises(Refused) as refused:
        desk.plan()
    assert refused.value.status == 500
    assert desk.metric("commands_total", outcome="failed", command="plan_round") == 1
    lines = [json.loads(line) for line in (deployment.home / "intake.log").read_text("utf-8").splitlines()]
    [line] = [line for line in lines if line["event"] == "request failed"]
    assert (line["command"], line["error"]) == ("plan_round", "UndefinedTable")
    assert ".py:" in line["where"]
    assert line["correlation_id"] == refused.value.problem["trace_id"]
    desk.plan()


def test_callers_wait_while_a_session_holds_a_table_and_go_on_when_it_is_ended(desk, deployment):
    def slow():
        return desk.metric("command_seconds_count") - desk.metric("command_seconds_bucket", le="1.0")

    before = slow()
    people = [deployment.person("officer-province-1") for _ in range(16)]
    holder = psycopg.connect(deployment.database_url)  # which is ended from outside
    with ThreadPoolExecutor(len(people)) as pool:
        holder.execute("lock table intake_read.rounds in access exclusive mode")
        asked = [pool.submit(person.get, "intake", "/rounds") for person in people]
        with psycopg.connect(deployment.database_url, autocommit=True) as looking:
            desk.until(lambda: desk.metric("database_pool_waiting") > 4)
            time.sleep(1)
            query = "select distinct unnest(pg_blocking_pids(pid)) from pg_stat_activity"  # as the runbook says
            blocking = [pid for (pid,) in looking.execute(query)]
            assert holder.info.backend_pid in blocking
            looking.execute("select pg_terminate_backend(%s)", [holder.info.backend_pid])
        assert {"items"} <= set(asked[-1].result())
    assert desk.metric("database_pool_waiting") == 0
    assert desk.metric("database_pool_wait_seconds_total") > 0
    assert slow() > before


def test_a_gauge_that_cannot_be_read_is_a_hole_and_is_counted(desk):
    with desk.renamed("intake.parked"):
        before = desk.metric("gauge_failures_total", gauge="parked_events")
        assert desk.metric("gauge_failures_total", gauge="parked_events") > before
    after = desk.metric("gauge_failures_total", gauge="parked_events")
    assert desk.metric("gauge_failures_total", gauge="parked_events") == after


def test_a_deadline_that_is_not_carried_out_grows_old_and_is_told(desk, deployment):
    assert time.time() - desk.metric("timer_heartbeat_timestamp_seconds") < 30
    with psycopg.connect(deployment.database_url, autocommit=True) as connection:
        connection.execute(
            "insert into notify_read.deadlines values (gen_random_uuid(), %s, '2025-12-01', false, '{}')", [REMIND]
        )
        desk.until(lambda: desk.metric("oldest_due_deadline_seconds", "notify") > 600)
        oldest = "select kind from notify_read.deadlines order by due limit 1"  # as the runbook says
        assert connection.execute(oldest).fetchone() == (REMIND,)
        connection.execute("delete from notify_read.deadlines where due = '2025-12-01'")
    assert desk.metric("oldest_due_deadline_seconds", "notify") == 0


def test_a_process_that_stood_still_tells_for_how_long(desk, deployment):
    process = deployment.processes["intake"]
    os.kill(process.pid, signal.SIGSTOP)
    time.sleep(2.2)
    os.kill(process.pid, signal.SIGCONT)
    desk.until(lambda: desk.metric("process_pause_seconds") > 2)


def test_a_record_that_was_tampered_with_is_named_and_nothing_is_repaired(desk, deployment):
    assert desk.word("intake", "verify")[0] == 0
    with psycopg.connect(deployment.database_url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")  # the database's own administrator
        [(topic,)] = connection.execute("select topic from intake.log where position = 1").fetchall()
        change = "update intake.log set topic = %s where position = 1"
        connection.execute(change, ["intake.round.forged"])
        code, said = desk.word("intake", "verify")
        assert code == 1
        assert re.search(r"\b1\b", said.splitlines()[0])
        assert "1 breaks" in said
        connection.execute(change, [topic])
    assert desk.word("intake", "verify")[0] == 0
