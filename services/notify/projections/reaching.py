"""The read models of what reaches people beside the inbox: deliveries by mail and SMS, and when watches are due."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.notify.domain.delivery import Delivery
from services.notify.domain.watch import ESCALATE, REMIND, Watch
from services.shared.calendar import Deadline
from services.shared.kernel.deadlines import clear_deadline, deadlines_projection, set_deadline
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, change, upsert

DELIVERIES = Projection(
    "deliveries",
    """
create table if not exists deliveries (
    id uuid primary key,
    version bigint not null,
    notification_id uuid not null,
    audience text not null,
    channel text not null,
    digest boolean not null,
    state text not null,
    attempts int not null default 0,
    reference text not null default '',
    failure text not null default '',
    due timestamptz,
    sent_at timestamptz
);
create index if not exists deliveries_notification on deliveries (notification_id);
create index if not exists deliveries_due on deliveries (due) where due is not null;
create index if not exists deliveries_failed on deliveries (id) where state = 'failed';
""",
)
"""`due`: when to send next. No address is here."""

DEADLINES = deadlines_projection()


@DELIVERIES.on(Delivery.Scheduled)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "notification_id": event.notification_id,
        "audience": str(event.audience),
        "channel": event.channel,
        "digest": event.digest,
        "state": "queued",
        "due": event.due,
    }
    upsert(cursor, "deliveries", "id", row)


@DELIVERIES.on(Delivery.Sent)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    values = {"reference": event.reference, "failure": "", "due": None, "sent_at": event.timestamp}
    change(cursor, "deliveries", event, state="sent", **values)


@DELIVERIES.on(Delivery.Failed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "deliveries", event, state="failed", failure=event.reason, due=event.retry_at)


@DELIVERIES.on(Delivery.Requeued)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "deliveries", event, state="queued", due=event.timestamp)


@DEADLINES.on(Watch.Begun, Watch.BegunAgain, Watch.DueMoved)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _set(cursor, event, ESCALATE, event.due)
    _set_reminder(cursor, event, event.reminders)


@DEADLINES.on(Watch.Reminded)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    _set_reminder(cursor, event, event.left)


@DEADLINES.on(Watch.Escalated, Watch.Ended, Watch.Held)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    clear_deadline(cursor, event.originator_id, REMIND, ESCALATE)


def _set_reminder(cursor: Cursor, event: Any, moments: tuple[Any, ...]) -> None:
    if moments:
        _set(cursor, event, REMIND, moments[0])
    else:
        clear_deadline(cursor, event.originator_id, REMIND)


def _set(cursor: Cursor, event: Any, kind: str, moment: Any) -> None:
    terms = {"kind": kind, "rule": "notification.reminder_days", "clause": "S4.0", "close_time": "00:00"}
    set_deadline(cursor, event.originator_id, replace(Deadline.on_date(moment.date(), **terms), due=moment))
