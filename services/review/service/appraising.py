"""The expert appraisal (专家论证): panels and score sheets (S4.2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.review import queries, schemas
from services.review.domain.panel import Panel
from services.review.domain.review import Review
from services.review.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, document_answer, query, visible
from services.shared.kernel.request import page_of


class Appraising(Base):
    """From the panel of a case to its signed opinion."""

    @command("POST", "/reviews/<uuid:case_id>/ask-to-avoid", schemas.AskToAvoid, schemas.CaseAnswer)
    def ask_to_avoid(self, case_id: UUID, **form: Any) -> Review:
        return self.review.ask_to_avoid(case_id, **form)

    @query("/reviews/<uuid:case_id>/to-avoid")
    def read_avoidance(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        return {"items": list(visible(self.review, admission, Review, case_id).to_avoid)}

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

    @command("POST", "/panels/<uuid:panel_id>/draw-substitute", schemas.DrawSubstitute, schemas.PanelAnswer)
    def draw_substitute(self, panel_id: UUID, **form: Any) -> Panel:
        return self.review.draw_substitute(panel_id, **form)

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

    @command("POST", "/panels/<uuid:panel_id>/draft-opinion", schemas.SignOpinion, schemas.PanelAnswer)
    def draft_opinion(self, panel_id: UUID, **form: Any) -> Panel:
        return self.review.draft_opinion(panel_id, **form)

    @command("POST", "/panels/<uuid:panel_id>/sign-opinion", schemas.SignOpinion, schemas.PanelAnswer)
    def sign_opinion(self, panel_id: UUID, **form: Any) -> Panel:
        return self.review.sign_opinion(panel_id, **form)

    @query("/panels")
    def list_panels(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.panels(self.wired.database, admission, page_of(request))

    @query("/panels/<uuid:panel_id>")
    def read_panel(self, admission: Admission, _: Request, panel_id: UUID) -> dict[str, Any]:
        panel = visible(self.review, admission, Panel, panel_id)
        return schemas.panel_view(panel, admission, self.review.conflicts_known(panel, admission.identity.subject))

    @query("/panels/<uuid:panel_id>/documents/<sha256>")
    def read_panel_document(self, admission: Admission, _: Request, panel_id: UUID, sha256: str) -> Response:
        panel = visible(self.review, admission, Panel, panel_id)
        reader = admission.identity.subject
        papers = panel.papers_for(reader, self.review.conflicts_known(panel, reader))
        return document_answer(self.wired.documents, papers, sha256)
