"""What others are told over HTTP: extracts, the public roll, boards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.registry import queries
from services.registry.domain.extract import StatusExtract
from services.registry.queries import boards, public
from services.registry.schemas import answers, procedures
from services.registry.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query
from services.shared.kernel.request import page_of
from services.shared.policy import edition_in_force


class Telling(Base):
    """What others are told over HTTP: extracts, the public roll, boards."""

    @command("POST", "/centres/<uuid:case_id>/issue-extract", procedures.IssueExtract, answers.ExtractAnswer)
    def issue_extract(self, case_id: UUID, **form: Any) -> StatusExtract:
        return self.registry.issue_extract(case_id, **form)

    @query("/extracts")
    def list_extracts(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.listed(self.wired.database, "status_extracts", admission, page_of(request))

    @query("/roll")
    def read_roll(self, _: Admission, request: Request) -> dict[str, Any]:
        name = procedures.name_asked(request.args)
        return queries.roll(self.wired.database, self._as_at(request), page_of(request), name)

    @query("/roll/<uuid:case_id>")
    def read_history(self, _: Admission, __: Request, case_id: UUID) -> dict[str, Any]:
        return public.history(self.wired.database, case_id)

    @query("/roll/verify/<path:number>")
    def verify_number(self, _: Admission, request: Request, number: str) -> dict[str, Any]:
        return public.verification(self.wired.database, number, self._as_at(request))

    @query("/roll.csv")
    def read_roll_as_csv(self, _: Admission, request: Request) -> Response:
        text = public.roll_as_csv(self.wired.database, self._as_at(request))
        return Response(text, content_type="text/csv; charset=utf-8")

    @query("/roll.feed.json")
    def read_roll_as_feed(self, _: Admission, request: Request) -> dict[str, Any]:
        return public.roll_as_feed(self.wired.database, self._as_at(request), page_of(request), "/roll")

    @query("/targets")
    def read_targets(self, _: Admission, request: Request) -> dict[str, Any]:
        as_at = self._as_at(request)
        return boards.targets(self.wired.database, as_at, edition_in_force(as_at.as_of))

    @query("/field-map")
    def read_field_map(self, _: Admission, request: Request) -> dict[str, Any]:
        as_at = self._as_at(request)
        return boards.field_map(self.wired.database, as_at, edition_in_force(as_at.as_of))

    @query("/overdue")
    def list_overdue(self, admission: Admission, request: Request) -> dict[str, Any]:
        return boards.overdue(self.wired.database, admission, self._as_at(request), page_of(request))
