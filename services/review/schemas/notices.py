"""Public notices."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma

from services.review.domain.listing import Amendment
from services.shared.kernel.fields import (
    Day,
    Form,
    Items,
    Text,
    Uuid,
)


class DraftNotice(Form):
    """`POST /notices`"""

    title = Text(200, required=True)
    case_ids = Items(Uuid(), 1, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "case_ids": tuple(map(UUID, data["case_ids"]))}


class PostNotice(Form):
    """`POST /notices/{id}/post`"""

    notice_no = Text(60, required=True)
    posted_on = Day(required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "posted_on": date.fromisoformat(data["posted_on"])}


class AmendListing(Form):
    """`POST /reviews/{id}/amend-listing`: what the list should say, and why."""

    centre_name = Text(120, required=True)
    lead_unit_name = Text(120, required=True)
    reason = Text(1000, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"amendment": Amendment(**data)}


class NoticeAnswer(ma.Schema):
    """A public notice after a command; once posted, with its last moment and the digests of its text."""

    notice_no = ma.fields.String()
    title = ma.fields.String()
    state = ma.fields.String()
    ends_at = ma.fields.Function(lambda notice: notice.deadline and notice.deadline.due)
    text = ma.fields.Function(lambda notice: notice.text)


class NoticeView(NoticeAnswer):
    """A public notice as everybody reads it."""

    id = ma.fields.UUID()
    posted_on = ma.fields.Date()
    entries = ma.fields.Function(lambda notice: list(notice.entries))
    struck = ma.fields.Function(lambda notice: {str(case_id): reason for case_id, reason in notice.struck.items()})
