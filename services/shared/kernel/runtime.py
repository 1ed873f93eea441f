"""Runs services: each in a nameko container of its own, one or many in a process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any, TypeVar

import eventlet
import eventlet.debug
import psycopg

from services.shared.kernel.mapper import Mapper
from services.shared.kernel.operations import Operations
from services.shared.kernel.projections import Projections
from services.shared.kernel.reshaping import reshape
from services.shared.kernel.schema import check_made, migrate
from services.shared.kernel.settings import Settings
from services.shared.kernel.web import Container, http_server, listening
from services.shared.kernel.wiring import Definition, Wired

T = TypeVar("T")


class Running:
    """One service that runs: `start`, then `stop`, which lets everything in hand finish."""

    def __init__(self, definition: Definition, settings: Settings) -> None:
        self.wired = Wired(definition, settings)
        self._container = Container(definition.service, self.wired)
        self._operations: Any = None

    def start(self) -> None:
        """Connect to the database and start serving. Raises psycopg.Error, SchemaOutdated, OSError."""
        open_checked(self.wired)
        eventlet.debug.hub_exceptions(False)  # it prints what nameko logs and we raise, past the log's own form
        self._container.start()
        if self.wired.settings.operations:
            self._operations = serve_in_background(self.wired.settings.operations, Operations(self.wired))

    def stop(self) -> None:
        self._container.stop()
        if self._operations is not None:
            self._operations.kill()
        self.wired.close()

    def wait(self) -> None:
        """Until the service stops; raises what made it stop, if it did not stop in peace."""
        self._container.wait()


def serve_in_background(address: str, application: Any) -> Any:
    """Serve a WSGI application at `host:port` in a green thread of its own; returns the thread."""
    host, _, port = address.rpartition(":")
    socket = listening((host or "127.0.0.1", int(port)))
    server = http_server(socket, application)

    def accept() -> None:
        while True:
            client, peer = socket.accept()
            client.settimeout(server.socket_timeout)
            eventlet.spawn_n(server.process_request, [peer, client, eventlet.wsgi.STATE_IDLE])

    return eventlet.spawn(accept)


def open_checked(wired: Wired) -> None:
    """Open a service whose tables are those of this version; says at once why the database refuses us.

    Raises psycopg.Error, SchemaOutdated.
    """
    psycopg.connect(wired.database.conninfo, connect_timeout=5).close()  # the pool would only say that time is up
    wired.open()
    try:
        check_made(wired.database, wired.name, wired.definition.application.projections.ddl)
    except BaseException:
        wired.close()
        raise


def with_wired(definition: Definition, work: Callable[[Wired], T]) -> T:
    """Do something with an opened service that does not serve."""
    wired = Wired(definition, Settings.from_environ())
    open_checked(wired)
    try:
        return work(wired)
    finally:
        wired.close()


def prepare(definition: Definition, conninfo: str) -> None:
    """Make or complete the tables of a service; read models of another shape than today's are built anew from the log.

    `conninfo` names a login that may create roles and schemas.
    """
    projections: Projections = definition.application.projections
    reshape(conninfo, definition.name, projections, Mapper(definition.application.aggregates))
    migrate(conninfo, definition.name, projections.ddl)
    for further in definition.migrations:
        further(conninfo)


def until_told_to_stop(*services: Running) -> None:
    """Wait for SIGTERM or SIGINT, or for one of the services to fail; then stop them all. Raises what failed."""
    told = threading.Event()
    failures: list[BaseException] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    for service in services:
        eventlet.spawn(_tell_when_ended, service, told, failures)
    while not told.wait(0.5):
        pass
    for service in services:
        service.stop()
    if failures:
        raise failures[0]


def _tell_when_ended(service: Running, told: threading.Event, failures: list[BaseException]) -> None:
    try:
        service.wait()
    except BaseException as error:
        service.wired.logger.error("service failed", outcome=type(error).__name__)
        failures.append(error)
    finally:
        told.set()
