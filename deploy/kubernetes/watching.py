"""Alerts and dashboard as Kubernetes resources: the rules of `deploy/prometheus` and the dashboard of `deploy/grafana`.

`python -m deploy.kubernetes.watching >deploy/kubernetes/base/watching.yaml` writes them anew; a test compares.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

from deploy.grafana.dashboard import dashboard

RULES = Path(__file__).parents[1] / "prometheus/rules.yml"


def manifests() -> list[dict[str, Any]]:
    """A PrometheusRule, and a ConfigMap that Grafana's sidecar finds by its label."""
    return [
        {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "PrometheusRule",
            "metadata": {"name": "zhichuang"},
            "spec": yaml.safe_load(RULES.read_text("utf-8")),
        },
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "zhichuang-dashboard", "labels": {"grafana_dashboard": "1"}},
            "data": {"zhichuang.json": json.dumps(dashboard(), ensure_ascii=False)},
        },
    ]


if __name__ == "__main__":
    sys.stdout.write("# Written by `python -m deploy.kubernetes.watching`.\n")
    yaml.safe_dump_all(manifests(), sys.stdout, sort_keys=False, width=120, allow_unicode=True)
