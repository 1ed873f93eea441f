"""Subscription (订阅) of another system: OPENED 待验证 → ACTIVE 生效 ⇄ PAUSED 暂停 → ENDED 终止."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from services.notify.domain import errors
from services.shared.aggregate import Aggregate, event


class Kind(StrEnum):
    """How events reach the system."""

    QUEUE = "queue"  # its own queue on the broker
    WEBHOOK = "webhook"  # HTTP requests to its address


class Standing(StrEnum):
    """Where a subscription stands."""

    OPENED = "opened"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Subscription(Aggregate):
    """What one system is told, and how. Where it has come to is kept beside the log: see `outlets.cursors`.

    `epoch` counts the replays and `start_after` is the journal number after which the newest begins; `redrives` counts
    how often its dead letters were put back. Whoever delivers compares these with what was done, so replaying the log
    sends nothing.
    """

    TOPIC = "notify.subscription"

    @event("Opened", topic="notify.subscription.opened")
    def __init__(
        self,
        id: UUID,
        name: str,
        uscc: str,
        kind: Kind,
        types: tuple[str, ...],
        only_prefecture: str,
        url: str,
        start_after: int,
    ) -> None:
        self.name = name
        self.uscc = uscc
        self.kind = kind
        self.types = types
        self.only_prefecture = only_prefecture
        self.url = url
        self.start_after = start_after
        self.standing = Standing.OPENED
        self.reason = ""
        self.epoch = 1
        self.redrives = 0
        self.generation = 1
        self.overlap_until: datetime | None = None

    @classmethod
    def open(
        cls,
        *,
        name: str,
        uscc: str,
        kind: Kind,
        types: tuple[str, ...],
        only_prefecture: str,
        url: str,
        start_after: int,
        open_types: tuple[str, ...],
    ) -> Self:
        """Take up a system under a name of its own. Raises Invalid for types that stay inside, or a missing address."""
        if closed := [t for t in types if not t.startswith(open_types)]:
            raise errors.types_not_open(closed, open_types)
        if (kind is Kind.WEBHOOK) != bool(url):
            raise errors.url_for_webhooks_only()
        return cls(
            id=subscription_id(name),
            name=name,
            uscc=uscc,
            kind=kind,
            types=types,
            only_prefecture=only_prefecture,
            url=url,
            start_after=start_after,
        )

    def confirm(self) -> None:
        """Its queue is there, or its address has agreed to be told (验证通过)."""
        self._require(Standing.OPENED)
        self._confirmed()

    @event("Confirmed", topic="notify.subscription.confirmed")
    def _confirmed(self) -> None:
        self.standing = Standing.ACTIVE

    def pause(self, *, reason: str) -> None:
        """Tell it nothing more for now (暂停), for a reason that both sides see. What happens meanwhile is kept."""
        self._require(Standing.OPENED, Standing.ACTIVE)
        self._paused(reason=reason)

    @event("Paused", topic="notify.subscription.paused")
    def _paused(self, reason: str) -> None:
        self.standing = Standing.PAUSED
        self.reason = reason

    def resume(self) -> None:
        """Go on where it stopped (恢复), after its address has agreed once more."""
        self._require(Standing.PAUSED)
        self._resumed()

    @event("Resumed", topic="notify.subscription.resumed")
    def _resumed(self) -> None:
        self.standing = Standing.OPENED
        self.reason = ""

    def replay(self, *, start_after: int) -> None:
        """Tell it again everything behind this journal number (重放)."""
        self._require(Standing.OPENED, Standing.ACTIVE, Standing.PAUSED)
        self._replayed(start_after=start_after)

    @event("Replayed", topic="notify.subscription.replayed")
    def _replayed(self, start_after: int) -> None:
        self.epoch += 1
        self.start_after = start_after

    def redrive(self, *, reason: str) -> None:
        """Put its dead letters back into its queue (死信重投)."""
        if self.kind is not Kind.QUEUE:
            raise errors.no_dead_letters()
        self._require(Standing.ACTIVE)
        self._redriven(reason=reason)

    @event("Redriven", topic="notify.subscription.redriven")
    def _redriven(self, reason: str) -> None:
        self.redrives += 1

    def rotate_secret(self, *, overlap_until: datetime) -> None:
        """Take a new secret (更换密钥): a webhook is signed with the one before as well until `overlap_until`.

        The broker knows one password, so a queue's user signs in with the new one from the next time on.
        """
        self._require(Standing.OPENED, Standing.ACTIVE, Standing.PAUSED)
        self._secret_rotated(overlap_until=overlap_until)

    @event("SecretRotated", topic="notify.subscription.secret-rotated")
    def _secret_rotated(self, overlap_until: datetime) -> None:
        self.generation += 1
        self.overlap_until = overlap_until

    def end(self, *, reason: str) -> None:
        """The system is told nothing ever again (终止)."""
        self._require(Standing.OPENED, Standing.ACTIVE, Standing.PAUSED)
        self._ended(reason=reason)

    @event("Ended", topic="notify.subscription.ended")
    def _ended(self, reason: str) -> None:
        self.standing = Standing.ENDED
        self.reason = reason

    @property
    def lead_uscc(self) -> str:
        """The body whose system it is, as scopes ask."""
        return self.uscc

    def live_generations(self, now: datetime) -> tuple[int, ...]:
        """The generations of the secret that sign now, newest first."""
        overlaps = self.kind is Kind.WEBHOOK and self.overlap_until is not None and now < self.overlap_until
        return (self.generation, self.generation - 1) if overlaps else (self.generation,)

    def _require(self, *allowed: Standing) -> None:
        if self.standing not in allowed:
            raise errors.not_in(self.standing, *allowed)


def subscription_id(name: str) -> UUID:
    """The id of the subscription of this name: a name is given once."""
    return uuid5(NAMESPACE_URL, f"urn:zhichuang:notify:subscription:{name}")
