"""`make faults`: each fault in turn, on real servers, under a load of commands; then what was lost and what doubled.

Two processes of each of two services: intake, which is commanded and tells, and notify, which hears.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import LiteralString

import psycopg
from kombu.connection import Connection
from rich.console import Console
from rich.table import Table

from bench.grounds import throw_away_database
from deploy.demo import client
from services.shared.envelope import encode
from services.shared.kernel.broker import Broker, Names
from services.shared.kernel.publisher import ConfirmedPublisher, Outgoing
from tests.deployment import Deployment
from tests.faults.ledger import examine, settle
from tests.faults.load import Load
from tests.faults.points import POINTS
from tests.journeys.conftest import sweep
from tests.kernel.letters import letter

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"
START = datetime(2026, 1, 5, 1, tzinfo=UTC)
SERVICES = ("intake", "notify")
HEARING = ("event delivered", "inside the effect", "after the effect")
PATIENCE = 40.0
SEED = 20261123


class Faults:
    """The servers, the processes, and the faults that can be done to them."""

    def __init__(self, deployment: Deployment, broker: Broker) -> None:
        self.deployment, self.broker = deployment, broker
        self.accepted: list[str] = []
        self._random = random.Random(SEED)

    def all(self) -> Iterator[tuple[str, Callable[[Load], int]]]:
        """Every fault: its name, and what does it and says how often."""
        for point in POINTS:
            yield f"kill -9: {point}", partial(self.kill_at, point)
        yield "kill -9 at random", self.kill_at_random
        yield "database connections cut", self.cut_connections
        yield "queue purged", self.purge
        yield "duplicates, reordered", self.repeat_and_reorder
        yield "poison messages", self.poison
        yield "clock a day forward", self.jump

    def start(self, failing: str = "", failpoint: str = "") -> None:
        """Two processes of each service; the first of `failing` ends at the failpoint."""
        for instance in ("", "-2"):
            for service in SERVICES:
                point = failpoint if service == failing and not instance else ""
                self.deployment.begin(service, instance=instance, failpoint=point)
            if not instance:
                for service in SERVICES:
                    with suppress(AssertionError):  # it may have ended already, as it shall
                        self.deployment.wait_ready(service)

    def kill_at(self, point: str, _: Load) -> int:
        """Restart one service so that it dies at the point, under load; then start it again."""
        service = "notify" if point.startswith(HEARING) else "intake"
        for name in (service, f"{service}-2"):
            self.deployment.stop(name)
        self.deployment.begin(service, failpoint=f"{point}@3")
        with suppress(AssertionError):
            self.deployment.wait_ready(service)
        self.deployment.begin(service, instance="-2")
        process, end = self.deployment.processes[service], time.monotonic() + PATIENCE
        while process.poll() is None:
            if time.monotonic() > end:
                raise TimeoutError(f"{service} never came to: {point}")
            time.sleep(0.02)
        self.deployment.start(service)
        return 1

    def kill_at_random(self, _: Load) -> int:
        for _round in range(4):
            name = self._random.choice([f"{service}{n}" for service in SERVICES for n in ("", "-2")])
            self.deployment.kill(name)
            service, dash, number = name.partition("-")
            self.deployment.start(service, instance=dash + number)
        return 4

    def cut_connections(self, _: Load) -> int:
        cut: LiteralString = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
        with psycopg.connect(self.deployment.database_url, autocommit=True) as connection:
            times = 0
            for _round in range(3):
                times += connection.execute(f"{cut} and pid <> pg_backend_pid()").rowcount
                time.sleep(1)
        return times

    def purge(self, _: Load) -> int:
        with Connection(self.broker.uri) as connection:
            for _round in range(20):
                connection.default_channel.queue_purge(self.broker.names.inbox_of("notify"))
                time.sleep(0.05)
        return 20

    def repeat_and_reorder(self, _: Load) -> int:
        officer = self.deployment.person("province", roles=["province_officer"])
        time.sleep(1)
        events = officer.get("intake", "/events", limit=200)["items"] * 2
        self._random.shuffle(events)
        bodies = [letter(1).__class__(**event) for event in events]
        self._publish(
            *(Outgoing(self.broker.names.events, e.routing_key, encode(e), "application/json") for e in bodies)
        )
        return len(bodies)

    def poison(self, _: Load) -> int:
        bodies = [b"\xff", b"{}", b"[" * 60_000, encode(letter(1, sender="stranger")), b'{"specversion": 1e999}']
        self._publish(*(Outgoing(self.broker.names.events, "intake.x", body, "application/json") for body in bodies))
        return len(bodies)

    def jump(self, _: Load) -> int:
        self.deployment.clock.move_to(self.deployment.clock.now() + timedelta(days=1))
        return 1

    def _publish(self, *messages: Outgoing) -> None:
        publisher = ConfirmedPublisher(self.broker)
        publisher.publish(*messages)
        publisher.close()


@contextmanager
def deployed(server: str, broker: Broker) -> Iterator[Faults]:
    """The processes on a database of this run's own."""
    with throw_away_database(server) as database, tempfile.TemporaryDirectory() as folder:
        prefix = broker.names.events.removesuffix(Names().events)
        deployment = Deployment(Path(folder), database, broker.uri, prefix=prefix, start=START)
        faults = Faults(deployment, broker)
        try:
            deployment.prepare(*SERVICES)
            faults.start()
            yield faults
        finally:
            deployment.close()
            sweep(broker.uri, prefix)


def main(words: list[str]) -> int:
    """Do the faults whose name holds one of the words, or all; 1 when anything was lost, doubled or broken."""
    client.PATIENCE = 60.0
    console = Console(width=None if sys.stdout.isatty() else 140)
    columns = ("fault", "times", "accepted", "events", "lost", "doubled", "broken", "recovered s")
    table, bad = Table(*columns, title=f"seed {SEED}"), 0
    broker = Broker(os.environ.get("AMQP_URI", RABBITMQ), prefix=f"faults-{uuid.uuid4().hex[:8]}.")
    with deployed(os.environ.get("DATABASE_URL", POSTGRES), broker) as faults:
        for name, do in faults.all():
            if words and not any(word in name for word in words):
                continue
            with Load(faults.deployment) as load:
                times = do(load)
                time.sleep(2)  # it goes on under load
            faults.accepted += load.accepted
            seconds = settle(faults.deployment.database_url)
            found = examine(faults.deployment.database_url, faults.accepted)
            bad += found.lost + found.doubled + found.broken + len(load.failures)
            table.add_row(name, str(times), str(len(load.accepted)), *map(str, found[1:]), f"{seconds:.1f}")
            console.print(f"{name}: lost {found.lost}, doubled {found.doubled}", *load.failures, style="dim")
    console.print(table)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
