"""Remedy cases over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.registry import queries, schemas
from services.registry.domain.remedy import RemedyCase
from services.registry.schemas import answers, procedures
from services.registry.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query
from services.shared.kernel.request import page_of


class Remedying(Base):
    """Remedy cases over HTTP."""

    @command("POST", "/records/<uuid:record_id>/open-remedy-case", procedures.OpenRemedyCase, answers.RemedyAnswer)
    def open_remedy_case(self, record_id: UUID, **form: Any) -> RemedyCase:
        return self.registry.open_remedy_case(record_id, **form)

    @command("POST", "/remedies/<uuid:remedy_id>/file-answer", schemas.Written, answers.RemedyAnswer)
    def file_remedy_answer(self, remedy_id: UUID, **form: Any) -> RemedyCase:
        return self.registry.file_remedy_answer(remedy_id, **form)

    @command("POST", "/remedies/<uuid:remedy_id>/suspend-execution", schemas.Decision, answers.RemedyAnswer)
    def suspend_execution(self, remedy_id: UUID, **form: Any) -> RemedyCase:
        return self.registry.suspend_execution(remedy_id, **form)

    @command("POST", "/remedies/<uuid:remedy_id>/begin-mediation", procedures.Reasoned, answers.RemedyAnswer)
    def begin_mediation(self, remedy_id: UUID, **form: Any) -> RemedyCase:
        return self.registry.begin_mediation(remedy_id, **form)

    @command("POST", "/remedies/<uuid:remedy_id>/end-mediation", procedures.Reasoned, answers.RemedyAnswer)
    def end_mediation(self, remedy_id: UUID, **form: Any) -> RemedyCase:
        return self.registry.end_mediation(remedy_id, **form)

    @command("POST", "/remedies/<uuid:remedy_id>/appeal", procedures.AppealJudgment, answers.RemedyAnswer)
    def appeal_judgment(self, remedy_id: UUID, **form: Any) -> RemedyCase:
        return self.registry.appeal_judgment(remedy_id, **form)

    @command("POST", "/remedies/<uuid:remedy_id>/confirm-judgment", None, answers.RemedyAnswer)
    def confirm_judgment(self, remedy_id: UUID) -> RemedyCase:
        return self.registry.confirm_judgment(remedy_id)

    @command("POST", "/remedies/<uuid:remedy_id>/record-outcome", procedures.RecordOutcome, answers.RemedyAnswer)
    def record_remedy_outcome(self, remedy_id: UUID, **form: Any) -> RemedyCase:
        return self.registry.record_remedy_outcome(remedy_id, **form)

    @command("POST", "/remedies/<uuid:remedy_id>/serve-outcome", procedures.Serve, answers.RemedyAnswer)
    def serve_remedy_outcome(self, remedy_id: UUID, **form: Any) -> RemedyCase:
        return self.registry.serve_remedy_outcome(remedy_id, **form)

    @command("POST", "/remedies/<uuid:remedy_id>/execute", None, answers.RemedyAnswer)
    def execute_remedy(self, remedy_id: UUID) -> RemedyCase:
        return self.registry.execute_remedy(remedy_id)

    @query("/remedies")
    def list_remedies(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "remedies", admission, page_of(request))
