"""PostgreSQL's own load generator, where it is installed."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path
from shutil import which


def pgbench_rate(conninfo: str, script: str, clients: int, seconds: float) -> float | None:
    """How often a second `clients` of pgbench run the script for whole seconds; None where there is no pgbench."""
    program = which("pgbench")
    if program is None:
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        threads = str(min(clients, 2))
        options = ["-n", "-M", "prepared", "-c", str(clients), "-j", threads, "-T", str(max(1, round(seconds)))]
        done = subprocess.run(  # found on PATH, arguments are our own
            [program, *options, "-f", str(Path(file.name)), conninfo], capture_output=True, text=True, check=True
        )
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    return float(found[1]) if found else None
