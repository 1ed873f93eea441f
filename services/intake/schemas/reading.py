"""A dossier as it is answered and read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import marshmallow as ma

from services.intake.domain.dossier import Dossier, Snapshot, State
from services.intake.domain.values import UNSCANNED
from services.shared.vocabulary import DocumentRef


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


def _attachments(dossier: Dossier) -> dict[str, list[dict[str, Any]]]:
    """The documents by kind, each with what a scanner said of it, and how many pages it has, if that is known."""
    return {kind: [_attachment(dossier, one) for one in held] for kind, held in dossier.attachments.items()}


def _attachment(dossier: Dossier, document: DocumentRef) -> dict[str, Any]:
    known = {"scan": dossier.scans.get(document.sha256, UNSCANNED), "pages": dossier.pages.get(document.sha256)}
    return {**asdict(document), **known}


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
    attachments = ma.fields.Function(_attachments)
