"""Services as processes: a command over HTTP, an event's way to another service, and the memory of each process."""

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
from statistics import median, quantiles
from typing import Any

import httpx
import psycopg
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
QUORUM = {"x-queue-type": "quorum"}


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


def measure_propagation(deployment: Deployment, book: Book, amqp_uri: str, *, times: int) -> None:
    """From the answer to a command until its event has had its effect in another service, beside the bare broker."""
    head = deployment.person("division-head")
    officer = deployment.person("officer-province-1")
    with psycopg.connect(deployment.database_url, autocommit=True) as connection:
        delays = [_one_event(connection, officer, head) for _ in range(times)]
    bare = _round_trips(amqp_uri, times)
    for name, at in (("p50", 0.5), ("p90", 0.9)):
        versus = {"versus": "bare confirmed round trip", "versus_value": _at(bare, at)}
        book.note(f"event to its effect elsewhere, {name}", _at(delays, at), "ms", **versus)


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


def _one_event(connection: psycopg.Connection, officer: Any, head: Any) -> float:
    """Milliseconds from the answer until the listener's place is the sender's head."""
    planned = officer.act("intake", "/rounds", _form())
    head.act("intake", f"/rounds/{planned['id']}/open", {"document_no": "申报通知"}, seen=planned["version"])
    started = time.perf_counter()
    [(position,)] = connection.execute("select position from intake.log_head").fetchall()
    query = "select from screening.inbox_position where sender = 'intake' and position >= %s"
    while not connection.execute(query, (position,), prepare=True).fetchall():
        if time.perf_counter() - started > 30:
            raise TimeoutError("the event never came")
        time.sleep(0.0005)
    return (time.perf_counter() - started) * 1000


def _round_trips(amqp_uri: str, times: int) -> list[float]:
    """Milliseconds of a persistent, confirmed message to a quorum queue and back to a consumer."""
    name, found, arrived = f"bench-{uuid.uuid4().hex}", [], list[Any]()
    with Connection(amqp_uri, transport_options={"confirm_publish": True}) as connection:
        channel = connection.default_channel
        channel.queue_declare(name, durable=True, auto_delete=False, arguments=QUORUM)
        channel.basic_consume(name, no_ack=True, callback=arrived.append)
        for number in range(times):
            started = time.perf_counter()
            channel.basic_publish(channel.prepare_message(b"x" * 800, properties={"delivery_mode": 2}), "", name)
            while len(arrived) <= number:
                connection.drain_events(timeout=5)
            found.append((time.perf_counter() - started) * 1000)
        channel.queue_delete(name)
    return found


def _at(found: list[float], share: float) -> float:
    return median(found) if share == 0.5 else quantiles(found, n=10, method="inclusive")[round(share * 10) - 1]


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
