"""Bans: who may not apply until when."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.contract import contract


@contract("ban.started.v1")
class BanStarted:
    """No new dossier of this centre or its lead unit is taken before the end of `banned_until`."""

    case_id: UUID
    number: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    cause: str
    banned_from: date
    banned_until: date
