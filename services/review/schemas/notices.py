"""Public notices."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import marshmallow as ma

from services.review.domain.values import Amendment
from services.shared.kernel.fields import (
    Code,
    Day,
    Form,
    Integer,
    Items,
    Text,
    Uuid,
)
from services.shared.kernel.loading import REQUIRED
from services.shared.policy import edition

_CHANNELS: dict[str, str] = dict(edition("2019-05-06")["notice.channels"])


class DraftNotice(Form):
    """`POST /notices`"""

    title = Text(200, required=True)
    case_ids = Items(Uuid(), 1, required=True)
    days = Integer(0, 365, load_default=0)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "case_ids": tuple(map(UUID, data["case_ids"]))}


class PostNotice(Form):
    """`POST /notices/{id}/post`"""

    notice_no = Text(60, required=True)
    posted_on = Day(required=True)
    channel = Code(_CHANNELS, load_default="")
    url = Text(500, min=0, load_default="")

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


class SustainPartly(Form):
    """`POST /objections/{id}/sustain-partly`: what the list should say; nothing where the case has left it already."""

    centre_name = Text(120, min=0, load_default="")
    lead_unit_name = Text(120, min=0, load_default="")
    reason = Text(1000, min=0, load_default="")

    @ma.validates_schema
    def _all_or_none(self, data: dict[str, Any], **_: Any) -> None:
        if any(data.values()) and (missing := sorted(name for name, text in data.items() if not text)):
            raise ma.ValidationError({name: [REQUIRED] for name in missing})

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"amendment": Amendment(**data) if data["reason"] else None}


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
    channel = ma.fields.String()
    url = ma.fields.String()
    proofs = ma.fields.Function(lambda notice: list(notice.proofs))
    struck = ma.fields.Function(lambda notice: {str(case_id): reason for case_id, reason in notice.struck.items()})
