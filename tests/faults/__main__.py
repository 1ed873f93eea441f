"""`make faults`: each fault in turn, on servers of its own, under a load of commands; then what was lost or doubled.

Two processes of each service. `FAULT=word` does those whose name holds the word; `SEED=n` another chance.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from deploy.demo import client
from tests.deployment import SERVICES
from tests.faults.cases import Cases
from tests.faults.faults import SEED, Faults
from tests.faults.ledger import Found, examine, read_models, repeats, sample, settle
from tests.faults.load import AUDITOR, Accepted, Load
from tests.faults.servers import Servers, servers
from tests.private_postgres import PostgresMissing

COLUMNS = (
    "fault",
    "times injected",
    "commands accepted",
    "events",
    "lost",
    "doubled",
    "broken",
    "recovery seconds",
)


class Row(NamedTuple):
    """What came of one fault."""

    times: int
    accepted: int
    found: Found
    failures: tuple[str, ...]
    seconds: float
    last: str

    @property
    def is_bad(self) -> bool:
        return bool(not self.times or self.found.lost or self.found.doubled or self.found.broken or self.failures)


def carry_out(
    there: Servers, cases: Cases, do: Callable[[Load], int], before: Sequence[Accepted]
) -> tuple[Row, list[Accepted]]:
    """Do one fault under load, wait until all is well again, and look; with what was accepted meanwhile."""
    load = Load(there.deployment, cases)
    with load:
        time.sleep(0.5)
        times = do(load)
        there.revive()
        over, known = time.monotonic(), len(load.accepted)
        while len(load.accepted) == known and time.monotonic() - over < client.PATIENCE and not load.failures:
            time.sleep(0.02)
        answering = time.monotonic() - over
        time.sleep(1)  # it goes on under load
    settling, last = settle(there.database_url, SERVICES)
    accepted = [*before, *load.accepted]
    found = examine(there.database_url, SERVICES, accepted)
    broken = [*found.broken, *repeats(sample(load.accepted)), *read_models(there.database_url, SERVICES)]
    broken += _ledger_flaws(there)
    again = examine(there.database_url, SERVICES, accepted)
    if again.doubled > found.doubled:
        broken.append("a repeat was carried out")
    failures = tuple(f"{type(error).__name__}: {error}"[:300] for error in load.failures)
    row = Row(times, len(load.accepted), found._replace(broken=tuple(broken)), failures, answering + settling, last)
    return row, accepted


def _commit() -> str:
    """What was tried, so that a bad row can be had again."""
    words = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip() or "unknown"


def _ledger_flaws(there: Servers) -> list[str]:
    auditor = there.deployment.person_at("", AUDITOR)
    report = auditor.until("audit", "/verification", lambda found: not any(log["pending"] for log in found["logs"]))
    return [] if report["intact"] else [f"the ledger does not verify: {str(report)[:300]}"]


def main(words: list[str]) -> int:
    """Do the faults whose name holds one of the words, or all; 1 when anything was lost, doubled or broken."""
    client.PATIENCE = 300.0  # an outage is part of some faults
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are ended too
    seed, console = int(os.environ.get("SEED", SEED)), Console(width=None if sys.stdout.isatty() else 150)
    table, bad, accepted = Table(*COLUMNS, title=f"seed {seed}, commit {_commit()}"), 0, list[Accepted]()
    started = time.monotonic()
    try:
        with servers() as there, closing(Cases(there.deployment)) as cases:
            for name, do in Faults(there, seed).all():
                if words and not any(word in name for word in words):
                    continue
                try:
                    row, accepted = carry_out(there, cases, do, accepted)
                except Exception:  # the table is shown all the same; the other faults are done too
                    bad += 1
                    table.add_row(name, *[""] * 5, "[red]not carried out[/red]", "")
                    console.print(name, traceback.format_exc(limit=-3), style="red", markup=False)
                    there.revive()
                    continue
                bad += row.is_bad
                figures = (
                    row.times,
                    row.accepted,
                    row.found.events,
                    row.found.lost,
                    row.found.doubled,
                    len(row.found.broken),
                )
                table.add_row(name, *map(str, figures), f"{row.seconds:.1f}")
                console.print(
                    f"{name}: {row.seconds:.1f} s; last: {row.last or 'nobody'}",
                    *row.found.broken,
                    *row.failures,
                    style="dim",
                    markup=False,
                )
    except PostgresMissing as missing:
        sys.stderr.write(f"{missing}\n")
        return 2
    except SystemExit:  # stopped from outside: what was done until then is shown
        console.print(table)
        raise
    console.print(table)
    console.print(
        f"{time.monotonic() - started:.0f} s; {bad} faults ended badly"
        if bad
        else "nothing lost, nothing doubled, nothing broken"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
