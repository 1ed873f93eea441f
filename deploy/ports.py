"""Ports for processes that are started here, on the loopback address."""

from __future__ import annotations

import os
import random
import socket
from collections.abc import Iterator
from itertools import cycle

LOWEST, HIGHEST = 20_000, 31_999
"""Below those that the system gives to outgoing connections: none takes one before its process has bound it."""

_turn: Iterator[int] | None = None


def free_port() -> int:
    """A port that nobody listens at; each in its turn, so that one just given is not given again for long.

    `PORTS` in the environment (20000-20999) keeps processes apart that look for ports at the same time.
    """
    global _turn  # noqa: PLW0603  # whose turn it is belongs to the process
    _turn = _turn or _ports()
    return next(port for port in _turn if _is_free(port))


def _ports() -> Iterator[int]:
    lowest, _, highest = os.environ.get("PORTS", f"{LOWEST}-{HIGHEST}").partition("-")
    ports = range(int(lowest), int(highest) + 1)
    start = random.randrange(len(ports))  # noqa: S311  # keeps two apart that look at the same time, guards nothing
    return cycle([*ports[start:], *ports[:start]])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
