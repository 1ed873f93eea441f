"""Objections (公示异议): S4.2."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.review import queries, schemas
from services.review.domain.objection import Objection
from services.review.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.documents import MAX_BYTES
from services.shared.kernel.endpoints import command, document_answer, query, visible
from services.shared.kernel.request import page_of
from services.shared.kernel.vault import ERASED_ZH, Erased
from services.shared.vocabulary import Finding, NotFound


class Objecting(Base):
    """The objection desk, and the holder of a receipt."""

    @command(
        "POST",
        "/notices/<uuid:notice_id>/lodge-objection",
        schemas.LodgeObjection,
        schemas.ObjectionAnswer,
        creates=True,
    )
    def lodge_objection(self, notice_id: UUID, **form: Any) -> Objection:
        return self.review.lodge_objection(notice_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/assign", schemas.AssignObjection, schemas.ObjectionAnswer)
    def assign_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.assign_objection(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/attach-evidence", None, schemas.ObjectionAnswer, raw=MAX_BYTES)
    def attach_evidence(self, objection_id: UUID, body: bytes, media_type: str, name: str) -> Objection:
        return self.review.attach_evidence(objection_id, name=name, body=body, media_type=media_type)

    @command("POST", "/objections/<uuid:objection_id>/admit", None, schemas.ObjectionAnswer)
    def admit_objection(self, objection_id: UUID) -> Objection:
        return self.review.admit_objection(objection_id)

    @command("POST", "/objections/<uuid:objection_id>/not-admit", schemas.NotAdmitObjection, schemas.ObjectionAnswer)
    def not_admit_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.not_admit_objection(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/turn-into-complaint", None, schemas.ObjectionAnswer)
    def turn_into_complaint(self, objection_id: UUID) -> Objection:
        return self.review.turn_into_complaint(objection_id)

    @command("POST", "/objections/<uuid:objection_id>/transfer", schemas.TransferObjection, schemas.ObjectionAnswer)
    def transfer_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.transfer_objection(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/investigate", None, schemas.ObjectionAnswer)
    def investigate_objection(self, objection_id: UUID) -> Objection:
        return self.review.investigate_objection(objection_id)

    @command("POST", "/objections/<uuid:objection_id>/seek-response", schemas.SeekResponse, schemas.ObjectionAnswer)
    def seek_response(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.seek_response(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/respond", schemas.Worded, schemas.RespondentAnswer)
    def respond_to_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.respond_to_objection(objection_id, **form)

    @command(
        "POST", "/objections/<uuid:objection_id>/draft-conclusion", schemas.DraftConclusion, schemas.ObjectionAnswer
    )
    def draft_conclusion(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.draft_conclusion(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/dismiss", None, schemas.ObjectionAnswer)
    def dismiss_objection(self, objection_id: UUID) -> Objection:
        return self.review.dismiss_objection(objection_id)

    @command("POST", "/objections/<uuid:objection_id>/sustain-partly", schemas.SustainPartly, schemas.ObjectionAnswer)
    def sustain_partly(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.sustain_partly(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/sustain", schemas.SustainObjection, schemas.ObjectionAnswer)
    def sustain_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.sustain_objection(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/withdraw", schemas.WithdrawObjection, schemas.ObjectionAnswer)
    def withdraw_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.withdraw_objection(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/reply", schemas.Worded, schemas.ObjectionAnswer)
    def reply_to_objector(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.reply_to_objector(objection_id, **form)

    @query("/objections")
    def list_objections(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.objections(self.wired.database, admission, page_of(request))

    @query("/objections/<uuid:objection_id>")
    def read_objection(self, admission: Admission, _: Request, objection_id: UUID) -> dict[str, Any]:
        return schemas.objection_view(visible(self.review, admission, Objection, objection_id), admission.role)

    @query("/objections/<uuid:objection_id>/objector")
    def read_objector(self, admission: Admission, request: Request, objection_id: UUID) -> dict[str, Any]:
        objection = visible(self.review, admission, Objection, objection_id)
        who, purpose = admission.identity.subject, request.args.get("purpose", "")
        found = self.review.objector_of(objection, reader=who, capacity=admission.role, purpose=purpose)
        return {"erased": ERASED_ZH} if isinstance(found, Erased) else {"objector": found}

    @query("/objections/<uuid:objection_id>/documents/<sha256>")
    def read_evidence(self, admission: Admission, _: Request, objection_id: UUID, sha256: str) -> Response:
        objection = visible(self.review, admission, Objection, objection_id)
        return document_answer(self.wired.documents, objection.evidence, sha256)

    @query("/objection-progress/<receipt_code>")
    def read_objection_progress(self, admission: Admission, _: Request, receipt_code: str) -> dict[str, Any]:
        found = queries.objection_by_receipt(self.wired.database, receipt_code)
        if found is None:
            raise NotFound(Finding("not-found", "没有这一回执", "no such receipt"))
        return schemas.progress_view(visible(self.review, admission, Objection, found))
