"""What comes in to screening and goes out over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma

from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.jurisdiction import Jurisdiction
from services.screening.domain.paper import PaperCopies
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.domain.values import SERVICE_METHODS, Defect, ServiceRecord
from services.shared.kernel.fields import Block, Code, Day, Flag, Form, Integer, Items, Text, Uuid


class Recuse(Form):
    """`POST /screenings/{id}/recuse`; who is not named steps aside."""

    officer = Text(100, 0, load_default="")
    reason = Text(500, required=True, multiline=True)


class RecordPaperArrival(Form):
    """`POST /screenings/{id}/record-paper-arrival`"""

    received_on = Day(required=True)
    copies = Integer(1, 100, required=True)
    note = Text(200, 0, load_default="")

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "received_on": date.fromisoformat(data["received_on"])}


class RecordPaperMismatch(Form):
    """`POST /screenings/{id}/record-paper-mismatch`"""

    pointer = Text(300, 0, load_default="")
    finding = Text(500, required=True, multiline=True)


class SettlePaperMismatches(Form):
    """`POST /screenings/{id}/settle-paper-mismatches`"""

    explanation = Text(500, required=True, multiline=True)


class ChallengeJurisdiction(Form):
    """`POST /screenings/{id}/challenge-jurisdiction`"""

    to_prefecture = Text(6, required=True)
    reason = Text(500, required=True, multiline=True)


class DecideJurisdiction(Form):
    """`POST /screenings/{id}/decide-jurisdiction`"""

    transfers = Flag(required=True)
    reason = Text(500, required=True, multiline=True)


class StartIntake(Form):
    """`POST /screenings/{id}/start-intake`; without a number of copies, as many came as were wanted."""

    paper_received_on = Day(load_default=None)
    paper_copies = Integer(1, 100, load_default=None)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        day = data["paper_received_on"]
        return {**data, "paper_received_on": date.fromisoformat(day) if day else None}


class DefectForm(Form):
    """One item of a notice of correction."""

    pointer = Text(300, 0, load_default="")
    zh = Text(500, required=True, multiline=True)
    clause = Text(20, required=True)


class RecordService(Form):
    """`POST /screenings/{id}/record-service`"""

    served_on = Day(required=True)
    method = Code(SERVICE_METHODS, required=True)
    proof = Text(200, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"served": _served(data)}


class RequestCorrection(Form):
    """`POST /screenings/{id}/request-correction`; `days` only where fewer than the usual ones do."""

    served_on = Day(required=True)
    method = Code(SERVICE_METHODS, required=True)
    proof = Text(200, required=True)
    items = Items(Block(DefectForm), min=1, max=100, required=True)
    days = Integer(1, 365, load_default=None)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        items = tuple(Defect(**item) for item in data["items"])
        return {"served": _served(data), "items": items, "days": data["days"]}


class ExtendCorrection(Form):
    """`POST /screenings/{id}/extend-correction`"""

    reason = Text(500, required=True, multiline=True)


class DraftOpinion(Form):
    """`POST /screenings/{id}/draft-opinion`"""

    recommends = Flag(required=True)
    opinion = Text(2000, required=True, multiline=True)
    reasons = Items(Text(500, multiline=True), max=20, load_default=list)
    clauses = Items(Text(20), max=20, load_default=list)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "reasons": tuple(data["reasons"]), "clauses": tuple(data["clauses"])}


class SignNotRecommended(Form):
    """`POST /screenings/{id}/sign-not-recommended` and `/rescind-recommendation`"""

    document_no = Text(60, required=True)


class ReopenByRemedy(Form):
    """`POST /screenings/{id}/reopen-by-remedy`: the decision that sets the prefecture's aside, and where it goes on."""

    body = Text(100, required=True)
    decision_no = Text(60, required=True)
    to = Code({State.PREF_INTAKE: "州市形式审查", State.PREF_SCREENING: "州市初审"}, required=True)
    reason = Text(500, required=True, multiline=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "to": State(data["to"])}


class AssembleBatch(Form):
    """`POST /batches`"""

    round_id = Uuid(required=True)
    case_ids = Items(Uuid(), min=1, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"round_id": UUID(data["round_id"]), "case_ids": tuple(map(UUID, data["case_ids"]))}


class SignBatch(Form):
    """`POST /batches/{id}/sign` and `/sign-supplement`"""

    letter_no = Text(60, required=True)
    letter_date = Day(required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "letter_date": date.fromisoformat(data["letter_date"])}


class CancelBatch(Form):
    """`POST /batches/{id}/cancel`"""

    reason = Text(500, required=True)


class ScreeningAnswer(ma.Schema):
    """A screening after a command."""

    number = ma.fields.String()
    state = ma.fields.String()
    code = ma.fields.String()
    ready = ma.fields.Boolean(attribute="is_ready")
    policy_edition = ma.fields.String()


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


def _served(data: dict[str, Any]) -> ServiceRecord:
    return ServiceRecord(date.fromisoformat(data["served_on"]), data["method"], data["proof"])


def _rows(batch: RecommendationBatch) -> list[dict[str, Any]]:
    return [asdict(row) for row in batch.rows]


class BatchAnswer(ma.Schema):
    """A batch after a command, with the frozen Annex 3."""

    prefecture = ma.fields.String()
    round_number = ma.fields.String()
    state = ma.fields.String()
    letter_no = ma.fields.String()
    annex_3 = ma.fields.Function(lambda batch: asdict(batch.annex_3))
    form = ma.fields.Function(lambda batch: asdict(batch.form) if batch.form else None)
    seal = ma.fields.Function(lambda batch: asdict(batch.seal) if batch.seal else None)
    letter = ma.fields.Function(lambda batch: asdict(batch.letter) if batch.letter else None)
    policy_edition = ma.fields.String()


class BatchView(BatchAnswer):
    """A batch as it is read."""

    id = ma.fields.UUID()
    round_id = ma.fields.UUID()
    filled_on = ma.fields.Date()
    letter_date = ma.fields.Date()
    rows = ma.fields.Function(_rows)
    letters = ma.fields.List(ma.fields.String())
    returns = ma.fields.Function(lambda batch: [list(reasons) for reasons in batch.returns])
    slips = ma.fields.Function(lambda batch: [asdict(slip) for slip in batch.slips])
    draft = ma.fields.Function(lambda batch: asdict(batch.draft) if batch.draft else None)
    supplements = ma.fields.Function(lambda batch: [asdict(supplement) for supplement in batch.supplements])
