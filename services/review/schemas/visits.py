"""Site visits."""

from __future__ import annotations

from datetime import date
from typing import Any

import marshmallow as ma

from services.shared.kernel.fields import (
    Day,
    Flag,
    Form,
    Items,
    Sha256,
    Text,
)


class ScheduleSiteVisit(Form):
    """`POST /reviews/{id}/schedule-site-visit`"""

    visit_on = Day(required=True)
    inspectors = Items(Text(100), 1, 20, required=True)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"visit_on": date.fromisoformat(data["visit_on"]), "inspectors": tuple(data["inspectors"])}


class RecordFinding(Form):
    """`POST /site-visits/{id}/record-finding`; `item` is a key of `site.checklist` of the edition."""

    item = Text(40, required=True)
    claim = Text(2000, min=0, multiline=True, load_default="")
    confirmed = Flag(required=True)
    note = Text(2000, min=0, multiline=True, load_default="")
    photo_sha256 = Sha256(load_default="")
    more_photos = Items(Sha256(), 0, 20, load_default=list)

    @ma.post_load
    def _typed(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**data, "more_photos": tuple(data["more_photos"])}


class DraftSiteReport(Form):
    """`POST /site-visits/{id}/draft-report`"""

    conclusion = Text(8000, multiline=True, required=True)


class AbortSiteVisit(Form):
    """`POST /site-visits/{id}/abort`"""

    reason = Text(500, required=True)


class SiteVisitAnswer(ma.Schema):
    """A site visit after a command."""

    case_id = ma.fields.UUID()
    state = ma.fields.String()
    photos = ma.fields.Function(lambda visit: [photo.sha256 for photo in visit.photos])
    signed_by = ma.fields.Function(lambda visit: list(visit.signed_by))


class SiteVisitView(SiteVisitAnswer):
    """A site visit as it is read."""

    id = ma.fields.UUID()
    number = ma.fields.String()
    centre_name = ma.fields.String()
    visit_on = ma.fields.Date()
    people = ma.fields.Function(lambda visit: list(visit.people))
    claims = ma.fields.Function(lambda visit: list(visit.claims))
    findings = ma.fields.Function(lambda visit: list(visit.findings.values()))
    discrepancies = ma.fields.Function(lambda visit: sorted(visit.discrepancies))
    conclusion = ma.fields.String()
