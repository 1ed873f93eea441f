"""TC-01 and TC-11 while processes are killed at random moments and the broker is killed and robbed of its data.

At the end every service holds the same case, every integration event had its effect exactly once, and all verifies.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import psycopg
import pytest
from kombu.connection import Connection
from kombu.entity import Queue
from kombu.messaging import Consumer

from deploy.demo import client
from deploy.demo.stages.subscribing import DEPARTMENTS
from deploy.demo.world import World
from services.notify.outlets.queue import queue_of
from services.shared.vocabulary import Role
from tests.deployment import SERVICES, Deployment
from tests.journeys.conftest import START, play_cases
from tests.private_broker import SERVER, PrivateBroker

SEED = 20261123
SUBMITTED = "提交申报材料"
"""When the first dossier is submitted, the broker is lost: the second is submitted while it is away."""


class Chaos:
    """Kills one process after another and starts it again; beside that it takes the broker and all it had stored."""

    def __init__(self, deployment: Deployment, broker: PrivateBroker) -> None:
        self.kills: list[str] = []
        self.failures: list[BaseException] = []
        self._deployment, self._broker = deployment, broker
        self._random = random.Random(SEED)
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._guarded, args=(self._kill,))]

    def begin(self) -> None:
        self._threads[0].start()

    def watch(self, at: datetime, who: str, what: str, result: str) -> None:
        """Takes part in the story: loses the broker at the step that it waits for."""
        print(f"{at:%Y-%m-%d %H:%M} {who} {what} {result}")  # noqa: T201  # shown when the test fails
        if what == SUBMITTED and len(self._threads) == 1:
            self._broker.kill()
            self._broker.lose_data()
            self._threads.append(threading.Thread(target=self._guarded, args=(self._bring_the_broker_back,)))
            self._threads[1].start()

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(timeout=180)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self.failures.append(error)

    def _kill(self) -> None:
        while not self._over.wait(self._random.uniform(0.1, 1.0)):
            service = self._random.choice(SERVICES)
            self._deployment.kill(service)
            self.kills.append(service)
            self._deployment.begin(service)
            self._deployment.wait_ready(service)

    def _bring_the_broker_back(self) -> None:
        self._broker.start()
        self.broker_is_back = time.monotonic()


@pytest.fixture
def broker(tmp_path):
    if not SERVER.exists():
        pytest.skip(f"{SERVER} is not here, so no broker can be killed")
    broker = PrivateBroker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def deployment(broker, database_url, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    deployment = Deployment(home, database_url, broker.uri, start=START)
    deployment.prepare(*SERVICES)
    for service in SERVICES:
        deployment.begin(service)
    for service in SERVICES:
        deployment.wait_ready(service)
    yield deployment
    deployment.close()


def rows(database_url, query):
    with psycopg.connect(database_url) as connection:
        return connection.execute(query).fetchall()


def test_faults_lose_nothing_and_double_nothing(deployment, broker, database_url, monkeypatch):
    monkeypatch.setattr(client, "PATIENCE", 120.0)
    chaos = Chaos(deployment, broker)
    world = World(deployment.addresses, deployment.token_for, deployment.clock, chaos.watch)
    chaos.begin()
    try:
        tracks = play_cases(world, "tc01", "tc11")
    finally:
        ended = time.monotonic()
        chaos.end()
    assert chaos.failures == []
    assert chaos.broker_is_back < ended, "the story was over before the broker was back"
    assert len(chaos.kills) >= 4

    auditor = world.somebody(Role.AUDITOR)
    report = auditor.until("audit", "/verification", lambda found: not any(log["pending"] for log in found["logs"]))
    assert report["intact"] is True
    designated, revoked = (auditor.get("registry", f"/centres/{tracks[name].case_id}") for name in ("tc01", "tc11"))
    assert (designated["qualification"], designated["plaque_no"], designated["grade"]) == (
        "designated",
        "001",
        "excellent",
    )
    assert revoked["qualification"] == "revoked"
    for name, track in tracks.items():
        path = f"/dossiers/{track.case_id}"
        auditor.until("intake", path, lambda dossier: dossier["outcome"] == "designated")
        review = auditor.get("review", f"/reviews/{track.case_id}")
        screening = auditor.get("screening", f"/screenings/{track.case_id}")
        assert (name, review["state"], screening["state"]) == (name, "listed", "recommended")
    everything_has_arrived(database_url)
    systems_were_told_everything(broker.uri, database_url)
    for service in SERVICES:
        assert rows(database_url, f"select count(*) from {service}.parked") == [(0,)]
        twice = rows(
            database_url,
            "select state->'metadata'->>'causation_id', topic, originator_id, count(*) from"
            f" {service}.log_as_json where state->'metadata'->>'capacity' = 'system'"
            " group by 1, 2, 3 having count(*) > 1",
        )
        assert twice == [], f"{service} took an integration event more than once"
    world.close()


def systems_were_told_everything(uri, database_url):
    """Nobody has read the departments' queues: all that they subscribe to lies there, also from before the loss."""
    for department in DEPARTMENTS:
        patterns = ",".join(f"{prefix}%" for prefix in department.types)
        wanted = rows(
            database_url,
            "select convert_from(body, 'utf-8')::json->>'id' from notify.journal"
            f" where name like any(string_to_array('{patterns}', ',')) order by number",
        )
        told = list(dict.fromkeys(ids_in(uri, queue_of("", department.name))))
        assert told == [event_id for (event_id,) in wanted], department.name


def ids_in(uri, queue):
    """The ids of the events in a queue, in order, repeats and all."""
    found: list[Any] = []
    with (
        Connection(uri) as connection,
        suppress(TimeoutError),
        Consumer(connection.default_channel, [Queue(queue)], on_message=found.append, auto_declare=False),
    ):
        while True:
            connection.drain_events(timeout=0.5)
    return [json.loads(message.body)["id"] for message in found]


def everything_has_arrived(database_url):
    """Until every listener has taken what every sender that it hears has told."""
    end = time.monotonic() + 60
    while True:
        told = {
            service: previous
            for service in SERVICES
            for (previous,) in rows(
                database_url, f"select previous from {service}.relay_position where stream = 'events'"
            )
        }
        behind = [
            (listener, sender, position, told[sender])
            for listener in SERVICES
            for sender, position in rows(database_url, f"select sender, position from {listener}.inbox_position")
            if position != told[sender]
        ]
        if not behind:
            return
        assert time.monotonic() < end, behind
        time.sleep(0.1)
