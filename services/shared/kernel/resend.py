"""Asking a sender to send again: the request, and when a listener makes one.

The logs are the truth, so whatever the broker lost is sent again, straight to the queue of the listener that asks.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable

import msgspec

from services.shared.kernel.broker import Broker, Channel
from services.shared.kernel.publisher import ConfirmedPublisher, NoQueue, NotConfirmed, Outgoing

log = logging.getLogger(__name__)

EVENTS, LOGS = "events", "logs"
BETWEEN_REQUESTS = 1.0
SILENCE = 30.0
"""Seconds: between two requests to one sender, and of silence after which the listener makes sure."""


class ResendRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """ "Send `listener`, to `queue`, what comes after position `after` of your `stream` (events or logs)."."""

    listener: str
    queue: str
    stream: str
    after: int


def request_resend(publisher: ConfirmedPublisher, broker: Broker, sender: str, request: ResendRequest) -> None:
    """Ask `sender`. Raises NotConfirmed when the request may not have reached its queue."""
    body = msgspec.json.encode(request)
    publisher.publish(Outgoing(broker.names.resend, sender, body, "application/json"))


class Resends:
    """Who asks which sender when: at every connect, at a gap, when a page says that there is more, and in silence.

    Not more than one request a second to one sender, except that the next page is asked for when the one before has
    come. A sender that has no queue for requests, as it was never deployed, is asked more and more seldom, until its
    first message comes. `position(sender)` is the last position taken.
    """

    def __init__(
        self, broker: Broker, listener: str, stream: str, senders: Iterable[str], position: Callable[[str], int]
    ) -> None:
        self._broker, self._listener, self._stream = broker, listener, stream
        self._position = position
        self._chases = {sender: _Chase() for sender in senders}
        self._publisher = ConfirmedPublisher(broker, declare=self._declare)

    def restart(self) -> None:
        """A new connection: ask every sender, as nobody knows what was lost."""
        for chase in self._chases.values():
            chase.urgent, chase.absences = True, 0

    def gap(self, sender: str, upto: int) -> None:
        """An event came whose predecessor, at `upto`, has not been taken."""
        chase = self._chases[sender]
        chase.heard(time.monotonic())
        chase.behind = max(chase.behind, upto)

    def behind(self, sender: str) -> int:
        """How far `sender` is known to be ahead of what was taken."""
        return max(0, self._chases[sender].behind - self._position(sender))

    def heard(self, sender: str, *, more: bool) -> None:
        """A message of `sender` was taken or was a repeat; `more` when it says that the page goes on."""
        chase = self._chases[sender]
        chase.heard(time.monotonic())
        chase.urgent = chase.urgent or more

    def tick(self) -> None:
        """Send the requests that are due; to be called often. What is not confirmed is asked again."""
        now = time.monotonic()
        for sender, chase in self._chases.items():
            position = self._position(sender)
            if chase.is_due(position, now) and not self._ask(sender, chase, position):
                break  # the broker is not well: do not wait for it once for each sender
        self._publisher.keep_alive()

    def close(self) -> None:
        self._publisher.close()

    def _ask(self, sender: str, chase: _Chase, position: int) -> bool:
        names = self._broker.names
        queue = names.inbox_of(self._listener) if self._stream == EVENTS else names.logs_of(self._listener)
        chase.asked(time.monotonic())
        try:
            request = ResendRequest(self._listener, queue, self._stream, position)
            request_resend(self._publisher, self._broker, sender, request)
        except NoQueue as error:
            chase.absences += 1
            log.info("nobody takes requests to %s; asked again in %g s: %s", sender, chase.longer(), error)
        except NotConfirmed as error:
            chase.refused = True
            log.info("request to %s to resend after %d not confirmed: %s", sender, position, error)
            return False
        else:
            chase.absences = 0
        return True

    def _declare(self, channel: Channel) -> None:
        self._broker.declare_exchanges(channel)
        if self._broker.is_memory:  # a request must wait for its reader; RabbitMQ says when there is no queue
            for sender in self._chases:
                self._broker.declare_resend(channel, sender)


class _Chase:
    """What one sender still owes us."""

    def __init__(self) -> None:
        self.behind = 0
        self.urgent = self.refused = self.asking = False
        self.absences = 0
        self.asked_at, self.heard_at = -math.inf, time.monotonic()

    def is_due(self, position: int, now: float) -> bool:
        """Whether to ask, being at `position`; times in seconds."""
        if self.urgent:
            return True
        if self.absences:
            return now - self.asked_at >= self.longer()
        if self.refused:
            return now - self.asked_at >= BETWEEN_REQUESTS
        if position < self.behind:
            # While the answer is still coming in, asking again would only bring everything twice.
            since = max(self.asked_at, self.heard_at) if self.asking else self.asked_at
            return now - since >= BETWEEN_REQUESTS
        self.asking = False
        return now - max(self.asked_at, self.heard_at) >= SILENCE

    def longer(self) -> float:
        """Seconds until a sender is asked again that had no queue so many times."""
        return min(SILENCE, BETWEEN_REQUESTS * 2.0 ** min(self.absences - 1, 10))

    def heard(self, now: float) -> None:
        """It is there. If it was not before, nothing that we asked has come to it: it is asked at the next second."""
        self.heard_at, self.absences = now, min(self.absences, 1)

    def asked(self, now: float) -> None:
        self.asked_at, self.asking, self.urgent, self.refused = now, True, False, False
