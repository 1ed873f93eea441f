"""Journeys play on six processes, on real servers, over HTTP, as the roles."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kombu.connection import Connection

from deploy.demo.case_file import read
from deploy.demo.stages.subscribing import DEPARTMENTS
from deploy.demo.story import play
from deploy.demo.world import Track, World
from services.notify.outlets.queue import dead_of, queue_of
from services.shared.kernel.broker import Names
from tests.deployment import SERVICES, Deployment

CASES = Path("deploy/demo/cases")
START = datetime(2026, 1, 5, 1, tzinfo=UTC)


@dataclass
class Played:
    """A story that was played to its end, and where."""

    deployment: Deployment
    world: World
    tracks: dict[str, Track]


def world_of(deployment: Deployment) -> World:
    """The people and the clock of a deployment; its steps are shown when a test fails."""
    return World(
        deployment.addresses,
        deployment.token_for,
        deployment.clock,
        lambda at, who, what, result: print(f"{at:%Y-%m-%d %H:%M} {who} {what} {result}"),  # noqa: T201
    )


def play_cases(world: World, *names: str) -> dict[str, Track]:
    """Play these cases together, in one round."""
    tracks = play(world, [read(CASES / f"{name}.yaml") for name in names])
    return dict(zip(names, tracks, strict=True))


@pytest.fixture(scope="module")
def played(module_database_url: str, amqp_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """TC-01 and TC-11, played for the tests of a module that look at how they went.

    Not for all modules at once: what stays up beside the other journeys takes connections that they need.
    """
    prefix = f"journey-{uuid.uuid4().hex[:8]}."
    home = tmp_path_factory.mktemp("journey")
    deployment = Deployment(home, module_database_url, amqp_uri, prefix=prefix, start=START)
    world = world_of(deployment)
    try:
        deployment.prepare(*SERVICES)
        for service in SERVICES:
            deployment.begin(service)
        for service in SERVICES:
            deployment.wait_ready(service)
        yield Played(deployment, world, play_cases(world, "tc01", "tc11"))
    finally:
        world.close()
        deployment.close()
        sweep(amqp_uri, prefix)


def sweep(amqp_uri: str, prefix: str) -> None:
    """Take away what a deployment left on a shared broker."""
    names = Names(prefix)
    queues = [names.history, names.dead]
    for service in SERVICES:
        queues += [names.inbox_of(service), names.logs_of(service), names.resend_of(service)]
    for department in DEPARTMENTS:
        queues += [queue_of(prefix, department.name), dead_of(prefix, department.name)]
    with Connection(amqp_uri) as connection:
        channel = connection.default_channel
        for queue in queues:
            channel.queue_delete(queue)
        for exchange in (names.events, names.logs, names.resend, names.dead):
            channel.exchange_delete(exchange)
