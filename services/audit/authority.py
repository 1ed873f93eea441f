"""Who may do what in audit. The auditor changes no case: signing and reporting concern the ledger alone."""

from __future__ import annotations

from services.shared.kernel.authority import EVERYTHING, Authority, May
from services.shared.kernel.feed import FEED
from services.shared.vocabulary import Role

_AUDITOR = {Role.AUDITOR: EVERYTHING}
_WATCHERS = {Role.AUDITOR: EVERYTHING, Role.DIVISION_HEAD: EVERYTHING}
_PROVINCE = {**_WATCHERS, Role.PROVINCE_OFFICER: EVERYTHING}

AUTHORITY: Authority = {
    "sign_checkpoint": May(_AUDITOR),
    "report_tampering": May(_AUDITOR),
    "verify": May(_WATCHERS),
    "list_findings": May(_WATCHERS),
    "list_checkpoints": May({}, public=True),
    "prove_checkpoint": May({}, public=True),
    "prove_entry": May(_AUDITOR),
    "read_timeline": May(_PROVINCE),
    "read_as_at": May(_AUDITOR),
    "read_difference": May(_AUDITOR),
    "export_pack": May(_AUDITOR),
    "export_period": May(_AUDITOR),
    "list_exceptions": May(_WATCHERS),
    "list_security": May(_AUDITOR),
    "list_events": FEED,
}
