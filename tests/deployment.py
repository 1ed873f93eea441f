"""Services as processes on real PostgreSQL and RabbitMQ, as in a cluster: started, stopped and killed by the tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import IO, Any, ClassVar

import httpx

from deploy.demo.client import Person
from deploy.ports import free_port
from services.shared.kernel.clock import MovableClock
from services.shared.kernel.issuer import DemoIssuer, demo_user
from services.shared.kernel.runtime import prepare

SERVICES = ("intake", "screening", "review", "registry", "notify", "audit")
PATIENCE = 90.0
"""Seconds that a process may take to start while many others do on few cores."""


class Deployment:
    """Processes of services that share a database, a broker, an issuer and a movable clock."""

    standing: ClassVar[list[Deployment]] = []
    """Those not closed yet: a test that fails shows what their processes complained of."""

    def __init__(
        self,
        home: Path,
        database_url: str,
        amqp_uri: str,
        *,
        prefix: str = "",
        start: datetime,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.home, self.issuer = home, DemoIssuer(home / "keys")
        clock = home / "clock"
        clock.write_text(str(int((start - datetime.now(UTC)).total_seconds() * 1_000_000)))
        self.clock = MovableClock(clock)
        self.addresses: dict[str, str] = {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.trees: dict[str, Path] = {}
        """Source trees (as in an image) that processes run from, by their name; the others run from the checkout."""
        self._ports: dict[str, int] = {}
        self._people: list[Person] = []
        self.environment = os.environ | {
            "PYTHONPATH": ".",
            "DATABASE_URL": database_url,
            "AMQP_URI": amqp_uri,
            "BROKER_PREFIX": prefix,
            "ZHICHUANG_HOME": str(home),
            "ZHICHUANG_CLOCK_FILE": str(clock),
            "CREATE_KEYS": "yes",
            "TICK": "0.1",
            "DATABASE_POOL": "4",  # two deployments at once stay within the hundred connections of a plain server
            **self.issuer.environment(),
            **(environment or {}),
        }
        self.database_url = database_url
        self.standing.append(self)

    def prepare(self, *services: str) -> None:
        """Make the tables of these services."""
        for service in services:
            prepare(import_module(f"services.{service}.wiring").DEFINITION, self.database_url)

    def start(self, service: str, *, relay: bool = True, instance: str = "") -> None:
        """Start one process of a service and wait until it is ready. `relay`: it also runs the service's relay."""
        self.begin(service, relay=relay, instance=instance)
        self.wait_ready(service, instance)

    def begin(self, service: str, *, relay: bool = True, instance: str = "", failpoint: str = "") -> None:
        """Start one process of a service and do not wait. `failpoint`: it kills itself there (tests/faults/dying)."""
        name = f"{service}{instance}"
        port = self._ports.setdefault(name, free_port())
        operations = self._ports.setdefault(f"{name}.operations", free_port())
        environment = self.environment | {
            "LISTEN": f"127.0.0.1:{port}",
            "OPERATIONS": f"127.0.0.1:{operations}",
            "RELAY": "yes" if relay else "",
            "FAILPOINT": failpoint,
        }
        with (self.home / f"{name}.log").open("ab") as log:
            self.processes[name] = self._run(name, service, environment, log)
        self.addresses.setdefault(service, f"http://127.0.0.1:{port}")

    def _run(self, name: str, service: str, environment: dict[str, str], log: IO[bytes]) -> subprocess.Popen[bytes]:
        program = ["tests.faults.dying", service] if environment["FAILPOINT"] else [f"services.{service}"]
        words = ["-m", *program, "serve"]
        if tree := self.trees.get(name):
            words, environment = [str(tree), "serve"], environment | {"PYTHONPATH": ""}
        return subprocess.Popen([sys.executable, *words], env=environment, cwd=tree, stdout=log, stderr=log)

    def wait_ready(self, service: str, instance: str = "") -> None:
        """Until the service answers that it is ready."""
        name = f"{service}{instance}"
        address = f"{self.operations_of(name)}/readyz"
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with suppress(httpx.HTTPError):
                if httpx.get(address, timeout=2).status_code == 200:
                    return
            if (code := self.processes[name].poll()) is not None:
                raise AssertionError(f"{name} ended with {code}: {self.log_of(name)}")
            time.sleep(0.05)
        raise AssertionError(f"{name} is not ready: {self.log_of(name)}")

    def address_of(self, name: str) -> str:
        """Where a process serves people."""
        return f"http://127.0.0.1:{self._ports[name]}"

    def operations_of(self, name: str) -> str:
        """Where a process tells how it is."""
        return f"http://127.0.0.1:{self._ports[f'{name}.operations']}"

    def kill(self, name: str) -> None:
        """End a process at once, as a crash would."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self, name: str) -> int:
        """Ask a process to end, and wait for it."""
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(timeout=60)

    def close(self) -> None:
        """End everything."""
        if self in self.standing:
            self.standing.remove(self)
        for person in self._people:
            person.close()
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def person(self, subject: str = "", **claims: Any) -> Person:
        """A demo user, or somebody with these claims."""
        known = demo_user(subject).claims() if subject and not claims else {"sub": subject, **claims}
        person = Person(self.addresses, known, self.token_for)
        self._people.append(person)
        return person

    def person_at(self, instance: str, claims: Mapping[str, Any]) -> Person:
        """Somebody who turns to these instances of the services (`-2`: the second of each)."""
        addresses = {service: self.address_of(f"{service}{instance}") for service in self.addresses}
        self._people.append(Person(addresses, claims, self.token_for))
        return self._people[-1]

    def token_for(self, claims: Mapping[str, Any]) -> str:
        return self.issuer.token(claims)

    def log_of(self, name: str) -> str:
        """The end of a process's log."""
        return (self.home / f"{name}.log").read_text(errors="replace")[-3000:]

    def complaints(self) -> str:
        """The last lines of every process's log that are not of requests served."""
        lines: list[str] = []
        for path in sorted(self.home.glob("*.log")):
            told = path.read_text(errors="replace").splitlines()
            lines += [f"{path.name}: {line[:600]}" for line in told if '"event": "request"' not in line][-20:]
        return "\n".join(lines)
