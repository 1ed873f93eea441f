"""A process that cannot do its work says why in one sentence and ends with an error within 30 seconds."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid

import psycopg
import pytest
from kombu.connection import Connection
from psycopg.conninfo import make_conninfo

from services.shared.kernel.broker import Names
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
            env=self.good | changes,
            capture_output=True,
            text=True,
            timeout=WITHIN + 15,
        )
        assert time.monotonic() - began < WITHIN
        return told.returncode, told.stderr.strip().splitlines()[-1], told.stderr


@pytest.fixture
def start(module_database_url, amqp_uri, tmp_path):
    good = os.environ | {
        "PYTHONPATH": ".",
        "DATABASE_URL": module_database_url,
        "AMQP_URI": amqp_uri,
        "BROKER_PREFIX": f"start-{uuid.uuid4().hex[:8]}.",
        "ZHICHUANG_HOME": str(tmp_path),
        "CREATE_KEYS": "yes",
        "LISTEN": f"127.0.0.1:{free_port()}",
        "OPERATIONS": f"127.0.0.1:{free_port()}",
        **DemoIssuer(tmp_path / "keys").environment(),
    }

    return Start(good)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def refused(told, *words):
    code, last, everything = told
    assert code == 1, everything
    assert "Traceback" not in everything
    for word in words:
        assert word in last, everything


@pytest.mark.parametrize("name", ["DATABASE_URL", "AMQP_URI", "OIDC_JWKS"])
def test_a_missing_setting_is_named(start, name):
    refused(start("intake", "serve", **{name: ""}), "intake: set", name)


@pytest.mark.parametrize(("name", "value"), [("LISTEN", "everywhere"), ("TICK", "often"), ("OIDC_JWKS", "/none.json")])
def test_a_setting_that_makes_no_sense_is_named(start, name, value):
    refused(start("intake", "serve", **{name: value}), name)


def test_a_wrong_database_password_is_told_and_not_repeated(start):
    told = start("intake", "serve", DATABASE_URL="postgresql://nobody:s3cr3t@127.0.0.1:5432/postgres")
    refused(told, "intake:", "nobody")
    assert "s3cr3t" not in told[2]


def test_a_database_address_that_is_none_is_told_and_not_repeated(start):
    told = start("intake", "serve", DATABASE_URL="not a url s3cr3t")
    refused(told, "DATABASE_URL is not a connection string")
    assert "s3cr3t" not in told[2]


def test_an_unreachable_database_is_told(start):
    refused(start("intake", "serve", DATABASE_URL=f"postgresql://127.0.0.1:{free_port()}/postgres"), "refused")


def test_tables_that_were_never_made_are_told(start, server_url):
    name = f"zc_empty_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f'create database "{name}"')
        try:
            refused(start("review", "serve", DATABASE_URL=make_conninfo(server_url, dbname=name)), "run its `migrate`")
        finally:
            server.execute(f'drop database "{name}" with (force)')


@pytest.mark.parametrize("words", ["serve", "relay", "verify"])
def test_tables_of_an_earlier_version_are_told(start, database_url, words):
    with psycopg.connect(database_url) as connection:
        connection.execute("update screening.made set digest = 'of an earlier version'")
    refused(start("screening", words, DATABASE_URL=database_url), "run its `migrate`")


@pytest.mark.parametrize("words", ["serve", "relay"])
def test_a_wrong_broker_password_is_told_and_not_repeated(start, words):
    told = start("screening", words, AMQP_URI="amqp://guest:s3cr3t@127.0.0.1:5672//")
    refused(told, "refuses us", "ACCESS_REFUSED")
    assert "s3cr3t" not in told[2]


def test_a_relay_that_cannot_reach_the_broker_ends(start):
    refused(start("screening", "relay", AMQP_URI=f"amqp://guest:guest@127.0.0.1:{free_port()}//"), "does not answer")


def test_a_queue_with_other_arguments_ends_the_service_that_hears_it(start, amqp_uri):
    queue = Names(start.prefix).inbox_of("screening")
    with Connection(amqp_uri) as connection:
        channel = connection.default_channel
        channel.queue_declare(queue=queue, durable=True, auto_delete=False)
        try:
            refused(start("screening", "serve"), "refuses a declaration", "inequivalent arg")
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
    told = start("intake", "serve", VAULT_KEY=str(key))
    refused(told, "intake:", "master key")
    assert content not in told[1]


@pytest.mark.parametrize(("service", "name"), [("intake", "VAULT_KEY"), ("audit", "AUDIT_KEY")])
def test_a_missing_key_file_is_named(start, service, name):
    refused(start(service, "serve", CREATE_KEYS="", **{name: "/nowhere/key"}), "/nowhere/key")


def test_an_address_that_is_taken_is_told(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused(start("screening", "serve", LISTEN=f"127.0.0.1:{taken.getsockname()[1]}"), "in use")
