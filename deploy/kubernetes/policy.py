"""What no manifest of ours may do, as rules over rendered manifests; a breach says where and what.

`kubectl kustomize deploy/kubernetes/overlays/province | python -m deploy.kubernetes.policy` prints breaches; exits 1.
The rules are those of the Pod Security Standard `restricted` and of the design (threats T20, T27, T29).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import yaml

Manifest = dict[str, Any]

WORKLOADS = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"}
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
GRACE = 75
"""Seconds; lock 5 < statement 8 < handler and drain 60 < grace 75."""
OPERATIONS = 9000


def breaches(manifests: Iterable[Manifest]) -> list[str]:
    """Every breach of every rule, as sentences."""
    every = [each for each in manifests if each]
    found = [f"{_name(each)}: {told}" for each in every for rule in _OF_ONE for told in rule(each)]
    return found + [told for rule in _OF_ALL for told in rule(every)]


def pod_is_restricted(manifest: Manifest) -> Iterator[str]:
    pod = _pod(manifest)
    if pod is None:
        return
    context = pod.get("securityContext", {})
    if context.get("runAsNonRoot") is not True or context.get("runAsUser", 0) == 0:
        yield "may run as root"
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "has no seccomp profile"
    if pod.get("automountServiceAccountToken") is not False:
        yield "holds a service-account token"
    if pod.get("serviceAccountName", "default") == "default":
        yield "uses the default service account"
    if any(pod.get(name) for name in ("hostNetwork", "hostPID", "hostIPC")):
        yield "shares a namespace of its host"
    if any("hostPath" in volume for volume in pod.get("volumes", [])):
        yield "mounts a folder of its host"
    if pod.get("terminationGracePeriodSeconds") != GRACE:
        yield f"its grace is not {GRACE} seconds"


def container_is_restricted(manifest: Manifest) -> Iterator[str]:
    for container in _containers(manifest):
        context, name = container.get("securityContext", {}), container["name"]
        if context.get("readOnlyRootFilesystem") is not True:
            yield f"{name} can write its root file system"
        if context.get("allowPrivilegeEscalation") is not False or context.get("privileged"):
            yield f"{name} may gain privileges"
        if context.get("capabilities", {}).get("drop") != ["ALL"] or context.get("capabilities", {}).get("add"):
            yield f"{name} keeps capabilities"
        if context.get("runAsUser") == 0:
            yield f"{name} runs as root"


def container_is_bounded(manifest: Manifest) -> Iterator[str]:
    for container in _containers(manifest):
        resources = container.get("resources", {})
        for kind in ("requests", "limits"):
            if missing := {"cpu", "memory"} - set(resources.get(kind, {})):
                yield f"{container['name']} has no {kind} of {', '.join(sorted(missing))}"


def image_is_named_exactly(manifest: Manifest) -> Iterator[str]:
    for container in _containers(manifest):
        image = container.get("image", "")
        if not re.search(r"(:[\w][\w.-]*|@sha256:[0-9a-f]{64})$", image) or image.endswith(":latest"):
            yield f"{container['name']} runs {image or 'no image'}, which is not one exact version"


def server_is_probed(manifest: Manifest) -> Iterator[str]:
    if manifest["kind"] in {"Job", "CronJob"}:
        return
    for container in _containers(manifest):
        for probe in PROBES:
            if probe not in container:
                yield f"{container['name']} has no {probe}"


def no_back_door(manifest: Manifest) -> Iterator[str]:
    """Neither nameko's backdoor nor a debugger, nor what only the demonstration may do."""
    for container in _containers(manifest):
        words = " ".join([*container.get("command", []), *container.get("args", [])])
        if re.search(r"backdoor|debugpy|--debug", words):
            yield f"{container['name']} opens a back door"
        for variable in container.get("env", []):
            if variable["name"] in {"ZHICHUANG_CLOCK_FILE", "CREATE_KEYS"}:
                yield f"{container['name']} sets {variable['name']}, which is for demonstrations"


def no_secret_is_written_here(manifest: Manifest) -> Iterator[str]:
    if manifest["kind"] == "Secret":
        yield "is a secret in a manifest"
    for container in _containers(manifest):
        for variable in container.get("env", []):
            if re.search(r"PASSWORD|SECRET|TOKEN|AMQP_URI", variable["name"]) and "value" in variable:
                yield f"{container['name']} has {variable['name']} in plain text"
    if manifest["kind"] == "ConfigMap" and re.search(r"://[^/\s:]+:[^/\s@]+@", str(manifest.get("data"))):
        yield "holds an address with a password"


def nothing_operational_is_public(manifest: Manifest) -> Iterator[str]:
    if manifest["kind"] == "Service":
        if manifest["spec"].get("type", "ClusterIP") != "ClusterIP":
            yield "is reachable from outside without the ingress"
        if any(port.get("port") == OPERATIONS for port in manifest["spec"].get("ports", [])):
            yield "serves the operations port"
    if manifest["kind"] == "Ingress":
        for rule in manifest["spec"].get("rules", []):
            for path in rule["http"]["paths"]:
                if path["backend"]["service"]["name"] != "sign-in":
                    yield f"leads to {path['backend']['service']['name']} without sign-in"
        if not manifest["spec"].get("tls"):
            yield "has no TLS"


def everything_is_denied_first(manifests: list[Manifest]) -> Iterator[str]:
    policies = [each["spec"] for each in manifests if each["kind"] == "NetworkPolicy"]
    if not any(
        spec.get("podSelector") == {}
        and set(spec.get("policyTypes", [])) == {"Ingress", "Egress"}
        and not spec.get("ingress")
        and not spec.get("egress")
        for spec in policies
    ):
        yield "no NetworkPolicy denies everything first"
    for spec in policies:
        if any(rule in ({}, {"from": [{}]}) for rule in spec.get("ingress", [])):
            yield "a NetworkPolicy lets everybody in"


def namespace_is_restricted(manifests: list[Manifest]) -> Iterator[str]:
    for each in manifests:
        labels = each["metadata"].get("labels", {})
        if each["kind"] == "Namespace" and labels.get("pod-security.kubernetes.io/enforce") != "restricted":
            yield f"{_name(each)}: does not enforce the restricted standard"


def deployments_survive_a_drain(manifests: list[Manifest]) -> Iterator[str]:
    budgets = [e["spec"]["selector"]["matchLabels"] for e in manifests if e["kind"] == "PodDisruptionBudget"]
    for each in manifests:
        if each["kind"] == "Deployment":
            labels = each["spec"]["template"]["metadata"]["labels"]
            if not any(budget.items() <= labels.items() for budget in budgets):
                yield f"{_name(each)}: no PodDisruptionBudget"
            if not _pod_of(each).get("topologySpreadConstraints"):
                yield f"{_name(each)}: its pods are not spread"


_OF_ONE: tuple[Callable[[Manifest], Iterator[str]], ...] = (
    pod_is_restricted,
    container_is_restricted,
    container_is_bounded,
    image_is_named_exactly,
    server_is_probed,
    no_back_door,
    no_secret_is_written_here,
    nothing_operational_is_public,
)
_OF_ALL: tuple[Callable[[list[Manifest]], Iterator[str]], ...] = (
    everything_is_denied_first,
    namespace_is_restricted,
    deployments_survive_a_drain,
)


def _name(manifest: Manifest) -> str:
    return f"{manifest['kind']} {manifest['metadata']['name']}"


def _pod(manifest: Manifest) -> dict[str, Any] | None:
    return _pod_of(manifest) if manifest["kind"] in WORKLOADS else None


def _pod_of(manifest: Manifest) -> dict[str, Any]:
    spec = manifest["spec"]["jobTemplate"]["spec"] if manifest["kind"] == "CronJob" else manifest["spec"]
    pod: dict[str, Any] = spec["template"]["spec"]
    return pod


def _containers(manifest: Manifest) -> list[dict[str, Any]]:
    pod = _pod(manifest)
    return [] if pod is None else [*pod.get("initContainers", []), *pod["containers"]]


if __name__ == "__main__":
    told = breaches(yaml.safe_load_all(sys.stdin))
    sys.stdout.write("".join(f"{each}\n" for each in told))
    sys.exit(bool(told))
