"""Logs: one JSON object a line on standard error, with known keys only and without form content or personal data.

Reads of personal data are recorded in the vault, decisions in the event log; these lines are for whoever runs the
system. A key outside `KEYS` is dropped and its name noted under `dropped`; texts are shortened and masked; of an
exception only its type and place are told, because its message may quote what it was given (T22).
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.typing import FilteringBoundLogger, Processor

from services.shared.aggregate import acting_now

KEYS = frozenset(
    [
        "time",
        "level",
        "service",
        "event",
        "logger",
        "correlation_id",
        "causation_id",
        "command_id",
        "trace_id",
        "span_id",
        "traceparent",
        "case",
        "centre",
        "position",
        "version",
        "topic",
        "sender",
        "partition_key",
        "queue",
        "attempts",
        "count",
        "actor",
        "capacity",
        "organisation",
        "prefecture",
        "command",
        "outcome",
        "code",
        "status",
        "method",
        "route",
        "duration_ms",
        "error",
        "where",
        "dropped",
    ]
)
"""Every key that a line may have. `actor` is the token's subject, never a name; `case` and `centre` are numbers."""

OWN = "services."
"""Where the names of our own standard-library loggers begin."""

_MAX_TEXT = 200
_MAX_EVENT = 120


def configure_logs(service: str = "", *, stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send every line of this process to `stream` (standard error); the libraries' own lines from WARNING up.

    `service` is whose process this is, for lines that do not come from `get_logger`.
    """
    structlog.configure(
        processors=_PIPELINE,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=stream or sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_FromLibraries(service)]
    root.setLevel(logging.WARNING)
    for name in list(logging.root.manager.loggerDict):  # a library's own handler would print past this pipeline
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.NOTSET)
    logging.getLogger(OWN.rstrip(".")).setLevel(level)
    logging.getLogger("nameko.containers").setLevel(logging.ERROR)  # it warns of every idle connection that it ends
    logging.captureWarnings(True)


def get_logger(service: str) -> FilteringBoundLogger:
    """The log of a service. The event is a constant text; what varies goes under one of `KEYS`."""
    logger: FilteringBoundLogger = structlog.get_logger(service=service)
    return logger


@contextmanager
def log_context(**values: Any) -> Iterator[None]:
    """Add these keys to every line written inside, e.g. `correlation_id`, `case`, `actor`."""
    with bound_contextvars(**values):
        yield


class _FromLibraries(logging.Handler):
    """Takes the lines of the standard library's logging.

    Of a library's line only the template is told: its arguments may quote bodies. Our own lines are told whole.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def emit(self, record: logging.LogRecord) -> None:
        template = record.msg if isinstance(record.msg, str) else type(record.msg).__qualname__
        if record.name.startswith(OWN):
            template = record.getMessage()
        failed = record.exc_info[1] if record.exc_info else None
        level = max(logging.DEBUG, min(logging.CRITICAL, record.levelno // 10 * 10))  # the five that structlog knows
        get_logger(self._service).log(level, template, logger=record.name, exc_info=failed)


def _say_whose_command(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """While a command or a reaction is carried out, every line of whatever it calls tells which one."""
    with suppress(LookupError):
        now = acting_now()
        for key in ("correlation_id", "causation_id", "command", "capacity", "traceparent"):
            if value := getattr(now, key):
                line.setdefault(key, value)
    return line


def _say_level_and_time(_: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    line["level"] = {"exception": "error", "warn": "warning"}.get(method, method)
    line["time"] = datetime.now(UTC).isoformat(timespec="milliseconds")
    return line


def _say_error(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The type of the exception and the last frames it came through."""
    info = line.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        line["error"] = type(error).__qualname__
        line["where"] = _frames(error.__traceback__)
    return line


def _frames(trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-5:]
    return " > ".join(f"{'/'.join(f.filename.split('/')[-2:])}:{f.lineno}" for f in frames)


def _keep_known_keys(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    kept = {key: _plain(key, value) for key, value in line.items() if key in KEYS and _is_scalar(value)}
    dropped = sorted(key for key in line if key not in kept)
    if dropped:
        kept["dropped"] = " ".join(key if key.isidentifier() else "?" for key in dropped)[:_MAX_TEXT]
    return kept


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, int):
        return value if _masked(str(value)) == str(value) else "***"  # a telephone number is no count
    if not isinstance(value, str):
        return value
    text = _masked(value[: 4 * _MAX_TEXT])
    if key == "event":  # constant texts are English; what is not may be a name that slipped in
        return re.sub(r"[^\x20-\x7e]+", "?", text)[:_MAX_EVENT]
    return text[:_MAX_TEXT]


# In this order: passwords in addresses, mobile numbers, resident identity numbers (GB 11643), mail addresses, tokens.
_MASKS = (
    (re.compile(r"://[^/\s@]*@"), "://***@"),
    (re.compile(r"(?<![0-9A-Fa-f])1[3-9]\d{9}(?![0-9A-Fa-f])"), "***"),
    (re.compile(r"(?<!\w)[1-9]\d{5}(19|20)\d\d[01]\d[0-3]\d{4}[\dXx](?!\w)", re.ASCII), "***"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "***"),
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*"), "***"),
)


def _masked(text: str) -> str:
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def _as_json(_: Any, __: str, line: MutableMapping[str, Any]) -> str:
    """ASCII only: no character of a value can end the line or steer a terminal."""
    first = {key: line.pop(key) for key in ("time", "level", "service", "event") if key in line}
    return json.dumps(first | dict(sorted(line.items())), default=str)


_PIPELINE: list[Processor] = [
    merge_contextvars,
    _say_whose_command,
    _say_level_and_time,
    _say_error,
    _keep_known_keys,
    _as_json,
]
