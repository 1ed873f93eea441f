"""What running services export, read from the page that Prometheus reads."""

from __future__ import annotations

import re

FROM_ELSEWHERE = {
    "up",
    "kube_job_status_failed",
    "kube_cronjob_status_last_successful_time",
    "kube_cronjob_spec_suspend",
}
"""Made by Prometheus itself and by kube-state-metrics."""


def exported(pages: list[str]) -> dict[str, set[str]]:
    """The names of all metrics on these pages that have a series, each with its labels."""
    found: dict[str, set[str]] = {}
    for page in pages:
        for name, labels in re.findall(r"(?m)^(\w+)(?:\{(.*)\})? \S+$", page):
            found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


def promised(pages: list[str]) -> set[str]:
    """The names of all metrics that these pages announce, whether they have a series or not."""
    return {name for page in pages for name in re.findall(r"(?m)^# TYPE (\S+) ", page)}


def metrics_in(query: str) -> set[str]:
    """The metrics that a PromQL query names: ours, and those of `FROM_ELSEWHERE`."""
    return set(re.findall(rf"\b(?:zhichuang_\w+|{'|'.join(FROM_ELSEWHERE)})\b", query))


def grouped_by(query: str) -> set[str]:
    """The labels that a query groups by."""
    return {label for group in re.findall(r"\bby \(([^)]*)\)", query) for label in re.split(r",\s*", group)}
