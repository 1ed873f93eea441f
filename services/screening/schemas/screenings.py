"""A screening as it is answered and read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import marshmallow as ma

from services.screening.domain.jurisdiction import Jurisdiction
from services.screening.domain.paper import PaperCopies
from services.screening.domain.screening import Screening


class ScreeningAnswer(ma.Schema):
    """A screening after a command."""

    number = ma.fields.String()
    state = ma.fields.String()
    code = ma.fields.String()
    ready = ma.fields.Boolean(attribute="is_ready")
    policy_edition = ma.fields.String()


def _suspension(screening: Screening) -> dict[str, Any] | None:
    return asdict(screening.suspension) if screening.suspension and screening.is_suspended else None


def _opinion(screening: Screening) -> dict[str, Any] | None:
    return asdict(screening.opinion) if screening.opinion else None


class ScreeningView(ScreeningAnswer):
    """A screening as it is read."""

    id = ma.fields.UUID()
    round_id = ma.fields.UUID()
    round_number = ma.fields.String()
    prefecture = ma.fields.String()
    lead_uscc = ma.fields.String()
    facts = ma.fields.Function(lambda screening: asdict(screening.facts))
    paper_received_on = ma.fields.Date()
    correction_rounds = ma.fields.Integer()
    served = ma.fields.Function(lambda screening: asdict(screening.served) if screening.served else None)
    suspension = ma.fields.Function(_suspension)
    opinion = ma.fields.Function(_opinion)
    signed_by = ma.fields.String()
    document_no = ma.fields.String()
    batch_id = ma.fields.UUID()
    letter_no = ma.fields.String()
    withdrawal_noted = ma.fields.Boolean()


def paper_as_read(paper: PaperCopies | None) -> dict[str, Any] | None:
    """The paper of a case as it is read."""
    if paper is None:
        return None
    return {
        "copies": paper.copies,
        "open_mismatches": paper.open_mismatches,
        "arrivals": [asdict(arrival) for arrival in paper.arrivals],
        "mismatches": [asdict(mismatch) for mismatch in paper.mismatches],
    }


def jurisdiction_as_read(question: Jurisdiction | None) -> dict[str, Any] | None:
    """The question of jurisdiction as it is read."""
    if question is None:
        return None
    challenge = asdict(question.challenge) if question.challenge else None
    return {"challenge": challenge, "transfers": question.transfers}
