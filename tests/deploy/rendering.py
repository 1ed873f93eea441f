"""Overlays rendered by kubectl, each once a run."""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
from functools import cache
from typing import Any

import pytest
import yaml

from tests.architecture.services import ROOT

KUBERNETES = ROOT / "deploy" / "kubernetes"


def render(overlay: str) -> list[dict[str, Any]]:
    """The manifests of an overlay; the test is skipped where there is no kubectl."""
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is not here, so overlays cannot be rendered")
    return copy.deepcopy(_rendered(overlay))


@cache
def _rendered(overlay: str) -> list[dict[str, Any]]:
    told = subprocess.run(["kubectl", "kustomize", KUBERNETES / "overlays" / overlay], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return list(yaml.safe_load_all(told.stdout))


def find(manifests: list[dict[str, Any]], kind: str, name: str) -> dict[str, Any]:
    """The manifest of this kind and name."""
    return next(each for each in manifests if each["kind"] == kind and each["metadata"]["name"] == name)


def pod_of(manifest: dict[str, Any]) -> dict[str, Any]:
    """The specification of the pods of a workload."""
    spec = manifest["spec"]["jobTemplate"]["spec"] if manifest["kind"] == "CronJob" else manifest["spec"]
    pod: dict[str, Any] = spec["template"]["spec"]
    return pod


def settings_of(manifests: list[dict[str, Any]]) -> dict[str, str]:
    """The map of settings that all pods read."""
    maps = [e for e in manifests if e["kind"] == "ConfigMap" and e["metadata"]["name"].startswith("settings-")]
    assert len(maps) == 1
    return dict(maps[0]["data"])


def secrets_in(value: Any) -> set[str]:
    """The names of all secrets that a manifest refers to, wherever it does."""
    if isinstance(value, list):
        return set().union(*map(secrets_in, value))
    if not isinstance(value, dict):
        return set()
    found = {name for key, name in value.items() if key in ("secretName", "caSecretName")}
    for key, inner in value.items():
        if isinstance(inner, dict) and "name" in inner and re.search(r"(?i)secret|accesskey", key):
            found.add(inner["name"])
        found |= secrets_in(inner)
    return found


def environment_of(manifests: list[dict[str, Any]], kind: str, name: str) -> dict[str, str]:
    """What the container of a workload is told: the map of settings, then its own variables. Secrets are left out."""
    [container] = pod_of(find(manifests, kind, name))["containers"]
    assert [next(iter(each)) for each in container["envFrom"]] == ["configMapRef", "secretRef"]
    return settings_of(manifests) | {each["name"]: each["value"] for each in container.get("env", [])}
