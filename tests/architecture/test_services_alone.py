"""A service needs nothing of another but its contracts: pruned of everything else, it still imports."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.architecture.services import ROOT, SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_imports_without_the_insides_of_the_others(service, tmp_path):
    services = tmp_path / "services"
    services.mkdir()
    shutil.copy(ROOT / "services/__init__.py", services)
    shutil.copytree(ROOT / "services/shared", services / "shared")
    for other in SERVICES:
        if other == service:
            shutil.copytree(ROOT / "services" / other, services / other)
        else:
            (services / other).mkdir()
            shutil.copy(ROOT / "services" / other / "__init__.py", services / other)
            shutil.copytree(ROOT / "services" / other / "contracts", services / other / "contracts")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-m", f"services.{service}", "--help"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr[-2000:]
    for word in ("serve", "relay", "replay", "rebuild", "parked", "redrive", "verify", "migrate"):
        assert word in told.stdout
