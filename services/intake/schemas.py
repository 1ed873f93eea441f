"""What comes in to intake and goes out over HTTP, apart from the official forms (see `forms`)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma

from services.intake.domain.dossier import Dossier
from services.shared.kernel.fields import Code, Day, Form, Integer, Text, Uuid
from services.shared.vocabulary import PREFECTURES


class PlanRound(Form):
    """`POST /rounds`"""

    number = Text(20, required=True)
    title = Text(200, required=True)
    year = Integer(2019, 2100, required=True)
    opens_on = Day(required=True)
    closes_on = Day(required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, **{name: date.fromisoformat(data[name]) for name in ("opens_on", "closes_on")}}


class OpenRound(Form):
    """`POST /rounds/{id}/open`"""

    document_no = Text(60, required=True)


class ExtendRound(Form):
    """`POST /rounds/{id}/extend`"""

    closes_on = Day(required=True)
    reason = Text(500, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "closes_on": date.fromisoformat(data["closes_on"])}


class OpenDossier(Form):
    """`POST /dossiers`"""

    round_id = Uuid(required=True)
    prefecture = Code(PREFECTURES, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "round_id": UUID(data["round_id"])}


class WithdrawDossier(Form):
    """`POST /dossiers/{id}/withdraw`"""

    reason = Text(500, min=0, load_default="")


class RoundAnswer(ma.Schema):
    """A round after a command."""

    number = ma.fields.String()
    state = ma.fields.String()
    policy_edition = ma.fields.String()


def _receipt(dossier: Dossier) -> dict[str, Any] | None:
    """The receipt of the newest submission: the snapshot's number and its digests."""
    if not dossier.snapshots:
        return None
    newest = dossier.snapshots[-1]
    return {"snapshot": newest.number, "sha256": newest.document.sha256, "sm3": newest.document.sm3}


class DossierAnswer(ma.Schema):
    """A dossier after a command; once submitted, the receipt with the snapshot's digest."""

    number = ma.fields.String()
    state = ma.fields.String()
    round_number = ma.fields.String()
    policy_edition = ma.fields.String()
    confirmed = ma.fields.Function(lambda dossier: sorted(dossier.confirmed))
    receipt = ma.fields.Function(_receipt)


class DossierView(DossierAnswer):
    """A dossier as it is read: personal data shows as references."""

    id = ma.fields.UUID()
    lead_uscc = ma.fields.String()
    prefecture = ma.fields.String()
    outcome = ma.fields.String()
    sections = ma.fields.Dict()
    attachments = ma.fields.Function(lambda dossier: {kind: list(refs) for kind, refs in dossier.attachments.items()})
