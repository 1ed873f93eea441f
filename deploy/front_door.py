"""The front door of the embedded mode: every service on one address, and a demonstration's users and clock."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Request, Response

from services.shared.kernel.clock import MovableClock
from services.shared.kernel.issuer import DEMO_USERS, DemoIssuer
from services.shared.kernel.operations import Operations
from services.shared.kernel.wiring import Wired


def front_door(services: Mapping[str, Wired], issuer: DemoIssuer, clock: MovableClock) -> Any:
    """One WSGI application: `/<service>/…`, `/ops/<service>/…`, `/demo/…`, and an index."""
    mounts: dict[str, Any] = {f"/{name}": wired.wsgi for name, wired in services.items()}
    mounts |= {f"/ops/{name}": Operations(wired) for name, wired in services.items()}
    return DispatcherMiddleware(Desk(services, issuer, clock), mounts)


class Desk:
    """The index, the demo users and their tokens, the movable clock. Part of the embedded mode and of nothing else."""

    def __init__(self, services: Mapping[str, Wired], issuer: DemoIssuer, clock: MovableClock) -> None:
        self._services, self._issuer, self._clock = services, issuer, clock
        self._pages: dict[tuple[str, str], Callable[[Request], Any]] = {
            ("GET", "/"): self._index,
            ("GET", "/demo/users"): lambda _: [user.claims() for user in DEMO_USERS],
            ("POST", "/demo/token"): self._token,
            ("GET", "/demo/clock"): self._time,
            ("PUT", "/demo/clock"): self._move,
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        page = self._pages.get((request.method, request.path))
        try:
            value, status = (page(request), 200) if page else ({"title": "没有这一页 / no such page"}, 404)
        except (ValueError, KeyError, msgspec.MsgspecError) as error:
            value, status = {"title": "请求有误 / bad request", "detail": str(error)[:200]}, 400
        response = Response(msgspec.json.encode(value), status=status, content_type="application/json")
        body: Iterable[bytes] = response(environ, start_response)
        return body

    def _index(self, _: Request) -> dict[str, Any]:
        routes = {
            name: sorted(
                f"{sorted(rule.methods)[0]} /{name}{_readable(rule.rule)}" for rule in wired.wsgi.url_map.iter_rules()
            )
            for name, wired in self._services.items()
        }
        return {"name": "制创 Zhichuang", "now": self._clock.now(), "demo": "/demo/users", "endpoints": routes}

    def _token(self, request: Request) -> dict[str, str]:
        wanted: dict[str, Any] = msgspec.json.decode(request.get_data())
        claims = next((u.claims() for u in DEMO_USERS if u.subject == wanted.get("subject")), wanted.get("claims"))
        if not isinstance(claims, dict):
            raise ValueError("name a demo user as `subject`, or give `claims`")
        return {"token": self._issuer.token(claims)}

    def _time(self, _: Request) -> dict[str, datetime]:
        return {"now": self._clock.now()}

    def _move(self, request: Request) -> dict[str, datetime]:
        before = self._clock.now()
        self._clock.move_to(datetime.fromisoformat(msgspec.json.decode(request.get_data())["now"]))
        moved = {"from": before.isoformat(), "to": self._clock.now().isoformat()}
        self._services["audit"].security.record(
            self._clock.now(), actor="demo desk", act="move_clock", outcome="done", detail=moved
        )
        return {"now": self._clock.now()}


def _readable(rule: str) -> str:
    return re.sub(r"<(?:uuid:)?(\w+)>", r"{\1}", rule)
