"""Which qualification each centre had on any day, as known at any time."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.registry.domain.centre import Centre
from services.registry.domain.qualification import Qualification
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection

CENTRE_STATUS = Projection(
    "centre_status",
    """
create table if not exists centre_status (
    position bigint primary key,
    centre_id uuid not null,
    qualification text not null,
    valid_from date not null,
    recorded_at timestamptz not null,
    document_no text not null,
    policy_edition text not null default ''
);
create index if not exists centre_status_centre on centre_status (centre_id, valid_from, position);
create index if not exists centre_status_document on centre_status (document_no);
""",
)
"""Only added to: a row holds from `valid_from` in law and was known from `recorded_at` on."""

LISTED_AS = {
    Centre.Designated: Qualification.DESIGNATED,
    Centre.ListedForCultivation: Qualification.CULTIVATION,
}
"""What each listing makes of a centre."""

_ENDED_AS = {
    Centre.VoluntaryExitApproved: Qualification.EXITED,
    Centre.Dissolved: Qualification.DISSOLVED,
    Centre.MergedInto: Qualification.MERGED,
}


@CENTRE_STATUS.on(Centre.Designated, Centre.ListedForCultivation)
def _(cursor: Cursor, event: Any, position: int) -> None:
    listing = event.listing
    _add_status(cursor, event, position, LISTED_AS[type(event)], listing.effective_on, listing.document_no)


@CENTRE_STATUS.on(Centre.Revoked)
def _(cursor: Cursor, event: Any, position: int) -> None:
    _add_status(cursor, event, position, Qualification.REVOKED, event.effective_on, event.document_no)


@CENTRE_STATUS.on(Centre.RevocationAnnulled)
def _(cursor: Cursor, event: Any, position: int) -> None:
    _add_status(cursor, event, position, event.restored, event.effective_on, event.document_no)


@CENTRE_STATUS.on(Centre.CultivationUpgraded)
def _(cursor: Cursor, event: Any, position: int) -> None:
    _add_status(cursor, event, position, Qualification.DESIGNATED, event.effective_on, event.document_no)


@CENTRE_STATUS.on(Centre.QualificationExpired)
def _(cursor: Cursor, event: Any, position: int) -> None:
    _add_status(cursor, event, position, Qualification.EXPIRED, event.effective_on, "")


@CENTRE_STATUS.on(Centre.VoluntaryExitApproved, Centre.Dissolved, Centre.MergedInto)
def _(cursor: Cursor, event: Any, position: int) -> None:
    _add_status(cursor, event, position, _ENDED_AS[type(event)], event.effective_on, event.document_no)


def _add_status(
    cursor: Cursor, event: Any, position: int, status: Qualification, valid_from: date, document_no: str
) -> None:
    edition_id = event.metadata.policy_edition
    cursor.execute(
        "insert into centre_status values (%s, %s, %s, %s, %s, %s, %s)",
        (position, event.originator_id, status, valid_from, event.timestamp, document_no, edition_id),
    )
