"""How notifications reach people: the inbox first, then mail and SMS as each body has chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from datetime import time as time_of_day
from time import monotonic
from uuid import NAMESPACE_URL, UUID, uuid5

from services.notify.application.telling import Telling
from services.notify.domain import errors
from services.notify.domain.delivery import Delivery
from services.notify.domain.notification import Notification
from services.notify.domain.preference import Preference
from services.notify.domain.templates import template
from services.notify.domain.values import (
    Audience,
    Channel,
    Choice,
    Purpose,
    audience_of,
    delivery_id,
    preference_id,
)
from services.notify.domain.watch import next_working_morning
from services.notify.outlets import Outlet, Undeliverable
from services.notify.outlets.people import Directory, Letter, ToPeople
from services.shared.aggregate import acting_now
from services.shared.calendar import calendar
from services.shared.kernel.command import command_now

TURN = 20.0
"""Seconds that one tick may take for mail and SMS; the rest waits for the next."""

_DUE = """
select id, version, audience, channel, digest from deliveries where due <= %s
order by digest, audience, channel, due, id limit %s
"""


class Delivers(Telling):
    """The life of a notification and of its deliveries."""

    outlet: Outlet
    people: Mapping[Channel, ToPeople]
    directory: Directory

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
        self.save(notification, *(self._deliveries_of(notification) if notification.is_sent else ()))
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

    def choose_channels(self, audience: str, *, choices: tuple[Choice, ...]) -> Preference:
        """By which channels a body wants to be told of what. Raises NotFound for a body that is not the caller's."""
        try:
            whose = audience_of(audience)
        except ValueError:
            raise errors.no_such_audience(audience) from None
        preference = self.find(Preference, preference_id(whose))
        if preference is None:
            preference = Preference(id=preference_id(whose), audience=whose, choices=choices)
        if (command := command_now()) is not None and not command.sees(preference):
            raise errors.no_such_audience(audience)
        preference.choose(choices=choices)
        self.save(preference)
        return preference

    def choice_of(self, audience: Audience, purpose: Purpose) -> Choice:
        """What holds for this body: its own choice, else the policy's."""
        preference = self.find(Preference, preference_id(audience))
        rules = self._edition()
        channels = tuple(Channel(name) for name in rules["notification.channels"][purpose])
        policy = Choice(purpose, channels, purpose in rules["notification.digest"])
        return (preference.choice_for(purpose) if preference else None) or policy

    def send_deliveries(self, limit: int = 200) -> int:
        """Send what is due by mail and SMS, each letter in a command of the clock; returns how many were attempted.

        One process at a time: so two ticks never hand the same letter over.
        """
        end, attempts = monotonic() + TURN, 0
        with self.database.transaction() as cursor:
            row = cursor.execute("select pg_try_advisory_xact_lock(hashtext('notify.deliveries'))").fetchone()
            if row is None or not row[0]:
                return 0
            for trace, ids in _letters(self.database.rows(_DUE, (self.clock.now(), limit))):
                if monotonic() > end:
                    break
                attempts += self._as_clock(f"deliver:{trace}", self.deliver_letter, ids)
        return attempts

    def deliver_letter(self, ids: Sequence[UUID]) -> None:
        """Hand one letter over and record, for each notification in it, whether it was taken."""
        deliveries = [self.load(Delivery, delivery_id) for delivery_id in ids]
        for delivery in deliveries:
            delivery.require_waiting()
        first = deliveries[0]
        notifications = [self.load(Notification, delivery.notification_id) for delivery in deliveries]
        letter = Letter(_reference(ids), tuple(notification.wording for notification in notifications))
        try:
            reference = self._hand_over(first.audience, first.channel, letter)
        except Undeliverable as error:
            for delivery in deliveries:
                delivery.fail(reason=str(error)[:200])
        else:
            for delivery in deliveries:
                delivery.send(reference=reference)
        self.save(*deliveries)

    def retry_delivery(self, delivery_id: UUID) -> Delivery:
        """Send a failed one again at once."""
        delivery = self.load(Delivery, delivery_id)
        delivery.retry()
        self.save(delivery)
        return delivery

    def _hand_over(self, audience: Audience, channel: Channel, letter: Letter) -> str:
        way, address = self.people.get(channel), self.directory.address_of(audience, channel)
        if way is None or not address:
            raise Undeliverable(f"no address for {channel}" if way else f"{channel} is not set up")
        return way.deliver(address, letter)

    def _deliveries_of(self, notification: Notification) -> list[Delivery]:
        """What goes out besides, in the commit that records the inbox: never twice, whatever is replayed."""
        audience = notification.audience
        choice = self.choice_of(audience, template(notification.template).purpose)
        due = self._next_digest() if choice.digest else acting_now().at
        return [
            Delivery(
                id=delivery_id(notification.id, channel),
                notification_id=notification.id,
                audience=audience,
                channel=channel,
                due=due,
                digest=choice.digest,
            )
            for channel in choice.channels
            if channel in self.people and self.directory.address_of(audience, channel)
        ]

    def _next_digest(self) -> datetime:
        at = time_of_day.fromisoformat(self._edition()["notification.digest_time"])
        return next_working_morning(acting_now().at, at, calendar())


def _letters(rows: Sequence[tuple[UUID, int, str, str, bool]]) -> Iterator[tuple[str, list[UUID]]]:
    """What goes into one letter, and what names it: each by itself, digests by body and channel."""
    gathered: dict[tuple[str, str], list[tuple[UUID, int]]] = {}
    for delivery, version, audience, channel, digest in rows:
        if digest:
            gathered.setdefault((audience, channel), []).append((delivery, version))
        else:
            yield f"{delivery}:{version}", [delivery]
    for group in gathered.values():
        yield f"{group[0][0]}:{group[0][1]}", [delivery for delivery, _ in group]


def _reference(ids: Sequence[UUID]) -> str:
    """The same for the same deliveries."""
    return str(ids[0] if len(ids) == 1 else uuid5(NAMESPACE_URL, ":".join(map(str, ids))))
