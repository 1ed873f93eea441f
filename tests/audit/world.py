"""A ledger in a database of its own, what a superuser does to it and to the logs, and what verification then says."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from services.audit.application import SENDERS, Audit
from services.audit.domain.checkpoint import SignedCheckpoint
from services.audit.ledger.signed import signed_checkpoints
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.settings import Settings
from services.shared.kernel.wiring import Wired
from tests.audit.events import Sender
from tests.given import NOON, circumstances

LOGS = tuple(f"{service}.{table}" for service in SENDERS for table in ("log", "log_head"))
LEDGER = ("audit_ledger.entries", "audit_ledger.nodes", "audit_ledger.mentions")
TABLES = (*LOGS, *LEDGER)


@contextmanager
def opened(database_url: str, home: Path) -> Iterator[World]:
    """Audit on this database, its clock standing still."""
    definition = importlib.import_module("services.audit.wiring").DEFINITION
    keys = (home / "vault", home / "audit")
    settings = Settings(database_url, "memory://", home, *keys, "", "test", "zhichuang", create_keys=True)
    wired = Wired(definition, settings)
    wired.clock = wired.application.clock = FixedClock(NOON)
    wired.open()
    try:
        yield World(wired, database_url)
    finally:
        wired.close()


class World:
    """The ledger, and a log of every service that events can be recorded in."""

    def __init__(self, wired: Wired, database_url: str) -> None:
        assert isinstance(wired.application, Audit)
        self.audit, self.url = wired.application, database_url
        self.senders = {name: Sender(name, self.audit, database_url) for name in SENDERS}

    def sign(self) -> None:
        with carrying_out(Command(circumstances("auditor"))):
            self.audit.sign_checkpoint()

    @contextmanager
    def tampered(self, *statements: str, change: Callable[[Any], None] | None = None) -> Iterator[None]:
        """While this lasts, these statements have been carried out by a superuser with the triggers off."""
        with psycopg.connect(self.url, autocommit=True) as superuser:
            superuser.execute("set session_replication_role = replica")  # no triggers
            for table in TABLES:
                superuser.execute(f"create temporary table {table.replace('.', '_')} as table {table}")
            for statement in statements:
                superuser.execute(statement)
            if change is not None:
                change(superuser)
            try:
                yield
            finally:
                for table in TABLES:
                    superuser.execute(f"truncate {table}")
                    superuser.execute(f"insert into {table} table {table.replace('.', '_')}")

    def found(self, anchors: tuple[SignedCheckpoint, ...] = ()) -> list[tuple[str, int, str, str]]:
        """What verification names."""
        report = self.audit.verify(anchors)
        assert report.intact == (report.found == [])
        assert all(each.zh != each.en and each.service in each.en for each in report.found)
        return [(each.service, each.position, each.kind, each.detail) for each in report.found]

    def signed(self) -> list[SignedCheckpoint]:
        """The checkpoints as a witness outside holds them."""
        return signed_checkpoints(self.audit.database, self.audit.event_mapper)[0]
