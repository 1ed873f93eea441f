"""A broker that was never reached is a wrong address and ends the process; one that was reached before is away."""

from __future__ import annotations

import logging
import os
import socket
import threading

import pytest

from services.shared.kernel import firstcontact
from services.shared.kernel.broker import Broker, BrokerMisconfigured
from services.shared.kernel.firstcontact import FirstContact
from tests.kernel.conftest import eventually


@pytest.fixture
def ended(monkeypatch):
    """How often the process was told to end; patience is short."""
    told = []
    monkeypatch.setattr(os, "kill", lambda *words: told.append(words))
    monkeypatch.setattr(firstcontact, "BROKER_PATIENCE", 0.2)
    monkeypatch.setattr(firstcontact, "SAID_EVERY", 0.3)
    return told


@pytest.fixture
def nowhere():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Broker(f"amqp://guest:s3cr3t@127.0.0.1:{probe.getsockname()[1]}/place")


def know(database, broker):
    database.rows("insert into reached (broker) values (%s) returning 1", (broker.address,))


def test_a_broker_that_nobody_ever_reached_ends_the_process_after_a_while(database, nowhere, ended):
    watch = FirstContact(nowhere, database)
    watch.begin()
    eventually(lambda: ended)
    with pytest.raises(BrokerMisconfigured, match="does not answer"):
        watch.raise_if_failed()


def test_a_broker_that_was_reached_before_is_waited_for_and_it_is_said_now_and_then(
    database, nowhere, ended, monkeypatch, caplog
):
    know(database, nowhere)
    caplog.set_level(logging.WARNING)
    watch = FirstContact(nowhere, database)
    watch.begin()
    eventually(lambda: len(caplog.records) >= 3)
    assert not ended
    watch.raise_if_failed()
    assert f"{nowhere.address} does not answer" in caplog.text
    assert "s3cr3t" not in caplog.text
    monkeypatch.setattr(watch, "_is_reached", lambda: True)  # it is back: the thread ends
    eventually(lambda: not any("_try" in thread.name for thread in threading.enumerate()))


def test_a_broker_that_answers_is_known_from_then_on(database, rabbit, ended):
    for _ in range(2):
        watch = FirstContact(rabbit, database)
        watch.begin()
        eventually(lambda: database.rows("select 1 from reached where broker = %s", (rabbit.address,)))
    assert not ended


def test_a_relay_ends_at_once_when_its_broker_was_never_reached_and_else_waits(database, nowhere, ended, monkeypatch):
    monkeypatch.setattr(firstcontact.FirstContact, "begin", lambda self: None)
    with pytest.raises(BrokerMisconfigured, match="does not answer"):
        FirstContact(nowhere, database).begin_knowing()
    know(database, nowhere)
    FirstContact(nowhere, database).begin_knowing()
    assert not ended


def test_while_the_database_cannot_say_the_broker_counts_as_known(database, nowhere, ended):
    database.close()
    watch = FirstContact(nowhere, database)
    assert watch._was_reached()
