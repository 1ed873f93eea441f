"""Pages of a service's raw log, as audit hears them: the exact stored bytes, in order, without holes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from services.shared.kernel.broker import Broker, Channel, Patience
from services.shared.kernel.consumer import Consumer, Unreadable
from services.shared.kernel.publisher import MORE
from services.shared.kernel.resend import LOGS, Resends

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/vnd.zhichuang.log+json"


class LogRecord(NamedTuple):
    """One row of a log: its position, the event's identity, and the exact bytes of its state and link."""

    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    link: bytes


class LogPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Records `first` to `last` of the log of `sender`. In JSON a record is an array, bytes are base64 (RFC 4648)."""

    sender: str
    first: int
    last: int
    records: list[LogRecord]

    def since(self, position: int) -> LogPage:
        """The part of this page from `position` on."""
        if position <= self.first:
            return self
        return LogPage(self.sender, position, self.last, self.records[position - self.first :])


_decoder = msgspec.json.Decoder(LogPage)


def page_of(sender: str, records: Sequence[LogRecord]) -> LogPage:
    """The page of these consecutive records, of which there is at least one."""
    return LogPage(sender, records[0].position, records[-1].position, list(records))


def encode_page(page: LogPage) -> bytes:
    """The page as it travels."""
    return msgspec.json.encode(page)


def decode_page(body: bytes) -> LogPage:
    """The page in these bytes. Raises ValueError for anything else, also for records that are not consecutive."""
    try:
        page = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"not a log page: {error}") from error
    if not page.records or [r.position for r in page.records] != list(range(page.first, page.last + 1)):
        raise ValueError("not a log page: its records are not consecutive")
    return page


class LogPages(Consumer):
    """Hears the raw logs of `senders` and gives `handle` each part that it has not had, in order, without holes.

    `expected(sender)` tells, at each connect, the position that should come next. `handle(page)` is only called with a
    page that starts there; it stores the page, or the part that it accepts, and returns the position that it expects
    next. What it raises is tried again for ever: a log may not be skipped.
    """

    def __init__(
        self,
        service: str,
        senders: Sequence[str],
        broker: Broker,
        expected: Callable[[str], int],
        handle: Callable[[LogPage], int],
    ) -> None:
        super().__init__(broker, broker.names.logs_of(service))
        self.service, self.senders = service, tuple(senders)
        self._expected, self._handle = expected, handle
        self._next: dict[str, int] = {}
        self._doubtful = False  # whether `handle` failed, so that what it has stored is not known
        self._resends = Resends(broker, service, LOGS, self.senders, self.position)

    def position(self, sender: str) -> int:
        """The last position of `sender` that was handled."""
        return self._next.get(sender, 1) - 1

    def declare(self, channel: Channel) -> None:
        self.broker.declare_exchanges(channel)
        self.broker.declare_logs(channel, self.service, self.senders)

    def connected(self) -> None:
        self._insist(self._load)
        self._resends.restart()
        self._resends.tick()

    def idle(self) -> None:
        self._resends.tick()

    def closed(self) -> None:
        self._resends.close()

    def take(self, body: bytes, headers: dict[str, Any]) -> None:
        page = self._read(body)
        self._insist(lambda: self._take_in(page, more=bool(headers.get(MORE))))

    def _take_in(self, page: LogPage, *, more: bool) -> None:
        if self._doubtful or page.first > self._next[page.sender]:
            self._load()  # another instance may have come further
        expected = self._next[page.sender]
        if page.first > expected:
            self._resends.gap(page.sender, page.first - 1)
            return
        if page.last >= expected:
            self._doubtful = True
            self._next[page.sender] = self._handle(page.since(expected))
            self._doubtful = False
        # A page that was refused whole asks for nothing more, or the same page would come again without a pause.
        self._resends.heard(page.sender, more=more and self._next[page.sender] > page.first)

    def _load(self) -> None:
        self._next = {sender: self._expected(sender) for sender in self.senders}
        self._doubtful = False

    def _read(self, body: bytes) -> LogPage:
        try:
            page = decode_page(body)
        except ValueError as error:
            raise Unreadable("not a log page") from error
        if page.sender not in self.senders:
            raise Unreadable("not from a sender that is heard here")
        return page

    def _insist(self, act: Callable[[], None]) -> None:
        patience = Patience()
        while True:
            try:
                act()
                return
            except Exception as error:  # whatever it is, this log stops here until it is mended
                self.last_error = f"{type(error).__name__}: {error}"
                log.error("%s cannot take in a log: %s", self.service, type(error).__name__)
                self.pause(patience.next_wait())
