"""A PostgreSQL of the test's own, which it may stop, kill, freeze and deprive of its disk."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from deploy.ports import free_port

PATIENCE = 60.0
SETTINGS = {"fsync": "on", "max_connections": "200", "unix_socket_directories": "''", "wal_level": "replica"}


class PostgresMissing(Exception):
    """PostgreSQL's own programs are not on this machine."""


class PrivatePostgres:
    """One server with its own port and data directory, run by an unprivileged user when we are root."""

    def __init__(self, home: Path) -> None:
        self.home, self.data, self.port = home, home / "data", free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._programs = _programs()
        self._user = pwd.getpwnam("postgres" if _has_user("postgres") else "nobody") if os.geteuid() == 0 else None
        self._group = self._user.pw_gid if self._user else None

    def make(self) -> None:
        """Make the data directory and start."""
        self.home.mkdir(parents=True, exist_ok=True)
        if self._user:
            os.chown(self.home, self._user.pw_uid, self._user.pw_gid)
        self._run(
            "initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--no-locale"
        )
        self.start()

    def take_from(self, other: PrivatePostgres) -> None:
        """Make the data directory a base backup of another server, which goes on meanwhile."""
        self.home.mkdir(parents=True, exist_ok=True)
        if self._user:
            os.chown(self.home, self._user.pw_uid, self._user.pw_gid)
        address = ["-h", "127.0.0.1", "-p", str(other.port), "-U", "postgres"]
        self._run("pg_basebackup", *address, "-D", str(self.data), "-X", "stream", "--checkpoint=fast", "--no-sync")

    def start(self, wait: float = PATIENCE) -> None:
        """Start the server and wait until it answers. Raises TimeoutError."""
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        words = ["-D", str(self.data), "-l", str(self.home / "log"), "-o", f"-p {self.port} -h 127.0.0.1 {options}"]
        with suppress(subprocess.CalledProcessError):  # it runs already, or recovers longer than is waited for
            self._run("pg_ctl", *words, "-w", "-t", str(round(wait)), "start")
        end = time.monotonic() + wait
        while not self.answers():
            if time.monotonic() > end:
                raise TimeoutError((self.home / "log").read_text(errors="replace")[-1000:])
            time.sleep(0.1)

    def stop(self, mode: str = "fast") -> None:
        """End the server: `fast` in peace, `immediate` as a crash of its own would."""
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")

    def send(self, number: signal.Signals) -> None:
        """Send a signal to every process of the server."""
        for line in (self.data / "postmaster.pid").read_text().splitlines()[:1]:
            leader = int(line)
            children = subprocess.run(["ps", "-o", "pid=", "--ppid", line], capture_output=True, text=True, check=False)
            for pid in (leader, *map(int, children.stdout.split())):
                with suppress(ProcessLookupError):
                    os.kill(pid, number)

    def answers(self) -> bool:
        """Whether it takes connections and statements."""
        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                connection.execute("select 1")
        except psycopg.Error:
            return False
        return True

    def _run(self, program: str, *words: str) -> None:
        owner = self._user.pw_uid if self._user else None
        with (self.home / "out").open("ab") as out:
            command = [str(self._programs / program), *words]
            subprocess.run(command, check=True, stdout=out, stderr=out, cwd=self.home, user=owner, group=self._group)


def _programs() -> Path:
    """Where initdb and its like are. Raises PostgresMissing."""
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if known:
        return known[-1]
    found = shutil.which("initdb")
    if found is None:
        raise PostgresMissing("initdb is not on this machine")
    return Path(found).parent


def _has_user(name: str) -> bool:
    with suppress(KeyError):
        return bool(pwd.getpwnam(name))
    return False
