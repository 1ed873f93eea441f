"""The ingress of a cluster on one machine: hands `/<service>/…` to one instance of the service after another.

It stands where an ingress controller stands in Kubernetes, and promises as little: an instance that takes no connection
is passed over; a connection that breaks later is a 503, as only the caller knows whether it may ask again.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import httpx
import msgspec
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "host", "content-length"}
)
LONGEST = 65.0
"""Seconds for one request; a service ends it after 60 by itself."""


class Ingress:
    """A WSGI application. `upstreams` maps each service to its instances' addresses; `desk` answers all else."""

    def __init__(self, upstreams: Mapping[str, Sequence[str]], desk: Any) -> None:
        self._instances = {name: tuple(addresses) for name, addresses in upstreams.items()}
        self._turns = {name: itertools.count() for name in upstreams}
        self._desk = desk
        self._http = httpx.Client(timeout=httpx.Timeout(LONGEST, connect=2), limits=httpx.Limits(max_connections=100))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        service, _, path = request.path.lstrip("/").partition("/")
        if service not in self._instances:
            answer: Iterable[bytes] = self._desk(environ, start_response)
            return answer
        body: Iterable[bytes] = self._forward(request, service, f"/{path}")(environ, start_response)
        return body

    def close(self) -> None:
        self._http.close()

    def _forward(self, request: Request, service: str, path: str) -> Response:
        content = request.get_data()
        headers = [(name, value) for name, value in request.headers if name.lower() not in HOP_BY_HOP]
        instances = self._instances[service]
        first = next(self._turns[service])
        for turn in range(len(instances)):
            url = httpx.URL(instances[(first + turn) % len(instances)]).copy_with(
                path=path, query=request.query_string or None
            )
            try:
                return _answer(self._http.request(request.method, url, headers=headers, content=content))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue
            except httpx.TransportError:
                break
        problem = msgspec.json.encode({"title": "服务暂时不可用，请稍后重试 / try again", "status": 503})
        return Response(problem, 503, {"Retry-After": "1"}, content_type="application/problem+json")


def serve(application: Any, host: str, port: int) -> Any:
    """Serve in threads of their own; returns the server, to be ended by its `shutdown`."""
    server = make_server(host, port, application, threaded=True)
    server.log = lambda *_: None  # type: ignore[method-assign]  # the services keep the log
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _answer(told: httpx.Response) -> Response:
    headers = [(n, v) for n, v in told.headers.items() if n.lower() not in HOP_BY_HOP | {"content-encoding"}]
    return Response(told.content, told.status_code, headers)
