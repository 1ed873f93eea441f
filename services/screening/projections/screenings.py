"""The inbox and all that is known of a case, a row each."""

from __future__ import annotations

from typing import Any

from services.screening.domain.correction import Correction
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.domain.values import Facts
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

SCREENINGS = Projection(
    "screenings",
    """
create table if not exists screenings (
    id uuid primary key,
    version bigint not null,
    number text not null,
    round_id uuid not null,
    round_number text not null,
    prefecture text not null,
    policy_edition text not null,
    lead_uscc text not null,
    member_usccs text[] not null,
    lead_unit_name text not null,
    centre_name text not null,
    field_domain text not null,
    track_requested text not null,
    snapshot_sha256 text not null,
    received_at timestamptz not null,
    state text not null,
    recommends boolean,
    ready boolean not null default false,
    document_no text not null default '',
    batch_id uuid,
    letter_no text not null default '',
    withdrawal_noted boolean not null default false
);
alter table screenings add column if not exists due timestamptz;
alter table screenings add column if not exists recused text[] not null default '{}';
alter table screenings add column if not exists served_on date;
alter table screenings add column if not exists suspended text not null default '';
create index if not exists screenings_prefecture on screenings (prefecture, id);
create index if not exists screenings_inbox on screenings (prefecture, coalesce(due, 'infinity'::timestamptz), id);
create index if not exists screenings_due on screenings (coalesce(due, 'infinity'::timestamptz), id);
create index if not exists screenings_inbox_of_state
    on screenings (prefecture, state, coalesce(due, 'infinity'::timestamptz), id);
create index if not exists screenings_due_of_state on screenings (state, coalesce(due, 'infinity'::timestamptz), id);
create index if not exists screenings_field on screenings (prefecture, field_domain);
create index if not exists screenings_round on screenings (round_id, prefecture, state);
""",
)


@SCREENINGS.on(Screening.Opened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "number": event.number,
        "round_id": event.round_id,
        "round_number": event.round_number,
        "prefecture": event.prefecture,
        "policy_edition": event.policy_edition,
        "lead_uscc": event.lead_uscc,
        **_said(event.facts),
        "received_at": event.timestamp,
        "state": State.SUBMITTED,
    }
    upsert(cursor, "screenings", "id", row)


@SCREENINGS.on(Screening.IntakeStarted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.PREF_INTAKE, due=event.deadline.due)


@SCREENINGS.on(Screening.Accepted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.PREF_SCREENING, due=None)


@SCREENINGS.on(Screening.Recused)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event)
    cursor.execute(
        "update screenings set recused = array_append(recused, %s) where id = %s", (event.officer, event.originator_id)
    )


@SCREENINGS.on(Screening.Transferred)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {"prefecture": event.prefecture, "state": State.SUBMITTED, "recommends": None, "ready": False, "due": None}
    change(cursor, "screenings", event, **row)


@SCREENINGS.on(Screening.CorrectionRequested)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.PREF_CORRECTION)


@SCREENINGS.on(Screening.CaseSuspended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, suspended=event.suspension.cause, due=None, ready=False)


@SCREENINGS.on(Screening.CaseResumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    due = event.deadline.due if event.deadline else None
    change(cursor, "screenings", event, suspended="", due=due, ready=event.ready)


@SCREENINGS.on(Correction.Requested, Correction.Extended, Correction.DueRecomputed, Correction.Resumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    cursor.execute("update screenings set due = %s where id = %s", (event.deadline.due, event.case_id))


@SCREENINGS.on(Screening.CorrectionAnswered)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    again = event.deadline is not None
    change(
        cursor,
        "screenings",
        event,
        state=State.PREF_INTAKE if again else State.PREF_SCREENING,
        due=event.deadline.due if again else None,
        recommends=None,
        ready=False,
        **_said(event.facts),
    )


@SCREENINGS.on(Screening.SnapshotReplaced)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, **_said(event.facts))


@SCREENINGS.on(Screening.Recalled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.DRAFT, due=None, suspended="", recommends=None, ready=False)


@SCREENINGS.on(Screening.SubmittedAgain)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {**_said(event.facts), "received_at": event.timestamp}
    change(cursor, "screenings", event, state=State.SUBMITTED, **row)


@SCREENINGS.on(Screening.Terminated)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.TERMINATED, due=None, suspended="", ready=False)


@SCREENINGS.on(Screening.Lapsed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.LAPSED, due=None, suspended="", ready=False)


@SCREENINGS.on(Screening.OpinionDrafted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, recommends=event.opinion.recommends, ready=False)


@SCREENINGS.on(Screening.OpinionSigned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, ready=True)


@SCREENINGS.on(Screening.NotRecommended, Screening.RecommendationRescinded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    due = event.service.due if event.service else None
    change(cursor, "screenings", event, state=State.PREF_NOT_RECOMMENDED, document_no=event.document_no, due=due)


@SCREENINGS.on(Screening.ReopenedByRemedy)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    due = event.deadline.due if event.deadline else None
    fresh = {"recommends": None, "ready": False, "document_no": "", "served_on": None}
    change(cursor, "screenings", event, state=event.to, due=due, **fresh)


@SCREENINGS.on(Screening.DecisionServed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, served_on=event.served.served_on, due=None)


@SCREENINGS.on(Screening.Recommended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(
        cursor,
        "screenings",
        event,
        state=State.RECOMMENDED,
        ready=False,
        batch_id=event.batch_id,
        letter_no=event.letter_no,
    )


@SCREENINGS.on(Screening.ReopenedAbove, Screening.LapseTakenBack)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.RECOMMENDED)


@SCREENINGS.on(Screening.Returned)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.RETURNED_TO_PREF, ready=True)


@SCREENINGS.on(Screening.RecommendedAgain)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.RECOMMENDED, ready=False, letter_no=event.letter_no)


@SCREENINGS.on(Screening.Withdrawn)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, state=State.WITHDRAWN, due=None, suspended="", ready=False)


@SCREENINGS.on(Screening.WithdrawalNoted)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "screenings", event, withdrawal_noted=True)


def _said(facts: Facts) -> dict[str, Any]:
    """The columns that say what the snapshot says."""
    return {
        "member_usccs": list(facts.member_usccs),
        "lead_unit_name": facts.lead_unit_name,
        "centre_name": facts.centre_name,
        "field_domain": facts.field_domain,
        "track_requested": facts.track_requested,
        "snapshot_sha256": facts.snapshot.sha256,
    }
