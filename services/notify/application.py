"""What can be done in notify, in the order of a notification's life."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

from eventsourcing.persistence import IntegrityError

from services.notify.domain import errors
from services.notify.domain.case import Case
from services.notify.domain.notification import Notification
from services.notify.domain.subscription import Kind, Subscription, subscription_id
from services.notify.domain.templates import template
from services.notify.domain.values import PROVINCE, Audience, Parties, notification_id, organisation
from services.notify.outlets import Outlet, Undeliverable, journal
from services.notify.outlets.carrier import Carrier
from services.notify.outlets.dispatch import Acts, Dispatcher
from services.notify.outlets.webhook import Secrets
from services.notify.projections import PROJECTIONS
from services.shared.aggregate import Acting, Aggregate, acting_now
from services.shared.kernel.application import Application
from services.shared.kernel.clock import Clock
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.postgres import Database
from services.shared.policy import Edition, edition_in_force
from services.shared.vocabulary import Refusal, Role

Told: TypeAlias = Mapping[str, Iterable[Audience]]
"""Who is told, by the name of the template."""
Carriers: TypeAlias = Callable[[], Mapping[Kind, Carrier]]
"""The ways to subscribed systems; asked for when they are first needed."""


class Notify(Application):
    """Notifications, the parties of the cases that they are about, and the subscriptions of other systems."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (Case, Notification, Subscription)
    projections = PROJECTIONS

    def __init__(
        self,
        database: Database,
        clock: Clock,
        outlet: Outlet,
        carriers: Carriers = dict,
        secrets: Secrets | None = None,
    ) -> None:
        super().__init__(database, clock)
        self.outlet, self._carriers, self._secrets = outlet, carriers, secrets

    def take_up_case(self, case_id: UUID, parties: Parties, *, facts: Mapping[str, str], told: Told) -> None:
        """Keep whom a submitted case concerns, and tell of it, in one commit. A repeat changes nothing."""
        case = self.find(Case, case_id)
        if case is None:
            case = Case(id=case_id, parties=parties)
        else:
            case.renew(parties=parties)
        self.save(case, *self._prepared(parties.number, facts, told))

    def tell(self, about: str, *, facts: Mapping[str, str], told: Told) -> None:
        """Prepare what the event being heard asks for. What it already led to is left alone."""
        if notifications := self._prepared(about, facts, told):
            self.save(*notifications)

    def release_notification(self, notification_id: UUID) -> Notification:
        """Let a held notification go out after a human look at it."""
        notification = self.load(Notification, notification_id)
        notification.release()
        self.save(notification)
        return notification

    def send_due(self, limit: int = 100) -> int:
        """Send what is due, oldest first, each in a command of the clock; returns how many attempts were recorded.

        A refusal or a lost race means that another process was first; what is still due is taken at the next tick.
        """
        now, attempts = self.clock.now(), 0
        due = self.database.rows(
            "select id, version from notifications where due <= %s order by due, id limit %s", (now, limit)
        )
        for waiting, version in due:
            attempts += self._as_clock(f"send:{waiting}:{version}", self.send_notification, waiting)
        return attempts

    def send_notification(self, notification_id: UUID) -> Notification:
        """Hand one to its outlet and record whether that took it."""
        notification = self.load(Notification, notification_id)
        notification.require_waiting()
        try:
            reference = self.outlet.deliver(notification)
        except Undeliverable as error:
            notification.fail(outlet=self.outlet.name, reason=str(error)[:500])
        else:
            notification.send(outlet=self.outlet.name, reference=reference)
        self.save(notification)
        return notification

    def retry_notification(self, notification_id: UUID) -> Notification:
        """Send a failed one again at once."""
        notification = self.load(Notification, notification_id)
        notification.retry()
        self.save(notification)
        return notification

    def read_notification(self, notification_id: UUID) -> Notification:
        """Mark it read by its audience."""
        notification = self.load(Notification, notification_id)
        notification.read()
        self.save(notification)
        return notification

    def open_subscription(
        self, *, name: str, uscc: str, kind: Kind, types: tuple[str, ...], only_prefecture: str, url: str, since: str
    ) -> Subscription:
        """Take up another system, which is told what its filter lets through, from `since` on."""
        if self.find(Subscription, subscription_id(name)) is not None:
            raise errors.name_taken(name)
        subscription = Subscription.open(
            name=name,
            uscc=uscc,
            kind=kind,
            types=types,
            only_prefecture=only_prefecture,
            url=url,
            start_after=self._number_since(since),
            open_types=tuple(self._edition()["subscription.open_types"]),
        )
        self.save(subscription)
        return subscription

    def confirm_subscription(self, subscription_id: UUID) -> Subscription:
        """Its queue is there, or its address has agreed."""
        return self._change(subscription_id, lambda subscription: subscription.confirm())

    def pause_subscription(self, subscription_id: UUID, *, reason: str) -> Subscription:
        """Tell it nothing more for now; both sides are told why, in the same commit."""
        subscription = self.load(Subscription, subscription_id)
        subscription.pause(reason=reason)
        told = {"subscription.paused": [organisation(subscription.uscc), PROVINCE]}
        self.save(subscription, *self._prepared(subscription.name, {"name": subscription.name, "reason": reason}, told))
        return subscription

    def resume_subscription(self, subscription_id: UUID) -> Subscription:
        """Go on where it stopped."""
        return self._change(subscription_id, lambda subscription: subscription.resume())

    def replay_subscription(self, subscription_id: UUID, *, since: str) -> Subscription:
        """Tell it again what it was told since then."""
        start_after = self._number_since(since)
        return self._change(subscription_id, lambda subscription: subscription.replay(start_after=start_after))

    def redrive_subscription(self, subscription_id: UUID, *, reason: str) -> Subscription:
        """Put its dead letters back into its queue."""
        return self._change(subscription_id, lambda subscription: subscription.redrive(reason=reason))

    def rotate_secret(self, subscription_id: UUID) -> Subscription:
        """Sign with a new secret, beside the one before for a while."""
        overlap_until = acting_now().at + timedelta(hours=int(self._edition()["subscription.secret_overlap_hours"]))
        return self._change(
            subscription_id, lambda subscription: subscription.rotate_secret(overlap_until=overlap_until)
        )

    def end_subscription(self, subscription_id: UUID, *, reason: str) -> Subscription:
        """Tell it nothing ever again."""
        return self._change(subscription_id, lambda subscription: subscription.end(reason=reason))

    def deliver_due(self) -> int:
        """Tell subscribed systems what they have not been told; returns how many events were taken."""
        return self._dispatcher.run_due()

    def secrets_of(self, subscription: Subscription) -> list[str]:
        """The secrets that sign its webhooks now, newest first; none for a queue."""
        if self._secrets is None or subscription.kind is not Kind.WEBHOOK:
            return []
        generations = subscription.live_generations(self.clock.now())
        return [self._secrets.written(subscription.id, generation) for generation in generations]

    def parties_of(self, case_id: UUID) -> Parties:
        """Whom a case concerns. Raises NotFound while its dossier was not heard of; the inbox then tries again."""
        case = self.find(Case, case_id)
        if case is None:
            raise errors.case_not_known(case_id)
        return case.parties

    def name_of(self, case_id: UUID, *, otherwise: str) -> str:
        """The name of the centre of a case, or `otherwise` while the case is not known."""
        case = self.find(Case, case_id)
        return case.parties.centre_name if case else otherwise

    def _prepared(self, about: str, facts: Mapping[str, str], told: Told) -> list[Notification]:
        """A notification for each template and audience, without those that are already there."""
        cause = acting_now().command_id
        return [
            Notification.prepare(cause=cause, template=template(name), audience=audience, about=about, facts=facts)
            for name, audiences in told.items()
            for audience in dict.fromkeys(audiences)
            if self.find(Notification, notification_id(cause, name, audience)) is None
        ]

    def _as_clock(self, trace: str, act: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
        """Carry out an act in a command of the clock. False when it was refused or another process was first."""
        circumstances = Acting(
            at=self.clock.now(),
            actor="clock",
            capacity=Role.CLOCK,
            command=act.__name__,
            command_id=f"clock:{trace}",
            correlation_id=f"clock:{trace}",
        )
        try:
            with carrying_out(Command(circumstances)):
                act(*arguments, **named)
        except (Refusal, IntegrityError):
            return False
        return True

    def _change(self, subscription_id: UUID, decide: Callable[[Subscription], None]) -> Subscription:
        subscription = self.load(Subscription, subscription_id)
        decide(subscription)
        self.save(subscription)
        return subscription

    @cached_property
    def _dispatcher(self) -> Dispatcher:
        acts = Acts(
            find=lambda which: self.find(Subscription, which),
            confirm=lambda which: self._as_clock(self._trace(which), self.confirm_subscription, which),
            give_up=lambda which, reason: self._as_clock(
                self._trace(which), self.pause_subscription, which, reason=reason
            ),
        )
        retry_for = timedelta(hours=int(self._edition()["subscription.retry_hours"]))
        return Dispatcher(self.database, self.clock, self._carriers(), acts, retry_for)

    def _trace(self, subscription_id: UUID) -> str:
        """What names an act on a subscription: no other act leads to the same version of it."""
        subscription = self.find(Subscription, subscription_id)
        return f"subscription:{subscription_id}:{subscription.version if subscription else 0}"

    def _number_since(self, since: str) -> int:
        """The journal number behind which to begin: first, now, a time, or a position of a sender.

        Raises Invalid.
        """
        if since in ("first", "now"):
            return 0 if since == "first" else journal.head(self.database)
        sender, _, position = since.partition(":")
        if sender.isalpha() and position.isdigit():
            number = journal.number_of(self.database, sender, int(position))
            if number is not None:
                return number
            raise errors.not_in_the_journal(since)
        try:
            moment = datetime.fromisoformat(since)
        except ValueError:
            raise errors.not_in_the_journal(since) from None
        if moment.tzinfo is None:
            raise errors.not_in_the_journal(since)
        return journal.number_before(self.database, moment)

    def _edition(self) -> Edition:
        return edition_in_force(self.clock.now().date())
