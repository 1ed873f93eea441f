"""How far each subscription has come, kept beside the log in a row that one process at a time holds."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from datetime import datetime
from uuid import UUID

from services.notify.domain.subscription import Subscription
from services.notify.outlets import journal
from services.notify.outlets.carrier import Depths
from services.shared.kernel.postgres import Cursor

IN_HAND = 1000
"""Events that a system may hold without having acknowledged them: the broker does not count those as waiting."""


@dataclass
class Place:
    """How far one subscription has come; its fields are the columns of `places`."""

    epoch: int
    place: int
    redrives: int
    delivered: int
    delivered_at: datetime | None
    attempts: int
    failing_since: datetime | None
    waiting: int | None
    dead: int | None
    looked_delivered: int
    unread_from: int | None
    missing: bool
    admitted: int
    rate: int
    next_try: datetime | None
    last_error: str

    def allowance(self, now: datetime, most: int) -> int:
        """How many events it may be told now: `most`, unless it has asked for so many a minute only."""
        if not self.rate:
            return most
        since = (now - self.delivered_at).total_seconds() if self.delivered_at else 60.0
        return max(0, min(most, int(since * self.rate / 60)))

    def begin(self, cursor: Cursor, subscription: Subscription) -> None:
        """Begin the replay that was asked for. What it leaps over may lie unread in the queue."""
        if subscription.start_after > self.place:
            self._note_unread(cursor, subscription)
        self.epoch, self.place = subscription.epoch, subscription.start_after

    def look(self, cursor: Cursor, subscription: Subscription, depths: Depths) -> None:
        """Note what lies in the queue, and from where on in the journal dead letters may stem."""
        if depths.dead:
            self._note_unread(cursor, subscription)  # what has died was unread at the look before
        elif not depths.waiting and not self.waiting and not self.dead:
            self.unread_from = None  # twice in a row nothing lay there: what was put back is read as well
        self.waiting, self.dead = depths
        self.looked_delivered = self.delivered

    def go_back(self, cursor: Cursor, subscription: Subscription) -> None:
        """The queue was lost with what lay in it: all that may not have been read is told again, and rather more."""
        self._note_unread(cursor, subscription)
        self.place, self.unread_from = self.unread_from or 0, None
        self.waiting, self.dead, self.looked_delivered = 0, 0, self.delivered
        self.missing, self.admitted = True, 0

    def _note_unread(self, cursor: Cursor, subscription: Subscription) -> None:
        """Everything that may be unread lies behind this number: what waited, was told since, or is in hand."""
        unread = (self.waiting or 0) + self.delivered - self.looked_delivered + IN_HAND
        count = min(unread, self.delivered)
        number = journal.number_back(cursor, self.place, count, subscription.types, subscription.only_prefecture)
        self.unread_from = number if self.unread_from is None else min(number, self.unread_from)


_COLUMNS = [field.name for field in fields(Place)]
_LOCK = f"select {', '.join(_COLUMNS)} from places where subscription_id = %s for update skip locked"  # noqa: S608
_STORE = f"update places set {', '.join(f'{name} = %s' for name in _COLUMNS)} where subscription_id = %s"  # noqa: S608


def take(cursor: Cursor, subscription_id: UUID) -> Place | None:
    """The place of a subscription, held until the transaction ends; None while another process holds it."""
    cursor.execute("insert into places (subscription_id) values (%s) on conflict do nothing", (subscription_id,))
    row = cursor.execute(_LOCK, (subscription_id,)).fetchone()
    return None if row is None else Place(*row)


def store(cursor: Cursor, subscription_id: UUID, place: Place) -> None:
    """Keep what was moved."""
    cursor.execute(_STORE, (*astuple(place), subscription_id))
