"""Yearly summaries over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.registry import queries, schemas
from services.registry.domain.summary import AnnualSummary
from services.registry.schemas import answers, procedures
from services.registry.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query
from services.shared.kernel.request import page_of


class Reporting(Base):
    """Yearly summaries over HTTP."""

    @command("POST", "/summaries/<uuid:summary_id>/submit", schemas.SubmitSummary, answers.SummaryAnswer)
    def submit_summary(self, summary_id: UUID, **form: Any) -> AnnualSummary:
        return self.registry.submit_summary(summary_id, **form)

    @command("POST", "/summaries/<uuid:summary_id>/forward", schemas.ForwardSummary, answers.SummaryAnswer)
    def forward_summary(self, summary_id: UUID, **form: Any) -> AnnualSummary:
        return self.registry.forward_summary(summary_id, **form)

    @command("POST", "/summaries/<uuid:summary_id>/return-unforwarded", schemas.ReturnSummary, answers.SummaryAnswer)
    def return_unforwarded_summary(self, summary_id: UUID, **form: Any) -> AnnualSummary:
        return self.registry.return_unforwarded_summary(summary_id, **form)

    @command("POST", "/summaries/<uuid:summary_id>/return", schemas.ReturnSummary, answers.SummaryAnswer)
    def return_summary(self, summary_id: UUID, **form: Any) -> AnnualSummary:
        return self.registry.return_summary(summary_id, **form)

    @command("POST", "/summaries/<uuid:summary_id>/accept", None, answers.SummaryAnswer)
    def accept_summary(self, summary_id: UUID) -> AnnualSummary:
        return self.registry.accept_summary(summary_id)

    @command("POST", "/summaries/<uuid:summary_id>/extend", procedures.Reasoned, answers.SummaryAnswer)
    def extend_summary(self, summary_id: UUID, **form: Any) -> AnnualSummary:
        return self.registry.extend_summary(summary_id, **form)

    @command("POST", "/centres/<uuid:case_id>/ask-for-report", procedures.AskForReport, answers.SummaryAnswer)
    def ask_for_report(self, case_id: UUID, **form: Any) -> AnnualSummary:
        return self.registry.ask_for_report(case_id, **form)

    @query("/summaries")
    def list_summaries(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "summaries", admission, page_of(request))
