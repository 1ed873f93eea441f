"""What can be done in notify, in the order of a notification's life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import ClassVar, TypeAlias
from uuid import UUID

from services.notify.application.delivering import Delivers
from services.notify.application.reminding import Reminds
from services.notify.domain import errors
from services.notify.domain.case import Case
from services.notify.domain.delivery import Delivery
from services.notify.domain.notification import Notification
from services.notify.domain.preference import Preference
from services.notify.domain.subscription import Kind, Subscription, subscription_id
from services.notify.domain.values import PROVINCE, Channel, organisation
from services.notify.domain.watch import Watch
from services.notify.outlets import Outlet, journal
from services.notify.outlets.broker_users import Access
from services.notify.outlets.carrier import Carrier
from services.notify.outlets.dispatch import Acts, Dispatcher
from services.notify.outlets.people import Directory, ToPeople
from services.notify.outlets.queue import access_of
from services.notify.outlets.webhook import Secrets
from services.notify.projections import PROJECTIONS
from services.shared.aggregate import Aggregate, acting_now
from services.shared.kernel.clock import Clock
from services.shared.kernel.postgres import Database

Carriers: TypeAlias = Callable[[], Mapping[Kind, Carrier]]
"""The ways to subscribed systems; asked for when they are first needed."""


class Notify(Delivers, Reminds):
    """Notifications and how they reach people, watches over deadlines, and the subscriptions of other systems."""

    aggregates: ClassVar[tuple[type[Aggregate], ...]] = (Case, Notification, Subscription, Preference, Delivery, Watch)
    projections = PROJECTIONS

    def __init__(
        self,
        database: Database,
        clock: Clock,
        outlet: Outlet,
        carriers: Carriers = dict,
        secrets: Secrets | None = None,
        people: Mapping[Channel, ToPeople] | None = None,
        directory: Directory | None = None,
    ) -> None:
        super().__init__(database, clock)
        self.outlet, self._carriers, self.secrets = outlet, carriers, secrets
        self.people, self.directory = people or {}, directory or Directory("")

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
        """The secrets that sign its webhooks now, newest first; for a queue the password of its user on the broker."""
        if self.secrets is None:
            return []
        secret = self.secrets.written if subscription.kind is Kind.WEBHOOK else self.secrets.password
        return [secret(subscription.id, generation) for generation in subscription.live_generations(self.clock.now())]

    def access_of(self, subscription: Subscription, prefix: str) -> Access:
        """The user of its system on the broker, whose names begin with `prefix`. Raises RuntimeError."""
        if self.secrets is None:
            raise RuntimeError("no secrets are kept here")
        return access_of(subscription, prefix, self.secrets)

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
