"""What held of each centre on any day, as known at any time: facts, plaque, what it took over. Rows are only added.

A row holds from `valid_from` in law and was known from `recorded_at` on. Of two rows about one fact that both hold on
a day, the one with the later `valid_from` counts, and of the same day the one recorded later.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from psycopg.types.json import Jsonb

from services.registry.domain.centre import Centre
from services.registry.domain.plaque import Plaque
from services.shared.calendar import BEIJING
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection

CENTRE_FACTS = Projection(
    "centre_facts",
    """
create table if not exists centre_facts (
    position bigint not null,
    centre_id uuid not null,
    fact text not null,
    value jsonb not null,
    valid_from date not null,
    recorded_at timestamptz not null,
    document_no text not null,
    primary key (position, fact, valid_from)
);
create index if not exists centre_facts_centre on centre_facts (centre_id, fact, valid_from desc, position desc);
create index if not exists centre_facts_grades on centre_facts (centre_id, valid_from) where fact = 'grade';
create index if not exists centre_facts_names on centre_facts ((value #>> '{}')) where fact = 'centre_name';
""",
)

PLAQUES = Projection(
    "plaques",
    """
create table if not exists plaques (
    plaque_no text primary key,
    centre_id uuid not null,
    state text not null,
    replaced_by text not null default '',
    issued_at timestamptz not null,
    changed_at timestamptz not null
);
create index if not exists plaques_centre on plaques (centre_id);
""",
)

_OF_THE_NOTICE = (
    *("centre_name", "centre_uscc", "lead_uscc", "lead_unit_name", "member_usccs", "member_names"),
    *("prefecture", "field_domain", "rd_direction"),
)


@CENTRE_FACTS.on(Centre.Cleared, Centre.ClearedAgain)
def _(cursor: Cursor, event: Any, position: int) -> None:
    """The facts of the notice hold from the day on which the case was cleared; a listing before it takes them along."""
    facts = {name: getattr(event.facts, name) for name in _OF_THE_NOTICE}
    _add(cursor, event, position, event.timestamp.astimezone(BEIJING).date(), event.facts.notice_no, **facts)


@CENTRE_FACTS.on(Centre.Designated, Centre.ListedForCultivation)
def _(cursor: Cursor, event: Any, position: int) -> None:
    listing = event.listing
    _take_along(cursor, event, position)
    _add(cursor, event, position, listing.effective_on, listing.document_no, centre_uscc=listing.centre_uscc)


@CENTRE_FACTS.on(Centre.FactsChanged)
def _(cursor: Cursor, event: Any, position: int) -> None:
    facts = {fact.name: fact.value for fact in event.facts}
    _add(cursor, event, position, event.effective_on, event.document_no, **facts)


@CENTRE_FACTS.on(Centre.RegistryCorrected)
def _(cursor: Cursor, event: Any, position: int) -> None:
    facts = {fact.name: fact.value for fact in event.facts}
    _add(cursor, event, position, event.effective_on, "", **facts)


@CENTRE_FACTS.on(Centre.RevocationAnnulled)
def _(cursor: Cursor, event: Any, position: int) -> None:
    """The plaque is as if it had never been asked back: on the day of the revocation and on every later one."""
    plaque = {"state": event.plaque_after, "no": _latest(cursor, event, "plaque").get("no", "")}
    for day in _days_from(cursor, event, "plaque"):
        _add(cursor, event, position, day, event.document_no, plaque=plaque)


@CENTRE_FACTS.on(Centre.AssessmentConcluded)
def _(cursor: Cursor, event: Any, position: int) -> None:
    day = event.metadata.effective_at.astimezone(BEIJING).date()
    _add(cursor, event, position, day, "", grade=event.grade)


@CENTRE_FACTS.on(Centre.AssessmentAnnulled)
def _(cursor: Cursor, event: Any, position: int) -> None:
    """The grade of before holds on the day of the result and on the days of its rechecks."""
    for day in _days_from(cursor, event, "grade"):
        _add(cursor, event, position, day, event.document_no, grade=event.grade)


@CENTRE_FACTS.on(Centre.MergedInto)
def _(cursor: Cursor, event: Any, position: int) -> None:
    _add(cursor, event, position, event.effective_on, event.document_no, merged_into=str(event.survivor_id))


@CENTRE_FACTS.on(Centre.Absorbed)
def _(cursor: Cursor, event: Any, position: int) -> None:
    """The fields that came with the other; its own field changes by itself."""
    own = _latest(cursor, event, "field_domain")
    taken = {"taken_over": [field for field in event.fields if field != own], "absorbed": str(event.other_id)}
    _add(cursor, event, position, event.effective_on, event.document_no, **taken)


@CENTRE_FACTS.on(Centre.SplitOff)
def _(cursor: Cursor, event: Any, position: int) -> None:
    """Who went, and with which fields: they are free from that day on."""
    split = event.split
    told = {"uscc": split.unit_uscc, "name": split.unit_name, "keeper": split.keeper}
    facts: dict[str, Any] = {"split_off": told}
    if split.fields:
        taken = _latest(cursor, event, "taken_over")
        facts["taken_over"] = [field for field in taken if field not in split.fields]
    _add(cursor, event, position, event.effective_on, event.document_no, **facts)


@CENTRE_FACTS.on(
    Centre.PlaqueIssued, Centre.PlaqueReplaced, Centre.PlaqueRecallOrdered, Centre.PlaqueReturned, Centre.PlaqueVoided
)
def _(cursor: Cursor, event: Any, position: int) -> None:
    day = event.metadata.effective_at.astimezone(BEIJING).date()
    number = getattr(event, "plaque_no", "") or _latest(cursor, event, "plaque").get("no", "")
    _add(cursor, event, position, day, "", plaque={"state": _PLAQUE_AFTER[type(event)], "no": number})


_PLAQUE_AFTER = {
    Centre.PlaqueIssued: Plaque.ISSUED,
    Centre.PlaqueReplaced: Plaque.ISSUED,
    Centre.PlaqueRecallOrdered: Plaque.RECALL_ORDERED,
    Centre.PlaqueReturned: Plaque.RETURNED,
    Centre.PlaqueVoided: Plaque.VOIDED,
}


@PLAQUES.on(Centre.PlaqueIssued)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _give(cursor, event)


@PLAQUES.on(Centre.PlaqueReplaced)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute(
        "update plaques set state = 'replaced', replaced_by = %s, changed_at = %s where plaque_no = %s",
        (event.plaque_no, event.timestamp, event.replaces),
    )
    _give(cursor, event)


@PLAQUES.on(Centre.PlaqueRecallOrdered, Centre.PlaqueReturned, Centre.PlaqueVoided)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _set_state(cursor, event, _PLAQUE_AFTER[type(event)])


@PLAQUES.on(Centre.RevocationAnnulled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _set_state(cursor, event, event.plaque_after)


def _give(cursor: Cursor, event: Any) -> None:
    at = event.timestamp
    row = (event.plaque_no, event.originator_id, Plaque.ISSUED, "", at, at)
    cursor.execute("insert into plaques values (%s, %s, %s, %s, %s, %s)", row)


def _set_state(cursor: Cursor, event: Any, state: str) -> None:
    cursor.execute(
        "update plaques set state = %s, changed_at = %s where centre_id = %s and state <> 'replaced'",
        (state, event.timestamp, event.originator_id),
    )


def _take_along(cursor: Cursor, event: Any, position: int) -> None:
    """A listing of a day before the case was cleared here: the facts of the notice hold from that day on."""
    cursor.execute(
        "insert into centre_facts select %(position)s, centre_id, fact, value, %(day)s, %(at)s, document_no"
        " from centre_facts where centre_id = %(centre)s and valid_from > %(day)s and fact <> 'centre_uscc'",
        {
            "position": position,
            "day": event.listing.effective_on,
            "at": event.timestamp,
            "centre": event.originator_id,
        },
    )


def _days_from(cursor: Cursor, event: Any, fact: str) -> tuple[date, ...]:
    """The day from which an annulment holds, and every later one on which something was recorded of this fact."""
    days = "select distinct valid_from from centre_facts where centre_id = %s and fact = %s and valid_from > %s"
    cursor.execute(days, (event.originator_id, fact, event.effective_on))
    return (event.effective_on, *(row[0] for row in cursor.fetchall()))


def _latest(cursor: Cursor, event: Any, fact: str) -> Any:
    """What is known of a fact of the centre, of its latest day; this projection's own rows only."""
    cursor.execute(
        "select value from centre_facts where centre_id = %s and fact = %s"
        " order by valid_from desc, position desc limit 1",
        (event.originator_id, fact),
    )
    row = cursor.fetchone()
    return row[0] if row else {}


def _add(cursor: Cursor, event: Any, position: int, day: date, document_no: str, **facts: Any) -> None:
    for fact, value in facts.items():
        row = (position, event.originator_id, fact, Jsonb(value), day, event.timestamp, document_no)
        cursor.execute("insert into centre_facts values (%s, %s, %s, %s, %s, %s, %s)", row)
