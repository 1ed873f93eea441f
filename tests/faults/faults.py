"""The faults: what each does to the servers while commands come in."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import LiteralString

import psycopg
from kombu.connection import Connection

from services.shared.envelope import IntegrationEvent, encode
from services.shared.kernel.firstcontact import BROKER_PATIENCE
from services.shared.kernel.mapper import Mapper
from services.shared.kernel.projections import rebuild
from services.shared.kernel.publisher import ConfirmedPublisher, Outgoing
from tests.deployment import SERVICES
from tests.faults.load import AUDITOR, Load
from tests.faults.points import POINTS
from tests.faults.servers import INSTANCES, Servers
from tests.kernel.letters import letter

PATIENCE = 60.0
TELLING = ("intake", "screening", "review", "registry")
"""Those whose integration events are sent again."""
SEED = 20261123


class Faults:
    """Every fault that can be done to the servers; each method does one, and says how often."""

    def __init__(self, servers: Servers, seed: int = SEED) -> None:
        self.servers, self.deployment = servers, servers.deployment
        self.broker, self.rabbit, self.postgres = servers.broker, servers.rabbit, servers.postgres
        self._random = random.Random(seed)

    def all(self) -> Iterator[tuple[str, Callable[[Load], int]]]:
        """Every fault: its name, and what does it."""
        for point in POINTS:
            yield f"kill -9: {point}", partial(self.kill_at, point)
        yield "kill -9 at random", self.kill_at_random
        yield "rolling restart", self.rolling_restart
        yield "broker stopped 5 s", self.stop_broker
        yield "broker away, processes restarted meanwhile", self.restart_without_broker
        yield "broker killed", self.kill_broker
        yield "broker killed, its data wiped", self.wipe_broker
        yield "broker connections cut", self.cut_broker_connections
        yield "queues purged", self.purge
        yield "database connections cut", self.cut_connections
        yield "PostgreSQL restarted, fast", partial(self.restart_postgres, "fast")
        yield "PostgreSQL restarted, immediate", partial(self.restart_postgres, "immediate")
        yield "PostgreSQL frozen 6 s", self.freeze_postgres
        yield "log locked 7 s by another", self.lock
        if self.servers.has_small_disk:
            yield "disk full", self.fill_disk
        yield "duplicates, reordered", self.repeat_and_reorder
        yield "poison messages", self.poison
        yield "slow consumer", self.slow
        yield "read models rebuilt", self.rebuild
        yield "clock a day forward, an hour back", self.jump

    # processes

    def kill_at(self, point: str, _: Load) -> int:
        """Restart one service so that it dies at the point, under load; then start it again."""
        service = POINTS[point].service
        for instance in INSTANCES:
            self.deployment.stop(f"{service}{instance}")
        self.servers.start(service, failpoint=f"{point}@3")
        self.deployment.begin(service, instance="-2")
        if point.startswith("event delivered") or "acknowledgement" in point or "inside the effect" in point:
            self._until_dead(service, self.deployment.wait_ready)
        else:
            self.deployment.wait_ready(service, "-2")
            self._until_dead(service)
        self.servers.start(service)
        return 1

    def _until_dead(self, service: str, second: Callable[[str, str], None] | None = None) -> None:
        """Until the process has killed itself. With one consumer at a time it may have to be its turn first."""
        process, end = self.deployment.processes[service], time.monotonic() + PATIENCE
        while process.poll() is None:
            if time.monotonic() > end:
                raise TimeoutError(f"{service} never came to its point")
            time.sleep(0.02)
        if second is not None:
            second(service, "-2")

    def kill_at_random(self, _: Load) -> int:
        for _round in range(6):
            service, instance = self._random.choice(SERVICES), self._random.choice(INSTANCES)
            time.sleep(self._random.uniform(0, 0.5))
            self.deployment.kill(f"{service}{instance}")
            self.servers.start(service, instance)
        return 6

    def rolling_restart(self, _: Load) -> int:
        for service in SERVICES:
            for instance in INSTANCES:
                self.deployment.stop(f"{service}{instance}")
                self.servers.start(service, instance)
        return len(SERVICES) * len(INSTANCES)

    def slow(self, _: Load) -> int:
        """Each event takes its listener a third of a second, for a while; then it is as fast as ever."""
        for instance in INSTANCES:
            self.deployment.stop(f"notify{instance}")
            self.servers.start("notify", instance, failpoint="event delivered, before its effect~0.3")
        time.sleep(6)
        for instance in INSTANCES:
            self.deployment.kill(f"notify{instance}")
            self.servers.start("notify", instance)
        return 1

    # the broker

    def stop_broker(self, _: Load) -> int:
        self.rabbit.stop()
        time.sleep(5)
        self.rabbit.start()
        return 1

    def restart_without_broker(self, _: Load) -> int:
        """Who starts during an outage serves people, however long it lasts."""
        self.rabbit.stop()
        for service in SERVICES:
            self.deployment.stop(f"{service}-2")
            self.servers.start(service, "-2")
        time.sleep(BROKER_PATIENCE + 2)
        ended = [name for name, process in self.deployment.processes.items() if process.poll() is not None]
        self.rabbit.start()
        if ended:
            raise AssertionError(f"ended for want of a broker: {ended}")
        return len(SERVICES)

    def kill_broker(self, _: Load) -> int:
        self.rabbit.kill()
        self.rabbit.start()
        return 1

    def wipe_broker(self, _: Load) -> int:
        self.rabbit.kill()
        self.rabbit.lose_data()
        self.rabbit.start()
        return 1

    def cut_broker_connections(self, _: Load) -> int:
        for _round in range(2):
            self.rabbit.control("close_all_connections", "cut")
            time.sleep(1)
        return 2

    def purge(self, _: Load) -> int:
        with Connection(self.broker.uri) as connection:
            for _round in range(20):
                for service in SERVICES:
                    names = self.broker.names
                    queue = names.logs_of(service) if service == "audit" else names.inbox_of(service)
                    connection.default_channel.queue_purge(queue)
                time.sleep(0.05)
        return 20 * len(SERVICES)

    def repeat_and_reorder(self, _: Load) -> int:
        auditor = self.deployment.person_at("", AUDITOR)
        events = []
        for service in TELLING:
            told = auditor.until(service, "/events", lambda page: len(page["items"]) > 1, limit=200)
            events += told["items"] * 2
        self._random.shuffle(events)
        again = [IntegrationEvent(**event) for event in events]
        exchange = self.broker.names.events
        self._publish(*(Outgoing(exchange, each.routing_key, encode(each), "application/json") for each in again))
        return len(again)

    def poison(self, _: Load) -> int:
        bodies = [b"\xff", b"{}", b"[" * 60_000, encode(letter(1, sender="stranger")), b'{"specversion": 1e999}']
        self._publish(*(Outgoing(self.broker.names.events, "intake.x", body, "application/json") for body in bodies))
        return len(bodies)

    def _publish(self, *messages: Outgoing) -> None:
        publisher = ConfirmedPublisher(self.broker)
        publisher.publish(*messages)
        publisher.close()

    # the database

    def cut_connections(self, _: Load) -> int:
        cut: LiteralString = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            times = 0
            for _round in range(3):
                times += connection.execute(f"{cut} and pid <> pg_backend_pid()").rowcount
                time.sleep(1)
        return times

    def restart_postgres(self, mode: str, _: Load) -> int:
        for _round in range(2):
            self.postgres.stop(mode)
            self.postgres.start()
            time.sleep(1)
        return 2

    def freeze_postgres(self, _: Load) -> int:
        self.postgres.send(signal.SIGSTOP)
        try:
            time.sleep(6)
        finally:
            self.postgres.send(signal.SIGCONT)
        return 1

    def lock(self, _: Load) -> int:
        """Somebody holds the lock of intake's log, longer than a command waits for it."""
        with psycopg.connect(self.postgres.url) as connection:
            connection.execute("select pg_advisory_xact_lock(hashtext('intake.log'))")
            time.sleep(7)
        return 1

    def fill_disk(self, _: Load) -> int:
        """Fill the small disk for five seconds; then there is room again, and the server is started if it gave up."""
        ballast = self.postgres.home / "ballast"
        with ballast.open("wb") as file, suppress(OSError):
            while True:
                file.write(b"\0" * 2**20)
        time.sleep(5)
        ballast.unlink()
        if not self.postgres.answers():
            self.postgres.start()
        return 1

    def rebuild(self, _: Load) -> int:
        times = 0
        for service in SERVICES:
            application = import_module(f"services.{service}.wiring").DEFINITION.application
            for projection in application.projections.by_name.values():
                rebuild(self.postgres.url, service, projection, Mapper(application.aggregates))
                times += 1
        return times

    # time

    def jump(self, _: Load) -> int:
        """By the services' clock; going back is what no clock of ours does, but a machine's may."""
        clock = self.deployment.clock
        clock.move_to(clock.now() + timedelta(days=1))
        time.sleep(2)
        file = self.deployment.home / "clock"
        offset = int(file.read_text()) - 3_600_000_000
        file.with_name("clock.next").write_text(str(offset))
        os.replace(file.with_name("clock.next"), file)
        return 2
