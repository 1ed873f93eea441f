"""Starts many service processes on one machine at the price of one import: a parent that has read the code and forks.

Each child then goes the way of `python -m services.<name> <word>`, with its own environment, log and connections. Only
for a cluster on one machine: in containers each process starts by itself, which the tests of the images see.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

__all__ = ["Child", "Nursery"]


class Child:
    """A process that the nursery has started; as `subprocess.Popen`, as far as a cluster needs it."""

    def __init__(self, pid: int, ended: threading.Event, codes: dict[int, int]) -> None:
        self.pid, self._ended, self._codes = pid, ended, codes

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""
        return self._codes.get(self.pid)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def wait(self, timeout: float) -> int:
        """Its exit code. Raises TimeoutError."""
        if not self._ended.wait(timeout):
            raise TimeoutError
        return self._codes[self.pid]


class Nursery:
    """The parent of the processes. Ends when closed; its children do not, they are to be ended before."""

    def __init__(self) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "deploy.warm"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._codes: dict[int, int] = {}
        self._ended: dict[int, threading.Event] = {}
        self._born: list[int] = []
        self._news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def start(self, service: str, word: str, environment: dict[str, str], log: Path) -> Child:
        """Start a process. One thread at a time."""
        wanted = {"service": service, "word": word, "environment": environment, "log": str(log)}
        assert self._parent.stdin is not None  # noqa: S101  # a pipe, as asked above
        with self._news:
            self._parent.stdin.write(f"{json.dumps(wanted)}\n")
            self._parent.stdin.flush()
            if not self._news.wait_for(lambda: self._born or self._parent.poll() is not None, timeout=60):
                raise TimeoutError("no process was started within a minute")
            pid = self._born.pop()
            return Child(pid, self._ended[pid], self._codes)

    def close(self) -> None:
        if self._parent.stdin is not None:
            self._parent.stdin.close()
        self._parent.wait(timeout=10)

    def _listen(self) -> None:
        assert self._parent.stdout is not None  # noqa: S101  # a pipe, as asked above
        for line in self._parent.stdout:
            kind, pid, code = line.split()
            with self._news:
                if kind == "born":
                    self._ended[int(pid)] = threading.Event()
                    self._born.append(int(pid))
                else:
                    self._codes[int(pid)] = int(code)
                    self._ended[int(pid)].set()
                self._news.notify_all()


def _main() -> None:
    """Read the code of every service, then fork a process for each line of standard input, until it closes."""
    from services.shared.kernel import bootstrap  # isort: skip  # first: it patches the process
    import importlib

    from eventlet.patcher import original

    for service in ("intake", "screening", "review", "registry", "notify", "audit"):
        importlib.import_module(f"services.{service}.wiring")
    importlib.import_module("services.shared.kernel.cli")
    assert bootstrap  # noqa: S101  # imported for what it does
    plain_select: Any = original("select")
    rest = b""
    while True:
        readable, _, _ = plain_select.select([0], [], [], 0.05)
        if readable:
            read = os.read(0, 1 << 20)
            if not read:
                return
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                _fork(json.loads(line))
        _tell_who_ended()


def _fork(wanted: dict[str, Any]) -> None:
    pid = os.fork()
    if pid == 0:
        _become(wanted)
    _say(f"born {pid} 0")


def _become(wanted: dict[str, Any]) -> None:
    import runpy

    from eventlet import hubs

    hubs.use_hub()  # the parent's is the parent's
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(wanted["environment"])
    sys.argv = [f"services.{wanted['service']}", wanted["word"]]
    code = 1
    try:
        runpy.run_module(f"services.{wanted['service']}", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    finally:
        sys.stderr.flush()
        os._exit(code)


def _tell_who_ended() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say(f"ended {pid} {os.waitstatus_to_exitcode(status)}")


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    _main()
