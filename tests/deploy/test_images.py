"""What an image holds: one service, the shared floor and the others' contracts; it starts, serves and ends in peace."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid

import pytest

from deploy.docker import sbom
from deploy.docker.keep_one_service import EMBEDDED_ONLY, keep
from tests.architecture.services import ROOT, SERVICES
from tests.deployment import Deployment
from tests.journeys.conftest import START, sweep

RECIPE = (ROOT / "deploy/docker/Dockerfile").read_text("utf-8")
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


@pytest.fixture(scope="module")
def trees(tmp_path_factory):
    place = tmp_path_factory.mktemp("images")
    for service in SERVICES:
        keep(service, ROOT, place / service)
    return {service: place / service for service in SERVICES}


@pytest.fixture(scope="module")
def deployment(trees, module_database_url, amqp_uri, tmp_path_factory):
    prefix = f"image-{uuid.uuid4().hex[:8]}."
    deployment = Deployment(tmp_path_factory.mktemp("home"), module_database_url, amqp_uri, prefix=prefix, start=START)
    deployment.trees = trees
    try:
        for service in SERVICES:
            deployment.begin(service)
        yield deployment
    finally:
        deployment.close()
        sweep(amqp_uri, prefix)


@pytest.mark.parametrize("service", SERVICES)
def test_a_tree_holds_one_service_and_the_contracts_of_the_others(trees, service):
    for other in SERVICES:
        held = {path.name for path in (trees[service] / "services" / other).iterdir()}
        if other == service:
            assert {"domain", "wiring.py", "service.py"} <= held
        else:
            assert held == {"__init__.py", "contracts"}
    assert not list(trees[service].rglob("tests")) + list(trees[service].rglob("deploy"))


def test_a_service_that_is_none_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no service seventh"):
        keep("seventh", ROOT, tmp_path / "seventh")


@pytest.mark.parametrize("service", SERVICES)
def test_a_tree_imports_nothing_that_it_lacks(trees, service):
    program = (
        "import pkgutil, importlib, runpy\n"
        f"import services.shared.kernel.bootstrap, services.{service} as service\n"
        "names = [m.name for m in pkgutil.walk_packages(service.__path__, service.__name__ + '.')]\n"
        "[importlib.import_module(name) for name in names if not name.endswith('__main__')]\n"
    )
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=trees[service], env={}, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr[-2000:]


@pytest.mark.parametrize("service", SERVICES)
def test_a_tree_starts_as_a_process_and_ends_in_peace(deployment, service):
    deployment.wait_ready(service)
    assert deployment.stop(service) == 0


@pytest.mark.parametrize("service", SERVICES)
def test_the_lock_of_an_image_has_no_database_server(trees, service):
    lock = (trees[service] / "requirements.lock").read_text("utf-8")
    names = set(re.findall(r"(?m)^([a-z0-9][\w.-]*)", lock))
    assert not names & EMBEDDED_ONLY
    assert {"nameko", "kombu", "eventsourcing", "psycopg"} <= names


def test_every_package_of_the_lock_is_pinned_by_hash():
    blocks = re.split(r"(?m)^(?=[a-z0-9])", LOCK)[1:]
    assert len(blocks) > 30
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_bill_names_every_package_with_its_licence_and_hashes():
    bill = sbom.bill(LOCK, "zhichuang")
    assert bill["bomFormat"] == "CycloneDX"
    assert {each["name"] for each in bill["components"]} == set(
        re.findall(r"(?m)^([a-z0-9][\w.-]*?)(?:\[.*\])?==", LOCK)
    )
    for each in bill["components"]:
        assert each["hashes"], each["name"]
        assert each["licenses"][0]["license"]["name"] != "not stated", each["name"]


@pytest.mark.parametrize(
    "must", ["USER 65532:65532", "--no-index", "--require-hashes", "--no-deps", "pip uninstall", "sbom.json"]
)
def test_the_recipe_keeps_its_promises(must):
    assert must in RECIPE


def test_the_recipe_fetches_nothing_and_names_an_exact_base():
    assert not re.search(r"\b(curl|wget|apt-get|ADD https?:)\b", RECIPE)
    assert re.findall(r"(?m)^ARG BASE=(\S+)$", RECIPE)[0].partition(":")[2] not in ("", "latest")
    assert RECIPE.rindex("USER 65532") > RECIPE.rindex("\nFROM "), "the last stage runs as nobody"
