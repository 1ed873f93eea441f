"""Webhooks: one signed request for each event (Standard Webhooks), after the address has agreed (CloudEvents webhook).

The secrets are derived from one key of ours and the subscription's id and generation, so none is stored anywhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from uuid import UUID

from services.notify.domain.subscription import Subscription
from services.notify.outlets.carrier import Depths, Gone, NotTaken
from services.notify.outlets.targets import Targets
from services.shared.envelope import MEDIA_TYPE, decode

ORIGIN = "zhichuang.mic.yn.gov.cn"
"""Who we say that we are in the handshake."""


GONE = 410
"""The answer of an address that is to be left alone (Standard Webhooks)."""

LONGEST_ASKED = 24 * 3600
"""Seconds that a receiver may make us wait by `Retry-After`."""


class Secrets:
    """The signing secrets, derived from a key file of 32 random bytes; made when there is none and that is allowed."""

    def __init__(self, path: Path, *, create: bool) -> None:
        self._path, self._create = path, create

    def secret(self, subscription_id: UUID, generation: int) -> bytes:
        """The secret of one generation, 32 bytes."""
        return hmac.digest(self._key, f"{subscription_id}:{generation}".encode(), "sha256")

    def written(self, subscription_id: UUID, generation: int) -> str:
        """The secret as receivers write it: `whsec_…` (Standard Webhooks)."""
        return "whsec_" + base64.b64encode(self.secret(subscription_id, generation)).decode()

    def password(self, subscription_id: UUID, generation: int) -> str:
        """The password of a system's user on the broker."""
        derived = hmac.digest(self._key, f"{subscription_id}:{generation}:broker".encode(), "sha256")
        return base64.urlsafe_b64encode(derived).decode().rstrip("=")

    @cached_property
    def _key(self) -> bytes:
        if self._create and not self._path.exists():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with open(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(os.urandom(32))
            except FileExistsError:
                pass  # another process was first: its file counts
        return self._path.read_bytes()


def signatures(secrets: Sequence[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` header: one `v1,` HMAC-SHA256 of `id.timestamp.body` for each live secret."""
    content = f"{message_id}.{timestamp}.".encode() + body
    return " ".join("v1," + base64.b64encode(hmac.new(s, content, hashlib.sha256).digest()).decode() for s in secrets)


def _wait_asked_for(retry_after: str) -> timedelta:
    """What `Retry-After` asks for in seconds; its form as a date is not heeded."""
    return timedelta(seconds=min(int(retry_after), LONGEST_ASKED) if re.fullmatch(r"\d{1,9}", retry_after) else 0)


class WebhookCarrier:
    """Sends one request for each event; anything but a 2xx answer is tried again later."""

    gives_up = True
    waits = tuple(timedelta(seconds=s) for s in (5, 30, 120, 300, 900, 1800, 3600, 7200, 10800, 14400, 18000, 21600))
    """Together about a day."""
    batch, per_turn = 1, 20

    def __init__(self, targets: Targets, secrets: Secrets, now: Callable[[], datetime]) -> None:
        self._targets, self._secrets, self._now = targets, secrets, now

    def prepare(self, subscription: Subscription) -> int:
        """The handshake: the address has to name us as an allowed origin, so that we cannot be aimed at strangers.

        It may name a rate as well (WebHook-Allowed-Rate).
        """
        status, headers = self._targets.send("OPTIONS", subscription.url, {"WebHook-Request-Origin": ORIGIN})
        if not 200 <= status < 300 or headers.get("webhook-allowed-origin", "") not in ("*", ORIGIN):
            raise NotTaken(
                f"handshake: {status}, WebHook-Allowed-Origin {headers.get('webhook-allowed-origin', '-')[:50]}"
            )
        rate = headers.get("webhook-allowed-rate", "")
        return int(rate) if re.fullmatch(r"[1-9]\d{0,5}", rate) else 0

    def admit(self, subscription: Subscription) -> None:
        """Nothing: each request is signed with the secrets of its moment."""

    def dismiss(self, subscription: Subscription) -> None:
        """Nothing was made."""

    def deliver(self, subscription: Subscription, bodies: Sequence[bytes]) -> None:
        now = self._now()
        secrets = [self._secrets.secret(subscription.id, g) for g in subscription.live_generations(now)]
        for body in bodies:
            event_id, timestamp = decode(body).id, int(now.timestamp())
            headers = {
                "Content-Type": MEDIA_TYPE,
                "webhook-id": event_id,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": signatures(secrets, event_id, timestamp, body),
            }
            status, answer = self._targets.send("POST", subscription.url, headers, body)
            if status == GONE:
                raise Gone("answered 410, gone")
            if not 200 <= status < 300:
                raise NotTaken(f"answered {status}", _wait_asked_for(answer.get("retry-after", "")))

    def redrive(self, subscription: Subscription) -> None:
        """Nothing: what a webhook did not take holds back what comes after, so there are no dead letters."""

    def depths(self, subscription: Subscription) -> Depths | None:  # noqa: ARG002  # nothing lies anywhere
        return None
