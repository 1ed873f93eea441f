"""Notify (通知): what it offers, what it hears, what it watches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Request

from services.notify import queries, schemas
from services.notify.application import Notify
from services.notify.domain.delivery import Delivery
from services.notify.domain.notification import Notification, State
from services.notify.domain.preference import Preference
from services.notify.domain.subscription import Kind, Subscription
from services.notify.outlets.broker_users import definitions
from services.shared.envelope import IntegrationEvent
from services.shared.kernel.authority import Admission
from services.shared.kernel.endpoints import command, query, visible
from services.shared.kernel.feed import events_after
from services.shared.kernel.hosting import RunsRelay, hears, ticks
from services.shared.kernel.inbox import Tracking
from services.shared.kernel.request import page_of
from services.shared.kernel.web import GivenWired


class NotifyService:
    """Inboxes and the delivery record over HTTP."""

    name = "notify"
    wired = GivenWired()
    relay = RunsRelay()

    @property
    def notify(self) -> Notify:
        application: Notify = self.wired.application
        return application

    @command("POST", "/notifications/<uuid:notification_id>/release", None, schemas.NotificationAnswer)
    def release_notification(self, notification_id: UUID) -> Notification:
        return self.notify.release_notification(notification_id)

    @command("POST", "/notifications/<uuid:notification_id>/retry", None, schemas.NotificationAnswer)
    def retry_notification(self, notification_id: UUID) -> Notification:
        return self.notify.retry_notification(notification_id)

    @command("POST", "/notifications/<uuid:notification_id>/read", None, schemas.NotificationAnswer)
    def read_notification(self, notification_id: UUID) -> Notification:
        return self.notify.read_notification(notification_id)

    @query("/notifications")
    def list_notifications(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.notifications(self.wired.database, admission, page_of(request))

    @query("/notifications/held")
    def list_held(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.in_state(self.wired.database, admission, State.HELD, page_of(request))

    @query("/notifications/failed")
    def list_failed(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.in_state(self.wired.database, admission, State.FAILED, page_of(request))

    @query("/notifications/about/<number>")
    def list_about(self, admission: Admission, request: Request, number: str) -> dict[str, Any]:
        return queries.about(self.wired.database, admission, number, page_of(request))

    @query("/notifications/<uuid:notification_id>")
    def show_notification(self, admission: Admission, _: Request, notification_id: UUID) -> dict[str, Any]:
        notification = visible(self.notify, admission, Notification, notification_id)
        deliveries = queries.deliveries_of(self.wired.database, notification_id)
        view = schemas.NotificationView().dump(notification)
        return {**view, "version": notification.version, "deliveries": deliveries}

    @query("/deliveries/failed")
    def list_failed_deliveries(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.failed_deliveries(self.wired.database, admission, page_of(request))

    @command("POST", "/deliveries/<uuid:delivery_id>/retry", None, schemas.DeliveryAnswer)
    def retry_delivery(self, delivery_id: UUID) -> Delivery:
        return self.notify.retry_delivery(delivery_id)

    @command("PUT", "/preferences/<audience>", schemas.ChooseChannels, schemas.PreferenceAnswer)
    def choose_channels(self, audience: str, **form: Any) -> Preference:
        return self.notify.choose_channels(audience, **form)

    @query("/preferences/<audience>")
    def show_preference(self, admission: Admission, _: Request, audience: str) -> dict[str, Any]:
        return queries.preference(self.notify.choice_of, admission, audience)

    @command("POST", "/subscriptions", schemas.OpenSubscription, schemas.SubscriptionAnswer, creates=True)
    def open_subscription(self, **form: Any) -> Subscription:
        return self.notify.open_subscription(**form)

    @command("POST", "/subscriptions/<uuid:subscription_id>/pause", schemas.Reason, schemas.SubscriptionAnswer)
    def pause_subscription(self, subscription_id: UUID, **form: Any) -> Subscription:
        return self.notify.pause_subscription(subscription_id, **form)

    @command("POST", "/subscriptions/<uuid:subscription_id>/resume", None, schemas.SubscriptionAnswer)
    def resume_subscription(self, subscription_id: UUID) -> Subscription:
        return self.notify.resume_subscription(subscription_id)

    @command(
        "POST", "/subscriptions/<uuid:subscription_id>/replay", schemas.ReplaySubscription, schemas.SubscriptionAnswer
    )
    def replay_subscription(self, subscription_id: UUID, **form: Any) -> Subscription:
        return self.notify.replay_subscription(subscription_id, **form)

    @command("POST", "/subscriptions/<uuid:subscription_id>/redrive", schemas.Reason, schemas.SubscriptionAnswer)
    def redrive_subscription(self, subscription_id: UUID, **form: Any) -> Subscription:
        return self.notify.redrive_subscription(subscription_id, **form)

    @command("POST", "/subscriptions/<uuid:subscription_id>/rotate-secret", None, schemas.SubscriptionAnswer)
    def rotate_secret(self, subscription_id: UUID) -> Subscription:
        return self.notify.rotate_secret(subscription_id)

    @command("POST", "/subscriptions/<uuid:subscription_id>/end", schemas.Reason, schemas.SubscriptionAnswer)
    def end_subscription(self, subscription_id: UUID, **form: Any) -> Subscription:
        return self.notify.end_subscription(subscription_id, **form)

    @query("/subscriptions")
    def list_subscriptions(self, admission: Admission, request: Request) -> dict[str, Any]:
        return queries.subscriptions(self.wired.database, admission, page_of(request))

    @query("/subscriptions/<uuid:subscription_id>")
    def show_subscription(self, admission: Admission, _: Request, subscription_id: UUID) -> dict[str, Any]:
        known = visible(self.notify, admission, Subscription, subscription_id)
        return queries.subscription(self.wired.database, known)

    @query("/subscriptions/<uuid:subscription_id>/secrets")
    def show_secrets(self, admission: Admission, _: Request, subscription_id: UUID) -> dict[str, Any]:
        known = visible(self.notify, admission, Subscription, subscription_id)
        prefix = self.wired.settings.broker_prefix
        user = self.notify.access_of(known, prefix).name if known.kind is Kind.QUEUE else None
        return {"user": user, "secrets": self.notify.secrets_of(known)}

    @query("/subscriptions/broker-definitions")
    def show_broker_definitions(self, _: Admission, __: Request) -> dict[str, Any]:
        systems = [self.notify.load(Subscription, known) for known in queries.queue_subscriptions(self.wired.database)]
        prefix = self.wired.settings.broker_prefix
        return definitions(self.wired.broker.vhost, [self.notify.access_of(system, prefix) for system in systems])

    @query("/events")
    def list_events(self, admission: Admission, request: Request) -> dict[str, Any]:
        return events_after(self.wired, admission, request)

    @hears()
    def hear(self, event: IntegrationEvent, tracking: Tracking) -> None:
        self.wired.react(event, tracking)

    @ticks()
    def tell_systems(self) -> None:
        self.notify.deliver_due()

    @ticks()
    def send_due(self) -> None:
        self.notify.send_due()
        self.wired.run_deadlines()  # last: the heartbeat is its, and must not beat while sending fails

    @ticks()
    def send_deliveries(self) -> None:
        self.notify.send_deliveries()
