"""The centres as they are today."""

from __future__ import annotations

from typing import Any

from psycopg.types.json import Jsonb

from services.registry.domain.centre import Centre
from services.registry.domain.national import National
from services.registry.domain.plaque import Plaque
from services.registry.domain.qualification import Qualification
from services.registry.domain.supervision import Supervision
from services.registry.projections.fixed import sets
from services.registry.projections.status import LISTED_AS
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

CENTRES = Projection(
    "centres",
    """
create table if not exists centres (
    id uuid primary key,
    version bigint not null,
    number text unique,
    case_number text not null,
    track text not null,
    qualification text not null,
    supervision text not null,
    plaque text not null,
    plaque_no text unique,
    national_level text not null,
    grade text not null default '',
    centre_name text not null,
    centre_uscc text not null,
    lead_uscc text not null,
    lead_unit_name text not null,
    member_usccs text[] not null,
    prefecture text not null,
    field_domain text not null,
    listed_on date,
    document_no text not null default '',
    revocation_id uuid,
    policy_edition text not null,
    facts_since jsonb not null default '{}',
    left_on date,
    left_at timestamptz
);
alter table centres add column if not exists facts_since jsonb not null default '{}';
create index if not exists centres_lead on centres (lead_uscc, id);
create index if not exists centres_members on centres using gin (member_usccs);
create index if not exists centres_prefecture on centres (prefecture, id);
create index if not exists centres_listed on centres (id) where qualification in ('designated', 'cultivation');
create index if not exists centres_left_on on centres (left_on);
create index if not exists centres_left_at on centres (left_at);
""",
)

sets(
    CENTRES,
    {
        Centre.PlaqueRecallOrdered: {"plaque": Plaque.RECALL_ORDERED},
        Centre.PlaqueReturned: {"plaque": Plaque.RETURNED},
        Centre.PlaqueVoided: {"plaque": Plaque.VOIDED},
        Centre.AssessmentBegun: {"supervision": Supervision.ASSESSING, "grade": ""},
        Centre.RectificationBegun: {"supervision": Supervision.RECTIFYING},
        Centre.RecheckBegun: {"supervision": Supervision.REASSESSING},
        Centre.RevocationProposed: {"supervision": Supervision.REVOCATION_PROPOSED},
        Centre.InvestigationOpened: {"supervision": Supervision.UNDER_INVESTIGATION},
        Centre.NationalRecommendationClosed: {"national_level": National.NONE},
        Centre.RecommendedToMinistry: {"national_level": National.RECOMMENDED},
        Centre.BanStarted: {},
        Centre.CultivationTermSet: {},
        Centre.AssessmentBroughtForward: {},
        Centre.CultivationExtended: {},
        Centre.Absorbed: {},
        Centre.SplitOff: {},
    },
)

_LEFT = {
    Centre.Revoked: Qualification.REVOKED,
    Centre.VoluntaryExitApproved: Qualification.EXITED,
    Centre.QualificationExpired: Qualification.EXPIRED,
    Centre.Dissolved: Qualification.DISSOLVED,
    Centre.MergedInto: Qualification.MERGED,
}
"""What each way off the list makes of a centre; the day and the moment let the roll of an earlier one find it."""

_COLUMNS = (
    *("centre_name", "centre_uscc", "lead_uscc", "lead_unit_name", "member_usccs", "prefecture", "field_domain"),
)
"""The registered facts that are columns of their own."""


@CENTRES.on(Centre.Cleared)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    facts = event.facts
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "case_number": facts.case_number,
        "track": facts.track,
        "qualification": Qualification.CLEARED,
        "supervision": Supervision.NORMAL,
        "plaque": Plaque.NONE,
        "national_level": National.NONE,
        "centre_name": facts.centre_name,
        "centre_uscc": facts.centre_uscc,
        "lead_uscc": facts.lead_uscc,
        "lead_unit_name": facts.lead_unit_name,
        "member_usccs": list(facts.member_usccs),
        "prefecture": facts.prefecture,
        "field_domain": facts.field_domain,
        "policy_edition": event.policy_edition,
    }
    upsert(cursor, "centres", "id", row)


@CENTRES.on(Centre.ClearedAgain)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    facts = event.facts
    named = {name: getattr(facts, name) for name in _COLUMNS if name != "member_usccs"}
    change(cursor, "centres", event, track=facts.track, member_usccs=list(facts.member_usccs), **named)


@CENTRES.on(Centre.Designated, Centre.ListedForCultivation)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(
        cursor,
        "centres",
        event,
        qualification=LISTED_AS[type(event)],
        number=event.listing.number,
        listed_on=event.listing.effective_on,
        document_no=event.listing.document_no,
        centre_uscc=event.listing.centre_uscc,
    )


@CENTRES.on(Centre.PlaqueIssued)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "centres", event, plaque=Plaque.ISSUED, plaque_no=event.plaque_no)


@CENTRES.on(Centre.AssessmentConcluded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "centres", event, supervision=event.after, grade=event.grade)


@CENTRES.on(Centre.AssessmentAnnulled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    fallen = {} if event.cause else {"revocation_id": None}
    change(cursor, "centres", event, supervision=event.after, grade=event.grade, **fallen)


@CENTRES.on(Centre.InvestigationClosed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "centres", event, supervision=event.after)


@CENTRES.on(Centre.NationalResultRecorded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "centres", event, national_level=event.result)


@CENTRES.on(Centre.RevocationOpened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "centres", event, revocation_id=event.revocation_id)


@CENTRES.on(Centre.RevocationDropped)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "centres", event, supervision=event.after, revocation_id=None)


@CENTRES.on(*_LEFT)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    left = {"left_on": event.effective_on, "left_at": event.timestamp}
    change(cursor, "centres", event, qualification=_LEFT[type(event)], **left)


@CENTRES.on(Centre.RevocationAnnulled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    back = {"revocation_id": None, "left_on": None, "left_at": None}
    change(cursor, "centres", event, qualification=event.restored, plaque=event.plaque_after, **back)


@CENTRES.on(Centre.CultivationUpgraded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(
        cursor,
        "centres",
        event,
        qualification=Qualification.DESIGNATED,
        listed_on=event.effective_on,
        document_no=event.document_no,
        policy_edition=event.policy_edition,
    )


@CENTRES.on(Centre.PlaqueReplaced)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "centres", event, plaque_no=event.plaque_no)


@CENTRES.on(Centre.FactsChanged, Centre.RegistryCorrected)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    """Set the columns of facts that nothing of a later day has changed already."""
    news = {fact.name: _plain(fact.value) for fact in event.facts if fact.name in _COLUMNS}
    since = "select facts_since from centres where id = %s"
    held = cursor.execute(since, (event.originator_id,)).fetchone()
    known: dict[str, str] = dict(held[0]) if held else {}
    day = event.effective_on.isoformat()
    columns = {name: value for name, value in news.items() if known.get(name, "") <= day}
    facts_since = Jsonb({**known, **dict.fromkeys(columns, day)})
    change(cursor, "centres", event, **columns, facts_since=facts_since)


def _plain(value: str | tuple[str, ...]) -> str | list[str]:
    return list(value) if isinstance(value, tuple) else value
