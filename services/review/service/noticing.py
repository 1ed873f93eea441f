"""Public notices (公示): S4.2."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request, Response

from services.review import queries, schemas
from services.review.domain.public_notice import PublicNotice
from services.review.domain.review import Review
from services.review.service.base import Base
from services.shared.kernel.authority import Admission
from services.shared.kernel.documents import MAX_BYTES
from services.shared.kernel.endpoints import command, document_answer, query, visible
from services.shared.kernel.request import page_of
from services.shared.vocabulary import Finding, NotFound


class Noticing(Base):
    """From a proposed list to its end."""

    @command("POST", "/notices", schemas.DraftNotice, schemas.NoticeAnswer, creates=True)
    def draft_notice(self, **form: Any) -> PublicNotice:
        return self.review.draft_notice(**form)

    @command("POST", "/notices/<uuid:notice_id>/approve", None, schemas.NoticeAnswer)
    def approve_notice(self, notice_id: UUID) -> PublicNotice:
        return self.review.approve_notice(notice_id)

    @command("POST", "/notices/<uuid:notice_id>/post", schemas.PostNotice, schemas.NoticeAnswer)
    def post_notice(self, notice_id: UUID, **form: Any) -> PublicNotice:
        return self.review.post_notice(notice_id, **form)

    @command("POST", "/notices/<uuid:notice_id>/attach-proof", None, schemas.NoticeAnswer, raw=MAX_BYTES)
    def attach_proof(self, notice_id: UUID, body: bytes, media_type: str, name: str) -> PublicNotice:
        return self.review.attach_proof(notice_id, name=name, body=body, media_type=media_type)

    @command("POST", "/reviews/<uuid:case_id>/amend-listing", schemas.AmendListing, schemas.ReviewAnswer)
    def amend_listing(self, case_id: UUID, **form: Any) -> Review:
        return self.review.amend_listing(case_id, **form)

    @command("POST", "/reviews/<uuid:case_id>/amend-proposal", schemas.ProposeCase, schemas.ReviewAnswer)
    def amend_proposal(self, case_id: UUID, **form: Any) -> Review:
        return self.review.amend_proposal(case_id, **form)

    @query("/notices")
    def list_notices(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.notices(self.wired.database, page_of(request), public=admission.role == "public")

    @query("/notices/<uuid:notice_id>")
    def read_notice(self, admission: Admission, _: Request, notice_id: UUID) -> dict[str, Any]:
        notice = self._notice(admission, notice_id)
        deadlines = queries.deadlines_of(self.wired.database, notice.id)
        answer = {**schemas.NoticeView().dump(notice), "version": notice.version, "deadlines": deadlines}
        return {**answer, "clocks": self._clocks_on(notice)}

    @query("/notices/<uuid:notice_id>/text")
    def read_notice_text(self, admission: Admission, _: Request, notice_id: UUID) -> Response:
        notice = self._notice(admission, notice_id)
        texts = [notice.text] if notice.text else []
        return document_answer(self.wired.documents, texts, texts[0].sha256 if texts else "")

    @query("/notices/<uuid:notice_id>/documents/<sha256>")
    def read_notice_proof(self, admission: Admission, _: Request, notice_id: UUID, sha256: str) -> Response:
        return document_answer(self.wired.documents, self._notice(admission, notice_id).proofs, sha256)

    def _clocks_on(self, notice: PublicNotice) -> dict[str, Any]:
        """Until when each case on the list is shown: one that was suspended has a time of its own."""
        case_ids = [entry.case_id for entry in notice.entries if entry.case_id not in notice.struck]
        running = queries.clocks(self.wired.database, case_ids, self.wired.clock.now())
        of_notices = {case_id: [each for each in running[case_id] if each["kind"] == "notice"] for case_id in case_ids}
        return {str(case_id): clocks for case_id, clocks in of_notices.items() if clocks}

    def _notice(self, admission: Admission, notice_id: UUID) -> PublicNotice:
        """The notice; a draft is unknown to the public."""
        notice = visible(self.review, admission, PublicNotice, notice_id)
        if not is_shown_to(notice, admission):
            raise NotFound(Finding("not-found", "没有这一公示", "no such notice"))
        return notice


def is_shown_to(notice: PublicNotice, admission: Admission) -> bool:
    """Whether a reader may know of a notice: the public from its posting on."""
    return notice.is_public or admission.role != "public"
