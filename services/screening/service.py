"""Screening (州市初审): what it offers and what it hears."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.screening import queries, schemas
from services.screening.application import Screenings
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.screening import Screening
from services.screening.forms import XLSX
from services.shared.aggregate import acting_now
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.authority import Admission
from services.shared.kernel.documents import MAX_BYTES
from services.shared.kernel.endpoints import command, document_answer, query, visible
from services.shared.kernel.feed import events_after
from services.shared.kernel.hosting import RunsRelay, hears, ticks
from services.shared.kernel.inbox import Tracking
from services.shared.kernel.request import page_of
from services.shared.kernel.web import GivenWired


class ScreeningService:
    """Screenings and recommendation batches over HTTP."""

    name = "screening"
    wired = GivenWired()
    relay = RunsRelay()

    @property
    def screenings(self) -> Screenings:
        application: Screenings = self.wired.application
        return application

    @command("POST", "/screenings/<uuid:case_id>/recuse", schemas.Recuse, schemas.ScreeningAnswer)
    def recuse(self, case_id: UUID, *, reason: str, officer: str) -> Screening:
        return self.screenings.recuse(case_id, officer=officer or acting_now().actor, reason=reason)

    @command(
        "POST", "/screenings/<uuid:case_id>/record-paper-arrival", schemas.RecordPaperArrival, schemas.ScreeningAnswer
    )
    def record_paper_arrival(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.record_paper_arrival(case_id, **form)

    @command(
        "POST", "/screenings/<uuid:case_id>/record-paper-mismatch", schemas.RecordPaperMismatch, schemas.ScreeningAnswer
    )
    def record_paper_mismatch(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.record_paper_mismatch(case_id, **form)

    @command(
        "POST",
        "/screenings/<uuid:case_id>/settle-paper-mismatches",
        schemas.SettlePaperMismatches,
        schemas.ScreeningAnswer,
    )
    def settle_paper_mismatches(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.settle_paper_mismatches(case_id, **form)

    @command(
        "POST",
        "/screenings/<uuid:case_id>/challenge-jurisdiction",
        schemas.ChallengeJurisdiction,
        schemas.ScreeningAnswer,
    )
    def challenge_jurisdiction(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.challenge_jurisdiction(case_id, **form)

    @command(
        "POST", "/screenings/<uuid:case_id>/decide-jurisdiction", schemas.DecideJurisdiction, schemas.ScreeningAnswer
    )
    def decide_jurisdiction(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.decide_jurisdiction(case_id, **form)

    @command("POST", "/screenings/<uuid:case_id>/start-intake", schemas.StartIntake, schemas.ScreeningAnswer)
    def start_intake(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.start_intake(case_id, **form)

    @command("POST", "/screenings/<uuid:case_id>/accept", None, schemas.ScreeningAnswer)
    def accept_dossier(self, case_id: UUID) -> Screening:
        return self.screenings.accept_dossier(case_id)

    @command(
        "POST", "/screenings/<uuid:case_id>/request-correction", schemas.RequestCorrection, schemas.ScreeningAnswer
    )
    def request_correction(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.request_correction(case_id, **form)

    @command("POST", "/screenings/<uuid:case_id>/extend-correction", schemas.ExtendCorrection, schemas.ScreeningAnswer)
    def extend_correction(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.extend_correction(case_id, **form)

    @command("POST", "/screenings/<uuid:case_id>/draft-opinion", schemas.DraftOpinion, schemas.ScreeningAnswer)
    def draft_opinion(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.draft_opinion(case_id, **form)

    @command("POST", "/screenings/<uuid:case_id>/sign-opinion", None, schemas.ScreeningAnswer)
    def sign_opinion(self, case_id: UUID) -> Screening:
        return self.screenings.sign_opinion(case_id)

    @command(
        "POST", "/screenings/<uuid:case_id>/sign-not-recommended", schemas.SignNotRecommended, schemas.ScreeningAnswer
    )
    def sign_not_recommended(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.sign_not_recommended(case_id, **form)

    @command("POST", "/screenings/<uuid:case_id>/record-service", schemas.RecordService, schemas.ScreeningAnswer)
    def record_service(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.record_service(case_id, **form)

    @command("POST", "/screenings/<uuid:case_id>/reopen-by-remedy", schemas.ReopenByRemedy, schemas.ScreeningAnswer)
    def reopen_by_remedy(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.reopen_by_remedy(case_id, **form)

    @command("POST", "/screenings/<uuid:case_id>/suspend", schemas.SuspendCase, schemas.ScreeningAnswer)
    def suspend_case(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.suspend_case(case_id, **form)

    @command("POST", "/screenings/<uuid:case_id>/resume", schemas.ResumeCase, schemas.ScreeningAnswer)
    def resume_case(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.resume_case(case_id, **form)

    @command("POST", "/batches", schemas.AssembleBatch, schemas.BatchAnswer, creates=True)
    def assemble_batch(self, **form: Any) -> RecommendationBatch:
        return self.screenings.assemble_batch(**form)

    @command("POST", "/batches/<uuid:batch_id>/sign", schemas.SignBatch, schemas.BatchAnswer)
    def sign_batch(self, batch_id: UUID, **form: Any) -> RecommendationBatch:
        return self.screenings.sign_batch(batch_id, **form)

    @command("POST", "/batches/<uuid:batch_id>/filler", schemas.NameFiller, schemas.BatchAnswer)
    def name_filler(self, batch_id: UUID, **form: Any) -> RecommendationBatch:
        return self.screenings.name_filler(batch_id, **form)

    @command("POST", "/batches/<uuid:batch_id>/letter", None, schemas.BatchAnswer, raw=MAX_BYTES)
    def keep_letter(self, batch_id: UUID, **upload: Any) -> RecommendationBatch:
        return self.screenings.keep_letter(batch_id, **upload)

    @command("POST", "/batches/<uuid:batch_id>/submit", None, schemas.BatchAnswer)
    def submit_batch(self, batch_id: UUID) -> RecommendationBatch:
        return self.screenings.submit_batch(batch_id)

    @command("POST", "/batches/<uuid:batch_id>/cancel", schemas.CancelBatch, schemas.BatchAnswer)
    def cancel_batch(self, batch_id: UUID, **form: Any) -> RecommendationBatch:
        return self.screenings.cancel_batch(batch_id, **form)

    @command(
        "POST", "/screenings/<uuid:case_id>/rescind-recommendation", schemas.SignNotRecommended, schemas.ScreeningAnswer
    )
    def rescind_recommendation(self, case_id: UUID, **form: Any) -> Screening:
        return self.screenings.rescind_recommendation(case_id, **form)

    @command("POST", "/batches/<uuid:batch_id>/reassemble", None, schemas.BatchAnswer)
    def reassemble_batch(self, batch_id: UUID) -> RecommendationBatch:
        return self.screenings.reassemble_batch(batch_id)

    @command("POST", "/batches/<uuid:batch_id>/draft-supplement", None, schemas.BatchAnswer)
    def draft_supplement(self, batch_id: UUID) -> RecommendationBatch:
        return self.screenings.draft_supplement(batch_id)

    @command("POST", "/batches/<uuid:batch_id>/sign-supplement", schemas.SignBatch, schemas.BatchAnswer)
    def sign_supplement(self, batch_id: UUID, **form: Any) -> RecommendationBatch:
        return self.screenings.sign_supplement(batch_id, **form)

    @query("/screenings")
    def list_screenings(self, admission: Admission, request: Request) -> dict[str, Any]:
        state = request.args.get("state", "")
        return queries.screenings(self.wired.database, admission, page_of(request), state)

    @query("/screenings/<uuid:case_id>")
    def read_screening(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        screening = self._readable(admission, case_id)
        return {
            **schemas.ScreeningView().dump(screening),
            "version": screening.version,
            "paper": schemas.paper_as_read(self.screenings.paper_of(screening)),
            "jurisdiction": schemas.jurisdiction_as_read(self.screenings.jurisdiction_of(screening)),
            "corrections": queries.corrections_of(self.wired.database, case_id),
            "deadlines": queries.deadlines_of(self.wired.database, case_id),
        }

    @query("/screenings/<uuid:case_id>/rivals")
    def list_rivals(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        return queries.rivals_of(self.wired.database, admission, self._readable(admission, case_id))

    @query("/screenings/<uuid:case_id>/documents/<sha256>")
    def read_screening_document(self, admission: Admission, _: Request, case_id: UUID, sha256: str) -> Response:
        screening = self._readable(admission, case_id)
        return document_answer(self.wired.documents, screening.documents, sha256)

    @query("/batches")
    def list_batches(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.batches(self.wired.database, admission, page_of(request))

    @query("/batches/<uuid:batch_id>")
    def read_batch(self, admission: Admission, _: Request, batch_id: UUID) -> dict[str, Any]:
        batch = visible(self.screenings, admission, RecommendationBatch, batch_id)
        return {**schemas.BatchView().dump(batch), "version": batch.version}

    @query("/batches/<uuid:batch_id>/documents/<sha256>")
    def read_batch_document(self, admission: Admission, _: Request, batch_id: UUID, sha256: str) -> Response:
        batch = visible(self.screenings, admission, RecommendationBatch, batch_id)
        return document_answer(self.wired.documents, batch.documents, sha256)

    @query("/batches/<uuid:batch_id>/annex-3.xlsx")
    def print_annex_3(self, admission: Admission, request: Request, batch_id: UUID) -> Response:
        batch, who = visible(self.screenings, admission, RecommendationBatch, batch_id), admission.identity
        name, body = self.screenings.annex_3_with_people(
            batch,
            supplement=queries.supplement_of(request),
            reader=who.subject,
            organisation=who.organisation,
            capacity=admission.role,
        )
        response = Response(body, content_type=XLSX)
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return response

    @query("/rounds/<uuid:round_id>/quotas")
    def list_quotas(self, admission: Admission, _: Request, round_id: UUID) -> dict[str, Any]:
        return queries.quotas(self.wired.database, admission, round_id)

    @query("/events")
    def list_events(self, admission: Admission, request: Request) -> dict[str, Any]:
        return events_after(self.wired, admission, request)

    @hears()
    def hear(self, event: IntegrationEvent, tracking: Tracking) -> None:
        self.wired.react(event, tracking)

    @ticks()
    def watch_deadlines(self) -> None:
        self.wired.run_deadlines()

    def _readable(self, admission: Admission, case_id: UUID) -> Screening:
        """The case, for a reader who has no interest in it (invariant 6)."""
        screening = visible(self.screenings, admission, Screening, case_id)
        screening.require_reader(admission.identity.subject, admission.identity.organisation)
        return screening
