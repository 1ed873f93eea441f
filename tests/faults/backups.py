"""Backups as an operator makes them, by PostgreSQL's own programs, and what the ledger gives back."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

WITNESS = """
select json_build_object('position', position, 'originator_id', originator_id, 'originator_version', originator_version,
    'topic', topic, 'state', encode(state, 'hex'), 'link', encode(link, 'hex'))
from audit_ledger.entries where service = %s order by position
"""
"""As docs/operations.md has it: every row of a service's log that the ledger holds."""


def has_programs() -> bool:
    """Whether pg_dump and pg_restore are here."""
    return bool(shutil.which("pg_dump") and shutil.which("pg_restore"))


def dump(database_url: str, target: Path, *schemas: str) -> None:
    """Write these schemas as they are at one moment, while whoever likes goes on writing."""
    words = [word for schema in schemas for word in ("-n", schema)]
    _run("pg_dump", "-Fc", *words, "-f", str(target), "-d", database_url)


def restore(database_url: str, source: Path, *schemas: str) -> None:
    """Take the schemas back to that moment."""
    with psycopg.connect(database_url) as connection:
        for schema in schemas:
            connection.execute(f"drop schema {schema} cascade".encode())
    _run("pg_restore", "--exit-on-error", "-d", database_url, str(source))


def witness(database_url: str, service: str) -> Iterator[str]:
    """The lines of the file that `recover` takes."""
    with psycopg.connect(database_url) as connection:
        for (row,) in connection.execute(WITNESS, [service]).fetchall():
            yield json.dumps(row)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
