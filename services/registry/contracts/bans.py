"""Bans: who may not apply, until when. Also those that review starts: whoever listens here knows all."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.shared.contract import contract


@contract("ban.started.v1")
class BanStarted:
    """No new dossier of this centre or its lead unit is taken before the end of `banned_until`.

    `case_id` and `number` are of the centre, or of the case when no centre was listed.
    """

    case_id: UUID
    number: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    cause: str
    banned_from: date
    banned_until: date
    ban_id: UUID | None = None
    centre_name: str = ""


@contract("ban.ended.v1")
class BanEnded:
    """The time of a ban is over with the day `ended_on`."""

    ban_id: UUID
    case_id: UUID
    number: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    cause: str
    ended_on: date


@contract("ban.annulled.v1")
class BanAnnulled:
    """A ban fell from its first day, `effective_on`, as if it had never been."""

    ban_id: UUID
    case_id: UUID
    number: str
    centre_uscc: str
    lead_uscc: str
    prefecture: str
    cause: str
    body: str
    document_no: str
    effective_on: date
