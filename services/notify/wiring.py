"""Builds the notify service from its environment."""

from __future__ import annotations

from collections.abc import Mapping

from services.notify.application import Notify
from services.notify.authority import AUTHORITY
from services.notify.domain.subscription import Kind
from services.notify.domain.values import Channel
from services.notify.domain.watch import ESCALATE, REMIND
from services.notify.outlets import InAppInbox, measures
from services.notify.outlets.broker_users import Management
from services.notify.outlets.carrier import Carrier
from services.notify.outlets.people import Directory, Mail, RecordingGate, Sms, ToPeople
from services.notify.outlets.queue import QueueCarrier
from services.notify.outlets.tables import migrate_outlets
from services.notify.outlets.targets import Targets
from services.notify.outlets.webhook import Secrets, WebhookCarrier
from services.notify.publishing import PUBLISHING
from services.notify.reactions import REACTIONS
from services.notify.service import NotifyService
from services.shared.kernel.settings import Settings
from services.shared.kernel.wiring import Definition, Wired


def build(wired: Wired) -> Notify:
    """Notify, with the inbox inside the system as its outlet, and queues and webhooks for other systems."""
    wired.metrics.show("oldest_undelivered_seconds", lambda: measures.oldest_undelivered(wired.database, wired.clock))
    wired.metrics.show("undeliverable_events", lambda: measures.undeliverable(wired.database))
    wired.metrics.show("failed_deliveries", lambda: measures.failed_deliveries(wired.database))
    return Notify(
        wired.database,
        wired.clock,
        InAppInbox(),
        lambda: carriers(wired),
        secrets_of(wired),
        ways_to_people(wired.settings),
        Directory(wired.settings.directory),
    )


def ways_to_people(settings: Settings) -> Mapping[Channel, ToPeople]:
    """The ways beside the inbox that are set up; a real SMS gate is one more line here."""
    ways: dict[Channel, ToPeople] = {}
    if settings.smtp:
        ways[Channel.MAIL] = Mail(settings.smtp, settings.mail_from)
    if settings.sms == "record":
        ways[Channel.SMS] = Sms(RecordingGate())
    return ways


def carriers(wired: Wired) -> Mapping[Kind, Carrier]:
    """The ways to subscribed systems."""
    targets = Targets(wired.settings.webhook_allowed)
    url = wired.settings.broker_management
    management = Management(url, wired.broker.vhost) if url else None
    return {
        Kind.QUEUE: QueueCarrier(wired.broker, wired.settings.broker_prefix, secrets_of(wired), management),
        Kind.WEBHOOK: WebhookCarrier(targets, secrets_of(wired), wired.application.clock.now),
    }


def secrets_of(wired: Wired) -> Secrets:
    """The secrets that sign webhooks."""
    return Secrets(wired.settings.webhook_key, create=wired.settings.create_keys)


DEFINITION = Definition(
    name="notify",
    service=NotifyService,
    application=Notify,
    build=build,
    authority=AUTHORITY,
    publishing=PUBLISHING,
    reactions=REACTIONS,
    deadlines={REMIND: (Notify.remind, ("S4.0",)), ESCALATE: (Notify.escalate, ("S4.0",))},
    migrations=(migrate_outlets,),
    outlets="subscriber.",
)
