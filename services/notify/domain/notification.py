"""Notification (通知): HELD 待放行 → QUEUED 待发送 → SENT 已送达 | FAILED 发送失败, tried again after growing waits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self
from uuid import UUID

from services.notify.domain import errors
from services.notify.domain.templates import Template
from services.notify.domain.values import Audience, AudienceKind, Wording, notification_id
from services.shared.aggregate import Aggregate, acting_now, event

RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""How long to wait after the first failure, the second …; once they are used up, somebody has to ask for a retry."""


class State(StrEnum):
    """Where a notification stands."""

    HELD = "held"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Notification(Aggregate):
    """One thing told to one audience. Its text is fixed when prepared; sending is a command: replay sends nothing."""

    TOPIC = "notify.notification"

    @event("Prepared", topic="notify.notification.prepared")
    def __init__(
        self,
        id: UUID,
        audience: Audience,
        template: str,
        about: str,
        facts: dict[str, str],
        wording: Wording,
        held: bool,
    ) -> None:
        self.audience = audience
        self.template = template
        self.about = about
        self.facts = facts
        self.wording = wording
        self.state = State.HELD if held else State.QUEUED
        self.outlet = ""
        self.attempts = 0
        self.retry_at: datetime | None = None
        self.is_read = False

    @classmethod
    def prepare(
        cls, *, cause: str, template: Template, audience: Audience, about: str, facts: Mapping[str, str]
    ) -> Self:
        """Write what the event `cause` makes us tell `audience`; `about` is the number of the case, centre or round.

        Raises KeyError when the template's text names a fact that is not given.
        """
        return cls(
            id=notification_id(cause, template.name, audience),  # the same for a repeat, which then collides
            audience=audience,
            template=template.name,
            about=about,
            facts=dict(facts),
            wording=template.render(facts),
            held=template.held,
        )

    def release(self) -> None:
        """Let a held notification go out (放行) after a human look at it."""
        self._require(State.HELD)
        self._released()

    @event("Released", topic="notify.notification.released")
    def _released(self) -> None:
        self.state = State.QUEUED

    def send(self, *, outlet: str, reference: str) -> None:
        """It reached its outlet (送达), which keeps it under `reference`."""
        self.require_waiting()
        self._sent(outlet=outlet, reference=reference)

    @event("Sent", topic="notify.notification.sent")
    def _sent(self, outlet: str, reference: str) -> None:
        self.outlet = outlet
        self.retry_at = None
        self.state = State.SENT

    def fail(self, *, outlet: str, reason: str) -> None:
        """The outlet did not take it (发送失败); it is tried again after a wait, until the waits are used up."""
        self.require_waiting()
        used_up = self.attempts >= len(RETRY_AFTER)
        retry_at = None if used_up else acting_now().at + RETRY_AFTER[self.attempts]
        self._failed(outlet=outlet, reason=reason, retry_at=retry_at)

    @event("Failed", topic="notify.notification.failed")
    def _failed(self, outlet: str, reason: str, retry_at: datetime | None) -> None:
        self.attempts += 1
        self.retry_at = retry_at
        self.state = State.FAILED

    def retry(self) -> None:
        """Send a failed one again at once (重发), with all its waits before it again."""
        self._require(State.FAILED)
        self._requeued()

    @event("Requeued", topic="notify.notification.requeued")
    def _requeued(self) -> None:
        self.attempts = 0
        self.retry_at = None
        self.state = State.QUEUED

    def read(self) -> None:
        """Somebody of the audience has read it (已读). Reading it again changes nothing."""
        self._require(State.SENT)
        if not self.is_read:
            self._read()

    @event("Read", topic="notify.notification.read")
    def _read(self) -> None:
        self.is_read = True

    @property
    def is_sent(self) -> bool:
        """Whether its audience can see it."""
        return self.state is State.SENT

    @property
    def lead_uscc(self) -> str | None:
        """The organisation that it is for; None, which equals nobody's code, when it is for another audience."""
        return self.audience.code if self.audience.kind is AudienceKind.ORGANISATION else None

    @property
    def prefecture(self) -> str | None:
        """The prefecture that it is for; None when it is for another audience."""
        return self.audience.code if self.audience.kind is AudienceKind.PREFECTURE else None

    def require_waiting(self) -> None:
        """Raises NotInThisState unless it waits to be sent."""
        self._require(State.QUEUED, State.FAILED)

    def _require(self, *allowed: State) -> None:
        if self.state not in allowed:
            raise errors.not_in(self.state, *allowed)
