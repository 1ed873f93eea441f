"""Listing, plaque and recommendation over HTTP; and the list itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.registry import queries, schemas
from services.registry.domain.centre import Centre
from services.registry.queries import history
from services.registry.queries.phrases import phrases
from services.registry.schemas import answers, procedures
from services.registry.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query, visible
from services.shared.kernel.request import page_of


class Listing(Base):
    """Listing, plaque and recommendation over HTTP; and the list itself."""

    @command("POST", "/centres/<uuid:case_id>/designate", schemas.Designate, answers.CentreAnswer)
    def designate(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.designate(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/list-for-cultivation", schemas.ListForCultivation, answers.CentreAnswer)
    def list_for_cultivation(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.list_for_cultivation(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/issue-plaque", schemas.IssuePlaque, answers.CentreAnswer)
    def issue_plaque(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.issue_plaque(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/replace-plaque", schemas.ReplacePlaque, answers.CentreAnswer)
    def replace_plaque(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.replace_plaque(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/return-plaque", schemas.ReturnPlaque, answers.CentreAnswer)
    def return_plaque(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.return_plaque(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/void-plaque", schemas.Decision, answers.CentreAnswer)
    def void_plaque(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.void_plaque(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/recommend-to-ministry", schemas.RecommendToMinistry, answers.CentreAnswer)
    def recommend_to_ministry(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.recommend_to_ministry(case_id, **form)

    @command("POST", "/centres/<uuid:case_id>/record-national-result", procedures.NationalResult, answers.CentreAnswer)
    def record_national_result(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.record_national_result(case_id, **form)

    @query("/centres")
    def list_centres(self, admission: Admission, request: Request) -> dict[str, Any]:
        as_at = schemas.as_at(request.args, self.wired.clock)
        page = queries.centres(self.wired.database, admission, as_at, page_of(request))
        told = phrases(self.wired.database, page["items"])
        return {**page, "items": [{**row, "phrase": told[row["id"]]} for row in page["items"]]}

    @query("/centres/<uuid:case_id>")
    def read_centre(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        centre = visible(self.registry, admission, Centre, case_id)
        database = self.wired.database
        records = {table: queries.records_of(database, table, case_id) for table in queries.RECORDS}
        running = queries.deadlines_of(database, case_id)
        regions = {name: getattr(centre, name) for name in ("qualification", "supervision", "plaque")}
        row = {"id": case_id, "national_level": centre.national, **regions}
        answer = {**answers.CentreAnswer().dump(centre), "phrase": phrases(database, [row])[case_id]}
        held = self.registry.holding(case_id)
        return {**answer, "version": centre.version, "held": held, "deadlines": running, **records}

    @query("/complaints")
    def list_complaints(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "complaints", admission, page_of(request))

    @query("/centres/<uuid:case_id>/status")
    def read_status(self, admission: Admission, request: Request, case_id: UUID) -> dict[str, Any]:
        visible(self.registry, admission, Centre, case_id)
        return queries.status(self.wired.database, case_id, schemas.as_at(request.args, self.wired.clock))

    @query("/centres/<uuid:case_id>/as-at")
    def read_as_at(self, admission: Admission, request: Request, case_id: UUID) -> dict[str, Any]:
        visible(self.registry, admission, Centre, case_id)
        return history.as_at(self.wired.database, case_id, self._as_at(request))
