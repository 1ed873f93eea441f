"""Audit on real PostgreSQL, its clock standing still, beside services whose logs it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from services.audit.application import SENDERS, Audit
from services.shared.kernel.broker import Broker
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.wiring import Wired
from tests.audit.events import Sender
from tests.given import NOON

_EMPTIED = """
set session_replication_role = replica; -- no triggers: the logs and the ledger are append-only
do $$ declare name text; begin
    for name in select format('%I.%I', schemaname, tablename) from pg_tables
        where schemaname ~ '^(audit|intake|screening|review|registry|notify)' and tablename not in ('log_head', 'made')
    loop execute 'delete from ' || name; end loop;
    for name in select format('%I.%I', schemaname, tablename) from pg_tables where tablename = 'log_head'
    loop execute format($f$update %s set position = 0, link = sha256('')$f$, name); end loop;
end $$
"""


@pytest.fixture
def database_url(module_database_url: str) -> str:
    """The database of the module, empty before each test: much faster than a database of its own."""
    with psycopg.connect(module_database_url) as superuser:
        superuser.execute(_EMPTIED)
    return module_database_url


@pytest.fixture
def wired(wire: Callable[..., Any]) -> Wired:
    """The opened parts of the service."""
    parts: Wired = wire("audit")
    parts.clock = parts.application.clock = FixedClock(NOON)
    return parts


@pytest.fixture
def audit(wired: Wired) -> Audit:
    """The application of the service."""
    application = wired.application
    assert isinstance(application, Audit)
    return application


@pytest.fixture
def intake(audit: Audit, database_url: str) -> Sender:
    """A log of intake that audit can be given pages of."""
    return Sender("intake", audit, database_url)


@pytest.fixture
def screening(audit: Audit, database_url: str) -> Sender:
    """A log of screening."""
    return Sender("screening", audit, database_url)


@pytest.fixture
def rabbit_prefix(amqp_uri: str) -> Iterator[str]:
    """Names of this test's own on RabbitMQ, deleted after it."""
    broker = Broker(amqp_uri, prefix=f"test-{uuid4().hex[:8]}.")
    names = broker.names
    yield names.events.removesuffix("zhichuang.events")
    channel = (connection := broker.connect()).default_channel
    of_services = [of(s) for s in SENDERS for of in (names.inbox_of, names.logs_of, names.resend_of)]
    for queue in (names.history, names.dead, *of_services):
        channel.queue_delete(queue)
    for exchange in (names.events, names.logs, names.resend, names.dead):
        channel.exchange_delete(exchange)
    connection.close()
