"""Subscribed systems: how they are opened, and an HTTP receiver that checks what it is sent as the standard says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from services.notify.domain.subscription import Kind, Subscription
from services.shared.kernel.command import Command, carrying_out
from tests.given import circumstances
from tests.notify.conftest import Listening

TAX = "11530000FAKE01138B"
OPEN_TYPES = ("round.", "notice.", "centre.", "plaque.", "checkpoint.")


def opening(**changes: Any) -> dict[str, Any]:
    """What a subscription is opened with; `changes` replace any of it."""
    return {
        "name": "tax",
        "uscc": TAX,
        "kind": Kind.QUEUE,
        "types": ("centre.", "plaque."),
        "only_prefecture": "",
        "url": "",
        "since": "first",
        **changes,
    }


class Desk:
    """A province officer and the clock at a notify service."""

    def __init__(self, listening: Listening) -> None:
        self.listening, self.notify, self.database = listening, listening.notify, listening.wired.database
        self._start = listening.notify.clock.now()

    def act(self, method: str, *arguments: Any, **named: Any) -> Subscription:
        """One command of the officer."""
        with carrying_out(Command(circumstances("officer-province-1", "province_officer", at=self.notify.clock.now()))):
            done: Subscription = getattr(self.notify, method)(*arguments, **named)
        return done

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.notify.clock.advance(timedelta(**time))

    def place(self, column: str) -> Any:
        """What is noted of the only subscription."""
        [(value,)] = self.database.rows(f"select {column} from subscriptions left join places on subscription_id = id")
        return value


class Receiver:
    """A system that is told by webhook: what it took, and what it answers."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.requests = 0
        self.status, self.origin = 204, "*"
        self.answer: dict[str, str] = {}
        """Further headers of every answer."""
        self.drips = False
        """Whether an answer comes a letter at a time and never ends."""
        self.secrets: list[str] = []
        self.bad_signatures = 0
        self.url = ""

    def is_signed(self, headers: Any, body: bytes) -> bool:
        """Whether one of the signatures is by one of the secrets that we know (Standard Webhooks)."""
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        ours = {_signature(secret, content) for secret in self.secrets}
        return bool(ours & set(headers["webhook-signature"].split()))


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens on an address of this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_OPTIONS(self) -> None:  # the library's name
            self.send_response(200)
            if receiver.origin:
                self.send_header("WebHook-Allowed-Origin", receiver.origin)
            self._finish()

        def do_POST(self) -> None:  # the library's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests += 1
            if not receiver.is_signed(self.headers, body):
                receiver.bad_signatures += 1
            if receiver.status < 300:
                receiver.taken.append(self.headers["webhook-id"])
            self.send_response(receiver.status)
            self.send_header("Content-Length", "0")
            self._finish()

        def _finish(self) -> None:
            for name, value in receiver.answer.items():
                self.send_header(name, value)
            if receiver.drips:
                self.flush_headers()
                with suppress(OSError):
                    while receiver.drips:
                        self.wfile.write(b"X")
                        time.sleep(0.05)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/events"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
