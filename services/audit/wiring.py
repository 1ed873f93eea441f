"""Builds the audit service from its environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.audit.application import Audit
from services.audit.authority import AUTHORITY
from services.audit.ledger.tables import migrate_ledger
from services.audit.publishing import PUBLISHING
from services.audit.reactions import REACTIONS
from services.audit.service import AuditService
from services.shared.kernel.keys import load, load_or_create
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.wiring import Definition, Wired


def build(wired: Wired) -> Audit:
    """Audit, with the signing key, and the auditor's eyes on every log, which verification alone uses."""
    settings = wired.settings
    logs = Database(conninfo_as(settings.database_url, "zc_auditor"), size=2)
    wired.databases.append(logs)
    signer = (load_or_create if settings.create_keys else load)(settings.audit_key)
    audit = Audit(wired.database, wired.clock, logs, signer)
    audit.alarm = wired.metrics.chain_check_failed
    wired.metrics.show("seal_age_seconds", audit.seal_age)
    wired.metrics.show("inbox_lag_events", audit.waiting)
    return audit


def verify(wired: Wired) -> tuple[Sequence[Any], int]:
    """Everything: each service's log by its chain and against the ledger, the ledger by its checkpoints."""
    audit: Audit = wired.application  # type: ignore[assignment]  # built above
    report = audit.verify()
    return report.found, sum(log.events for log in report.logs)


DEFINITION = Definition(
    name="audit",
    service=AuditService,
    application=Audit,
    build=build,
    authority=AUTHORITY,
    publishing=PUBLISHING,
    reactions=REACTIONS,
    migrations=(migrate_ledger,),
    verify=verify,
)
