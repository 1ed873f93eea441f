"""The inbox inside the system (站内信), and what every outlet of notifications has in common."""

from __future__ import annotations

from typing import Protocol

from services.notify.domain.notification import Notification
from services.notify.domain.values import Audience, AudienceKind
from services.shared.policy.bodies import known_bodies
from services.shared.vocabulary import normal_uscc


class Undeliverable(Exception):
    """The outlet could not take a notification. The text says why, for the delivery record."""


class Outlet(Protocol):
    """One way out."""

    name: str

    def deliver(self, notification: Notification) -> str:
        """Hand it over; returns the reference under which the outlet keeps it. Raises Undeliverable.

        The delivery is recorded after this call. A crash between the two repeats the call, so an outlet that reaches
        outside uses the notification's id to recognise a repeat.
        """
        ...


class InAppInbox:
    """The inbox inside the system (站内信): the read model of what was sent, under the audience's own scope.

    Its row appears in the transaction of the Sent event, so nothing is carried anywhere here. What has to hold is that
    somebody's scope can match the audience: else the row would lie where nobody looks.
    """

    name = "in-app"

    def deliver(self, notification: Notification) -> str:
        if not _has_readers(notification.audience):
            raise Undeliverable(f"nobody reads the inbox of {notification.audience}")
        return f"/notifications/{notification.id}"


def _has_readers(audience: Audience) -> bool:
    """Whether identities can carry this code: a USCC in its normal form, a known prefecture; the province has none."""
    match audience.kind:
        case AudienceKind.ORGANISATION:
            return bool(audience.code) and audience.code == normal_uscc(audience.code)
        case AudienceKind.PREFECTURE:
            return audience.code in known_bodies()
        case AudienceKind.PROVINCE:
            return True
