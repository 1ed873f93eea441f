"""What an image holds: one service, the shared floor and the others' contracts; it starts, serves and ends in peace."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import uuid

import pytest

from deploy.docker import sbom
from deploy.docker.keep_one_service import EMBEDDED_ONLY, keep
from services.shared.kernel.broker import Broker
from services.shared.kernel.topology import make as make_topology
from tests.architecture.services import ROOT, SERVICES, definition_of
from tests.deploy.rendering import environment_of, render
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
def files_before(trees):
    return {service: files_of(trees[service]) for service in SERVICES}


@pytest.fixture(scope="module")
def deployment(trees, files_before, module_database_url, amqp_uri, tmp_path_factory):
    """Each image's tree as a process that is told what its manifest tells it, and nothing else."""
    prefix = f"image-{uuid.uuid4().hex[:8]}."
    home = tmp_path_factory.mktemp("home")
    deployment = Deployment(home, module_database_url, amqp_uri, prefix=prefix, start=START)
    deployment.trees = trees
    replaced = {
        "DATABASE_URL": module_database_url,
        "AMQP_URI": amqp_uri,  # in the secret
        "BROKER_PREFIX": prefix,
        "DOCUMENTS": str(home / "documents"),
        "PYTHONDONTWRITEBYTECODE": "1",  # in the image
        **deployment.issuer.environment(),
    }
    make_keys(home / "keys")
    manifests = render("province")
    try:
        for service in SERVICES:
            make_topology(definition_of(service), Broker(amqp_uri, prefix))
            told = environment_of(manifests, "Deployment", f"{service}-serve")
            assert "sslmode=verify-full" in told["DATABASE_URL"]
            keys = {name: f"{home}{value}" for name, value in told.items() if value.startswith("/keys/")}
            deployment.environment = told | replaced | keys
            deployment.begin(service, relay=False)
        yield deployment
    finally:
        deployment.close()
        sweep(amqp_uri, prefix)


def make_keys(place):
    """What the site's officers put into the secrets, with the mode that the volume gives it."""
    written = {
        "vault": base64.b64encode(os.urandom(32)),
        "webhook": os.urandom(32),
        "audit": subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519"], capture_output=True).stdout,
    }
    for name, content in written.items():
        (place / name).write_bytes(content)
        (place / name).chmod(0o440)


def files_of(tree):
    return sorted((path.relative_to(tree), path.stat().st_mtime_ns) for path in tree.rglob("*"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_tree_holds_one_service_and_the_contracts_of_the_others(trees, service):
    for other in SERVICES:
        held = {path.name for path in (trees[service] / "services" / other).iterdir()}
        if other == service:
            assert {"domain", "wiring.py", "__main__.py"} <= held
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
def test_a_tree_starts_with_what_its_manifest_tells_it_and_ends_in_peace(deployment, service):
    deployment.wait_ready(service)
    assert deployment.stop(service) == 0
    assert "Traceback" not in deployment.log_of(service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_writes_nothing_into_its_image(deployment, trees, files_before, service):
    assert files_of(trees[service]) == files_before[service]


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
