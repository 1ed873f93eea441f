"""TC-01 through the ingress of a cluster, two instances of each service, while one process after another is restarted.

Every process has its own login on PostgreSQL and RabbitMQ with the rights that it has in Kubernetes, and no more.
"""

from __future__ import annotations

import json
import os
import threading
import time
import uuid

import kombu.exceptions
import psycopg
import pytest
from amqp.exceptions import AccessRefused
from kombu.connection import Connection

from deploy import broker_users, cluster_accounts, launch
from deploy.cluster import cluster
from deploy.demo import client
from deploy.demo.case_file import read
from deploy.demo.story import play
from deploy.demo.world import World
from services.shared.vocabulary import Role
from tests.journeys.conftest import CASES, START
from tests.journeys.test_faults import everything_has_arrived, rows

SERVICES = ("intake", "screening", "review", "registry", "notify", "audit")
BOUND = 30.0
"""Seconds that the restarts may take when the story is over sooner."""


@pytest.fixture(scope="module")
def running(amqp_uri):
    """On a PostgreSQL of its own: eighteen processes would take the connections of everybody else's."""
    database = f"zc_cluster_{os.getpid()}_{uuid.uuid4().hex[:6]}"
    try:
        with launch.postgres() as server, cluster(server, amqp_uri, database, start=START) as running:
            yield running
    except cluster_accounts.NoAccounts as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def played(running):
    """TC-01, told while the restarts go round; gives the track, an auditor, and the exit codes of what was ended."""
    before, client.PATIENCE = client.PATIENCE, 120.0
    addresses = {service: f"{running.address}/{service}" for service in SERVICES}
    world = World(addresses, running.issuer.token, running.clock, lambda *step: print(*step))  # noqa: T201
    stop, codes = threading.Event(), []
    restarts = threading.Thread(target=lambda: codes.extend(running.restart_each(stop)))
    began = time.monotonic()
    restarts.start()
    try:
        [track] = play(world, [read(CASES / "tc01.yaml")])
        restarts.join(max(0.0, BOUND - (time.monotonic() - began)))
    finally:
        stop.set()
        restarts.join(180)
        client.PATIENCE = before
    yield track, world.somebody(Role.AUDITOR), codes
    world.close()


def test_tc01_runs_through_a_cluster_whose_processes_are_restarted(played):
    track, auditor, codes = played
    centre = auditor.get("registry", f"/centres/{track.case_id}")
    assert (centre["qualification"], centre["plaque_no"], centre["grade"]) == ("designated", "001", "excellent")
    assert len(codes) >= 6
    assert set(codes) == {0}, "each ends in peace"


def test_a_rolling_restart_loses_nothing_and_doubles_nothing(played, running):
    track, auditor, _ = played
    report = auditor.until("audit", "/verification", lambda found: not any(log["pending"] for log in found["logs"]))
    assert report["intact"] is True
    auditor.until("intake", f"/dossiers/{track.case_id}", lambda dossier: dossier["outcome"] == "designated")
    everything_has_arrived(running.database)
    for service in SERVICES:
        assert rows(running.database, f"select count(*) from {service}.parked") == [(0,)]
        by_command = (
            "select state->'metadata'->>'command_id', topic, originator_id, count(*) from"
            f" {service}.log_as_json where state->'metadata'->>'capacity' <> 'system'"
            " group by 1, 2, 3 having count(*) > 1"
        )
        by_event = by_command.replace("command_id", "causation_id").replace("<> 'system'", "= 'system'")
        assert rows(running.database, by_event) == [], f"{service} took an integration event twice"
        assert rows(running.database, by_command) == [], f"{service} carried a command out twice"


def test_both_instances_of_each_service_and_its_relay_run(running):
    names = {process.name for process in running.processes}
    assert names == {f"{s}-{rest}" for s in SERVICES for rest in ("serve-0", "serve-1", "relay-0")}


@pytest.mark.parametrize("service", SERVICES)
def test_a_login_of_the_database_reaches_no_other_service(running, service):
    other = "intake" if service != "intake" else "review"
    with psycopg.connect(running.urls[service]) as connection:
        for statement in (
            f"select 1 from {other}_read.deadlines",
            f"set role zc_{other}",
            f"insert into {service}.log values (1, gen_random_uuid(), 1, 'x', '', '')",
            "create table mine (x int)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement)


@pytest.mark.parametrize("service", SERVICES)
def test_a_user_of_the_broker_may_forge_nothing_and_read_nobody_elses_queue(running, service):
    other = "screening" if service != "screening" else "review"
    for refused in (
        lambda channel: channel.queue_declare(queue="mine"),
        lambda channel: channel.basic_get(f"zhichuang.{other}.inbox"),
        lambda channel: channel.exchange_declare("mine", "topic"),
    ):
        with (
            Connection(running.uris[service]) as connection,
            pytest.raises((AccessRefused, kombu.exceptions.KombuError)),
        ):
            refused(connection.default_channel)


def test_the_definitions_hold_no_password():
    passwords = {user: f"s3cr3t-{user}" for user in broker_users.permissions()}
    written = json.dumps(cluster_accounts.definitions("vhost", passwords))
    assert "s3cr3t" not in written
    assert written.count("password_hash") == len(SERVICES) + 1
