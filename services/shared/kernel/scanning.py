"""The port to a virus scanner (病毒扫描): what it says of a file is kept with it; without one, that nobody looked."""

from __future__ import annotations

import socket
from enum import StrEnum
from typing import Protocol

_CHUNK = 1 << 16
_PATIENCE = 20.0
"""Seconds to wait for the scanner before a file counts as not looked at."""


class Scan(StrEnum):
    """What is known of a file."""

    CLEAN = "clean"  # 未发现病毒
    INFECTED = "infected"  # 含病毒
    UNSCANNED = "unscanned"  # 未扫描


class Scanner(Protocol):
    """Whoever looks at files. Never raises: where it cannot tell, the file is unscanned."""

    def scan(self, body: bytes) -> Scan: ...


class NoScanner:
    """None is set up."""

    def scan(self, body: bytes) -> Scan:  # noqa: ARG002  # the port's shape
        return Scan.UNSCANNED


class Clamd:
    """A ClamAV daemon at `host:port`, asked by its INSTREAM command."""

    def __init__(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._address = (host, int(port))

    def scan(self, body: bytes) -> Scan:
        try:
            with socket.create_connection(self._address, timeout=_PATIENCE) as connection:
                connection.sendall(b"zINSTREAM\0")
                for start in range(0, len(body), _CHUNK):
                    chunk = body[start : start + _CHUNK]
                    connection.sendall(len(chunk).to_bytes(4, "big") + chunk)
                connection.sendall(bytes(4))
                said = _until_closed(connection)
        except OSError:
            return Scan.UNSCANNED
        return {b"OK": Scan.CLEAN, b"FOUND": Scan.INFECTED}.get(said.rpartition(b" ")[2], Scan.UNSCANNED)


def scanner_at(address: str) -> Scanner:
    """The scanner at this address; none where it is empty."""
    return Clamd(address) if address else NoScanner()


def _until_closed(connection: socket.socket) -> bytes:
    """The answer, which ends with a zero byte; at most a line of it."""
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096 and (more := connection.recv(4096)):
        said += more
    return said.rstrip(b"\0")
