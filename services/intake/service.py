"""Intake (申报受理): what it offers, what it hears, what it watches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.intake import queries, schemas
from services.intake.application import Intake
from services.intake.domain.dossier import Dossier
from services.intake.domain.round import Round
from services.intake.forms import MAX_TABLES_BYTES, XLSX, Reader
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.authority import Admission
from services.shared.kernel.documents import MAX_BYTES
from services.shared.kernel.endpoints import command, document_answer, query, visible
from services.shared.kernel.feed import events_after
from services.shared.kernel.hosting import RunsRelay, hears, ticks
from services.shared.kernel.inbox import Tracking
from services.shared.kernel.request import page_of
from services.shared.kernel.web import GivenWired


class IntakeService:
    """Rounds and dossiers over HTTP."""

    name = "intake"
    wired = GivenWired()
    relay = RunsRelay()

    @property
    def intake(self) -> Intake:
        application: Intake = self.wired.application
        return application

    @command("POST", "/rounds", schemas.PlanRound, schemas.RoundAnswer, creates=True)
    def plan_round(self, **form: Any) -> Round:
        return self.intake.plan_round(**form)

    @command("POST", "/rounds/<uuid:round_id>/open", schemas.OpenRound, schemas.RoundAnswer)
    def open_round(self, round_id: UUID, **form: Any) -> Round:
        return self.intake.open_round(round_id, **form)

    @command("POST", "/rounds/<uuid:round_id>/extend", schemas.ExtendRound, schemas.RoundAnswer)
    def extend_round(self, round_id: UUID, **form: Any) -> Round:
        return self.intake.extend_round(round_id, **form)

    @command("POST", "/rounds/<uuid:round_id>/conditions", schemas.PublishConditions, schemas.RoundAnswer)
    def publish_conditions(self, round_id: UUID, **form: Any) -> Round:
        return self.intake.publish_conditions(round_id, **form)

    @command("POST", "/rounds/<uuid:round_id>/cancel", schemas.CancelRound, schemas.RoundAnswer)
    def cancel_round(self, round_id: UUID, **form: Any) -> Round:
        return self.intake.cancel_round(round_id, **form)

    @command("POST", "/rounds/<uuid:round_id>/begin-review", None, schemas.RoundAnswer)
    def begin_review(self, round_id: UUID) -> Round:
        return self.intake.begin_review(round_id)

    @command("POST", "/rounds/<uuid:round_id>/announce", schemas.AnnounceRound, schemas.RoundAnswer)
    def announce_round(self, round_id: UUID, **form: Any) -> Round:
        return self.intake.announce_round(round_id, **form)

    @command("POST", "/rounds/<uuid:round_id>/archive", None, schemas.RoundAnswer)
    def archive_round(self, round_id: UUID) -> Round:
        return self.intake.archive_round(round_id)

    @command("POST", "/dossiers", schemas.OpenDossier, schemas.DossierAnswer, creates=True)
    def open_dossier(self, **form: Any) -> Dossier:
        return self.intake.open_dossier(**form)

    @command("POST", "/dossiers/<uuid:dossier_id>/copy", schemas.CopyDossier, schemas.DossierAnswer)
    def copy_dossier(self, dossier_id: UUID, **form: Any) -> Dossier:
        return self.intake.copy_dossier(dossier_id, **form)

    @command("PUT", "/dossiers/<uuid:dossier_id>/sections/<section>", None, schemas.DossierAnswer, any_json=True)
    def save_section(self, dossier_id: UUID, section: str, content: Any) -> Dossier:
        return self.intake.save_section(dossier_id, section, content)

    @command("POST", "/dossiers/<uuid:dossier_id>/tables", None, schemas.DossierAnswer, raw=MAX_TABLES_BYTES)
    def import_tables(self, dossier_id: UUID, **upload: Any) -> Dossier:
        return self.intake.import_tables(dossier_id, **upload)

    @command("POST", "/dossiers/<uuid:dossier_id>/attachments/<kind>", None, schemas.DossierAnswer, raw=MAX_BYTES)
    def attach_document(self, dossier_id: UUID, kind: str, **upload: Any) -> Dossier:
        return self.intake.attach_document(dossier_id, kind=kind, **upload)

    @command("POST", "/dossiers/<uuid:dossier_id>/remove-attachment", schemas.RemoveAttachment, schemas.DossierAnswer)
    def remove_attachment(self, dossier_id: UUID, **form: Any) -> Dossier:
        return self.intake.remove_attachment(dossier_id, **form)

    @command("POST", "/dossiers/<uuid:dossier_id>/confirm-membership", None, schemas.DossierAnswer)
    def confirm_membership(self, dossier_id: UUID) -> Dossier:
        return self.intake.confirm_membership(dossier_id)

    @command("POST", "/dossiers/<uuid:dossier_id>/decline-membership", schemas.DeclineMembership, schemas.DossierAnswer)
    def decline_membership(self, dossier_id: UUID, **form: Any) -> Dossier:
        return self.intake.decline_membership(dossier_id, **form)

    @command("POST", "/dossiers/<uuid:dossier_id>/accept-uscc", schemas.AcceptUscc, schemas.DossierAnswer)
    def accept_uscc(self, dossier_id: UUID, **form: Any) -> Dossier:
        return self.intake.accept_uscc(dossier_id, **form)

    @command("POST", "/dossiers/<uuid:dossier_id>/submit", None, schemas.DossierAnswer)
    def submit_dossier(self, dossier_id: UUID) -> Dossier:
        return self.intake.submit_dossier(dossier_id)

    @command("POST", "/dossiers/<uuid:dossier_id>/recall", schemas.RecallDossier, schemas.DossierAnswer)
    def recall_dossier(self, dossier_id: UUID, **form: Any) -> Dossier:
        return self.intake.recall_dossier(dossier_id, **form)

    @command("POST", "/dossiers/<uuid:dossier_id>/resubmit", None, schemas.DossierAnswer)
    def resubmit_dossier(self, dossier_id: UUID) -> Dossier:
        return self.intake.resubmit_dossier(dossier_id)

    @command("POST", "/dossiers/<uuid:dossier_id>/withdraw", schemas.WithdrawDossier, schemas.DossierAnswer)
    def withdraw_dossier(self, dossier_id: UUID, **form: Any) -> Dossier:
        return self.intake.withdraw_dossier(dossier_id, **form)

    @query("/rounds")
    def list_rounds(self, _: Admission, request: Request) -> dict[str, Any]:
        return queries.rounds(self.wired.database, page_of(request))

    @query("/rounds/<uuid:round_id>")
    def read_round(self, admission: Admission, _: Request, round_id: UUID) -> dict[str, Any]:
        round_ = visible(self.intake, admission, Round, round_id)
        view = schemas.RoundView().dump(round_)
        return {**view, "version": round_.version, "closing": schemas.closing_of(round_)}

    @query("/dossiers")
    def list_dossiers(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.dossiers(self.wired.database, admission, page_of(request))

    @query("/dossiers/<uuid:dossier_id>")
    def read_dossier(self, admission: Admission, _: Request, dossier_id: UUID) -> dict[str, Any]:
        dossier = self._readable(admission, dossier_id)
        deadlines = queries.deadlines_of(self.wired.database, dossier.round_id, dossier.id)
        return {**schemas.DossierView().dump(dossier), "version": dossier.version, "deadlines": deadlines}

    @query("/dossiers/<uuid:dossier_id>/sections/<section>")
    def read_section(self, admission: Admission, _: Request, dossier_id: UUID, section: str) -> dict[str, Any]:
        dossier = self._readable(admission, dossier_id)
        content = self.intake.section_of(dossier, section, _reader(admission, f"section {section}"))
        return {"section": section, "content": content, "version": dossier.version}

    @query("/dossiers/<uuid:dossier_id>/membership")
    def read_membership(self, admission: Admission, _: Request, dossier_id: UUID) -> dict[str, Any]:
        dossier, uscc = self._readable(admission, dossier_id), admission.identity.organisation
        said = self.intake.membership_of(dossier, uscc, _reader(admission, "what a member unit confirms"))
        answer = {"confirmed": uscc in dossier.confirmed, "declined": dossier.declined.get(uscc)}
        return {**said, **answer, "version": dossier.version}

    @query("/dossiers/<uuid:dossier_id>/checks")
    def read_checks(self, admission: Admission, request: Request, dossier_id: UUID) -> dict[str, Any]:
        dossier = self._readable(admission, dossier_id)
        by = request.args.get("edition", "") or dossier.policy_edition
        return {"edition": by, "checks": self.intake.checks_of(dossier, by)}

    @query("/dossiers/<uuid:dossier_id>/comparison")
    def compare_snapshots(self, admission: Admission, request: Request, dossier_id: UUID) -> dict[str, Any]:
        dossier = self._readable(admission, dossier_id)
        old, new = queries.snapshot_numbers(request)
        reader = _reader(admission, "comparison of snapshots")
        return {"old": old, "new": new, "differences": self.intake.differences(dossier, old, new, reader)}

    @query("/dossiers/<uuid:dossier_id>/documents/<sha256>")
    def read_document(self, admission: Admission, _: Request, dossier_id: UUID, sha256: str) -> Response:
        dossier = self._readable(admission, dossier_id)
        return document_answer(self.wired.documents, dossier.documents, sha256)

    @query("/dossiers/<uuid:dossier_id>/tables.xlsx")
    def export_tables(self, admission: Admission, _: Request, dossier_id: UUID) -> Response:
        dossier = self._readable(admission, dossier_id)
        body = self.intake.tables_of(dossier, _reader(admission, "export of the tables"))
        response = Response(body, content_type=XLSX)
        response.headers["Content-Disposition"] = f'attachment; filename="{dossier.number}.xlsx"'
        return response

    @query("/events")
    def list_events(self, admission: Admission, request: Request) -> dict[str, Any]:
        return events_after(self.wired, admission, request)

    @hears()
    def hear(self, event: IntegrationEvent, tracking: Tracking) -> None:
        self.wired.react(event, tracking)

    @ticks()
    def watch_deadlines(self) -> None:
        self.wired.run_deadlines()

    def _readable(self, admission: Admission, dossier_id: UUID) -> Dossier:
        """The dossier, for a reader who may know of it and is not recused (invariant 6)."""
        dossier = visible(self.intake, admission, Dossier, dossier_id)
        dossier.require_reader(admission.identity.subject)
        return dossier


def _reader(admission: Admission, purpose: str) -> Reader:
    return Reader(admission.identity.subject, admission.role, purpose)
