"""Alerts and dashboard: right by promtool, about metrics that services really export, each alert with its runbook."""

from __future__ import annotations

import json
import re
import subprocess
import uuid

import httpx
import psycopg
import pytest
import yaml

from deploy.grafana.dashboard import dashboard
from services.shared.kernel.metrics import GAUGES
from tests.architecture.services import ROOT, SERVICES
from tests.deploy.promtool import find_promtool
from tests.deploy.scrape import FROM_ELSEWHERE, exported, grouped_by, metrics_in, promised
from tests.deployment import Deployment
from tests.journeys.conftest import START, sweep

PROMETHEUS = ROOT / "deploy/prometheus"
DASHBOARD = ROOT / "deploy/grafana/dashboards/zhichuang.json"
RUNBOOK = (ROOT / "docs/operations.md").read_text("utf-8")
RULES = [
    rule for group in yaml.safe_load((PROMETHEUS / "rules.yml").read_text("utf-8"))["groups"] for rule in group["rules"]
]
GIVEN_BY_PROMETHEUS = {"job", "job_name", "cronjob", "instance", "component", "le"}


@pytest.fixture(scope="module")
def promtool():
    found = find_promtool(ROOT / ".run" / "promtool")
    if found is None:
        pytest.skip("promtool is not here and cannot be fetched; CI has it")
    return found


@pytest.fixture(scope="module")
def deployment(module_database_url, amqp_uri, tmp_path_factory):
    prefix = f"scrape-{uuid.uuid4().hex[:8]}."
    deployment = Deployment(
        tmp_path_factory.mktemp("scrape"), module_database_url, amqp_uri, prefix=prefix, start=START
    )
    try:
        for service in SERVICES:
            deployment.begin(service)
        for service in SERVICES:
            deployment.wait_ready(service)
        yield deployment
    finally:
        deployment.close()
        sweep(amqp_uri, prefix)


@pytest.fixture(scope="module")
def pages(deployment, module_database_url):
    """What six running services export when somebody has used one, something is parked and something overdue."""
    deployment.person("auditor").get("audit", "/verification")
    with psycopg.connect(module_database_url) as connection:
        connection.execute("insert into review.parked values ('screening', 1, 'case', '', 'an error', 3)")
        connection.execute(
            "insert into review_read.deadlines values (gen_random_uuid(), 'assess', '2025-01-01', false, '{}')"
        )
        connection.execute(
            "insert into notify_read.subscriptions (id, version, name, lead_uscc, kind, state, types, only_prefecture,"
            " url, opened_at) values ('00000000-0000-0000-0000-000000000001', 1, 'tax', '', 'queue', 'active', '{}',"
            " '', '', now())"
        )
        connection.execute(
            "insert into notify.places (subscription_id) values ('00000000-0000-0000-0000-000000000001')"
        )
        connection.execute(
            "insert into notify_read.deliveries (id, version, notification_id, audience, channel, digest, state)"
            " values (gen_random_uuid(), 1, gen_random_uuid(), '', 'mail', false, 'failed')"
        )
    return [httpx.get(f"{deployment.operations_of(service)}/metrics").text for service in SERVICES]


@pytest.fixture(scope="module")
def metrics(pages):
    return exported(pages)


def promtool_says(promtool, *words):
    told = subprocess.run([promtool, *words], capture_output=True, text=True)
    return told.returncode, told.stdout + told.stderr


@pytest.mark.parametrize(
    "words", [("check", "config", "prometheus.yml"), ("check", "rules", "rules.yml"), ("test", "rules", "tests.yml")]
)
def test_promtool_is_content(promtool, words):
    code, said = promtool_says(promtool, *words[:2], PROMETHEUS / words[2])
    assert code == 0, said


def test_promtool_notices_an_alert_that_no_longer_fires(promtool, tmp_path):
    for name in ("rules.yml", "tests.yml"):
        text = (PROMETHEUS / name).read_text("utf-8")
        (tmp_path / name).write_text(
            text.replace("zhichuang_relay_lag_seconds) > 60", "zhichuang_relay_lag_seconds) > 6000")
        )
    assert promtool_says(promtool, "test", "rules", tmp_path / "tests.yml")[0] == 1


def test_every_alert_is_tested_to_fire_and_to_be_silent():
    cases = yaml.safe_load((PROMETHEUS / "tests.yml").read_text("utf-8"))["tests"]
    seen = [(test["alertname"], bool(test.get("exp_alerts"))) for case in cases for test in case["alert_rule_test"]]
    assert set(seen) == {(rule["alert"], fires) for rule in RULES for fires in (True, False)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_uses_only_what_services_export(metrics, rule):
    assert_exported(metrics, rule["expr"])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_has_a_section_in_the_runbook(rule):
    name = rule["alert"]
    assert rule["annotations"]["runbook"] == f"docs/operations.md#{name.lower()}"
    section = re.search(rf"(?ms)^## {name}$(.*?)(?=^## |\Z)", RUNBOOK)
    assert section, f"docs/operations.md has no section {name}"
    assert len(section.group(1).split()) > 20
    assert rule["labels"]["severity"] in ("critical", "warning")


def test_the_dashboard_is_the_one_that_the_code_describes():
    assert json.loads(DASHBOARD.read_text("utf-8")) == dashboard()


def queries():
    return [target["expr"] for panel in dashboard()["panels"] for target in panel.get("targets", [])]


@pytest.mark.parametrize("query", queries())
def test_the_dashboard_shows_only_what_services_export(metrics, query):
    assert_exported(metrics, query)


def test_whatever_a_service_announces_it_also_shows(pages, metrics):
    series = {re.sub(r"_(bucket|count|sum)$", "", name) for name in metrics}
    assert promised(pages) <= series
    assert {f"zhichuang_{name}" for name in GAUGES} <= {name.removesuffix("_total") for name in series}


def assert_exported(metrics, query):
    named = metrics_in(query)
    assert named, query
    assert named - FROM_ELSEWHERE <= set(metrics), f"nobody exports {named - FROM_ELSEWHERE - set(metrics)}"
    assert grouped_by(query) <= GIVEN_BY_PROMETHEUS.union(*(metrics.get(name, set()) for name in named)), query


@pytest.mark.parametrize(
    "query", ["zhichuang_no_such_thing", "max by (prefecture) (zhichuang_relay_lag_events)", "vector(1)"]
)
def test_a_query_for_what_nobody_exports_is_noticed(metrics, query):
    with pytest.raises(AssertionError):
        assert_exported(metrics, query)


def test_every_metric_of_an_alert_is_a_picture_too():
    pictured = set().union(*map(metrics_in, queries()))
    assert set().union(*(metrics_in(rule["expr"]) for rule in RULES)) - pictured <= FROM_ELSEWHERE


def test_the_runbook_names_only_words_that_the_command_line_has():
    words = set(re.findall(r"python /app ([a-z-]+)", RUNBOOK))
    files = ("services/shared/kernel/cli.py", "services/shared/kernel/mending.py", "services/audit/__main__.py")
    said = "".join((ROOT / file).read_text("utf-8") for file in files)
    assert words
    assert words <= {
        name or word for name, word in re.findall(r'(?m)\.command\((?:"([a-z-]+)")?\)\n    def (\w+)', said)
    }


@pytest.mark.parametrize("path", ["/metrics", "/livez", "/readyz", "/version", "/ops", "/docs", "/debug", "/backdoor"])
def test_nothing_operational_answers_where_people_come_in(deployment, path):
    for service in SERVICES:
        assert httpx.get(f"{deployment.addresses[service]}{path}").status_code == 404
