"""The material check (材料初审), corrections, returned batches; where a case stands (S4.2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.review import queries, schemas
from services.review.domain.corrections import BatchReturn
from services.review.domain.review import Review
from services.review.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, document_answer, query, visible
from services.shared.kernel.request import page_of


class Checking(Base):
    """From the receipt of a case to a signed pre-review, and where it stands."""

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

    @query("/reviews")
    def list_reviews(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.reviews(self.wired.database, admission, page_of(request), self.wired.clock.now())

    @query("/reviews/<uuid:case_id>")
    def read_review(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        review = visible(self.review, admission, Review, case_id)
        return {**schemas.ReviewView().dump(review), "version": review.version, "clocks": self._clocks(case_id)}

    @query("/reviews/<uuid:case_id>/documents/<sha256>")
    def read_review_document(self, admission: Admission, _: Request, case_id: UUID, sha256: str) -> Response:
        review = visible(self.review, admission, Review, case_id)
        return document_answer(self.wired.documents, review.facts.papers, sha256)

    @query("/states")
    def list_states(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.states(self.wired.database, admission, page_of(request), self.wired.clock.now())

    @query("/reviews/<uuid:case_id>/state")
    def read_state(self, admission: Admission, _: Request, case_id: UUID) -> dict[str, Any]:
        shown = schemas.state_view(visible(self.review, admission, Review, case_id))
        return {**shown, "clocks": self._clocks(case_id)}

    def _clocks(self, case_id: UUID) -> list[dict[str, Any]]:
        return queries.clocks(self.wired.database, [case_id], self.wired.clock.now())[case_id]
