"""The compose arrangement: whole, within bounds, and with no secret in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.architecture.services import ROOT, SERVICES

FILE = ROOT / "deploy/compose.yaml"
TEXT = FILE.read_text("utf-8")
COMPOSE = yaml.safe_load(TEXT)
PARTS = COMPOSE["services"]
OURS = [name for name in PARTS if name.split("-")[0] in SERVICES]
ALLOWED_KEYS = set(
    """build cap_drop command configs depends_on environment healthcheck hostname image logging mem_limit networks
    pids_limit ports read_only restart security_opt stop_grace_period tmpfs volumes""".split()  # noqa: SIM905
)


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_has_its_tables_made_first_and_a_relay(service):
    assert PARTS[service]["command"] == ["serve"]
    assert PARTS[f"{service}-relay"]["command"] == ["relay"]
    assert PARTS[f"{service}-migrate"]["command"] == ["migrate"]
    for name in (service, f"{service}-relay"):
        assert PARTS[name]["depends_on"][f"{service}-migrate"] == {"condition": "service_completed_successfully"}
        assert PARTS[name]["image"].startswith(f"zhichuang/{service}:")
    assert PARTS[f"{service}-migrate"]["build"]["args"] == {"SERVICE": service}


def test_the_parts_are_those_that_the_arrangement_needs():
    others = {"postgres", "rabbitmq1", "rabbitmq2", "rabbitmq3", "prometheus", "grafana"}
    assert set(PARTS) - set(OURS) == others
    assert len(OURS) == 3 * len(SERVICES)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_is_bounded_and_pinned(name):
    part = PARTS[name]
    assert set(part) <= ALLOWED_KEYS
    assert part["mem_limit"]
    assert re.search(r":[^:]*\d+\.\d+[^:]*$", part["image"]), "an exact version"
    assert "latest" not in part["image"]
    for port in part.get("ports", []):
        assert port.startswith("127.0.0.1:"), "an ingress in front has TLS; this has not"


@pytest.mark.parametrize("name", [*OURS, "prometheus", "grafana"])
def test_a_part_of_ours_can_change_nothing(name):
    part = PARTS[name]
    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert part["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_a_service_has_time_to_finish_its_work(name):
    assert PARTS[name]["stop_grace_period"] == "75s"


@pytest.mark.parametrize("name", PARTS)
def test_what_a_part_uses_is_declared(name):
    part = PARTS[name]
    assert set(part.get("networks", [])) <= set(COMPOSE["networks"])
    assert set(part.get("depends_on", {})) <= set(PARTS)
    for volume in part.get("volumes", []):
        source = volume.partition(":")[0]
        if source.startswith("./"):
            assert (FILE.parent / source).exists(), source
        elif not source.startswith("$"):
            assert source in COMPOSE["volumes"]


def test_no_secret_is_written_in_it_and_none_may_be_forgotten():
    asked = set(re.findall(r"\$\{(\w+):\?", TEXT))
    assert {"DATABASE_PASSWORD", "BROKER_PASSWORD", "BROKER_COOKIE", "GRAFANA_PASSWORD", "KEYS"} <= asked
    for name, value in re.findall(r"(?mi)^\s+(\w*(?:pass|password|cookie|secret)\w*): (.+)$", TEXT):
        assert value.startswith("${"), name
    named = set(re.findall(r"(?m)^(\w+)=", Path(FILE.parent / "compose.env.example").read_text("utf-8")))
    assert asked <= named


def test_the_environment_holds_settings_that_exist():
    source = (ROOT / "services/shared/kernel/settings.py").read_text("utf-8")
    known = set(re.findall(r'environ(?:\.get\(|\[|, )"(\w+)"', source)) | set(re.findall(r'"([A-Z_]{4,})"', source))
    given = set(PARTS["intake"]["environment"])
    assert given <= known | {"PGPASSWORD"}
    assert "CREATE_KEYS" not in given


def test_the_broker_is_three_nodes_that_know_each_other():
    nodes = re.findall(r"nodes\.\d = rabbit@(\w+)", COMPOSE["configs"]["rabbitmq"]["content"])
    for node in nodes:
        assert PARTS[node]["networks"] == {"inside": {"aliases": ["rabbitmq"]}}
    assert "@rabbitmq:5672" in PARTS["intake"]["environment"]["AMQP_URI"], "a name that any node answers to"
    assert nodes == [PARTS[node]["hostname"] for node in nodes] == ["rabbitmq1", "rabbitmq2", "rabbitmq3"]
