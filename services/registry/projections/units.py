"""Contributions of the members, and the centres that prefectures have of their own (S5.3, S5.4)."""

from __future__ import annotations

from typing import Any

from services.registry.domain.contribution import Contribution
from services.registry.domain.contribution import State as ContributionState
from services.registry.domain.prefectural import PrefecturalCentre
from services.registry.domain.prefectural import State as FilingState
from services.registry.projections.fixed import COMMON, opens, sets
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

CONTRIBUTIONS = Projection(
    "contributions",
    f"""
create table if not exists contributions ({COMMON}
    unit_uscc text not null,
    kind text not null,
    pledged_wan numeric not null,
    paid_wan numeric not null default 0,
    outstanding_wan numeric not null,
    due_on date not null,
    agreement_no text not null
);
create index if not exists contributions_case on contributions (case_id, unit_uscc);
""",
)

PREFECTURAL_CENTRES = Projection(
    "prefectural_centres",
    """
create table if not exists prefectural_centres (
    id uuid primary key,
    version bigint not null,
    prefecture text not null,
    state text not null,
    centre_name text not null,
    centre_uscc text not null,
    lead_uscc text not null,
    lead_unit_name text not null,
    field_domain text not null,
    standing text not null,
    standing_since date not null,
    document_no text not null,
    filing_no text not null default '',
    policy_edition text not null
);
create index if not exists prefectural_centres_prefecture on prefectural_centres (prefecture, id);
create index if not exists prefectural_centres_lead on prefectural_centres (lead_uscc, id);
""",
)

sets(
    CONTRIBUTIONS,
    {
        Contribution.ContributionFellShort: {"state": ContributionState.SHORT},
        Contribution.ContributionCeased: {"state": ContributionState.CEASED},
    },
)
sets(PREFECTURAL_CENTRES, {PrefecturalCentre.PrefecturalCentreStruck: {"state": FilingState.STRUCK}})

_REPORTED = (
    *("centre_name", "centre_uscc", "lead_uscc", "lead_unit_name", "field_domain", "standing", "standing_since"),
    "document_no",
)


@CONTRIBUTIONS.on(Contribution.ContributionPledged)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    names = ("unit_uscc", "kind", "pledged_wan", "due_on", "agreement_no")
    row = {"state": ContributionState.PLEDGED, "outstanding_wan": event.pledged_wan}
    opens(cursor, "contributions", event, {**row, **{name: getattr(event, name) for name in names}})


@CONTRIBUTIONS.on(Contribution.ContributionPaidIn)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    paid = {} if event.outstanding_wan else {"state": ContributionState.PAID}
    change(cursor, "contributions", event, paid_wan=event.paid_wan, outstanding_wan=event.outstanding_wan, **paid)


@PREFECTURAL_CENTRES.on(PrefecturalCentre.PrefecturalCentreRegistered)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "prefecture": event.prefecture,
        "state": FilingState.REPORTED,
        "policy_edition": event.policy_edition,
        **{name: getattr(event.facts, name) for name in _REPORTED},
    }
    upsert(cursor, "prefectural_centres", "id", row)


@PREFECTURAL_CENTRES.on(PrefecturalCentre.PrefecturalCentreReportedAgain)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    now = {name: getattr(event.facts, name) for name in _REPORTED}
    change(cursor, "prefectural_centres", event, state=FilingState.REPORTED, filing_no="", **now)


@PREFECTURAL_CENTRES.on(PrefecturalCentre.PrefecturalCentreFiled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "prefectural_centres", event, state=FilingState.FILED, filing_no=event.filing_no)
