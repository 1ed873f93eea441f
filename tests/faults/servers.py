"""Where `make faults` takes place: a PostgreSQL, a RabbitMQ and processes of its own, two of each service."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from services.shared.kernel.broker import Broker
from services.shared.kernel.topology import make as make_topology
from tests.deployment import SERVICES, Deployment
from tests.private_broker import PrivateBroker
from tests.private_postgres import PrivatePostgres

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
INSTANCES = ("", "-2")
DISK = 1500
"""Megabytes of the small disk that PostgreSQL has when we may mount one."""


class Servers:
    """The servers and the processes."""

    def __init__(
        self, postgres: PrivatePostgres, rabbit: PrivateBroker, deployment: Deployment, *, small_disk: bool
    ) -> None:
        self.postgres, self.rabbit, self.deployment = postgres, rabbit, deployment
        self.has_small_disk = small_disk
        self.broker = Broker(rabbit.uri)
        self.database_url = postgres.url

    def start_all(self) -> None:
        """Two processes of each service, all ready."""
        for instance in INSTANCES:
            for service in SERVICES:
                self.deployment.begin(service, instance=instance)
        for instance in INSTANCES:
            for service in SERVICES:
                self.deployment.wait_ready(service, instance)

    def start(self, service: str, instance: str = "", failpoint: str = "") -> None:
        """Start one process; it may end before it is ready, if it shall fail."""
        self.deployment.begin(service, instance=instance, failpoint=failpoint)
        with suppress(*([AssertionError] if failpoint else [])):
            self.deployment.wait_ready(service, instance)

    def revive(self) -> None:
        """Start again whatever process has ended."""
        for name, process in list(self.deployment.processes.items()):
            if process.poll() is not None:
                service, dash, number = name.partition("-")
                self.start(service, dash + number)


@contextmanager
def servers() -> Iterator[Servers]:
    """Everything, started. Raises PostgresMissing, AssertionError when a server does not start."""
    with tempfile.TemporaryDirectory(prefix="zc-faults-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        (home / "rabbit").mkdir()
        (home / "services").mkdir()
        with _small_disk(home / "postgres") as small_disk:
            postgres, rabbit = PrivatePostgres(home / "postgres"), PrivateBroker(home / "rabbit")
            deployment = Deployment(home / "services", postgres.url, rabbit.uri, start=START)
            try:
                postgres.make()
                rabbit.start()
                deployment.prepare(*SERVICES)
                for service in SERVICES:
                    make_topology(import_module(f"services.{service}.wiring").DEFINITION, Broker(rabbit.uri))
                there = Servers(postgres, rabbit, deployment, small_disk=small_disk)
                there.start_all()
                yield there
            finally:
                deployment.close()
                rabbit.kill()
                postgres.stop("immediate")


@contextmanager
def _small_disk(place: Path) -> Iterator[bool]:
    """A small file system at this place, where the machine lets us mount one."""
    place.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", str(place)],
            capture_output=True,
            check=False,
        ).returncode
    )
    try:
        yield mounted
    finally:
        if mounted:
            for _ in range(50):
                if not subprocess.run(["umount", str(place)], capture_output=True, check=False).returncode:
                    break
                time.sleep(0.1)
