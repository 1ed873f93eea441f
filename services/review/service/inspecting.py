"""The site inspection (现场考核): S4.2."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.review import queries, schemas
from services.review.domain.site_visit import SiteVisit
from services.review.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.documents import MAX_BYTES
from services.shared.kernel.endpoints import command, document_answer, query, visible
from services.shared.kernel.request import page_of


class Inspecting(Base):
    """From the plan of a visit to its signed report."""

    @command(
        "POST",
        "/reviews/<uuid:case_id>/schedule-site-visit",
        schemas.ScheduleSiteVisit,
        schemas.SiteVisitAnswer,
        creates=True,
    )
    def schedule_site_visit(self, case_id: UUID, **form: Any) -> SiteVisit:
        return self.review.schedule_site_visit(case_id, **form)

    @command("POST", "/site-visits/<uuid:visit_id>/attach-photo", None, schemas.SiteVisitAnswer, raw=MAX_BYTES)
    def attach_photo(self, visit_id: UUID, body: bytes, media_type: str, name: str) -> SiteVisit:
        return self.review.attach_photo(visit_id, name=name, body=body, media_type=media_type)

    @command("POST", "/site-visits/<uuid:visit_id>/record-finding", schemas.RecordFinding, schemas.SiteVisitAnswer)
    def record_finding(self, visit_id: UUID, **form: Any) -> SiteVisit:
        return self.review.record_finding(visit_id, **form)

    @command("POST", "/site-visits/<uuid:visit_id>/draft-report", schemas.DraftSiteReport, schemas.SiteVisitAnswer)
    def draft_site_report(self, visit_id: UUID, **form: Any) -> SiteVisit:
        return self.review.draft_site_report(visit_id, **form)

    @command("POST", "/site-visits/<uuid:visit_id>/sign-report", None, schemas.SiteVisitAnswer)
    def sign_site_report(self, visit_id: UUID) -> SiteVisit:
        return self.review.sign_site_report(visit_id)

    @command("POST", "/site-visits/<uuid:visit_id>/abort", schemas.AbortSiteVisit, schemas.SiteVisitAnswer)
    def abort_site_visit(self, visit_id: UUID, **form: Any) -> SiteVisit:
        return self.review.abort_site_visit(visit_id, **form)

    @query("/site-visits")
    def list_site_visits(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.site_visits(self.wired.database, admission, page_of(request))

    @query("/site-visits/<uuid:visit_id>")
    def read_site_visit(self, admission: Admission, _: Request, visit_id: UUID) -> dict[str, Any]:
        visit = visible(self.review, admission, SiteVisit, visit_id)
        return {**schemas.SiteVisitView().dump(visit), "version": visit.version}

    @query("/site-visits/<uuid:visit_id>/documents/<sha256>")
    def read_site_visit_document(self, admission: Admission, _: Request, visit_id: UUID, sha256: str) -> Response:
        visit = visible(self.review, admission, SiteVisit, visit_id)
        return document_answer(self.wired.documents, (*visit.papers, *visit.photos), sha256)
