"""Tells subscribed systems what they have not been told: at every tick, each from its own place in the journal on.

At least once and in order: the place moves when a batch was taken, so a crash between the two repeats that batch, with
the same event ids. One process at a time serves a subscription: it holds the row of its place.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.notify.domain.subscription import Kind, Standing, Subscription
from services.notify.outlets import journal, places
from services.notify.outlets.carrier import Carrier, Gone, Missing, NotTaken
from services.notify.outlets.places import Place
from services.shared.kernel.clock import Clock
from services.shared.kernel.postgres import Cursor, Database

log = logging.getLogger(__name__)

TURN = 15.0
"""Seconds that one subscription may take before it is the next one's turn."""

DISMISSED = -1

LOOK_EVERY = 5.0
"""Seconds between two looks at what lies in a queue."""


@dataclass(frozen=True)
class Acts:
    """The commands of the clock that delivering leads to."""

    find: Callable[[UUID], Subscription | None]
    confirm: Callable[[UUID], Any]
    give_up: Callable[[UUID, str], Any]


class Dispatcher:
    """Serves every subscription that is due. `retry_for` is how long a system may fail before it is given up."""

    def __init__(
        self, database: Database, clock: Clock, carriers: Mapping[Kind, Carrier], acts: Acts, retry_for: timedelta
    ) -> None:
        self._database, self._clock, self._carriers = database, clock, carriers
        self._acts, self._retry_for = acts, retry_for
        self._looked: dict[UUID, float] = {}

    def run_due(self) -> int:
        """Serve what is due; returns how many events were taken."""
        due = self._database.rows(
            "select id from subscriptions left join places on subscription_id = id"
            " where (state in ('opened', 'active') or state = 'ended' and coalesce(admitted, 0) <> %s)"
            " and (next_try is null or next_try <= %s) order by next_try nulls first, id",
            (DISMISSED, self._clock.now()),
        )
        return sum(self._serve(subscription_id) for (subscription_id,) in due)

    def _serve(self, subscription_id: UUID) -> int:
        upto = journal.head(self._database)
        with self._database.transaction() as cursor:
            place = places.take(cursor, subscription_id)
            subscription = self._acts.find(subscription_id)
            if place is None or subscription is None:
                return 0  # another process serves it
            before = place.delivered
            try:
                self._tell_or_go_back(cursor, subscription, place, upto)
            except NotTaken as error:
                self._note_failure(subscription, place, error)
            else:
                place.attempts, place.failing_since, place.next_try, place.last_error = 0, None, None, ""
            places.store(cursor, subscription_id, place)
            return place.delivered - before

    def _tell_or_go_back(self, cursor: Cursor, subscription: Subscription, place: Place, upto: int) -> None:
        """Tell; when the queue was lost, note what to tell again: the next tick makes it anew. Raises NotTaken."""
        try:
            self._tell(cursor, subscription, place, upto)
        except Missing:
            place.go_back(cursor, subscription)
            log.warning("the queue of %s was lost: it is told again from %d on", subscription.name, place.place)

    def _tell(self, cursor: Cursor, subscription: Subscription, place: Place, upto: int) -> None:
        """What is due for one subscription; `place` is moved as far as it went. Raises NotTaken, Missing."""
        carrier = self._carriers[subscription.kind]
        if subscription.standing is Standing.ENDED:
            carrier.dismiss(subscription)
            place.admitted = DISMISSED
            return
        if place.missing:
            carrier.prepare(subscription)
            place.missing = False
        if subscription.standing is Standing.OPENED:
            if place.delivered:
                carrier.depths(subscription)  # a queue that was lost meanwhile is found missing before it is made
            place.rate = carrier.prepare(subscription)
            self._acts.confirm(subscription.id)
        if place.admitted != subscription.generation:
            carrier.admit(subscription)
            place.admitted = subscription.generation
        if place.epoch != subscription.epoch:
            place.begin(cursor, subscription)
        if place.redrives != subscription.redrives:
            carrier.redrive(subscription)
            place.redrives = subscription.redrives
        types, prefecture = subscription.types, subscription.only_prefecture
        limit = place.allowance(self._clock.now(), carrier.per_turn)
        found = journal.entries(cursor, place.place, upto, types, prefecture, limit)
        end = time.monotonic() + TURN
        for batch in batches(found, carrier.batch):
            if time.monotonic() > end:
                return  # the others wait; the rest has its turn at the next tick
            carrier.deliver(subscription, [body for _, body in batch])
            place.place, place.delivered = batch[-1][0], place.delivered + len(batch)
            place.delivered_at = self._clock.now()
        if len(found) < limit:
            place.place = max(place.place, upto)
        if time.monotonic() - self._looked.get(subscription.id, -LOOK_EVERY) >= LOOK_EVERY:
            self._looked[subscription.id] = time.monotonic()
            if depths := carrier.depths(subscription):
                place.look(cursor, subscription, depths)

    def _note_failure(self, subscription: Subscription, place: Place, failure: NotTaken) -> None:
        now, error = self._clock.now(), str(failure)[:300]
        place.failing_since = place.failing_since or now
        carrier = self._carriers[subscription.kind]
        wait = carrier.waits[min(place.attempts, len(carrier.waits) - 1)]
        wait *= random.uniform(0.8, 1.2)  # noqa: S311  # spreads the tries, guards nothing
        place.next_try = now + max(wait, failure.retry_after)
        place.attempts, place.last_error = place.attempts + 1, error
        used_up = carrier.gives_up and now - place.failing_since >= self._retry_for
        if used_up or isinstance(failure, Gone):
            self._acts.give_up(subscription.id, error)
            place.attempts, place.failing_since, place.next_try = 0, None, None


def batches(found: list[tuple[int, bytes]], size: int) -> list[list[tuple[int, bytes]]]:
    """The events in groups of at most `size`."""
    return [found[k : k + size] for k in range(0, len(found), size)]
