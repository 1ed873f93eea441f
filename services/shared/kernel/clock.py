"""What time it is: the system's time, or in a demo a time that can be moved forward for every process at once.

Tokens and log lines keep the system's time; what the policy counts (deadlines, days of notice) asks a `Clock`.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol, TypeVar

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The offset of the whole country since 1991; written out so that no time zone database is needed."""

CLOCK_FILE = "ZHICHUANG_CLOCK_FILE"
"""The environment variable that names the file of a `MovableClock`."""


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock for tests: it stands still until it is moved."""

    moment: datetime

    def now(self) -> datetime:
        return _utc(self.moment)

    def move_to(self, moment: datetime) -> None:
        """Raises ValueError when `moment` lies before the clock's own time."""
        _forward_only(self.now(), _utc(moment))
        self.moment = moment

    def advance(self, by: timedelta) -> None:
        """Raises ValueError when `by` is negative."""
        self.move_to(self.now() + by)


class MovableClock:
    """The system's time plus an offset kept in a small file, shared by every process that reads the same file.

    The file holds the offset in whole microseconds. A missing file means no offset; deleting it starts afresh.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[tuple[int, int, int], timedelta] = ((0, 0, 0), timedelta(0))

    def now(self) -> datetime:
        """Raises ValueError when the file holds anything but a number."""
        return datetime.now(UTC) + self._offset()

    def move_to(self, moment: datetime) -> None:
        """Make it `moment` for everybody. Raises ValueError when that lies before the clock's own time."""
        target = _utc(moment)
        with self._alone():
            _forward_only(self.now(), target)
            self._write(target - datetime.now(UTC))

    def advance(self, by: timedelta) -> None:
        """Let `by` pass for everybody. Raises ValueError when it is negative."""
        with self._alone():
            _forward_only(timedelta(0), by)
            self._write(self._offset() + by)

    def _offset(self) -> timedelta:
        try:
            stat = self._path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            known, offset = self._known
            if stamp != known:
                offset = timedelta(microseconds=int(self._path.read_text("ascii")))
                self._known = (stamp, offset)
        except FileNotFoundError:
            return timedelta(0)
        return offset

    def _write(self, offset: timedelta) -> None:
        fresh = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        fresh.write_text(str(offset // timedelta(microseconds=1)), "ascii")
        # Two writes may fall into one tick of the file system's clock; this stamp is finer, so readers see both.
        stamp = time.time_ns()
        os.utime(fresh, ns=(stamp, stamp))
        fresh.replace(self._path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One writer at a time: among threads by a lock, among processes by a lock on a file beside the clock's."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with _writing, self._path.with_name(f"{self._path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def today(clock: Clock) -> date:
    """The date in Shanghai (Asia/Shanghai), by which the policy counts days."""
    return clock.now().astimezone(SHANGHAI).date()


def clock_from(environ: Mapping[str, str]) -> Clock:
    """The system's clock; a `MovableClock` only when `ZHICHUANG_CLOCK_FILE` names its file."""
    path = environ.get(CLOCK_FILE, "")
    return MovableClock(Path(path)) if path else SystemClock()


_Time = TypeVar("_Time", datetime, timedelta)
_writing = threading.Lock()  # a file lock alone would stop a whole process of green threads that share it


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs its offset from UTC")
    return moment.astimezone(UTC)


def _forward_only(now: _Time, target: _Time) -> None:
    if target < now:
        raise ValueError("the clock does not go back")
