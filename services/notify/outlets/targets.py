"""Where webhooks may go: the address is looked up and judged at each connect, and it is that address we connect to.

So a name that leads to the inside, or comes to lead there after it was checked, reaches nothing (server-side request
forgery, DNS rebinding). Redirects are not followed.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TypeAlias
from urllib.parse import urlsplit

from services.notify.outlets.carrier import NotTaken

Resolve: TypeAlias = Callable[[str, int], list[str]]
"""`(host, port)` → addresses."""

Answer: TypeAlias = tuple[int, Mapping[str, str]]
"""The status of an answer, and its headers, their names in lower case."""

TIMEOUT, WHOLE = 10.0, 15.0
"""Seconds for each step of a request, and for all of it: an answer that drips in holds up every other system."""

_UNICAST, _SIX_TO_FOUR = ipaddress.ip_network("2000::/3"), ipaddress.ip_network("2002::/16")


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host. Raises OSError."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


class Targets:
    """Sends requests, to public addresses and to the allowed networks only."""

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolve = resolve) -> None:
        self._allowed = [ipaddress.ip_network(network) for network in allowed]
        self._resolve = resolve

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Send one request; the body of the answer is not read. Raises NotTaken."""
        parts = urlsplit(url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        connection = http.client.HTTPConnection(host, parts.port or (443 if secure else 80), timeout=TIMEOUT)
        connection.default_port = 443 if secure else 80  # what needs no mention in the Host header
        late = threading.Event()
        alarm = threading.Timer(WHOLE, lambda: _cut(connection, late))
        alarm.start()
        try:
            connection.sock = self._connect(host, connection.port, secure=secure)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, path, body or None, {"User-Agent": "zhichuang-notify", **headers})
            answer = connection.getresponse()
            if late.is_set():  # what was cut off in the middle may look like a whole answer
                raise TimeoutError
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotTaken(f"{host}: {type(error).__name__}") from error
        finally:
            alarm.cancel()
            connection.close()

    def _connect(self, host: str, port: int, *, secure: bool) -> socket.socket:
        plain = _first_that_answers(self._judged(host, port, secure=secure), port)
        if not secure:
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)

    def _judged(self, host: str, port: int, *, secure: bool) -> list[str]:
        """The addresses of the host, when every one of them may be reached."""
        addresses = self._resolve(host, port)
        if not addresses:
            raise NotTaken(f"{host}: no address")
        for text in addresses:
            address = ipaddress.ip_address(text.partition("%")[0])
            mapped = getattr(address, "ipv4_mapped", None) or address
            if any(mapped in network for network in self._allowed if network.version == mapped.version):
                continue
            if not _is_public(mapped):
                raise NotTaken(f"{host}: refused, {address} is not a public address")
            if not secure:
                raise NotTaken(f"{host}: refused, a public address needs https")
        return addresses


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether it is a host of the open net; IPv6 with an IPv4 address in it (6to4, NAT64) is not taken for one."""
    if isinstance(address, ipaddress.IPv6Address) and (address not in _UNICAST or address in _SIX_TO_FOUR):
        return False
    return address.is_global and not address.is_multicast


def _first_that_answers(addresses: list[str], port: int) -> socket.socket:
    """A connection to one of them. Raises OSError of the last."""
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((address, port), timeout=TIMEOUT)
    return socket.create_connection((addresses[-1], port), timeout=TIMEOUT)


def _cut(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    """End a request that takes too long, wherever it waits."""
    late.set()
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)
