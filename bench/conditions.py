"""What a run's figures depend on: the machine, its load, the servers, the day and the commit."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from typing import Any

import psycopg


def conditions(server_url: str) -> dict[str, Any]:
    """The conditions of a run that begins now."""
    with psycopg.connect(server_url) as connection:
        row = connection.execute(
            "select current_setting('server_version'), current_setting('synchronous_commit'), current_setting('fsync')"
        ).fetchone()
    assert row is not None  # noqa: S101  # one row is selected
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "postgresql": row[0].split()[0],
        "synchronous_commit": row[1],
        "fsync": row[2],
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
    }


def _commit() -> str:
    told = subprocess.run(  # our own words
        ["git", "describe", "--always", "--dirty"],  # whichever git the developer has
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.strip() or "unknown"
