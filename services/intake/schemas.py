"""What comes in to intake and goes out over HTTP, apart from the official forms (see `forms`)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma

from services.intake.domain.dossier import Dossier, Snapshot, State
from services.intake.domain.round import Conditions, Quota, Round
from services.intake.domain.values import ATTACHMENT_KINDS
from services.intake.forms.codes import FIELDS
from services.shared.kernel.fields import (
    Block,
    Code,
    Codes,
    Day,
    Form,
    Integer,
    Items,
    Sha256,
    Shaped,
    Text,
    Uscc,
    Uuid,
)
from services.shared.vocabulary import PREFECTURES, normal_uscc


class WrittenUscc(Shaped):
    """A code in the shape of a USCC, whatever its check character says."""

    shape, failure = Uscc.shape, Uscc.failure

    def tidy(self, text: str) -> str:
        return normal_uscc(text)


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


class QuotaRow(Form):
    """How many cases one recommending body may send up."""

    prefecture = Code(PREFECTURES, required=True)
    most = Integer(0, 1000, required=True)


class PublishConditions(Form):
    """`POST /rounds/{id}/conditions`: fields and quotas that are left out are not limited."""

    text = Text(4000, multiline=True, required=True)
    fields_open = Codes(FIELDS, data_key="fields", load_default=list)
    quotas = Items(Block(QuotaRow), load_default=list)
    paper_copies = Integer(0, 20, load_default=0)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        quotas = tuple(Quota(row["prefecture"], row["most"]) for row in data["quotas"])
        return {
            "conditions": Conditions(data["text"], tuple(data["fields_open"]), quotas, data["paper_copies"]),
        }


class CancelRound(Form):
    """`POST /rounds/{id}/cancel`"""

    document_no = Text(60, required=True)
    reason = Text(500, required=True)


class OpenDossier(Form):
    """`POST /dossiers`; `supersedes` is an earlier dossier of the same lead unit, which is over."""

    round_id = Uuid(required=True)
    prefecture = Code(PREFECTURES, required=True)
    supersedes = Uuid()

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, **{name: UUID(data[name]) for name in ("round_id", "supersedes") if name in data}}


class CopyDossier(Form):
    """`POST /dossiers/{id}/copy`"""

    earlier = Uuid(required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"earlier": UUID(data["earlier"])}


class AnnounceRound(Form):
    """`POST /rounds/{id}/announce`"""

    document_no = Text(60, required=True)


class RemoveAttachment(Form):
    """`POST /dossiers/{id}/remove-attachment`"""

    kind = Code(ATTACHMENT_KINDS, required=True)
    sha256 = Sha256(required=True)


class DeclineMembership(Form):
    """`POST /dossiers/{id}/decline-membership`"""

    reason = Text(500, required=True)


class AcceptUscc(Form):
    """`POST /dossiers/{id}/accept-uscc`: the code as it is written, the digest of the licence's image, and why."""

    uscc = WrittenUscc(required=True)
    licence = Sha256(required=True)
    reason = Text(500, required=True)


class RecallDossier(Form):
    """`POST /dossiers/{id}/recall`"""

    reason = Text(500, required=True)


class WithdrawDossier(Form):
    """`POST /dossiers/{id}/withdraw`"""

    reason = Text(500, min=0, load_default="")


class RoundAnswer(ma.Schema):
    """A round after a command."""

    number = ma.fields.String()
    state = ma.fields.String()
    policy_edition = ma.fields.String()


class RoundView(RoundAnswer):
    """A round as anybody reads it."""

    id = ma.fields.UUID()
    title = ma.fields.String()
    year = ma.fields.Integer()
    opens_on = ma.fields.Date()
    closes_on = ma.fields.Date()
    document_no = ma.fields.String()
    announced_by = ma.fields.String()
    conditions = ma.fields.Function(lambda round_: asdict(round_.conditions) if round_.conditions else None)


def closing_of(round_: Round) -> dict[str, Any] | None:
    """Until when dossiers are taken, to the minute, and why; None before the round is opened."""
    if round_.deadline is None:
        return None
    zh, en = round_.deadline.explain()
    return {"due": round_.deadline.due, "explanation": {"zh": zh, "en": en}}


def _receipt(dossier: Dossier) -> dict[str, Any] | None:
    """The receipt of the newest submission: the snapshot's number, its digests, and when it was taken."""
    if not dossier.snapshots:
        return None
    newest = _frozen(dossier.snapshots[-1])
    return {"snapshot": newest.pop("number"), **newest}


def _frozen(snapshot: Snapshot) -> dict[str, Any]:
    """One submission: its number, the digests of what was frozen, and when (null where that was not kept)."""
    document = snapshot.document
    frozen = {"number": snapshot.number, "sha256": document.sha256, "sm3": document.sm3}
    return {**frozen, "submitted_at": snapshot.submitted_at}


def _correction(dossier: Dossier) -> dict[str, Any] | None:
    """What a level asks for, item by item, and until when; None once it is answered."""
    asked = dossier.correction
    if asked is None or dossier.state is not State.CORRECTING:
        return None
    items = [{"pointer": item.pointer, "zh": item.zh, "clause": item.clause} for item in asked.items]
    shown = {"level": asked.level, "round_no": asked.round_no, "items": items, "explanation": asked.explanation}
    return {**shown, "due": asked.deadline.due, "provisional": asked.deadline.provisional}


def _suspension(dossier: Dossier) -> dict[str, Any] | None:
    return asdict(dossier.suspension) if dossier.suspension and dossier.is_suspended else None


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
    code = ma.fields.String()
    declined = ma.fields.Dict()
    correction = ma.fields.Function(_correction)
    suspension = ma.fields.Function(_suspension)
    supersedes = ma.fields.UUID()
    snapshots = ma.fields.Function(lambda dossier: [_frozen(snapshot) for snapshot in dossier.snapshots])
    sections = ma.fields.Dict()
    attachments = ma.fields.Function(lambda dossier: {kind: list(refs) for kind, refs in dossier.attachments.items()})
