"""The Kubernetes manifests: rendered, valid against the schemas, and within the policy, each rule of which bites."""

from __future__ import annotations

import copy
import re
import warnings

import jsonschema
import pytest
import yaml

from deploy import broker_users
from deploy.api.sources import definition_of, endpoints
from deploy.kubernetes import public_pages, watching
from deploy.kubernetes.policy import breaches
from tests.architecture.services import ROOT, SERVICES
from tests.deploy.rendering import KUBERNETES, find, pod_of, render, secrets_in, settings_of

OVERLAYS = ("single-node", "province")
DEFINED = yaml.safe_load((ROOT / "tests/deploy/operator_schemas.yaml").read_text("utf-8"))["$defs"]
FROM_OPERATORS = {name for name in DEFINED if name[0].isupper()}


@pytest.fixture(scope="module", params=OVERLAYS)
def overlay(request):
    return render(request.param)


@pytest.fixture(scope="module")
def province():
    return render("province")


def test_every_manifest_fits_the_schemas_of_kubernetes(overlay):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        validator = pytest.importorskip("kubernetes_validate", reason="the schemas come with this package")
    for manifest in overlay:
        if manifest["kind"] not in FROM_OPERATORS:
            validator.validate(manifest, "1.32", strict=True)


def test_the_schemas_notice_a_misspelt_field(province):
    validator = pytest.importorskip("kubernetes_validate", reason="the schemas come with this package")
    broken = copy.deepcopy(find(province, "Deployment", "intake-serve"))
    broken["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    with pytest.raises(validator.ValidationError):
        validator.validate(broken, "1.32", strict=True)


def fits_its_operator(manifest):
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": DEFINED,
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": dict.fromkeys(("apiVersion", "kind", "spec"), True) | {"metadata": {"$ref": "#/$defs/metadata"}},
        "additionalProperties": False,
        "$ref": f"#/$defs/{manifest['kind']}",
    }
    jsonschema.validate(manifest, schema, jsonschema.Draft202012Validator)


def test_every_resource_of_an_operator_fits_its_definition(overlay):
    seen = set()
    for manifest in overlay:
        if "k8s.io" not in manifest["apiVersion"] and "." in manifest["apiVersion"]:
            fits_its_operator(manifest)
            seen.add(manifest["kind"])
    assert seen == FROM_OPERATORS


MISTAKES = {
    "Cluster": lambda spec: spec["backup"].update(retentionPolicy="ninety days"),
    "ScheduledBackup": lambda spec: spec.update(schedule="30 18 * * *"),
    "RabbitmqCluster": lambda spec: spec["rabbitmq"].update(additionalPlugins=["rabbitmq-stream"]),
    "Vhost": lambda spec: spec.pop("rabbitmqClusterReference"),
    "User": lambda spec: spec.update(tags=["root"]),
    "Permission": lambda spec: spec.update(user="intake"),
    "TopicPermission": lambda spec: spec["permissions"].pop("exchange"),
    "PodMonitor": lambda spec: spec["podMetricsEndpoints"][0].update(interval="15 seconds"),
    "PrometheusRule": lambda spec: spec["groups"][0]["rules"][0].pop("expr"),
}


@pytest.mark.parametrize("kind", sorted(FROM_OPERATORS))
def test_a_mistake_in_a_resource_of_an_operator_is_noticed(province, kind):
    good = next(each for each in province if each["kind"] == kind)
    for spoil in (MISTAKES[kind], lambda spec: spec.update(misspelt=True)):
        broken = copy.deepcopy(good)
        spoil(broken["spec"])
        with pytest.raises(jsonschema.ValidationError):
            fits_its_operator(broken)


def test_overlays_keep_the_policy(overlay):
    assert breaches(overlay) == []


def container(manifests):
    return pod(manifests)["containers"][0]


def pod(manifests):
    return find(manifests, "Deployment", "intake-serve")["spec"]["template"]["spec"]


def without(manifests, kind, name):
    manifests.remove(find(manifests, kind, name))


BREACHES = {
    "may run as root": lambda m: pod(m)["securityContext"].update(runAsNonRoot=False),
    "service runs as root": lambda m: container(m)["securityContext"].update(runAsUser=0),
    "has no seccomp profile": lambda m: pod(m)["securityContext"].pop("seccompProfile"),
    "holds a service-account token": lambda m: pod(m).pop("automountServiceAccountToken"),
    "uses the default service account": lambda m: pod(m).pop("serviceAccountName"),
    "shares a namespace of its host": lambda m: pod(m).update(hostNetwork=True),
    "mounts a folder of its host": lambda m: pod(m)["volumes"].append({"name": "h", "hostPath": {"path": "/"}}),
    "its grace is not 75": lambda m: pod(m).update(terminationGracePeriodSeconds=30),
    "can write its root": lambda m: container(m)["securityContext"].pop("readOnlyRootFilesystem"),
    "may gain privileges": lambda m: container(m)["securityContext"].update(allowPrivilegeEscalation=True),
    "keeps capabilities": lambda m: container(m)["securityContext"].pop("capabilities"),
    "no limits of memory": lambda m: container(m)["resources"]["limits"].pop("memory"),
    "no requests of cpu, memory": lambda m: container(m)["resources"].pop("requests"),
    "not one exact version": lambda m: container(m).update(image="registry.example/zhichuang/intake:latest"),
    "runs registry.example/untagged": lambda m: container(m).update(image="registry.example/untagged"),
    "has no startupProbe": lambda m: container(m).pop("startupProbe"),
    "has no livenessProbe": lambda m: container(m).pop("livenessProbe"),
    "has no readinessProbe": lambda m: container(m).pop("readinessProbe"),
    "opens a back door": lambda m: container(m)["args"].append("--backdoor-port=3000"),
    "is for demonstrations": lambda m: container(m)["env"].append({"name": "CREATE_KEYS", "value": "yes"}),
    "in plain text": lambda m: container(m)["env"].append({"name": "PGPASSWORD", "value": "x"}),
    "is a secret in a manifest": lambda m: m.append({"kind": "Secret", "metadata": {"name": "s"}}),
    "holds an address with a password": lambda m: m.append(
        {"kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"AMQP_URI": "amqps://a:b@c/d"}}
    ),
    "reachable from outside": lambda m: find(m, "Service", "intake-http")["spec"].update(type="NodePort"),
    "serves the operations port": lambda m: find(m, "Service", "intake-http")["spec"]["ports"].append({"port": 9000}),
    "without sign-in": lambda m: find(m, "Ingress", "zhichuang")["spec"]["rules"][0]["http"]["paths"][0]["backend"][
        "service"
    ].update(name="intake-http"),
    "has no TLS": lambda m: find(m, "Ingress", "zhichuang")["spec"].pop("tls"),
    "denies everything first": lambda m: without(m, "NetworkPolicy", "default-deny"),
    "lets everybody in": lambda m: find(m, "NetworkPolicy", "postgres")["spec"]["ingress"].append({}),
    "does not enforce the restricted": lambda m: find(m, "Namespace", "zhichuang")["metadata"].pop("labels"),
    "no PodDisruptionBudget": lambda m: without(m, "PodDisruptionBudget", "intake-serve"),
    "pods are not spread": lambda m: pod(m).pop("topologySpreadConstraints"),
}


@pytest.mark.parametrize("told", BREACHES)
def test_the_policy_notices_a_breach(province, told):
    broken = copy.deepcopy(province)
    BREACHES[told](broken)
    found = breaches(broken)
    assert len(found) == 1, found
    assert told in found[0]


def test_broker_users_may_do_what_the_code_says_and_no_more():
    written = list(yaml.safe_load_all((KUBERNETES / "base/broker-users.yaml").read_text("utf-8")))
    assert written == broker_users.manifests()
    for service in SERVICES:
        rights = find(written, "Permission", service)["spec"]["permissions"]
        assert rights["configure"] == ("^subscriber\\..*$" if service == "notify" else "^$")
        other = "screening" if service != "screening" else "review"
        assert not re.search(rights["read"], f"{other}.inbox")
        topic = find(written, "TopicPermission", f"{service}-events")["spec"]["permissions"]
        assert not re.search(topic["write"], f"{other}.case.decided.v1")


def test_every_login_of_the_database_has_the_roles_that_its_service_takes(province):
    cluster = find(province, "Cluster", "zhichuang-postgres")["spec"]
    logins = {each["name"]: set(each["inRoles"]) for each in cluster["managed"]["roles"]}
    for service in SERVICES:
        sources = "".join(path.read_text("utf-8") for path in (ROOT / "services" / service).rglob("wiring.py"))
        assert logins[service] == {f"zc_{service}", *re.findall(r'"(zc_\w+)"', sources)}
    made = {role for line in cluster["bootstrap"]["initdb"]["postInitSQL"] for role in re.findall(r"zc_\w+", line)}
    assert set().union(*logins.values()) <= made


def test_every_service_is_deployed_with_relay_and_jobs(overlay):
    for service in SERVICES:
        for name in ("serve", "relay"):
            find(overlay, "Deployment", f"{service}-{name}")
        for name in ("migrate", "topology"):
            find(overlay, "Job", f"{service}-{name}")
        assert "suspend" not in find(overlay, "CronJob", f"{service}-verify")["spec"]
        image = find(overlay, "Deployment", f"{service}-serve")["spec"]["template"]["spec"]["containers"][0]["image"]
        assert image.startswith(f"registry.example.gov.cn/zhichuang/{service}:")


def test_sign_in_leads_to_every_service(overlay):
    text = next(e for e in overlay if e["kind"] == "ConfigMap" and e["metadata"]["name"].startswith("sign-in"))
    upstreams = yaml.safe_load(text["data"]["sign-in-config.yaml"])["upstreamConfig"]["upstreams"]
    assert {each["id"]: each["uri"] for each in upstreams} == {s: f"http://{s}-http:8000" for s in SERVICES}


def test_alerts_and_dashboard_are_those_that_were_tested():
    written = list(yaml.safe_load_all((KUBERNETES / "base/watching.yaml").read_text("utf-8")))
    assert written == watching.manifests()


def test_a_page_needs_no_sign_in_exactly_when_the_service_shows_it_to_everybody(province):
    assert yaml.safe_load((KUBERNETES / "base/public-pages.yaml").read_text("utf-8")) == public_pages.patch()
    arguments = pod_of(find(province, "Deployment", "sign-in"))["containers"][0]["args"]
    open_routes = [each.removeprefix(public_pages.FLAG) for each in arguments if each.startswith(public_pages.FLAG)]
    assert open_routes
    for service in SERVICES:
        authority = definition_of(service).authority
        for endpoint in endpoints(service):
            path = re.sub(r"<[^>]+>", "0191d0a4", endpoint.path)
            passes = any(
                method == endpoint.method and re.search(pattern, f"/{service}{path}")
                for method, _, pattern in (route.partition("=") for route in open_routes)
            )
            assert passes == authority[endpoint.act.name].public, f"{endpoint.method} /{service}{endpoint.path}"


def test_every_secret_that_a_manifest_names_is_told_to_the_operator(province):
    named = secrets_in(province)
    told = (ROOT / "docs/operations.md").read_text("utf-8").partition("## Secrets")[2].partition("\n## ")[0]
    listed = set()
    for name in re.findall(r"`([a-z<>-]+)`", told):
        listed |= {name.replace("<service>", service) for service in SERVICES} if "<service>" in name else {name}
    assert {"trusted-authorities", "backup-store", "sign-in", "intake-credentials", "audit-database"} <= named
    assert named <= listed, f"not told: {named - listed}"


def test_the_settings_are_such_that_a_process_reads(province):
    source = (ROOT / "services/shared/kernel/settings.py").read_text("utf-8")
    assert set(settings_of(province)) - {"SSL_CERT_FILE"} <= set(re.findall(r'"([A-Z]{3,}(?:_[A-Z]+)*)"', source))
