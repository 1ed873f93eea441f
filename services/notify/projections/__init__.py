"""What notify's read models hold, and how each event changes them: the delivery record, and the subscriptions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from services.notify.domain.notification import Notification
from services.notify.domain.subscription import Subscription
from services.notify.projections.reaching import DEADLINES, DELIVERIES
from services.shared.kernel.postgres import Cursor
from services.shared.kernel.projections import Projection, Projections, change, upsert

NOTIFICATIONS = Projection(
    "notifications",
    """
create table if not exists notifications (
    id uuid primary key,
    version bigint not null,
    position bigint not null,
    state text not null,
    template text not null,
    about text not null,
    audience text not null,
    lead_uscc text,
    prefecture text,
    title_zh text not null,
    title_en text not null,
    body_zh text not null,
    body_en text not null,
    outlet text not null default '',
    failure text not null default '',
    prepared_at timestamptz not null,
    due timestamptz,
    sent_at timestamptz,
    read_at timestamptz
);
create index if not exists notifications_lead on notifications (lead_uscc, position desc);
create index if not exists notifications_prefecture on notifications (prefecture, position desc);
create index if not exists notifications_state on notifications (state, audience, position desc);
create index if not exists notifications_about on notifications (about, position desc);
create index if not exists notifications_due on notifications (due, id) where due is not null;
""",
)
"""`position` is that of the event that brought the state: inboxes are read newest first. `due`: when to send next."""

SUBSCRIPTIONS = Projection(
    "subscriptions",
    """
create table if not exists subscriptions (
    id uuid primary key,
    version bigint not null,
    name text not null,
    lead_uscc text not null,
    kind text not null,
    state text not null,
    reason text not null default '',
    types text[] not null,
    only_prefecture text not null,
    url text not null,
    opened_at timestamptz not null,
    redrive_reason text not null default ''
);
create index if not exists subscriptions_lead on subscriptions (lead_uscc);
""",
)
"""Who is told what. How far each has come is not here: that does not follow from the log (see `outlets/tables.py`)."""

PROJECTIONS = Projections(NOTIFICATIONS, SUBSCRIPTIONS, DELIVERIES, DEADLINES)


@NOTIFICATIONS.on(Notification.Prepared)
def _(cursor: Cursor, event: Any, position: int) -> None:
    prepared: Notification = event.mutate(None)
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "position": position,
        "state": prepared.state,
        "template": event.template,
        "about": event.about,
        "audience": event.audience.kind,
        "lead_uscc": prepared.lead_uscc,
        "prefecture": prepared.prefecture,
        **asdict(event.wording),
        "prepared_at": event.timestamp,
        "due": None if event.held else event.timestamp,
    }
    upsert(cursor, "notifications", "id", row)


@NOTIFICATIONS.on(Notification.Released, Notification.Requeued)
def _(cursor: Cursor, event: Any, position: int) -> None:
    change(cursor, "notifications", event, state="queued", position=position, due=event.timestamp)


@NOTIFICATIONS.on(Notification.Sent)
def _(cursor: Cursor, event: Any, position: int) -> None:
    change(
        cursor,
        "notifications",
        event,
        state="sent",
        position=position,
        outlet=event.outlet,
        failure="",
        due=None,
        sent_at=event.timestamp,
    )


@NOTIFICATIONS.on(Notification.Failed)
def _(cursor: Cursor, event: Any, position: int) -> None:
    change(
        cursor,
        "notifications",
        event,
        state="failed",
        position=position,
        outlet=event.outlet,
        failure=event.reason,
        due=event.retry_at,
    )


@NOTIFICATIONS.on(Notification.Read)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "notifications", event, read_at=event.timestamp)


@SUBSCRIPTIONS.on(Subscription.Opened)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    row = {
        "id": event.originator_id,
        "version": event.originator_version,
        "name": event.name,
        "lead_uscc": event.uscc,
        "kind": event.kind,
        "state": "opened",
        "types": list(event.types),
        "only_prefecture": event.only_prefecture,
        "url": event.url,
        "opened_at": event.timestamp,
    }
    upsert(cursor, "subscriptions", "id", row)


@SUBSCRIPTIONS.on(Subscription.Confirmed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "subscriptions", event, state="active")


@SUBSCRIPTIONS.on(Subscription.Paused)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "subscriptions", event, state="paused", reason=event.reason)


@SUBSCRIPTIONS.on(Subscription.Resumed)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "subscriptions", event, state="opened", reason="")


@SUBSCRIPTIONS.on(Subscription.Redriven)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "subscriptions", event, redrive_reason=event.reason)


@SUBSCRIPTIONS.on(Subscription.Replayed, Subscription.SecretRotated)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "subscriptions", event)


@SUBSCRIPTIONS.on(Subscription.Ended)
def _(cursor: Cursor, event: Any, _position: int) -> None:
    change(cursor, "subscriptions", event, state="ended", reason=event.reason)
