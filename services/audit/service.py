"""Audit (审计): the ledger of every service's log; timelines, proofs, verification."""

from __future__ import annotations

import tempfile
import time
from typing import IO, Any
from uuid import UUID

from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import FileWrapper

from services.audit import queries, schemas
from services.audit.application import SENDERS, Audit
from services.audit.domain.ledger import Ledger
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query
from services.shared.kernel.feed import events_after
from services.shared.kernel.hosting import RunsRelay, hears_logs, ticks
from services.shared.kernel.logpages import LogPage
from services.shared.kernel.request import page_of
from services.shared.kernel.web import GivenWired
from services.shared.vocabulary import Role


class AuditService:
    """The ledger over HTTP."""

    name = "audit"
    wired = GivenWired()
    relay = RunsRelay()

    @property
    def audit(self) -> Audit:
        application: Audit = self.wired.application
        return application

    @command("POST", "/checkpoints", None, schemas.CheckpointAnswer, creates=True)
    def sign_checkpoint(self) -> Ledger:
        return self.audit.sign_checkpoint()

    @command("POST", "/findings", None, schemas.FindingsAnswer, creates=True)
    def report_tampering(self) -> Ledger:
        return self.audit.report_tampering(self.audit.verify().found)

    @query("/verification")
    def verify(self, _: Admission, request: Request) -> dict[str, Any]:
        held, keys = schemas.held_in(request.args.getlist("held")), schemas.keys_in(request.args.getlist("key"))
        report = self.audit.verify(held, keys)
        self.wired.metrics.chain_check_failed(len(report.found))
        return schemas.verification(report)

    @query("/findings")
    def list_findings(self, _: Admission, request: Request) -> dict[str, Any]:
        return queries.findings(self.wired.database, page_of(request))

    @query("/checkpoints")
    def list_checkpoints(self, _: Admission, request: Request) -> dict[str, Any]:
        listed = queries.checkpoints(self.wired.database, page_of(request))
        keys = {
            "public_key": self.audit.signer.public_key.hex(),
            "successions": queries.successions(self.wired.database),
        }
        return listed | keys

    @query("/checkpoints/<int:number>/proof")
    def prove_checkpoint(self, _: Admission, __: Request, number: int) -> dict[str, Any]:
        return queries.proof_of_growth(self.wired.database, number)

    @query("/ledger/proofs/<int:sequence>")
    def prove_entry(self, _: Admission, __: Request, sequence: int) -> dict[str, Any]:
        return queries.proof_of_entry(self.wired.database, sequence)

    @query("/cases/<uuid:case_id>/timeline")
    def read_timeline(self, admission: Admission, request: Request, case_id: UUID) -> Any:
        asked = self.wired.database, case_id, schemas.services_of(request), schemas.wanted_of(request)
        is_auditor = admission.role == Role.AUDITOR
        if request.args.get("format") == "text":
            told = queries.timeline_text(*asked, with_content=is_auditor)
            return Response(told, content_type="text/plain; charset=utf-8")
        return queries.timeline(*asked, with_content=is_auditor)

    @query("/cases/<uuid:case_id>/as-at")
    def read_as_at(self, _: Admission, request: Request, case_id: UUID) -> dict[str, Any]:
        services, asked = schemas.services_of(request), schemas.asked_of(request)
        return queries.as_at(self.wired.database, case_id, services, asked)

    @query("/cases/<uuid:case_id>/difference")
    def read_difference(self, _: Admission, request: Request, case_id: UUID) -> dict[str, Any]:
        services, (start, end) = schemas.services_of(request), schemas.period_of(request)
        return queries.difference(self.wired.database, case_id, services, start, end)

    @query("/cases/<uuid:case_id>/pack")
    def export_pack(self, _: Admission, __: Request, case_id: UUID) -> Response:
        target = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
        queries.pack_of_case(self.audit, self.wired.documents, case_id, target)
        return _attached(target, f"case-{case_id}.zip")

    @query("/packs")
    def export_period(self, _: Admission, request: Request) -> Response:
        start, end = schemas.period_of(request)
        target = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
        queries.pack_of_period(self.audit, self.wired.documents, start, end, target)
        return _attached(target, f"period-{start:%Y%m%d}-{end:%Y%m%d}.zip")

    @query("/exceptions")
    def list_exceptions(self, _: Admission, request: Request) -> dict[str, Any]:
        return queries.exceptions(self.audit, *schemas.period_of(request), kind=schemas.kind_of(request))

    @query("/security-log")
    def list_security(self, _: Admission, request: Request) -> dict[str, Any]:
        return queries.security(self.audit, schemas.sought_of(request), page_of(request))

    @query("/events")
    def list_events(self, admission: Admission, request: Request) -> dict[str, Any]:
        return events_after(self.wired, admission, request)

    @hears_logs(SENDERS)
    def take_in(self, page: LogPage) -> int:
        return self.audit.take_in(page)

    @ticks()
    def watch_ledger(self) -> None:
        self.audit.sign_by_rhythm(time.monotonic())
        self.wired.beat = time.time()


def _attached(target: IO[bytes], name: str) -> Response:
    target.seek(0)
    response = Response(FileWrapper(target), content_type="application/zip", direct_passthrough=True)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
