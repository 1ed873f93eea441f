"""Whether the broker answers at all: a wrong address ends a process with one sentence; an outage ends none.

What tells the two apart is kept in the database: a broker that this service has reached before, in whatever process, is
away; one that it never reached is more likely not there.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from services.shared.kernel.broker import BROKER_ERRORS, Broker, BrokerMisconfigured, Patience
from services.shared.kernel.postgres import Database

log = logging.getLogger(__name__)

BROKER_PATIENCE = 12.0
"""Seconds in which a process that serves must reach a broker that was never reached before."""
SAID_EVERY = 60.0
"""Seconds between two warnings that a known broker does not answer."""


class FirstContact:
    """The first connection of a process to its broker; people are served meanwhile."""

    def __init__(self, broker: Broker, database: Database) -> None:
        self._broker, self._database = broker, database
        self._failed: BrokerMisconfigured | None = None
        self._error: Exception = TimeoutError()

    def begin(self) -> None:
        """Try in a thread of its own; it ends the process when a broker that nobody knows does not answer."""
        if not self._broker.is_memory:
            threading.Thread(target=self._try, daemon=True).start()

    def begin_knowing(self) -> None:
        """Try once, then as `begin`. Raises BrokerMisconfigured at once when nobody knows this broker."""
        if not self._is_reached():
            if not self._was_reached():
                raise _no_answer(self._error)
            self.begin()

    def raise_if_failed(self) -> None:
        """Once the process has ended. Raises BrokerMisconfigured."""
        if self._failed is not None:
            raise self._failed

    def _try(self) -> None:
        began, said, patience = time.monotonic(), -SAID_EVERY, Patience()
        while not self._is_reached():
            away = time.monotonic() - began
            if away >= BROKER_PATIENCE and not self._was_reached():
                self._failed = _no_answer(self._error)
                os.kill(os.getpid(), signal.SIGTERM)
                return
            if away - said >= SAID_EVERY:
                said = away
                log.warning("the broker at %s does not answer; people are served", self._broker.address)
            time.sleep(patience.next_wait())

    def _is_reached(self) -> bool:
        """Whether it answers now; then that is noted. A broker that refuses us answers: the consumers say what."""
        try:
            self._broker.cut(self._broker.connect())
        except BrokerMisconfigured:
            return True
        except BROKER_ERRORS as error:
            self._error = error
            return False
        try:
            self._database.rows(
                "insert into reached (broker) values (%s) on conflict do nothing returning 1", (self._broker.address,)
            )
        except psycopg.Error as error:  # it is noted at the next start
            log.warning("not noted that the broker answers: %s", type(error).__name__)
        return True

    def _was_reached(self) -> bool:
        """Whether any process of this service has ever reached this broker; in doubt it has."""
        try:
            return bool(self._database.rows("select 1 from reached where broker = %s", (self._broker.address,)))
        except psycopg.Error:
            return True


@contextmanager
def broker_answers() -> Iterator[None]:
    """Raises BrokerMisconfigured, in one sentence, when it does not."""
    try:
        yield
    except BROKER_ERRORS as error:
        raise _no_answer(error) from error


def _no_answer(error: Exception) -> BrokerMisconfigured:
    return BrokerMisconfigured(f"AMQP_URI names a broker that does not answer: {error}")
