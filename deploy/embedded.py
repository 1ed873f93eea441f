"""The embedded mode: six services, their relays and a front door in one process, over kombu's `memory://` broker.

Started by `deploy.launch`, which gives it a PostgreSQL. Ends when told to, or when whoever started it goes away.
"""

from __future__ import annotations

from services.shared.kernel import bootstrap  # isort: skip  # first: it patches the process

import os
import sys
import threading
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import eventlet

from deploy.front_door import front_door
from services.shared.kernel.clock import MovableClock
from services.shared.kernel.issuer import DemoIssuer
from services.shared.kernel.logs import configure_logs
from services.shared.kernel.runtime import Running, prepare, serve_in_background, until_told_to_stop
from services.shared.kernel.settings import Settings

__all__ = ["bootstrap"]

SERVICES = ("intake", "screening", "review", "registry", "notify", "audit")


def main() -> None:
    """Prepare the tables, start everything, say where on standard output, and wait."""
    configure_logs()
    address = os.environ["LISTEN"]
    settings = replace(Settings.from_environ(), listen="", tick=0.1, relay=True, create_keys=True)
    definitions = [import_module(f"services.{name}.wiring").DEFINITION for name in SERVICES]
    for definition in definitions:
        prepare(definition, settings.database_url)
    running = [Running(definition, settings) for definition in definitions]
    for service in running:
        service.start()
    wired = {service.wired.name: service.wired for service in running}
    issuer = DemoIssuer(Path(settings.jwks).parent)
    serve_in_background(address, front_door(wired, issuer, MovableClock(Path(settings.clock_file))))
    print(f"ready http://{address}", flush=True)  # noqa: T201  # the line that the launcher waits for
    eventlet.spawn(_end_with_parent)
    until_told_to_stop(*running)


def _end_with_parent() -> None:
    """Standard input is a pipe from the launcher: when it closes, nobody is there any more."""
    descriptor = sys.stdin.fileno()
    eventlet.hubs.trampoline(descriptor, read=True)
    threading.Timer(10, os._exit, args=(0,)).start()
    os.kill(os.getpid(), 15)


if __name__ == "__main__":
    main()
