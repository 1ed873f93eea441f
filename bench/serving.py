"""Services as processes: a command over HTTP, and the memory of each process."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from kombu.connection import Connection

from bench.grounds import NOON, circumstances
from bench.measurement import Book
from bench.timing import Work, rates
from services.shared.kernel import idempotency
from services.shared.kernel.broker import Names
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.wiring import Wired
from tests.deployment import SERVICES, Deployment

CALLERS = (1, 4, 16)
BARE = "import nameko.containers, kombu, eventsourcing.application, psycopg, marshmallow, time; time.sleep(60)"
"""A process that only loads the libraries: what no service of this stack can be smaller than."""


@contextmanager
def deployed(database_url: str, amqp_uri: str, *services: str) -> Iterator[Deployment]:
    """These services as processes on a database of this run's own, under broker names of their own."""
    prefix = f"bench-{uuid.uuid4().hex[:8]}."
    with tempfile.TemporaryDirectory() as folder:
        deployment = Deployment(Path(folder), database_url, amqp_uri, prefix=prefix, start=NOON)
        try:
            deployment.prepare(*services)
            for service in services:
                deployment.begin(service)
            for service in services:
                deployment.wait_ready(service)
            yield deployment
        finally:
            deployment.close()
            _sweep(amqp_uri, Names(prefix))


def measure_commands(deployment: Deployment, wired: Wired, book: Book, *, seconds: float) -> None:
    """One command, with all its checks, over HTTP and by a call in this process, on the same tables."""
    token = deployment.token_for({"sub": "officer-province-1", "roles": ["province_officer"], "organisation": ""})
    for callers in CALLERS:
        clients = [_client(deployment, token) for _ in range(callers)]
        works = {
            "over HTTP": [_over_http(client) for client in clients],
            "without HTTP": [_by_call(wired) for _ in range(callers)],
        }
        found = rates(works, seconds=seconds)
        for client in clients:
            client.close()
        name = f"command over HTTP, {callers} client{'s' * (callers > 1)}"
        versus = {"versus": "the same call without HTTP", "versus_value": found["without HTTP"]}
        book.note(name, found["over HTTP"], "commands/s", **versus)


def measure_memory(deployment: Deployment, book: Book) -> None:
    """The resident memory of each service after the work of this run, beside a process that only loads libraries."""
    bare = subprocess.Popen([sys.executable, "-W", "ignore", "-c", BARE])
    try:
        time.sleep(4)
        least = _megabytes(bare.pid)
    finally:
        bare.kill()
        bare.wait()
    for name, process in deployment.processes.items():
        versus = {"versus": "the libraries alone", "versus_value": least}
        book.note(f"memory of {name}", _megabytes(process.pid), "MB", **versus)


def _client(deployment: Deployment, token: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=deployment.addresses["intake"], headers=headers, timeout=30)


def _form() -> dict[str, Any]:
    return {"number": uuid.uuid4().hex[:16], "title": "批次", "year": 2026, "opens_on": "2026-01-05"} | {
        "closes_on": "2026-06-30"
    }


def _over_http(client: httpx.Client) -> Work:
    def work() -> int:
        response = client.post("/rounds", json=_form(), headers={"Idempotency-Key": uuid.uuid4().hex})
        response.raise_for_status()
        return 1

    return work


def _by_call(wired: Wired) -> Work:
    def work() -> int:
        form = _form() | {"opens_on": date(2026, 1, 5), "closes_on": date(2026, 6, 30)}
        remember = idempotency.remember("officer-province-1", uuid.uuid4().hex, b"\x00" * 32, "plan_round")
        with carrying_out(Command(circumstances(), effects=[remember])):
            wired.application.plan_round(**form)
        return 1

    return work


def _megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def _sweep(amqp_uri: str, names: Names) -> None:
    queues = [names.history, names.dead]
    for service in SERVICES:
        queues += [names.inbox_of(service), names.logs_of(service), names.resend_of(service)]
    with Connection(amqp_uri) as connection:
        for queue in queues:
            connection.default_channel.queue_delete(queue)
        for exchange in (names.events, names.logs, names.resend, names.dead):
            connection.default_channel.exchange_delete(exchange)
