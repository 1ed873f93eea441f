"""Review (省级评定): what it offers, what it hears, what it watches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.review import queries, schemas
from services.review.application import ProvincialReview
from services.review.domain.corrections import BatchReturn
from services.review.domain.draw import Draw
from services.review.domain.expert_profile import ExpertProfile
from services.review.domain.objection import Objection
from services.review.domain.panel import Panel
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.domain.site_visit import SiteVisit
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.authority import Admission
from services.shared.kernel.documents import MAX_BYTES
from services.shared.kernel.endpoints import command, document_answer, query, visible
from services.shared.kernel.feed import events_after
from services.shared.kernel.hosting import RunsRelay, hears, ticks
from services.shared.kernel.inbox import Tracking
from services.shared.kernel.request import page_of
from services.shared.kernel.vault import ERASED_ZH, Erased
from services.shared.kernel.web import GivenWired
from services.shared.vocabulary import Finding, NotFound


class ReviewService:
    """Reviews, panels, site visits and public notices over HTTP."""

    name = "review"
    wired = GivenWired()
    relay = RunsRelay()

    @property
    def review(self) -> ProvincialReview:
        application: ProvincialReview = self.wired.application
        return application

    @command("POST", "/reviews/<uuid:case_id>/register-receipt", None, schemas.ReviewAnswer)
    def register_receipt(self, case_id: UUID) -> Review:
        return self.review.register_receipt(case_id)

    @command("POST", "/reviews/<uuid:case_id>/accept", None, schemas.ReviewAnswer)
    def accept_case(self, case_id: UUID) -> Review:
        return self.review.accept_case(case_id)

    @command("POST", "/reviews/<uuid:case_id>/request-correction", schemas.RequestCorrection, schemas.ReviewAnswer)
    def request_correction(self, case_id: UUID, **form: Any) -> Review:
        return self.review.request_correction(case_id, **form)

    @command("POST", "/batches/<uuid:batch_id>/return", schemas.ReturnBatch, schemas.BatchReturnAnswer, creates=True)
    def return_batch(self, batch_id: UUID, **form: Any) -> BatchReturn:
        return self.review.return_batch(batch_id, **form)

    @command("POST", "/reviews/<uuid:case_id>/draft-pre-review", schemas.DraftPreReview, schemas.ReviewAnswer)
    def draft_pre_review(self, case_id: UUID, **form: Any) -> Review:
        return self.review.draft_pre_review(case_id, **form)

    @command("POST", "/reviews/<uuid:case_id>/pass-pre-review", None, schemas.ReviewAnswer)
    def pass_pre_review(self, case_id: UUID) -> Review:
        return self.review.pass_pre_review(case_id)

    @command("POST", "/reviews/<uuid:case_id>/fail-pre-review", schemas.FailPreReview, schemas.ReviewAnswer)
    def fail_pre_review(self, case_id: UUID, **form: Any) -> Review:
        return self.review.fail_pre_review(case_id, **form)

    @command("POST", "/experts", schemas.EnrolExpert, schemas.ExpertAnswer, creates=True)
    def enrol_expert(self, **form: Any) -> ExpertProfile:
        return self.review.enrol_expert(**form)

    @command("POST", "/experts/<uuid:profile_id>/declare-relations", schemas.DeclareRelations, schemas.ExpertAnswer)
    def declare_relations(self, profile_id: UUID, **form: Any) -> ExpertProfile:
        return self.review.declare_relations(profile_id, **form)

    @command("POST", "/experts/<uuid:profile_id>/retire", None, schemas.ExpertAnswer)
    def retire_expert(self, profile_id: UUID) -> ExpertProfile:
        return self.review.retire_expert(profile_id)

    @command("POST", "/reviews/<uuid:case_id>/draw-panel", None, schemas.PanelAnswer, creates=True)
    def draw_panel(self, case_id: UUID) -> Panel:
        return self.review.draw_panel(case_id)

    @command(
        "POST", "/reviews/<uuid:case_id>/constitute-panel", schemas.ConstitutePanel, schemas.PanelAnswer, creates=True
    )
    def constitute_panel(self, case_id: UUID, **form: Any) -> Panel:
        return self.review.constitute_panel(case_id, **form)

    @command("POST", "/panels/<uuid:panel_id>/replace-expert", schemas.ReplaceExpert, schemas.PanelAnswer)
    def replace_expert(self, panel_id: UUID, **form: Any) -> Panel:
        return self.review.replace_expert(panel_id, **form)

    @command("POST", "/panels/<uuid:panel_id>/approve", None, schemas.PanelAnswer)
    def approve_panel(self, panel_id: UUID) -> Panel:
        return self.review.approve_panel(panel_id)

    @command("POST", "/panels/<uuid:panel_id>/declare-no-conflict", None, schemas.PanelAnswer)
    def declare_no_conflict(self, panel_id: UUID) -> Panel:
        return self.review.declare_no_conflict(panel_id)

    @command("POST", "/panels/<uuid:panel_id>/declare-conflict", schemas.DeclareConflict, schemas.PanelAnswer)
    def declare_conflict(self, panel_id: UUID, **form: Any) -> Panel:
        return self.review.declare_conflict(panel_id, **form)

    @command("POST", "/panels/<uuid:panel_id>/decline", schemas.DeclineSeat, schemas.PanelAnswer)
    def decline_seat(self, panel_id: UUID, **form: Any) -> Panel:
        return self.review.decline_seat(panel_id, **form)

    @command("POST", "/panels/<uuid:panel_id>/save-score-sheet", schemas.SaveScoreSheet, schemas.PanelAnswer)
    def save_score_sheet(self, panel_id: UUID, **form: Any) -> Panel:
        return self.review.save_score_sheet(panel_id, **form)

    @command("POST", "/panels/<uuid:panel_id>/submit-score-sheet", schemas.SubmitScoreSheet, schemas.PanelAnswer)
    def submit_score_sheet(self, panel_id: UUID, **form: Any) -> Panel:
        return self.review.submit_score_sheet(panel_id, **form)

    @command("POST", "/panels/<uuid:panel_id>/void-score-sheet", schemas.VoidScoreSheet, schemas.PanelAnswer)
    def void_score_sheet(self, panel_id: UUID, **form: Any) -> Panel:
        return self.review.void_score_sheet(panel_id, **form)

    @command("POST", "/panels/<uuid:panel_id>/record-dissent", schemas.RecordDissent, schemas.PanelAnswer)
    def record_dissent(self, panel_id: UUID, **form: Any) -> Panel:
        return self.review.record_dissent(panel_id, **form)

    @command("POST", "/panels/<uuid:panel_id>/sign-opinion", schemas.SignOpinion, schemas.PanelAnswer)
    def sign_opinion(self, panel_id: UUID, **form: Any) -> Panel:
        return self.review.sign_opinion(panel_id, **form)

    @command(
        "POST",
        "/reviews/<uuid:case_id>/schedule-site-visit",
        schemas.ScheduleSiteVisit,
        schemas.SiteVisitAnswer,
        creates=True,
    )
    def schedule_site_visit(self, case_id: UUID, **form: Any) -> SiteVisit:
        return self.review.schedule_site_visit(case_id, **form)

    @command("POST", "/site-visits/<uuid:visit_id>/attach-photo", None, schemas.SiteVisitAnswer, raw=MAX_BYTES)
    def attach_photo(self, visit_id: UUID, body: bytes, media_type: str, name: str) -> SiteVisit:
        return self.review.attach_photo(visit_id, name=name, body=body, media_type=media_type)

    @command("POST", "/site-visits/<uuid:visit_id>/record-finding", schemas.RecordFinding, schemas.SiteVisitAnswer)
    def record_finding(self, visit_id: UUID, **form: Any) -> SiteVisit:
        return self.review.record_finding(visit_id, **form)

    @command("POST", "/site-visits/<uuid:visit_id>/draft-report", schemas.DraftSiteReport, schemas.SiteVisitAnswer)
    def draft_site_report(self, visit_id: UUID, **form: Any) -> SiteVisit:
        return self.review.draft_site_report(visit_id, **form)

    @command("POST", "/site-visits/<uuid:visit_id>/sign-report", None, schemas.SiteVisitAnswer)
    def sign_site_report(self, visit_id: UUID) -> SiteVisit:
        return self.review.sign_site_report(visit_id)

    @command("POST", "/site-visits/<uuid:visit_id>/abort", schemas.AbortSiteVisit, schemas.SiteVisitAnswer)
    def abort_site_visit(self, visit_id: UUID, **form: Any) -> SiteVisit:
        return self.review.abort_site_visit(visit_id, **form)

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

    @command("POST", "/notices", schemas.DraftNotice, schemas.NoticeAnswer, creates=True)
    def draft_notice(self, **form: Any) -> PublicNotice:
        return self.review.draft_notice(**form)

    @command("POST", "/notices/<uuid:notice_id>/approve", None, schemas.NoticeAnswer)
    def approve_notice(self, notice_id: UUID) -> PublicNotice:
        return self.review.approve_notice(notice_id)

    @command("POST", "/notices/<uuid:notice_id>/post", schemas.PostNotice, schemas.NoticeAnswer)
    def post_notice(self, notice_id: UUID, **form: Any) -> PublicNotice:
        return self.review.post_notice(notice_id, **form)

    @command("POST", "/reviews/<uuid:case_id>/amend-listing", schemas.AmendListing, schemas.ReviewAnswer)
    def amend_listing(self, case_id: UUID, **form: Any) -> Review:
        return self.review.amend_listing(case_id, **form)

    @command("POST", "/reviews/<uuid:case_id>/amend-proposal", schemas.ProposeCase, schemas.ReviewAnswer)
    def amend_proposal(self, case_id: UUID, **form: Any) -> Review:
        return self.review.amend_proposal(case_id, **form)

    @command(
        "POST",
        "/notices/<uuid:notice_id>/lodge-objection",
        schemas.LodgeObjection,
        schemas.ObjectionAnswer,
        creates=True,
    )
    def lodge_objection(self, notice_id: UUID, **form: Any) -> Objection:
        return self.review.lodge_objection(notice_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/assign", schemas.AssignObjection, schemas.ObjectionAnswer)
    def assign_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.assign_objection(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/attach-evidence", None, schemas.ObjectionAnswer, raw=MAX_BYTES)
    def attach_evidence(self, objection_id: UUID, body: bytes, media_type: str, name: str) -> Objection:
        return self.review.attach_evidence(objection_id, name=name, body=body, media_type=media_type)

    @command("POST", "/objections/<uuid:objection_id>/admit", None, schemas.ObjectionAnswer)
    def admit_objection(self, objection_id: UUID) -> Objection:
        return self.review.admit_objection(objection_id)

    @command("POST", "/objections/<uuid:objection_id>/not-admit", schemas.NotAdmitObjection, schemas.ObjectionAnswer)
    def not_admit_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.not_admit_objection(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/turn-into-complaint", None, schemas.ObjectionAnswer)
    def turn_into_complaint(self, objection_id: UUID) -> Objection:
        return self.review.turn_into_complaint(objection_id)

    @command("POST", "/objections/<uuid:objection_id>/transfer", schemas.TransferObjection, schemas.ObjectionAnswer)
    def transfer_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.transfer_objection(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/investigate", None, schemas.ObjectionAnswer)
    def investigate_objection(self, objection_id: UUID) -> Objection:
        return self.review.investigate_objection(objection_id)

    @command("POST", "/objections/<uuid:objection_id>/seek-response", schemas.SeekResponse, schemas.ObjectionAnswer)
    def seek_response(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.seek_response(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/respond", schemas.Worded, schemas.RespondentAnswer)
    def respond_to_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.respond_to_objection(objection_id, **form)

    @command(
        "POST", "/objections/<uuid:objection_id>/draft-conclusion", schemas.DraftConclusion, schemas.ObjectionAnswer
    )
    def draft_conclusion(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.draft_conclusion(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/dismiss", None, schemas.ObjectionAnswer)
    def dismiss_objection(self, objection_id: UUID) -> Objection:
        return self.review.dismiss_objection(objection_id)

    @command("POST", "/objections/<uuid:objection_id>/sustain-partly", schemas.AmendListing, schemas.ObjectionAnswer)
    def sustain_partly(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.sustain_partly(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/sustain", schemas.SustainObjection, schemas.ObjectionAnswer)
    def sustain_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.sustain_objection(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/withdraw", schemas.WithdrawObjection, schemas.ObjectionAnswer)
    def withdraw_objection(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.withdraw_objection(objection_id, **form)

    @command("POST", "/objections/<uuid:objection_id>/reply", schemas.Worded, schemas.ObjectionAnswer)
    def reply_to_objector(self, objection_id: UUID, **form: Any) -> Objection:
        return self.review.reply_to_objector(objection_id, **form)

    @query("/reviews")
    def list_reviews(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.reviews(self.wired.database, admission, page_of(request))

    @query("/reviews/<uuid:case_id>")
    def read_review(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        review = visible(self.review, admission, Review, case_id)
        return {**schemas.ReviewView().dump(review), "version": review.version}

    @query("/reviews/<uuid:case_id>/documents/<sha256>")
    def read_review_document(self, admission: Admission, _: Request, case_id: UUID, sha256: str) -> Response:
        review = visible(self.review, admission, Review, case_id)
        return document_answer(self.wired.documents, review.facts.papers, sha256)

    @query("/states")
    def list_states(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.states(self.wired.database, admission, page_of(request))

    @query("/reviews/<uuid:case_id>/state")
    def read_state(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        return schemas.state_view(visible(self.review, admission, Review, case_id))

    @query("/field-conflicts")
    def list_field_conflicts(self, _: Admission, __: Request) -> dict[str, Any]:
        return queries.field_conflicts(self.wired.database)

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

    @query("/panels")
    def list_panels(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.panels(self.wired.database, admission, page_of(request))

    @query("/panels/<uuid:panel_id>")
    def read_panel(self, admission: Admission, _: Request, panel_id: UUID) -> dict[str, Any]:
        return schemas.panel_view(visible(self.review, admission, Panel, panel_id), admission)

    @query("/panels/<uuid:panel_id>/documents/<sha256>")
    def read_panel_document(self, admission: Admission, _: Request, panel_id: UUID, sha256: str) -> Response:
        panel = visible(self.review, admission, Panel, panel_id)
        papers = panel.papers_for(admission.identity.subject)
        return document_answer(self.wired.documents, papers, sha256)

    @query("/site-visits")
    def list_site_visits(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.site_visits(self.wired.database, admission, page_of(request))

    @query("/site-visits/<uuid:visit_id>")
    def read_site_visit(self, admission: Admission, _: Request, visit_id: UUID) -> dict[str, Any]:
        visit = visible(self.review, admission, SiteVisit, visit_id)
        return {**schemas.SiteVisitView().dump(visit), "version": visit.version}

    @query("/site-visits/<uuid:visit_id>/documents/<sha256>")
    def read_site_visit_document(self, admission: Admission, _: Request, visit_id: UUID, sha256: str) -> Response:
        visit = visible(self.review, admission, SiteVisit, visit_id)
        return document_answer(self.wired.documents, (*visit.papers, *visit.photos), sha256)

    @query("/objections")
    def list_objections(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.objections(self.wired.database, admission, page_of(request))

    @query("/objections/<uuid:objection_id>")
    def read_objection(self, admission: Admission, _: Request, objection_id: UUID) -> dict[str, Any]:
        return schemas.objection_view(visible(self.review, admission, Objection, objection_id), admission.role)

    @query("/objections/<uuid:objection_id>/objector")
    def read_objector(self, admission: Admission, request: Request, objection_id: UUID) -> dict[str, Any]:
        objection = visible(self.review, admission, Objection, objection_id)
        who, purpose = admission.identity.subject, request.args.get("purpose", "")
        found = self.review.objector_of(objection, reader=who, capacity=admission.role, purpose=purpose)
        return {"erased": ERASED_ZH} if isinstance(found, Erased) else {"objector": found}

    @query("/objections/<uuid:objection_id>/documents/<sha256>")
    def read_evidence(self, admission: Admission, _: Request, objection_id: UUID, sha256: str) -> Response:
        objection = visible(self.review, admission, Objection, objection_id)
        return document_answer(self.wired.documents, objection.evidence, sha256)

    @query("/objection-progress/<receipt_code>")
    def read_objection_progress(self, admission: Admission, _: Request, receipt_code: str) -> dict[str, Any]:
        found = queries.objection_by_receipt(self.wired.database, receipt_code)
        if found is None:
            raise NotFound(Finding("not-found", "没有这一回执", "no such receipt"))
        return schemas.progress_view(visible(self.review, admission, Objection, found))

    @query("/notices")
    def list_notices(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.notices(self.wired.database, page_of(request), public=admission.role == "public")

    @query("/notices/<uuid:notice_id>")
    def read_notice(self, admission: Admission, _: Request, notice_id: UUID) -> dict[str, Any]:
        notice = self._notice(admission, notice_id)
        deadlines = queries.deadlines_of(self.wired.database, notice.id)
        return {**schemas.NoticeView().dump(notice), "version": notice.version, "deadlines": deadlines}

    @query("/notices/<uuid:notice_id>/text")
    def read_notice_text(self, admission: Admission, _: Request, notice_id: UUID) -> Response:
        notice = self._notice(admission, notice_id)
        texts = [notice.text] if notice.text else []
        return document_answer(self.wired.documents, texts, texts[0].sha256 if texts else "")

    @query("/events")
    def list_events(self, admission: Admission, request: Request) -> dict[str, Any]:
        return events_after(self.wired, admission, request)

    @hears()
    def hear(self, event: IntegrationEvent, tracking: Tracking) -> None:
        self.wired.react(event, tracking)

    @ticks()
    def watch_deadlines(self) -> None:
        self.wired.run_deadlines()

    def _notice(self, admission: Admission, notice_id: UUID) -> PublicNotice:
        """The notice; a draft is unknown to the public."""
        notice = visible(self.review, admission, PublicNotice, notice_id)
        if admission.role == "public" and not notice.is_public:
            raise NotFound(Finding("not-found", "没有这一公示", "no such notice"))
        return notice
