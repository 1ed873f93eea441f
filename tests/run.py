"""`make test`: finds or starts PostgreSQL and RabbitMQ, runs pytest, and says how many tests did not run and why.

Servers: those named by `DATABASE_URL` and `AMQP_URI`, else the ones on their standard ports, else (on Debian, as root)
installed and started here, else one sentence says what is missing.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"
PATIENCE = 60
"""Seconds that a server may take to start."""
WORKERS = os.environ.get("WORKERS", "2")
"""Processes that run tests side by side; 0 for all in one, which a debugger wants."""


class Missing(Exception):
    """A server that the tests need is not there; the message is one sentence."""


class Tally:
    """Counts what did not run, by reason."""

    def __init__(self) -> None:
        self.passed = 0
        self.failed = 0
        self.not_run: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            self.not_run[reason.removeprefix("Skipped: ")] += 1
        elif report.when == "call" and report.passed:
            self.passed += 1
        elif report.failed:
            self.failed += 1

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed += 1
        elif report.skipped:
            self.not_run[str(report.longrepr)] += 1

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        self.not_run["deselected on the command line"] += len(items)


def main(arguments: list[str]) -> int:
    """Run the tests; the exit code is pytest's, or 2 when a server is missing."""
    try:
        os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or _server(POSTGRES, _start_postgres)
        os.environ["AMQP_URI"] = os.environ.get("AMQP_URI") or _server(RABBITMQ, _start_rabbitmq)
    except Missing as missing:
        print(missing, file=sys.stderr)  # noqa: T201  # the one sentence
        return 2
    tally = Tally()
    together = ["-n", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder"]
    code = pytest.main(["-p", "no:cacheprovider", *together, *arguments], plugins=[tally])
    reasons = "; ".join(f"{count} {reason}" for reason, count in tally.not_run.items()) or "none"
    print(f"tests that did not run: {sum(tally.not_run.values())} ({reasons})")  # noqa: T201
    print(f"{tally.passed} passed, {tally.failed} failed")  # noqa: T201
    return int(code)


def _server(url: str, start: object) -> str:
    """The server on its standard port, started when it is not there."""
    parts = urlsplit(url)
    if not _answers(parts.hostname or "", parts.port or 0):
        if not (Path("/etc/debian_version").exists() and os.geteuid() == 0):
            raise Missing(f"Start {parts.scheme} on {parts.hostname}:{parts.port}, or set DATABASE_URL and AMQP_URI.")
        assert callable(start)
        start()
        _wait_for(parts.hostname or "", parts.port or 0)
    return url


def _start_postgres() -> None:
    is_new = _install("postgresql")
    version = sorted(os.listdir("/etc/postgresql"))[-1]
    if is_new:  # a server that somebody else set up keeps its rules
        rules = Path(f"/etc/postgresql/{version}/main/pg_hba.conf")
        rules.write_text(f"host all all 127.0.0.1/32 trust\n{rules.read_text()}")
    _run("pg_ctlcluster", "--skip-systemctl-redirect", version, "main", "start")


def _start_rabbitmq() -> None:
    _install("rabbitmq-server")
    _run("rabbitmq-server", "-detached")


def _install(package: str) -> bool:
    """Install a Debian package; whether it was not there before."""
    if not shutil.which("apt-get"):
        raise Missing(f"Install {package}, or set DATABASE_URL and AMQP_URI.")
    is_new = subprocess.run(["dpkg", "-s", package], capture_output=True, check=False).returncode != 0
    if is_new:
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", package)
    return is_new


def _run(*command: str) -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    if done.returncode:
        raise Missing(f"{' '.join(command)} failed: {done.stderr.decode(errors='replace').strip()[-200:]}")


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((host, port)) == 0


def _wait_for(host: str, port: int) -> None:
    end = time.monotonic() + PATIENCE
    while not _answers(host, port):
        if time.monotonic() > end:
            raise Missing(f"A server was started on {host}:{port} but does not answer.")
        time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
