"""Puts a service together: the parts that every service has, from its definition and its settings."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.shared.calendar import calendar
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.application import Application
from services.shared.kernel.authority import Authority
from services.shared.kernel.broker import Broker
from services.shared.kernel.clock import Clock, clock_from
from services.shared.kernel.deadlines import run_due
from services.shared.kernel.documents import DocumentStore
from services.shared.kernel.identity import Identity, Jwks, Verifier
from services.shared.kernel.inbox import Inbox, Tracking
from services.shared.kernel.logs import get_logger
from services.shared.kernel.metrics import Metrics, Outcome
from services.shared.kernel.parking import take_in_again
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.publishing import Publishing, Sealer
from services.shared.kernel.reactions import Reactions
from services.shared.kernel.relay import Relay
from services.shared.kernel.security import SecurityLog
from services.shared.kernel.settings import Settings
from services.shared.kernel.verifying import verify_log


def verify_own_log(wired: Wired) -> tuple[Sequence[Any], int]:
    """Walk the chain of the service's own log."""
    return verify_log(wired.database, wired.name)


@dataclass(frozen=True)
class Definition:
    """What makes a service this service.

    `deadlines` maps a kind of deadline to the clock's act and its legal basis; `migrations` make what the service keeps
    beside its own schemas, given the login that may; `outlets` begins the names of queues that it makes on the broker
    for others; `verify` gives what is wrong and how many events were looked at.
    """

    name: str
    service: type
    application: type[Application]
    build: Callable[[Wired], Application]
    authority: Authority
    publishing: Publishing
    reactions: Reactions
    deadlines: Mapping[str, tuple[Callable[..., Any], tuple[str, ...]]] = field(default_factory=dict)
    migrations: tuple[Callable[[str], None], ...] = ()
    outlets: str = ""
    verify: Callable[[Wired], tuple[Sequence[Any], int]] = verify_own_log


class Wired:
    """One running service's parts, made from its definition and settings; nothing is connected until `open`."""

    def __init__(self, definition: Definition, settings: Settings) -> None:
        self.definition, self.settings, self.name = definition, settings, definition.name
        self.clock: Clock = clock_from({"ZHICHUANG_CLOCK_FILE": settings.clock_file})
        conninfo = conninfo_as(settings.database_url, f"zc_{self.name}", f"{self.name}_read", self.name)
        self.database = Database(conninfo, size=settings.database_pool)
        self.databases = [self.database]
        self.documents = DocumentStore(settings.documents)
        self.metrics = Metrics(self.name)
        self.application = definition.build(self)
        self.authority = definition.authority
        self.reactions = definition.reactions
        self.broker = Broker(settings.amqp_uri, settings.broker_prefix, given=settings.topology_given)
        self.relay = Relay(
            self.name, self.database, self.broker, Sealer(self.name, self.application, definition.publishing)
        )
        self.verifier = Verifier(Jwks(settings.jwks), issuer=settings.issuer, audience=settings.audience)
        self.security = SecurityLog(self.database)
        self.beat = time.time()
        self._show_gauges()
        self.logger = get_logger(self.name)
        self.wsgi: Any = None

    def open(self) -> None:
        """Connect to the database. Raises psycopg_pool.PoolTimeout when it does not answer."""
        for database in self.databases:
            database.open()

    def close(self) -> None:
        for database in self.databases:
            database.close()

    def inbox(self, react: Callable[[IntegrationEvent, Tracking], None]) -> Inbox:
        """The inbox of this service, handing what it hears to `react`."""
        inbox = Inbox(self.name, self.reactions.senders, self.database, self.broker, react)
        self.metrics.show("inbox_lag_events", inbox.lag)
        return inbox

    def react(self, event: IntegrationEvent, tracking: Tracking) -> None:
        """Do what this service does about an integration event, and write a line when it did something."""
        self.reactions.react(self.application, event, tracking)
        if tracking.written:
            self.logger.info(
                "event taken",
                topic=event.routing_key,
                position=event.position,
                correlation_id=event.correlationid,
                causation_id=event.causationid,
                traceparent=event.traceparent,
            )

    def run_deadlines(self) -> int:
        """Carry out the acts whose deadlines are past; and take in again what was parked and is due to be tried."""
        done = run_due(self.application, self.definition.deadlines)
        take_in_again(self.database, self.react)
        self.beat = time.time()
        return done

    def identity_of(self, authorization: str) -> Identity | None:
        """The identity in an Authorization header; None without one. Raises Unauthenticated, IssuerUnavailable."""
        return self.verifier.identify(authorization)

    def observe(self, act: str, outcome: Outcome, seconds: float) -> None:
        """Count one request and how it ended."""
        self.metrics.command_ended(act, outcome, seconds)

    def _show_gauges(self) -> None:
        self.metrics.show("timer_heartbeat_timestamp_seconds", lambda: self.beat)
        self.metrics.show("relay_lag_events", lambda: self.relay.lag()[0])
        self.metrics.show("relay_lag_seconds", lambda: self.relay.lag()[1])
        self.metrics.show("parked_events", self._parked)
        if "deadlines" in self.definition.application.projections.by_name:
            self.metrics.show("oldest_due_deadline_seconds", self._oldest_due)
            self.metrics.show("overdue_cases", self._overdue)
        self.metrics.show("database_pool_waiting", lambda: self.database.pool.get_stats().get("requests_waiting", 0))
        self.metrics.show("calendar_last_known_year", lambda: calendar().last_known_year)

    def _parked(self) -> dict[str, float]:
        rows = self.database.rows("select sender, count(*)::int from parked group by sender")
        return dict(rows)

    def _oldest_due(self) -> float:
        """Of the deadlines on which the clock acts, how long the oldest past one has waited."""
        acts, now = list(self.definition.deadlines), self.clock.now()
        query = "select min(due) from deadlines where due <= %s and kind = any(%s)"
        [(oldest,)] = self.database.rows(query, (now, acts))
        return (now - oldest).total_seconds() if oldest else 0.0

    def _overdue(self) -> dict[str, float]:
        """Of the deadlines on which people act, how many are past, by kind."""
        acts, now = list(self.definition.deadlines), self.clock.now()
        query = "select kind, count(*)::int from deadlines where due <= %s and not kind = any(%s) group by kind"
        return dict(self.database.rows(query, (now, acts)))
