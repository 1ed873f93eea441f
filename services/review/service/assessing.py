"""The comprehensive assessment (综合评估): conflicts of fields, and the collective decision (S4.2, S1.4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.review import queries, schemas
from services.review.domain.review import Review
from services.review.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query


class Assessing(Base):
    """What the collective body decides on."""

    @command("POST", "/reviews/<uuid:case_id>/flag-field-conflicts", None, schemas.ReviewAnswer)
    def flag_field_conflicts(self, case_id: UUID) -> Review:
        return self.review.flag_field_conflicts(case_id)

    @command(
        "POST", "/reviews/<uuid:case_id>/resolve-field-conflicts", schemas.ResolveFieldConflicts, schemas.ReviewAnswer
    )
    def resolve_field_conflicts(self, case_id: UUID, **form: Any) -> Review:
        return self.review.resolve_field_conflicts(case_id, **form)

    @command("POST", "/reviews/<uuid:case_id>/propose", schemas.ProposeCase, schemas.ReviewAnswer)
    def propose_case(self, case_id: UUID, **form: Any) -> Review:
        return self.review.propose_case(case_id, **form)

    @command("POST", "/reviews/<uuid:case_id>/not-select", schemas.NotSelectCase, schemas.ReviewAnswer)
    def not_select_case(self, case_id: UUID, **form: Any) -> Review:
        return self.review.not_select_case(case_id, **form)

    @command("POST", "/reviews/<uuid:case_id>/record-service", schemas.RecordService, schemas.ReviewAnswer)
    def record_service(self, case_id: UUID, **form: Any) -> Review:
        return self.review.record_service(case_id, **form)

    @command("POST", "/reviews/<uuid:case_id>/reopen-by-remedy", schemas.ReopenByRemedy, schemas.ReviewAnswer)
    def reopen_by_remedy(self, case_id: UUID, **form: Any) -> Review:
        return self.review.reopen_by_remedy(case_id, **form)

    @command("POST", "/reviews/<uuid:case_id>/suspend", schemas.SuspendCase, schemas.ReviewAnswer)
    def suspend_case(self, case_id: UUID, **form: Any) -> Review:
        return self.review.suspend_case(case_id, **form)

    @command("POST", "/reviews/<uuid:case_id>/resume", schemas.ResumeCase, schemas.ReviewAnswer)
    def resume_case(self, case_id: UUID, **form: Any) -> Review:
        return self.review.resume_case(case_id, **form)

    @query("/field-conflicts")
    def list_field_conflicts(self, _: Admission, __: Request) -> dict[str, Any]:
        return queries.field_conflicts(self.wired.database)
