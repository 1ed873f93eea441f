"""What tests of the kernel stand on: throw-away databases, and broker names of their own."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from kombu.connection import Connection

from services.shared.kernel.broker import Broker
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.schema import migrate

SERVER = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
SERVICES = ("intake", "screening", "review", "audit")


@pytest.fixture
def amqp_uri() -> str:
    """The address of a real RabbitMQ."""
    return os.environ.get("TEST_AMQP_URI", "amqp://guest:guest@127.0.0.1:5672//")


@pytest.fixture(scope="session")
def _throw_away_database() -> Iterator[str]:
    name = f"zc_test_{uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'create database "{name}"')
        server.execute(f'alter database "{name}" set synchronous_commit = off')  # nothing here outlives the run
        yield psycopg.conninfo.make_conninfo(SERVER, dbname=name)
        server.execute(f'drop database "{name}" with (force)')


@pytest.fixture
def conninfo(_throw_away_database: str) -> Iterator[str]:
    """A database of this run's own, emptied after each test; its login may create roles and schemas."""
    yield _throw_away_database
    with psycopg.connect(_throw_away_database, autocommit=True) as connection:
        schemas = "select nspname from pg_namespace where nspname !~ '^(pg_|information_schema$|public$)'"
        for (schema,) in connection.execute(schemas).fetchall():
            connection.execute(f'drop schema "{schema}" cascade')


@pytest.fixture
def service_database(conninfo: str) -> Iterator[Callable[..., Database]]:
    """Makes the tables of a service, with the given read tables, and opens a pool that acts as its role."""
    opened = []

    def make(service: str, read_tables: str = "") -> Database:
        migrate(conninfo, service, read_tables)
        database = Database(conninfo_as(conninfo, f"zc_{service}", service, f"{service}_read"))
        database.open()
        opened.append(database)
        return database

    yield make
    for database in opened:
        database.close()


@pytest.fixture
def database(service_database: Callable[..., Database]) -> Database:
    """The database of a service `intake` without read tables."""
    return service_database("intake")


@pytest.fixture
def rabbit(amqp_uri: str) -> Iterator[Broker]:
    """A real broker under names of this test's own, which are deleted after it."""
    broker = Broker(amqp_uri, prefix=f"test-{uuid4().hex[:8]}.")
    yield broker
    names = broker.names
    queues = [names.history, names.dead]
    for service in SERVICES:
        queues += [names.inbox_of(service), names.logs_of(service), names.resend_of(service)]
    with Connection(amqp_uri) as connection:
        channel = connection.default_channel
        for queue in queues:
            channel.queue_delete(queue)
        for exchange in (names.events, names.logs, names.resend, names.dead):
            channel.exchange_delete(exchange)


@pytest.fixture
def memory() -> Broker:
    """A broker inside this process, under names of this test's own."""
    return Broker("memory://", prefix=f"test-{uuid4().hex[:8]}.")


@pytest.fixture(params=["rabbit", "memory"])
def broker(request: pytest.FixtureRequest) -> Broker:
    """Each kind of broker in turn."""
    chosen: Broker = request.getfixturevalue(request.param)
    return chosen


class Running:
    """Something with `run(stop)`, running in a thread of its own."""

    def __init__(self, run: Callable[[threading.Event], None]) -> None:
        self.error: BaseException | None = None
        self._stop = threading.Event()
        self._run = run
        self._thread = threading.Thread(target=self._guarded, daemon=True)
        self._thread.start()

    def stop(self, within: float = 10) -> None:
        """Tell it to stop and wait until it has."""
        self._stop.set()
        self._thread.join(within)
        assert not self._thread.is_alive(), "did not stop"

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def _guarded(self) -> None:
        try:
            self._run(self._stop)
        except BaseException as error:
            self.error = error


@pytest.fixture
def start() -> Iterator[Callable[..., Running]]:
    """Starts something with `run(stop)`; what still runs when the test ends is stopped."""
    started: list[Running] = []

    def start(run: Callable[[threading.Event], None]) -> Running:
        started.append(Running(run))
        return started[-1]

    yield start
    for running in started:
        running.stop()


def eventually(condition: Callable[[], object], within: float = 8) -> None:
    """Wait until `condition` holds; AssertionError after `within` seconds."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.02)
