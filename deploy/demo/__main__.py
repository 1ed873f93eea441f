"""`make demo`: carries case TC-01, and TC-11 beside it, through a centre's whole life over the HTTP API.

`python -m deploy.demo PATH` carries the case of another file instead. With `--keep` it is left running afterwards, and
prints what an auditor's command line needs (see docs/replay.md). Exits 0 when everything happened and verified.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from deploy import launch
from deploy.demo import show
from deploy.demo.case_file import BadCaseFile, CaseFile, read
from deploy.demo.client import Refused
from deploy.demo.story import play
from deploy.demo.world import World
from services.shared.kernel.clock import SHANGHAI

CASES = Path(__file__).parent / "cases"
KEEP = "--keep"
SERVICES = ("intake", "screening", "review", "registry", "notify", "audit")


class FrontDoor:
    """The demonstration's desk: signs people in and moves the clock, over HTTP like everything else."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=30)

    def token_for(self, claims: Mapping[str, Any]) -> str:
        token: str = self._http.post("/demo/token", json={"claims": dict(claims)}).raise_for_status().json()["token"]
        return token

    def now(self) -> datetime:
        return datetime.fromisoformat(self._http.get("/demo/clock").raise_for_status().json()["now"])

    def move_to(self, moment: datetime) -> None:
        self._http.put("/demo/clock", json={"now": moment.isoformat()}).raise_for_status()


def main(arguments: list[str]) -> int:
    """Play the story; the exit code is 0, 1 when it was refused or did not verify, 2 when it could not begin."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    started = time.monotonic()
    try:
        paths = [argument for argument in arguments if argument != KEEP]
        files = [read(Path(path)) for path in paths] or [read(CASES / f"{name}.yaml") for name in ("tc01", "tc11")]
        with ExitStack() as stack:
            console.print("[dim]启动 PostgreSQL 与六个服务 …[/]")
            address, server, database = _start(stack, files[0])
            console.print(f"[dim]就绪 {address}（{time.monotonic() - started:.1f} 秒）[/]\n")
            code = _tell(console, address, files)
            if KEEP in arguments:
                _keep(console, address, server, database)
            return code
    except BadCaseFile as error:
        console.print(f"[red]{error}[/]")
        return 2
    except launch.NotStarted as error:
        console.print(f"[red]{error}[/]")
        return 2


def _start(stack: ExitStack, first: CaseFile) -> tuple[str, str, str]:
    """The embedded mode on a database of its own, which goes when the demonstration ends."""
    server = stack.enter_context(launch.postgres())
    launch.sweep(server, "demo")
    database = f"demo_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    stack.callback(launch.drop, server, database)
    opens = datetime.fromisoformat(f"{first.round['opens_on']}T08:00").replace(tzinfo=SHANGHAI)
    address = stack.enter_context(launch.embedded(server, database, start=opens - timedelta(days=7)))
    return address, server, database


def _keep(console: Console, address: str, server: str, database: str) -> None:
    """Wait until told to stop."""
    console.print(f"\n{address}   (Ctrl-C 停止 / to stop)", soft_wrap=True)
    for name, value in launch.environment(server, database).items():
        console.print(f"export {name}='{value}'", soft_wrap=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        threading.Event().wait()


def _tell(console: Console, address: str, files: list[CaseFile]) -> int:
    door = FrontDoor(address)
    addresses = {service: f"{address}/{service}" for service in SERVICES}
    world = World(addresses, door.token_for, door, partial(show.step, console))
    began = time.monotonic()
    try:
        tracks = play(world, files)
        console.print()
        for track in tracks:
            show.timeline(console, world, track)
        show.roll(console, world, show.days_worth_seeing(tracks))
        intact = show.verdict(console, world)
    except Refused as refused:
        show.problem(console, refused)
        return 1
    except TimeoutError as error:
        console.print(f"[red]✗ {error}[/]")
        return 1
    finally:
        world.close()
    console.print(f"\n{world.steps} 步，{time.monotonic() - began:.1f} 秒")
    return 0 if intact else 1


if __name__ == "__main__":
    sys.exit(main([argument for argument in sys.argv[1:] if argument]))
