"""How many pages a PDF has. Whatever its foreign bytes hold, reading them ends within `PATIENCE` and raises nothing."""

from __future__ import annotations

import io
import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pypdf

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it writes a line for every oddity of a file

PATIENCE = 2.0
"""Seconds."""


def pages_of(body: bytes) -> int | None:
    """The number of pages; None for what is no PDF, is encrypted or broken, or takes too long to read."""
    if not body.startswith(b"%PDF-"):
        return None
    try:
        with _bounded():
            pages = pypdf.PdfReader(io.BytesIO(body)).get_num_pages()
    except Exception:  # whatever the library raises for a file that it cannot read
        return None
    return pages if pages >= 0 else None


@contextmanager
def _bounded() -> Iterator[None]:
    """Raises TimeoutError in the middle of a computation. Only the first thread of a process can be told the time;
    green threads all live there, and none of them has its turn while another computes.
    """
    if threading.get_native_id() != os.getpid():
        yield
        return
    before = signal.signal(signal.SIGALRM, _time_is_up)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _time_is_up(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError
