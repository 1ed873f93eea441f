"""Contributions of the members and centres of the prefectures over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.registry import queries
from services.registry.domain.centre import Centre
from services.registry.domain.contribution import Contribution
from services.registry.domain.prefectural import PrefecturalCentre
from services.registry.schemas import answers, units
from services.registry.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query, visible
from services.shared.kernel.request import page_of


class Contributing(Base):
    """Contributions of the members and centres of the prefectures over HTTP."""

    @command(
        "POST", "/centres/<uuid:case_id>/pledge-contribution", units.PledgeContribution, answers.ContributionAnswer
    )
    def pledge_contribution(self, case_id: UUID, **form: Any) -> Contribution:
        return self.registry.pledge_contribution(case_id, **form)

    @command("POST", "/contributions/<uuid:contribution_id>/pay-in", units.PayIn, answers.ContributionAnswer)
    def pay_contribution_in(self, contribution_id: UUID, **form: Any) -> Contribution:
        return self.registry.pay_contribution_in(contribution_id, **form)

    @query("/contributions")
    def list_contributions(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "contributions", admission, page_of(request))

    @query("/centres/<uuid:case_id>/contributions")
    def read_contributions(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        visible(self.registry, admission, Centre, case_id)
        return queries.contributions_of(self.wired.database, case_id)

    @command("POST", "/prefectural-centres", units.ReportCentre, answers.PrefecturalAnswer, creates=True)
    def register_prefectural_centre(self, **form: Any) -> PrefecturalCentre:
        return self.registry.register_prefectural_centre(**form)

    @command("POST", "/prefectural-centres/<uuid:prefectural_id>/file", units.FileCentre, answers.PrefecturalAnswer)
    def file_prefectural_centre(self, prefectural_id: UUID, **form: Any) -> PrefecturalCentre:
        return self.registry.file_prefectural_centre(prefectural_id, **form)

    @command("POST", "/prefectural-centres/<uuid:prefectural_id>/strike", units.StrikeCentre, answers.PrefecturalAnswer)
    def strike_prefectural_centre(self, prefectural_id: UUID, **form: Any) -> PrefecturalCentre:
        return self.registry.strike_prefectural_centre(prefectural_id, **form)

    @query("/prefectural-centres")
    def list_prefectural_centres(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "prefectural_centres", admission, page_of(request))
