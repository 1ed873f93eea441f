"""Exit and dissolution over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.registry import queries
from services.registry.domain.centre import Centre
from services.registry.domain.leaving import ExitRequest
from services.registry.schemas import answers, procedures
from services.registry.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query
from services.shared.kernel.request import page_of


class Ending(Base):
    """Exit and dissolution over HTTP."""

    @command("POST", "/centres/<uuid:case_id>/request-exit", procedures.RequestExit, answers.RecordAnswer)
    def request_exit(self, case_id: UUID, **form: Any) -> ExitRequest:
        return self.registry.request_exit(case_id, **form)

    @command("POST", "/exits/<uuid:exit_id>/approve", procedures.Dated, answers.RecordAnswer)
    def approve_exit(self, exit_id: UUID, **form: Any) -> ExitRequest:
        return self.registry.approve_exit(exit_id, **form)

    @command("POST", "/exits/<uuid:exit_id>/refuse", procedures.Refuse, answers.RecordAnswer)
    def refuse_exit(self, exit_id: UUID, **form: Any) -> ExitRequest:
        return self.registry.refuse_exit(exit_id, **form)

    @command("POST", "/centres/<uuid:case_id>/dissolve", procedures.Dissolve, answers.CentreAnswer)
    def dissolve(self, case_id: UUID, **form: Any) -> Centre:
        return self.registry.dissolve(case_id, **form)

    @query("/exits")
    def list_exits(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "exits", admission, page_of(request))
