"""Changes of registered facts over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.registry import queries, schemas
from services.registry.domain.centre import Centre
from services.registry.domain.change import ChangeRequest
from services.registry.queries import history
from services.registry.schemas import answers, changes, procedures
from services.registry.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query, visible
from services.shared.kernel.request import page_of


class Changing(Base):
    """Changes of registered facts over HTTP."""

    @command("POST", "/centres/<uuid:case_id>/request-change", changes.RequestChange, answers.ChangeAnswer)
    def request_change(self, case_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.request_change(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/request-correction", changes.RequestCorrection, answers.ChangeAnswer)
    def request_correction(self, case_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.request_correction(case_id, **form)

    @command("POST", "/changes/<uuid:change_id>/join", None, answers.ChangeAnswer)
    def join_change(self, change_id: UUID) -> ChangeRequest:
        return self.registry.join_change(change_id)

    @command("POST", "/changes/<uuid:change_id>/ask-correction", changes.AskCorrection, answers.ChangeAnswer)
    def ask_change_correction(self, change_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.ask_change_correction(change_id, **form)

    @command("POST", "/changes/<uuid:change_id>/answer-correction", changes.AnswerCorrection, answers.ChangeAnswer)
    def answer_change_correction(self, change_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.answer_change_correction(change_id, **form)

    @command("POST", "/changes/<uuid:change_id>/give-opinion", changes.GiveOpinion, answers.ChangeAnswer)
    def give_change_opinion(self, change_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.give_change_opinion(change_id, **form)

    @command("POST", "/changes/<uuid:change_id>/approve", schemas.Signed, answers.ChangeAnswer)
    def approve_change(self, change_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.approve_change(change_id, **form)

    @command("POST", "/changes/<uuid:change_id>/confirm", None, answers.ChangeAnswer)
    def confirm_correction(self, change_id: UUID) -> ChangeRequest:
        return self.registry.confirm_correction(change_id)

    @command("POST", "/changes/<uuid:change_id>/refuse", procedures.Refuse, answers.ChangeAnswer)
    def refuse_change(self, change_id: UUID, **form: Any) -> ChangeRequest:
        return self.registry.refuse_change(change_id, **form)

    @command("POST", "/changes/<uuid:change_id>/withdraw", None, answers.ChangeAnswer)
    def withdraw_change(self, change_id: UUID) -> ChangeRequest:
        return self.registry.withdraw_change(change_id)

    @query("/centres/<uuid:case_id>/facts")
    def read_facts(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        visible(self.registry, admission, Centre, case_id)
        return {"items": history.changes_of(self.wired.database, case_id, public=False)}

    @query("/centres/<uuid:case_id>/contact")
    def read_contact(self, admission: Admission, request: Request, case_id: UUID) -> dict[str, Any]:
        visible(self.registry, admission, Centre, case_id)
        return self.registry.contact_of(
            case_id,
            reader=admission.identity.subject,
            capacity=str(admission.role),
            purpose=request.args.get("purpose", "")[:200] or "read_contact",
        )

    @query("/changes")
    def list_changes(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "changes", admission, page_of(request))

    @query("/shortfalls")
    def list_shortfalls(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "shortfalls", admission, page_of(request))
