"""A process that cannot do its work says why in one sentence and ends with an error within 30 seconds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import httpx
import psycopg
import pytest
from kombu.connection import Connection
from psycopg.conninfo import make_conninfo

from deploy.ports import free_port
from services.shared.kernel.broker import Broker, Names
from services.shared.kernel.firstcontact import BROKER_PATIENCE
from services.shared.kernel.issuer import DemoIssuer

WITHIN = 30
"""Seconds."""


class Start:
    """`start("intake", "serve", DATABASE_URL=…)` gives the exit code, what was said last, and all that was said."""

    def __init__(self, good: dict[str, str]) -> None:
        self.good, self.prefix = good, good["BROKER_PREFIX"]

    def __call__(self, service: str, *words: str, **changes: str) -> tuple[int, str, str]:
        began = time.monotonic()
        told = subprocess.run(
            [sys.executable, "-m", f"services.{service}", *words],
            env=self.good | {name: f"127.0.0.1:{free_port()}" for name in ("LISTEN", "OPERATIONS")} | changes,
            capture_output=True,
            text=True,
            timeout=WITHIN + 15,
        )
        assert time.monotonic() - began < WITHIN
        return told.returncode, told.stderr.strip().splitlines()[-1], told.stderr


def good_environment(database_url, amqp_uri, home):
    return os.environ | {
        "PYTHONPATH": ".",
        "DATABASE_URL": database_url,
        "AMQP_URI": amqp_uri,
        "BROKER_PREFIX": f"start-{uuid.uuid4().hex[:8]}.",
        "ZHICHUANG_HOME": str(home),
        "CREATE_KEYS": "yes",
        "LISTEN": f"127.0.0.1:{free_port()}",
        "OPERATIONS": f"127.0.0.1:{free_port()}",
        **DemoIssuer(home / "keys").environment(),
    }


@pytest.fixture
def start(module_database_url, amqp_uri, tmp_path):
    return Start(good_environment(module_database_url, amqp_uri, tmp_path))


@pytest.fixture(scope="module", autouse=True)
def serving_without_broker(module_database_url, tmp_path_factory):
    """A `serve` that looks for its broker in vain, while the other tests run: it takes twelve seconds over it."""
    nowhere = f"amqp://guest:s3cr3t@127.0.0.1:{free_port()}//"
    start = Start(good_environment(module_database_url, nowhere, tmp_path_factory.mktemp("serving")))
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(start, "screening", "serve")


def refused(told, *words):
    code, last, everything = told
    assert code == 1, everything
    assert "Traceback" not in everything
    for word in words:
        assert word in last, everything


def both_refused(start, service, *words, **changes):
    """`serve` and `relay`, side by side; gives all that the two said."""
    with ThreadPoolExecutor() as pool:
        told = list(pool.map(lambda word: start(service, word, **changes), ("serve", "relay")))
    for each in told:
        refused(each, *words)
    return told[0][2] + told[1][2]


@pytest.mark.parametrize("name", ["DATABASE_URL", "AMQP_URI", "OIDC_JWKS"])
def test_a_missing_setting_is_named(start, name):
    both_refused(start, "intake", "intake: set", name, **{name: ""})


@pytest.mark.parametrize(("name", "value"), [("LISTEN", "everywhere"), ("TICK", "often"), ("OIDC_JWKS", "/none.json")])
def test_a_setting_that_makes_no_sense_is_named(start, name, value):
    refused(start("intake", "serve", **{name: value}), name)


def test_a_wrong_database_password_is_told_and_not_repeated(start):
    wrong = "postgresql://nobody:s3cr3t@127.0.0.1:5432/postgres"
    assert "s3cr3t" not in both_refused(start, "intake", "intake:", "nobody", DATABASE_URL=wrong)


def test_a_database_address_that_is_none_is_told_and_not_repeated(start):
    sentence = "DATABASE_URL is not a connection string"
    assert "s3cr3t" not in both_refused(start, "intake", sentence, DATABASE_URL="not a url s3cr3t")


def test_an_unreachable_database_is_told(start):
    both_refused(start, "intake", "refused", DATABASE_URL=f"postgresql://127.0.0.1:{free_port()}/postgres")


def test_tables_that_were_never_made_are_told(start, server_url):
    name = f"zc_empty_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f'create database "{name}"')
        try:
            empty = make_conninfo(server_url, dbname=name)
            both_refused(start, "review", "run its `migrate`", DATABASE_URL=empty)
        finally:
            server.execute(f'drop database "{name}" with (force)')


def test_tables_of_an_earlier_version_are_told(start, database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("update screening.made set digest = 'of an earlier version'")
    both_refused(start, "screening", "run its `migrate`", DATABASE_URL=database_url)
    refused(start("screening", "verify", DATABASE_URL=database_url), "run its `migrate`")


def test_a_wrong_broker_password_is_told_and_not_repeated(start):
    wrong = "amqp://guest:s3cr3t@127.0.0.1:5672//"
    assert "s3cr3t" not in both_refused(start, "screening", "refuses us", "ACCESS_REFUSED", AMQP_URI=wrong)


@pytest.mark.parametrize(
    ("word", "queue_of"), [("serve", Names.inbox_of), ("relay", Names.resend_of), ("topology", Names.inbox_of)]
)
def test_a_queue_with_other_arguments_ends_whoever_needs_it(start, amqp_uri, word, queue_of):
    queue = queue_of(Names(start.prefix), "screening")
    with Connection(amqp_uri) as connection:
        channel = connection.default_channel
        channel.queue_declare(queue=queue, durable=True, auto_delete=False)
        try:
            refused(start("screening", word), "refuses a declaration", "inequivalent arg")
        finally:
            channel.queue_delete(queue)
            names = Names(start.prefix)
            for left in (names.dead, names.history, names.resend_of("screening")):
                channel.queue_delete(left)
            for left in (names.events, names.logs, names.resend, names.dead):
                channel.exchange_delete(left)


@pytest.mark.parametrize("content", ["short", "%%%"])
def test_a_vault_key_that_is_none_is_told_and_not_repeated(start, tmp_path, content):
    key = tmp_path / "key"
    key.write_text(content)
    key.chmod(0o600)
    assert content not in both_refused(start, "intake", "intake:", "master key", VAULT_KEY=str(key))


@pytest.mark.parametrize(("service", "name"), [("intake", "VAULT_KEY"), ("audit", "AUDIT_KEY")])
def test_a_missing_key_file_is_named(start, service, name):
    both_refused(start, service, "/nowhere/key", **{"CREATE_KEYS": "", name: "/nowhere/key"})


@pytest.mark.parametrize(("word", "name"), [("serve", "LISTEN"), ("serve", "OPERATIONS"), ("relay", "OPERATIONS")])
def test_an_address_that_is_taken_is_told(start, word, name):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # willing to share, which nobody may accept
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused(start("screening", word, **{name: f"127.0.0.1:{taken.getsockname()[1]}"}), "in use")


def test_an_unreachable_broker_is_told(start, serving_without_broker):
    nowhere = f"amqp://guest:s3cr3t@127.0.0.1:{free_port()}//"
    for word in ("relay", "topology", "dead"):
        refused(start("screening", word, AMQP_URI=nowhere), "does not answer")
    refused(start("screening", "relay", AMQP_URI="amqp://guest:s3cr3t@no-such-host.invalid//"), "does not answer")
    refused(serving_without_broker.result(), "does not answer")


def test_a_broker_that_was_reached_before_is_an_outage_in_which_people_are_served(start, database_url):
    nowhere = f"amqp://guest:s3cr3t@127.0.0.1:{free_port()}//"
    with psycopg.connect(database_url) as connection:
        connection.execute("insert into screening.reached (broker) values (%s)", [Broker(nowhere).address])
    environment = start.good | {"AMQP_URI": nowhere, "DATABASE_URL": database_url}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "services.screening", word], env=environment | more, stderr=subprocess.PIPE
        )
        for word, more in (("serve", {}), ("relay", {"OPERATIONS": ""}))
    ]
    try:
        end = time.monotonic() + WITHIN
        while not ready(start.good["OPERATIONS"]) and time.monotonic() < end:
            time.sleep(0.1)
        until = time.monotonic() + BROKER_PATIENCE + 3
        while time.monotonic() < until:
            assert [process.poll() for process in running] == [None, None]
            time.sleep(0.5)
        assert ready(start.good["OPERATIONS"])
    finally:
        for process in running:
            process.kill()
            process.communicate()


def ready(address):
    with suppress(httpx.HTTPError):
        return httpx.get(f"http://{address}/readyz", timeout=2).status_code == 200
    return False
