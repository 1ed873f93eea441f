"""The nameko parts that every service class uses: the web server, entrypoints, a container with a deadline.

nameko and eventlet are named here, in `bootstrap`, and in each `service.py`, and nowhere else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import eventlet
import eventlet.event
import nameko.containers
import nameko.extensions
import nameko.web.handlers
import nameko.web.server
from eventlet import wsgi
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.wrappers import Request

from services.shared.kernel.problems import problem
from services.shared.kernel.request import request_id

WORKERS = 24
DEADLINE = 60.0
"""Seconds for one request, event or tick; above the statement's 8 and below the termination grace of 75."""
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class HandlerTimeout(Exception):
    """A request, event or tick took longer than the deadline."""


class Container(nameko.containers.ServiceContainer):  # type: ignore[misc]  # nameko has no types
    """A service container that holds the wired service and ends every worker at the deadline."""

    def __init__(self, service: type, wired: Any) -> None:
        super().__init__(service)
        self.wired = wired
        self._worker_pool.resize(WORKERS)

    def _run_worker(self, context: Any, handle_result: Any) -> Any:
        name = context.entrypoint.method_name
        setattr(context.service, name, _bounded(getattr(context.service, name), name))
        return super()._run_worker(context, handle_result)


def _bounded(method: Callable[..., Any], name: str) -> Callable[..., Any]:
    def call(*arguments: Any, **named: Any) -> Any:
        # nameko settles a worker on Exception only; a bare eventlet Timeout is not one and would stall the caller.
        try:
            with eventlet.Timeout(DEADLINE, HandlerTimeout(name)):
                return method(*arguments, **named)
        except eventlet.Timeout as timeout:
            raise HandlerTimeout(str(timeout)) from timeout

    return call


class GivenWired(nameko.extensions.DependencyProvider):  # type: ignore[misc]  # nameko has no types
    """Gives a service instance its wired parts as `self.wired`."""

    def get_dependency(self, worker_ctx: Any) -> Any:  # noqa: ARG002  # nameko's signature
        return self.container.wired


SOCKET_TIMEOUT = 30.0
"""Seconds that a client may take between two parts of its request."""


class Server(nameko.web.server.WebServer):  # type: ignore[misc]  # nameko has no types
    """Serves the entrypoints at the container's own address; without one, a front door in the process does."""

    _starting: bool  # nameko's

    def start(self) -> None:
        if self._starting:  # called once for each entrypoint
            return
        self._starting = True
        wired = self.container.wired
        wired.wsgi = Front(self._providers)
        if wired.settings.listen:
            self._sock = listening(self.bind_addr)
            self._sock.settimeout(None)
            self._serv = http_server(self._sock, wired.wsgi)
            self._gt = self.container.spawn_managed_thread(self.run)

    @property
    def bind_addr(self) -> Any:
        return nameko.web.server.parse_address(self.container.wired.settings.listen)

    def stop(self) -> None:
        if self._gt is not None:
            super().stop()


def listening(address: tuple[str, int]) -> Any:
    """A socket that listens at `address` alone: eventlet would share it with any other process, and each would be sent
    some of the other's requests. Raises OSError when it is taken.
    """
    return eventlet.listen(address, reuse_port=False)


def http_server(sock: Any, application: Any) -> Any:
    """A WSGI server for a listening socket, with a bound on how long a client may take."""
    return wsgi.Server(
        sock,
        sock.getsockname(),
        application,
        protocol=nameko.web.server.HttpOnlyProtocol,
        socket_timeout=SOCKET_TIMEOUT,
        log=logging.getLogger("zhichuang.http"),
        log_output=False,
        debug=False,
    )


class Front:
    """The WSGI application of one service: routes to entrypoints; every error is a problem document."""

    def __init__(self, entrypoints: Iterable[Any]) -> None:
        self.url_map = nameko.web.server.Map()
        for entrypoint in entrypoints:
            rule = entrypoint.get_url_rule()
            rule.endpoint = entrypoint
            self.url_map.add(rule)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        # eventlet's input ends with the body, also when that comes in chunks and hides its length
        request = Request(environ | {"wsgi.input_terminated": True})
        try:
            entrypoint, values = self.url_map.bind_to_environ(environ).match()
            response = entrypoint.handle(request, values)
        except HTTPException as error:
            response = problem(error, request.path, request_id(request))
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        body: Iterable[bytes] = response(environ, start_response)
        return body


class Entrypoint(nameko.web.handlers.HttpRequestHandler):  # type: ignore[misc]  # nameko has no types
    """One HTTP endpoint; the decorated method is run by a worker of the container and returns a Response."""

    server = Server()

    def __init__(self, method: str, path: str) -> None:
        super().__init__(method, path)

    def get_url_rule(self) -> Rule:
        return Rule(self.url, methods=[self.method])

    def handle(self, request: Request, values: dict[str, Any]) -> Any:
        """Run the method and wait for its answer."""
        done = eventlet.event.Event()
        try:
            self.container.spawn_worker(self, (request,), values, handle_result=partial(self.handle_result, done))
            return done.wait()
        except Exception as error:
            return problem(error, request.path, request_id(request))
