"""The expert pool (专家库) and the draws from it (S4.2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.review import queries, schemas
from services.review.domain.draw import Draw
from services.review.domain.expert_profile import ExpertProfile
from services.review.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query, visible
from services.shared.kernel.request import page_of


class Pooling(Base):
    """The pool from which panels are drawn."""

    @command("POST", "/experts", schemas.EnrolExpert, schemas.ExpertAnswer, creates=True)
    def enrol_expert(self, **form: Any) -> ExpertProfile:
        return self.review.enrol_expert(**form)

    @command("POST", "/experts/<uuid:profile_id>/declare-relations", schemas.DeclareRelations, schemas.ExpertAnswer)
    def declare_relations(self, profile_id: UUID, **form: Any) -> ExpertProfile:
        return self.review.declare_relations(profile_id, **form)

    @command("POST", "/experts/<uuid:profile_id>/retire", None, schemas.ExpertAnswer)
    def retire_expert(self, profile_id: UUID) -> ExpertProfile:
        return self.review.retire_expert(profile_id)

    @query("/experts")
    def list_experts(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.experts(self.wired.database, admission, page_of(request))

    @query("/experts/<uuid:profile_id>")
    def read_expert(self, admission: Admission, _: Request, profile_id: UUID) -> dict[str, Any]:
        profile = visible(self.review, admission, ExpertProfile, profile_id)
        return {**schemas.ExpertView().dump(profile), "version": profile.version}

    @query("/draws")
    def list_draws(self, _: Admission, request: Request) -> dict[str, Any]:
        return queries.draws(self.wired.database, page_of(request))

    @query("/draws/<uuid:draw_id>")
    def read_draw(self, admission: Admission, _: Request, draw_id: UUID) -> dict[str, Any]:
        draw = visible(self.review, admission, Draw, draw_id)
        return {**schemas.DrawView().dump(draw), "version": draw.version}
