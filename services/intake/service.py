"""Intake (申报受理): what it offers, what it hears, what it watches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.intake import queries, schemas
from services.intake.application import Intake
from services.intake.domain.dossier import Dossier
from services.intake.domain.round import Round
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

    @command("POST", "/dossiers", schemas.OpenDossier, schemas.DossierAnswer, creates=True)
    def open_dossier(self, **form: Any) -> Dossier:
        return self.intake.open_dossier(**form)

    @command("PUT", "/dossiers/<uuid:dossier_id>/sections/<section>", None, schemas.DossierAnswer, any_json=True)
    def save_section(self, dossier_id: UUID, section: str, content: Any) -> Dossier:
        return self.intake.save_section(dossier_id, section, content)

    @command("POST", "/dossiers/<uuid:dossier_id>/attachments/<kind>", None, schemas.DossierAnswer, raw=MAX_BYTES)
    def attach_document(self, dossier_id: UUID, kind: str, **upload: Any) -> Dossier:
        return self.intake.attach_document(dossier_id, kind=kind, **upload)

    @command("POST", "/dossiers/<uuid:dossier_id>/confirm-membership", None, schemas.DossierAnswer)
    def confirm_membership(self, dossier_id: UUID) -> Dossier:
        return self.intake.confirm_membership(dossier_id)

    @command("POST", "/dossiers/<uuid:dossier_id>/submit", None, schemas.DossierAnswer)
    def submit_dossier(self, dossier_id: UUID) -> Dossier:
        return self.intake.submit_dossier(dossier_id)

    @command("POST", "/dossiers/<uuid:dossier_id>/withdraw", schemas.WithdrawDossier, schemas.DossierAnswer)
    def withdraw_dossier(self, dossier_id: UUID, **form: Any) -> Dossier:
        return self.intake.withdraw_dossier(dossier_id, **form)

    @query("/rounds")
    def list_rounds(self, _: Admission, request: Request) -> dict[str, Any]:
        return queries.rounds(self.wired.database, page_of(request))

    @query("/dossiers")
    def list_dossiers(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.dossiers(self.wired.database, admission, page_of(request))

    @query("/dossiers/<uuid:dossier_id>")
    def read_dossier(self, admission: Admission, _: Request, dossier_id: UUID) -> dict[str, Any]:
        dossier = visible(self.intake, admission, Dossier, dossier_id)
        deadlines = queries.deadlines_of(self.wired.database, dossier.round_id)
        return {**schemas.DossierView().dump(dossier), "version": dossier.version, "deadlines": deadlines}

    @query("/dossiers/<uuid:dossier_id>/checks")
    def read_checks(self, admission: Admission, _: Request, dossier_id: UUID) -> dict[str, Any]:
        dossier = visible(self.intake, admission, Dossier, dossier_id)
        return {"edition": dossier.policy_edition, "checks": self.intake.checks_of(dossier)}

    @query("/dossiers/<uuid:dossier_id>/documents/<sha256>")
    def read_document(self, admission: Admission, _: Request, dossier_id: UUID, sha256: str) -> Response:
        dossier = visible(self.intake, admission, Dossier, dossier_id)
        return document_answer(self.wired.documents, dossier.documents, sha256)

    @query("/events")
    def list_events(self, admission: Admission, request: Request) -> dict[str, Any]:
        return events_after(self.wired, admission, request)

    @hears()
    def hear(self, event: IntegrationEvent, tracking: Tracking) -> None:
        self.wired.react(event, tracking)

    @ticks()
    def watch_deadlines(self) -> None:
        self.wired.run_deadlines()
