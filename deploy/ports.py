"""Ports for processes that are started here, on the loopback address."""

from __future__ import annotations

import random
import socket

_GIVEN: set[int] = set()
_RANGE = range(20_000, 32_000)
"""Below those that the system gives to outgoing connections: none takes one before its process has bound it."""


def free_port() -> int:
    """A port that nobody listens at, given once in the life of this process."""
    while True:
        port = random.choice(_RANGE)  # noqa: S311  # keeps two that look at the same time apart, guards nothing
        if port not in _GIVEN and _is_free(port):
            _GIVEN.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
