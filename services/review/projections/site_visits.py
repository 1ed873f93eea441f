"""Site visits."""

from __future__ import annotations

from typing import Any

from services.review.domain.site_visit import SiteVisit
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

SITE_VISITS = Projection(
    "site_visits",
    """
create table if not exists site_visits (
    id uuid primary key,
    version bigint not null,
    case_id uuid not null,
    number text not null,
    centre_name text not null,
    visit_on date not null,
    state text not null,
    people text[] not null,
    signatures int not null default 0
);
create index if not exists site_visits_people on site_visits using gin (people);
""",
)


@SITE_VISITS.on(SiteVisit.Scheduled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "case_id": event.case_id,
        "number": event.number,
        "centre_name": event.centre_name,
        "visit_on": event.visit_on,
        "state": "scheduled",
        "people": list(event.inspectors),
    }
    upsert(cursor, "site_visits", "id", row)


@SITE_VISITS.on(SiteVisit.ClaimsBound, SiteVisit.PhotoAttached, SiteVisit.FindingRecorded, SiteVisit.DiscrepancyRaised)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "site_visits", event)


@SITE_VISITS.on(SiteVisit.ReportDrafted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "site_visits", event, state="reported")


@SITE_VISITS.on(SiteVisit.ReportSigned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "site_visits", event, state="signed" if event.enough else "reported")
    cursor.execute("update site_visits set signatures = signatures + 1 where id = %s", (event.originator_id,))


@SITE_VISITS.on(SiteVisit.Aborted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "site_visits", event, state="aborted")
