"""Delivery (投递) of one notification by mail or SMS: WAITING 待投递 → SENT 已投递 | FAILED 投递失败, tried again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.notify.domain import errors
from services.notify.domain.notification import RETRY_AFTER, State
from services.notify.domain.values import Audience, Channel
from services.shared.aggregate import Aggregate, acting_now, event


class Delivery(Aggregate):
    """One notification on its way to a body's address. The address is not here: it is looked up when it is needed."""

    TOPIC = "notify.delivery"

    @event("Scheduled", topic="notify.delivery.scheduled")
    def __init__(
        self, id: UUID, notification_id: UUID, audience: Audience, channel: Channel, due: datetime, digest: bool
    ) -> None:
        self.notification_id = notification_id
        self.audience = audience
        self.channel = channel
        self.digest = digest
        self.state = State.QUEUED
        self.attempts = 0
        self.retry_at: datetime | None = None

    def send(self, *, reference: str) -> None:
        """The outside has taken it, under this reference."""
        self.require_waiting()
        self._sent(reference=reference)

    @event("Sent", topic="notify.delivery.sent")
    def _sent(self, reference: str) -> None:
        self.retry_at = None
        self.state = State.SENT

    def fail(self, *, reason: str) -> None:
        """It was not taken; it is tried again after a wait, until the waits are used up."""
        self.require_waiting()
        used_up = self.attempts >= len(RETRY_AFTER)
        self._failed(reason=reason, retry_at=None if used_up else acting_now().at + RETRY_AFTER[self.attempts])

    @event("Failed", topic="notify.delivery.failed")
    def _failed(self, reason: str, retry_at: datetime | None) -> None:
        self.attempts += 1
        self.retry_at = retry_at
        self.state = State.FAILED

    def retry(self) -> None:
        """Send a failed one again at once, with all its waits before it again."""
        if self.state is not State.FAILED:
            raise errors.not_in(self.state, State.FAILED)
        self._requeued()

    @event("Requeued", topic="notify.delivery.requeued")
    def _requeued(self) -> None:
        self.attempts = 0
        self.retry_at = None
        self.state = State.QUEUED

    def require_waiting(self) -> None:
        """Raises NotInThisState when it was sent."""
        if self.state is State.SENT:
            raise errors.not_in(self.state, State.QUEUED, State.FAILED)
