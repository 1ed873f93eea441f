"""The users of subscribed systems on the broker: made through RabbitMQ's management API, or written down for it.

Each may read its own two queues and nothing else. Its password is derived like the secrets of webhooks: none is kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from services.notify.outlets.carrier import NotTaken

TIMEOUT = 5.0
"""Seconds for an answer of the management API."""

HASHING = "rabbit_password_hashing_sha256"


class Access(NamedTuple):
    """A user of the broker: its name, which is that of its queue, and its password."""

    name: str
    password: str

    @property
    def rights(self) -> dict[str, str]:
        """What it may do, as RabbitMQ's regular expressions."""
        return {"configure": "^$", "write": "^$", "read": f"^{re.escape(self.name)}(\\.dead)?$"}


class Management:
    """RabbitMQ's management API at `http(s)://user:password@host:port`, for one virtual host."""

    def __init__(self, url: str, vhost: str) -> None:
        parts = urlsplit(url)
        self._base = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
        login = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        self._authorization = "Basic " + base64.b64encode(login.encode()).decode()
        self._vhost = quote(vhost, safe="")

    def admit(self, access: Access) -> None:
        """Make the user, or give it this password and these rights. Raises NotTaken."""
        name = quote(access.name, safe="")
        self._ask("PUT", f"/api/users/{name}", {"password": access.password, "tags": ""})
        self._ask("PUT", f"/api/permissions/{self._vhost}/{name}", access.rights)

    def dismiss(self, name: str) -> None:
        """Take the user away, and with it its connections; nothing when there is none. Raises NotTaken."""
        self._ask("DELETE", f"/api/users/{quote(name, safe='')}")

    def _ask(self, method: str, path: str, body: dict[str, str] | None = None) -> None:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": self._authorization, "Content-Type": "application/json"}
        request = urllib.request.Request(self._base + path, data, headers, method=method)  # noqa: S310  # the operator's own
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310  # as above
                return
        except urllib.error.HTTPError as error:
            error.close()
            if (method, error.code) != ("DELETE", 404):
                raise NotTaken(f"broker's management: answered {error.code}") from None
        except OSError as error:
            raise NotTaken(f"broker's management: {type(error).__name__}") from None


def definitions(vhost: str, accesses: Sequence[Access]) -> dict[str, Any]:
    """RabbitMQ definitions of these users, for `rabbitmqctl import_definitions` where there is no management API.

    The queues are not among them: notify makes them, and finds out by that when they were lost.
    """
    return {
        "vhosts": [{"name": vhost}],
        "users": [
            {"name": a.name, "password_hash": _hashed(a), "hashing_algorithm": HASHING, "tags": []} for a in accesses
        ],
        "permissions": [{"user": a.name, "vhost": vhost, **a.rights} for a in accesses],
    }


def _hashed(access: Access) -> str:
    """The password as RabbitMQ keeps it; the salt follows from the two, so that the same file comes out again."""
    salt = hashlib.sha256(f"salt:{access.name}:{access.password}".encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + access.password.encode()).digest()).decode()
