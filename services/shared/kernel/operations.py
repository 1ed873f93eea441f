"""The operations port: liveness, readiness, version and metrics. Never on the public address."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from importlib.metadata import version as version_of
from typing import Any

import msgspec
from werkzeug.wrappers import Request, Response

from services.shared.kernel.gauges import show_dead_letters, show_process
from services.shared.kernel.wiring import Wired


class Operations:
    """A WSGI application for one service. Live does not depend on the broker, or an outage would restart everything.

    `relays`: the process also publishes, and shows what the broker could not deliver.
    """

    def __init__(self, wired: Wired, *, relays: bool = False) -> None:
        self._wired = wired
        show_process(wired)
        if relays or wired.settings.relay:
            show_dead_letters(wired)
        self._pages: dict[str, Callable[[], Response]] = {
            "/livez": lambda: _json({"status": "live"}),
            "/readyz": self._ready,
            "/version": self._version,
            "/metrics": lambda: Response(wired.metrics.exposition(), content_type="text/plain; version=0.0.4"),
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        page = self._pages.get(Request(environ).path)
        response = page() if page else _json({"status": "not found"}, 404)
        body: Iterable[bytes] = response(environ, start_response)
        return body

    def _ready(self) -> Response:
        """Ready when the database answers and has our tables; says how far the relay is behind."""
        try:
            [(position,)] = self._wired.database.rows("select position from log_head")
        except Exception as error:  # whatever it is, we are not ready, and say only its kind
            return _json({"status": "not ready", "database": type(error).__name__}, 503)
        return _json({"status": "ready", "position": position})

    def _version(self) -> Response:
        return _json(
            {
                "service": self._wired.name,
                "commit": os.environ.get("COMMIT", "unknown"),
                "eventsourcing": version_of("eventsourcing"),
                "topics": len(self._wired.application.event_mapper.events),
            }
        )


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status=status, content_type="application/json")
