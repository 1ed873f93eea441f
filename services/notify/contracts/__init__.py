"""The integration events that notify publishes."""

from __future__ import annotations

from uuid import UUID

from services.shared.contract import contract


@contract("notification.sent.v1", key="notification_id", subject="notification_id")
class NotificationSent:
    """A notification reached its outlet. `about` is the case or centre number; nothing personal."""

    notification_id: UUID
    about: str
    template: str
    audience: str
    outlet: str


@contract("subscription.opened.v1", key="subscription_id", subject="name")
class SubscriptionOpened:
    """Another department's system is to be told events of these types, by `kind`: queue or webhook."""

    subscription_id: UUID
    name: str
    lead_uscc: str
    kind: str
    types: tuple[str, ...]
    only_prefecture: str


@contract("subscription.paused.v1", key="subscription_id", subject="name")
class SubscriptionPaused:
    """A subscribed system is told nothing for now, because of `reason`."""

    subscription_id: UUID
    name: str
    lead_uscc: str
    reason: str


@contract("subscription.ended.v1", key="subscription_id", subject="name")
class SubscriptionEnded:
    """A subscribed system is told nothing ever again."""

    subscription_id: UUID
    name: str
    lead_uscc: str
    reason: str
