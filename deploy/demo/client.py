"""A person at the HTTP API: signs in, reads, acts with an idempotency key and the version that was seen."""

from __future__ import annotations

import math
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import httpx

TokenFor = Callable[[Mapping[str, Any]], str]
"""Gives a token for these claims; the tests sign it themselves, the demonstration asks the front door."""

BUSY = 503
PATIENCE = 60.0
"""Seconds to wait for what another service has to hear first."""


class Refused(Exception):
    """The API answered with a problem document."""

    def __init__(self, act: str, status: int, problem: dict[str, Any]) -> None:
        self.status, self.problem = status, problem
        self.codes = [error["code"] for error in problem.get("errors", [])]
        super().__init__(f"{act}: {status} {problem.get('title', '')} {problem.get('errors', '')}")


class Person:
    """Somebody with a token. `addresses` maps each service to where its API begins."""

    def __init__(self, addresses: Mapping[str, str], claims: Mapping[str, Any], token_for: TokenFor) -> None:
        self.claims = dict(claims)
        self._addresses, self._token_for = addresses, token_for
        self._token, self._since = "", -math.inf
        self._http = httpx.Client(timeout=30)

    def get(self, service: str, path: str, **query: Any) -> Any:
        """Read something. Raises Refused."""
        response = self._send("GET", service, path, {}, params=query)
        return self._value(f"GET {path}", response)

    def act(
        self, service: str, path: str, form: Mapping[str, Any] | None = None, *, method: str = "POST", **more: Any
    ) -> Any:
        """Do something, once: `seen` is the version that was seen (any, when not given), `key` the idempotency key."""
        headers = {
            "Idempotency-Key": str(more.get("key") or uuid.uuid4()),
            "If-Match": f'"{more["seen"]}"' if "seen" in more else "*",
        }
        response = self._send(method, service, path, headers, json=dict(form or {}))
        return self._value(f"{method} {path}", response)

    def upload(self, service: str, path: str, body: bytes, media_type: str, **query: str) -> Any:
        """Send a document."""
        headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": "*", "Content-Type": media_type}
        response = self._send("POST", service, path, headers, content=body, params=query)
        return self._value(f"POST {path}", response)

    def until(self, service: str, path: str, seen: Callable[[Any], bool], **query: Any) -> Any:
        """Read again and again until `seen` is content, at most `PATIENCE` seconds. Raises TimeoutError."""
        end, last = time.monotonic() + PATIENCE, None
        while time.monotonic() < end:
            try:
                last = self.get(service, path, **query)
                if seen(last):
                    return last
            except Refused as refused:
                if refused.status != 404:
                    raise
            time.sleep(0.02)
        raise TimeoutError(f"{service} {path} never came to show it; last: {str(last)[:300]}")

    def close(self) -> None:
        self._http.close()

    def _send(self, method: str, service: str, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        """Send a request; while nobody answers, or the service is too busy, send the same one again.

        The idempotency key makes that safe: a command that was carried out, though its answer was lost, is not
        carried out twice. Each request begins a trace (W3C trace context), as the ingress of a cluster does.
        """
        end = time.monotonic() + PATIENCE
        headers = headers | {"traceparent": f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"}
        while True:
            try:
                response = self._http.request(
                    method, f"{self._addresses[service]}{path}", headers=self._headers() | headers, **more
                )
                if response.status_code != BUSY or time.monotonic() > end:
                    return response
            except httpx.TransportError:
                if time.monotonic() > end:
                    raise
            time.sleep(0.1)

    def _headers(self) -> dict[str, str]:
        if time.monotonic() - self._since > 300:
            self._token, self._since = self._token_for(self.claims), time.monotonic()
        return {"Authorization": f"Bearer {self._token}"}

    @staticmethod
    def _value(act: str, response: httpx.Response) -> Any:
        if response.is_success:
            return response.json() if "json" in response.headers.get("Content-Type", "") else response.content
        is_problem = "json" in response.headers.get("Content-Type", "")
        raise Refused(act, response.status_code, response.json() if is_problem else {"title": response.text[:200]})
