"""Whether the broker answers at all: a process that never reaches it says so and ends, instead of trying in silence."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from services.shared.kernel.broker import BROKER_ERRORS, Broker, BrokerMisconfigured, Patience

BROKER_PATIENCE = 20.0
"""Seconds in which a process that serves must reach its broker for the first time."""


class FirstContact:
    """Ends a process that has never reached its broker since it started: more likely a wrong address than an outage.

    Until then it serves people; and once the broker was reached, an outage of any length ends nothing.
    """

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._failed: BrokerMisconfigured | None = None

    def begin(self) -> None:
        """Try in a thread of its own."""
        if not self._broker.is_memory:
            threading.Thread(target=self._try, daemon=True).start()

    def raise_if_failed(self) -> None:
        """Once the process has ended. Raises BrokerMisconfigured."""
        if self._failed is not None:
            raise self._failed

    def _try(self) -> None:
        end, patience = time.monotonic() + BROKER_PATIENCE, Patience()
        while True:
            try:
                self._broker.cut(self._broker.connect())
            except BrokerMisconfigured:
                return  # the consumers say so
            except BROKER_ERRORS as error:
                if time.monotonic() < end:
                    time.sleep(patience.next_wait())
                    continue
                self._failed = _no_answer(error)
                os.kill(os.getpid(), signal.SIGTERM)
            return


@contextmanager
def broker_answers() -> Iterator[None]:
    """Raises BrokerMisconfigured, in one sentence, when it does not."""
    try:
        yield
    except BROKER_ERRORS as error:
        raise _no_answer(error) from error


def _no_answer(error: Exception) -> BrokerMisconfigured:
    return BrokerMisconfigured(f"AMQP_URI names a broker that does not answer: {error}")
