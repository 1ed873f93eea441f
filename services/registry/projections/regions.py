"""What runs beside a centre's own regions: remedy cases, changes, conditions, reports; one row for each that counts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from services.registry.domain.change import ChangeRequest
from services.registry.domain.phrase import Region
from services.registry.domain.remedy import RemedyCase
from services.registry.domain.shortfall import Shortfall
from services.registry.domain.summary import AnnualSummary
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, upsert

REGIONS = Projection(
    "centre_regions",
    """
create table if not exists centre_regions (
    record_id uuid primary key,
    centre_id uuid not null,
    region text not null
);
create index if not exists centre_regions_centre on centre_regions (centre_id);
""",
)

_OPENS: dict[type, Region] = {
    RemedyCase.RemedyCaseOpened: Region.REMEDY,
    ChangeRequest.Requested: Region.CHANGE,
    Shortfall.ConditionShortfallOpened: Region.SHORTFALL,
}
_CLOSES = (
    RemedyCase.RemedyExecuted,
    *(ChangeRequest.Approved, ChangeRequest.Refused, ChangeRequest.Withdrawn, ChangeRequest.Ceased),
    *(Shortfall.ConditionShortfallCured, Shortfall.ConditionShortfallLapsed, Shortfall.ConditionShortfallCeased),
    *(AnnualSummary.Submitted, AnnualSummary.Ceased),
)


@REGIONS.on(AnnualSummary.Required)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    """A report that is due is no news; the row waits for the day on which it is late."""
    _row(cursor, event.originator_id, event.centre.case_id, Region.DUE)


@REGIONS.on(AnnualSummary.FellOverdue)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute("update centre_regions set region = %s where record_id = %s", (Region.OVERDUE, event.originator_id))


@REGIONS.on(ChangeRequest.ReopenedByRemedy)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    for case_id in _kept(cursor, event):
        _row(cursor, event.originator_id, case_id, Region.CHANGE)


@REGIONS.on(AnnualSummary.Returned, AnnualSummary.Resumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    for case_id in _kept(cursor, event):
        _row(cursor, event.originator_id, case_id, Region.DUE)


@REGIONS.on(*_CLOSES)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    """A closed record counts no more; its row stays, for a report that is sent back."""
    cursor.execute("update centre_regions set region = %s where record_id = %s", (Region.CLOSED, event.originator_id))


def _open(region: Region, cursor: Cursor, event: Any, _position: int) -> None:
    _row(cursor, event.originator_id, event.centre.case_id, region)


def _kept(cursor: Cursor, event: Any) -> Iterator[Any]:
    cursor.execute("select centre_id from centre_regions where record_id = %s", (event.originator_id,))
    return (row[0] for row in cursor.fetchall())


def _row(cursor: Cursor, record_id: Any, centre_id: Any, region: Region) -> None:
    upsert(cursor, "centre_regions", "record_id", {"record_id": record_id, "centre_id": centre_id, "region": region})


for _event, _region in _OPENS.items():
    REGIONS.on(_event)(partial(_open, _region))
