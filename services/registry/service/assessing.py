"""Assessments and rectification over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.registry import queries, schemas
from services.registry.domain.assessment import Assessment
from services.registry.domain.centre import Centre
from services.registry.domain.rectification import Rectification
from services.registry.schemas import answers, procedures
from services.registry.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query
from services.shared.kernel.request import page_of


class Assessing(Base):
    """Assessments and rectification over HTTP."""

    @command(
        "POST", "/centres/<uuid:case_id>/schedule-assessment", schemas.ScheduleAssessment, answers.AssessmentAnswer
    )
    def schedule_assessment(self, case_id: UUID, **form: Any) -> Assessment:
        return self.registry.schedule_assessment(case_id, **form)

    @command("POST", "/assessments/<uuid:assessment_id>/submit-materials", schemas.Written, answers.AssessmentAnswer)
    def submit_assessment_materials(self, assessment_id: UUID, **form: Any) -> Assessment:
        return self.registry.submit_assessment_materials(assessment_id, **form)

    @command(
        "POST", "/assessments/<uuid:assessment_id>/return-materials", schemas.ReturnSummary, answers.AssessmentAnswer
    )
    def return_assessment_materials(self, assessment_id: UUID, **form: Any) -> Assessment:
        return self.registry.return_assessment_materials(assessment_id, **form)

    @command("POST", "/assessments/<uuid:assessment_id>/record-visit", procedures.RecordVisit, answers.AssessmentAnswer)
    def record_assessment_visit(self, assessment_id: UUID, **form: Any) -> Assessment:
        return self.registry.record_assessment_visit(assessment_id, **form)

    @command(
        "POST",
        "/assessments/<uuid:assessment_id>/record-deliberation",
        procedures.RecordDeliberation,
        answers.AssessmentAnswer,
    )
    def record_assessment_deliberation(self, assessment_id: UUID, **form: Any) -> Assessment:
        return self.registry.record_assessment_deliberation(assessment_id, **form)

    @command("POST", "/assessments/<uuid:assessment_id>/post-result", procedures.PostResult, answers.AssessmentAnswer)
    def post_assessment_result(self, assessment_id: UUID, **form: Any) -> Assessment:
        return self.registry.post_assessment_result(assessment_id, **form)

    @command("POST", "/assessments/<uuid:assessment_id>/score", schemas.Scores, answers.AssessmentAnswer)
    def score_assessment(self, assessment_id: UUID, **form: Any) -> Assessment:
        return self.registry.score_assessment(assessment_id, **form)

    @command("POST", "/assessments/<uuid:assessment_id>/finalise", schemas.Signed, answers.AssessmentAnswer)
    def finalise_assessment(self, assessment_id: UUID, **form: Any) -> Assessment:
        return self.registry.finalise_assessment(assessment_id, **form)

    @command("POST", "/assessments/<uuid:assessment_id>/annul", procedures.Annul, answers.AssessmentAnswer)
    def annul_assessment(self, assessment_id: UUID, **form: Any) -> Assessment:
        return self.registry.annul_assessment(assessment_id, **form)

    @command(
        "POST", "/centres/<uuid:case_id>/order-rectification", schemas.OrderRectification, answers.RectificationAnswer
    )
    def order_rectification(self, case_id: UUID, **form: Any) -> Rectification:
        return self.registry.order_rectification(case_id, **form)

    @command("POST", "/rectifications/<uuid:rectification_id>/file-plan", schemas.Written, answers.RectificationAnswer)
    def file_rectification_plan(self, rectification_id: UUID, **form: Any) -> Rectification:
        return self.registry.file_rectification_plan(rectification_id, **form)

    @command("POST", "/rectifications/<uuid:rectification_id>/report", schemas.Written, answers.RectificationAnswer)
    def report_rectification(self, rectification_id: UUID, **form: Any) -> Rectification:
        return self.registry.report_rectification(rectification_id, **form)

    @command("POST", "/rectifications/<uuid:rectification_id>/recheck", schemas.Scores, answers.RectificationAnswer)
    def recheck_rectification(self, rectification_id: UUID, **form: Any) -> Rectification:
        return self.registry.recheck_rectification(rectification_id, **form)

    @command("POST", "/centres/<uuid:case_id>/open-investigation", procedures.Reasoned, answers.CentreAnswer)
    def open_investigation(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.open_investigation(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/close-investigation", procedures.Finding, answers.CentreAnswer)
    def close_investigation(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.close_investigation(case_id, **form)

    @query("/assessments")
    def list_assessments(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "assessments", admission, page_of(request))

    @query("/rectifications")
    def list_rectifications(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "rectifications", admission, page_of(request))

    @query("/funding-references")
    def list_funding_references(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "funding_references", admission, page_of(request))
