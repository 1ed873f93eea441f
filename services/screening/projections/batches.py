"""Recommendation batches, a row each."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from services.screening.domain.batch import RecommendationBatch
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

BATCHES = Projection(
    "batches",
    """
create table if not exists batches (
    id uuid primary key,
    version bigint not null,
    prefecture text not null,
    round_id uuid not null,
    round_number text not null,
    policy_edition text not null,
    case_ids uuid[] not null,
    annex_3_sha256 text not null,
    filled_on date not null,
    state text not null,
    letter_no text not null default '',
    letter_date date,
    submitted_at timestamptz
);
alter table batches add column if not exists letters text[] not null default '{}';
alter table batches add column if not exists slips jsonb not null default '[]';
alter table batches add column if not exists supplements jsonb not null default '[]';
create index if not exists batches_prefecture on batches (prefecture, id);
create unique index if not exists batches_letter on batches (prefecture, letter_no)
    where letter_no <> '' and state <> 'cancelled';
""",
)


@BATCHES.on(RecommendationBatch.Assembled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "prefecture": event.prefecture,
        "round_id": event.round_id,
        "round_number": event.round_number,
        "policy_edition": event.policy_edition,
        "case_ids": [row.case_id for row in event.rows],
        "annex_3_sha256": event.annex_3.sha256,
        "filled_on": event.filled_on,
        "state": "assembled",
    }
    upsert(cursor, "batches", "id", row)


@BATCHES.on(RecommendationBatch.Signed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "batches", event, state="signed", letter_no=event.letter_no, letter_date=event.letter_date)
    _add_letter(cursor, event.originator_id, event.letter_no)


@BATCHES.on(RecommendationBatch.Submitted, RecommendationBatch.Resubmitted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "batches", event, state="submitted", submitted_at=event.timestamp)


@BATCHES.on(RecommendationBatch.Returned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "batches", event, state="returned")


@BATCHES.on(RecommendationBatch.Reassembled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(
        cursor,
        "batches",
        event,
        case_ids=[row.case_id for row in event.rows],
        annex_3_sha256=event.annex_3.sha256,
        filled_on=event.filled_on,
        state="assembled",
    )


@BATCHES.on(RecommendationBatch.SlipNoted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    slip = {**asdict(event.slip), "case_id": str(event.slip.case_id), "noted_on": event.slip.noted_on.isoformat()}
    change(cursor, "batches", event)
    cursor.execute("update batches set slips = slips || %s where id = %s", (Jsonb([slip]), event.originator_id))


@BATCHES.on(RecommendationBatch.SlipTakenBack)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "batches", event)
    query = """
        update batches set slips = (
            select coalesce(jsonb_agg(slip order by place), '[]')
            from jsonb_array_elements(slips) with ordinality as noted(slip, place)
            where slip ->> 'case_id' <> %s
        ) where id = %s
    """
    cursor.execute(query, (str(event.case_id), event.originator_id))


@BATCHES.on(RecommendationBatch.SupplementIssued)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    issued = event.supplement
    row = {"number": issued.number, "letter_no": issued.letter_no, "annex_3_sha256": issued.annex_3.sha256}
    change(cursor, "batches", event)
    cursor.execute(
        "update batches set supplements = supplements || %s where id = %s", (Jsonb([row]), event.originator_id)
    )
    _add_letter(cursor, event.originator_id, issued.letter_no)


@BATCHES.on(RecommendationBatch.SupplementDrafted, RecommendationBatch.LetterKept, RecommendationBatch.FillerNamed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "batches", event)


@BATCHES.on(RecommendationBatch.Cancelled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "batches", event, state="cancelled")


def _add_letter(cursor: Cursor, batch_id: UUID, letter_no: str) -> None:
    cursor.execute("update batches set letters = array_append(letters, %s) where id = %s", (letter_no, batch_id))
