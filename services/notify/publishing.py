"""What notify tells the others: own domain event → own integration event."""

from __future__ import annotations

from typing import Any

from services.notify import contracts
from services.notify.domain.notification import Notification
from services.notify.domain.subscription import Subscription
from services.shared.kernel.publishing import Publishing

PUBLISHING = Publishing()


@PUBLISHING.of(Notification.Sent)
def seal_notification_sent(event: Any, notification: Notification) -> contracts.NotificationSent:
    return contracts.NotificationSent(
        notification_id=notification.id,
        about=notification.about,
        template=notification.template,
        audience=str(notification.audience),
        outlet=event.outlet,
    )


@PUBLISHING.of(Subscription.Opened)
def seal_subscription_opened(_: Any, subscription: Subscription) -> contracts.SubscriptionOpened:
    return contracts.SubscriptionOpened(
        subscription_id=subscription.id,
        name=subscription.name,
        lead_uscc=subscription.uscc,
        kind=str(subscription.kind),
        types=subscription.types,
        only_prefecture=subscription.only_prefecture,
    )


@PUBLISHING.of(Subscription.Paused)
def seal_subscription_paused(event: Any, subscription: Subscription) -> contracts.SubscriptionPaused:
    return contracts.SubscriptionPaused(
        subscription_id=subscription.id, name=subscription.name, lead_uscc=subscription.uscc, reason=event.reason
    )


@PUBLISHING.of(Subscription.Ended)
def seal_subscription_ended(event: Any, subscription: Subscription) -> contracts.SubscriptionEnded:
    return contracts.SubscriptionEnded(
        subscription_id=subscription.id, name=subscription.name, lead_uscc=subscription.uscc, reason=event.reason
    )
