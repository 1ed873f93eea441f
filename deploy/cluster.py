"""`make cluster`: the production arrangement as processes, on the PostgreSQL and RabbitMQ of this machine.

Two instances of each service and a relay of its own, each service with its own login on both servers, exchanges and
queues made beforehand by the only user that may, and the ingress in front.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from deploy import cluster_accounts
from deploy.broker_users import MAKER, SERVICES
from deploy.front_door import Desk
from deploy.ingress import Ingress, serve
from deploy.launch import RUN, NotStarted, drop
from deploy.ports import free_port
from deploy.warm import Child, Nursery
from services.shared.kernel.broker import Broker
from services.shared.kernel.clock import MovableClock
from services.shared.kernel.issuer import DemoIssuer
from services.shared.kernel.runtime import prepare
from services.shared.kernel.topology import make as make_topology

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"
INSTANCES = 2
PATIENCE = 180.0
"""Seconds that a process may take to start while seventeen others do on few cores."""
GRACE = 75.0


class Process:
    """One process of a service, on ports that it keeps when it is started again."""

    def __init__(
        self, nursery: Nursery, service: str, word: str, number: int, environment: dict[str, str], home: Path
    ) -> None:
        self.name = f"{service}-{word}-{number}"
        self.service, self.word = service, word
        self.port, self.operations = free_port(), free_port()
        self.log = home / f"{self.name}.log"
        self._environment = environment | {
            "LISTEN": f"127.0.0.1:{self.port}",
            "OPERATIONS": f"127.0.0.1:{self.operations}",
        }
        self._nursery = nursery
        self._process: Child | None = None

    def start(self) -> None:
        self._process = self._nursery.start(self.service, self.word, self._environment, self.log)

    def wait_ready(self) -> None:
        """Until it says that it is ready. Raises NotStarted."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process is not None and self._process.poll() is None:
            if self._answers():
                return
            time.sleep(0.1)
        said = self.log.read_text(errors="replace").strip().splitlines()[-1:]
        raise NotStarted(f"{self.name} did not start: {' '.join(said)}")

    def _answers(self) -> bool:
        asking = HTTPConnection("127.0.0.1", self.operations, timeout=5)
        try:
            asking.request("GET", "/readyz")
            return asking.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            asking.close()

    def tell_to_end(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)

    def wait_ended(self) -> int:
        """Its exit code; it is killed when its grace is over, as Kubernetes does."""
        if self._process is None:
            return 0
        try:
            return self._process.wait(GRACE)
        except TimeoutError:
            self._process.send_signal(signal.SIGKILL)
            return self._process.wait(GRACE)


class Cluster:
    """All processes, in the order in which they are restarted, and the logins of the services on both servers."""

    def __init__(
        self,
        processes: list[Process],
        urls: dict[str, str],
        uris: dict[str, str],
        issuer: DemoIssuer,
        clock: MovableClock,
        database: str,
    ) -> None:
        self.processes, self.urls, self.uris, self.issuer, self.clock = processes, urls, uris, issuer, clock
        self.database = database
        """The connection string of whoever looks after all."""
        self.address = ""
        """Where the ingress listens."""

    def upstreams(self) -> dict[str, list[str]]:
        """Where the instances of each service listen."""
        return {
            service: [f"http://127.0.0.1:{p.port}" for p in self.processes if (p.service, p.word) == (service, "serve")]
            for service in SERVICES
        }

    def restart_each(self, stop: threading.Event | None = None) -> list[int]:
        """A rolling restart: one process after another ends and is back before the next. Gives their exit codes."""
        codes = []
        for process in self.processes:
            if stop is not None and stop.is_set():
                break
            process.tell_to_end()
            codes.append(process.wait_ended())
            process.start()
            process.wait_ready()
        return codes


@contextmanager
def cluster(
    server: str, broker: str, database: str, *, start: datetime | None = None, port: int = 0
) -> Iterator[Cluster]:
    """The arrangement on a new `database` of this server, and a vhost of that name. Raises NotStarted, NoAccounts."""
    with ExitStack() as stack:
        home = RUN / database
        (home / "keys").mkdir(parents=True, exist_ok=True)
        urls = _on_postgres(stack, server, database)
        uris = _on_rabbitmq(stack, broker, database)
        clock, issuer = _clock(home, start), DemoIssuer(home / "keys")
        nursery = Nursery()
        stack.callback(nursery.close)
        processes = [
            Process(nursery, service, word, number, _environment(home, urls[service], uris[service], issuer), home)
            for word, number in (("serve", 0), ("relay", 0), *(("serve", n) for n in range(1, INSTANCES)))
            for service in SERVICES
        ]
        stack.callback(_end, processes)
        for process in processes:
            process.start()
        for process in processes:
            process.wait_ready()
        running = Cluster(processes, urls, uris, issuer, clock, make_conninfo(server, dbname=database))
        ingress = Ingress(running.upstreams(), Desk({}, issuer, clock))
        stack.callback(ingress.close)
        listening = serve(ingress, "127.0.0.1", port)
        stack.callback(listening.shutdown)
        running.address = f"http://127.0.0.1:{listening.server_port}"
        yield running


def _on_postgres(stack: ExitStack, server: str, database: str) -> dict[str, str]:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'create database "{database}"')
    stack.callback(cluster_accounts.drop_database_logins, server, database)
    stack.callback(drop, server, database)
    for service in SERVICES:
        definition = import_module(f"services.{service}.wiring").DEFINITION
        prepare(definition, make_conninfo(server, dbname=database))
    return cluster_accounts.make_database_logins(server, database)


def _on_rabbitmq(stack: ExitStack, broker: str, vhost: str) -> dict[str, str]:
    uris = cluster_accounts.make_broker_users(broker, vhost)
    stack.callback(cluster_accounts.drop_broker_users, vhost)
    for service in SERVICES:
        make_topology(import_module(f"services.{service}.wiring").DEFINITION, Broker(uris[MAKER], ""))
    return uris


def _environment(home: Path, database_url: str, amqp_uri: str, issuer: DemoIssuer) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": database_url,
        "AMQP_URI": amqp_uri,
        "TOPOLOGY": "given",
        "ZHICHUANG_HOME": str(home),
        "ZHICHUANG_CLOCK_FILE": str(home / "clock"),
        "CREATE_KEYS": "yes",
        "PYTHONPATH": ".",
        **issuer.environment(),
    }


def _clock(home: Path, start: datetime | None) -> MovableClock:
    ahead = int((start - datetime.now(UTC)).total_seconds() * 1_000_000) if start else 0
    (home / "clock").write_text(str(ahead))
    return MovableClock(home / "clock")


def _end(processes: list[Process]) -> None:
    for process in processes:
        process.tell_to_end()
    for process in processes:
        process.wait_ended()


def main(port: int) -> int:
    """Run until told to stop; what was made on the two servers is removed again."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    server, broker = os.environ.get("DATABASE_URL") or POSTGRES, os.environ.get("AMQP_URI") or RABBITMQ
    try:
        with cluster(server, broker, f"zc_cluster_{os.getpid()}", port=port) as running:
            sys.stdout.write(f"制创 Zhichuang: {running.address}   (Ctrl-C 停止 / to stop)\n")
            for process in running.processes:
                sys.stdout.write(f"  {process.name:18} http://127.0.0.1:{process.operations}/metrics\n")
            sys.stdout.flush()
            stop.wait()
    except (NotStarted, cluster_accounts.NoAccounts, psycopg.Error) as error:
        sys.stderr.write(f"cluster: {str(error).strip().splitlines()[0]}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8080))
