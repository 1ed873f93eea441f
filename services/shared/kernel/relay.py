"""The relay: follows its service's own log and tells the others, at least once and in order.

One relay leads, the others stand by. Integration events and raw log pages advance independently, each with a place of
its own that is stored after the broker's confirm; so the first arrival of every position is in order, whoever sends it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from services.shared.kernel.broker import Broker
from services.shared.kernel.following import Follower, load_place
from services.shared.kernel.leadership import Lease
from services.shared.kernel.logpages import LogRecord
from services.shared.kernel.postgres import Database
from services.shared.kernel.resend import EVENTS
from services.shared.kernel.resending import Resender
from services.shared.kernel.streams import EventStream, LogStream, Seal, Stream, read_log
from services.shared.kernel.tracking import TRANSIENT

__all__ = ["LogRecord", "Relay", "read_log"]

log = logging.getLogger(__name__)

STANDBY_POLL = 1.0
"""Seconds between two looks at who leads."""


class Relay:
    """The relay of `service`; `seal(record, previous)` makes the integration event of a record, or None."""

    def __init__(self, service: str, database: Database, broker: Broker, seal: Seal) -> None:
        self.service = service
        self.leads = False
        self._waits_for = ""
        self._database, self._broker = database, broker
        streams: tuple[Stream, ...] = (EventStream(broker, seal), LogStream(broker, service))
        self.followers = [Follower(stream, database, broker) for stream in streams]
        self._parts: list[Follower | Resender] = [*self.followers, Resender(service, database, broker, streams)]
        self._seen = (0, time.monotonic())

    @property
    def last_error(self) -> str:
        """Why nobody leads, a stream does not advance, or resends are not answered; empty when all is well."""
        return "; ".join(error for error in (self._waits_for, *(part.last_error for part in self._parts)) if error)

    def wake(self) -> None:
        """Something was committed by this process."""
        for follower in self.followers:
            follower.woken.set()

    def lag(self) -> tuple[int, float]:
        """Records of the log that are not yet told to the others, and for how many seconds at least."""
        [(head,)] = self._database.rows("select position from log_head")
        position = load_place(self._database, EVENTS).position
        mark, since = self._seen
        if position >= mark:
            self._seen = mark, since = head, time.monotonic()
        return max(0, head - position), time.monotonic() - since if position < mark else 0.0

    def run(self, stop: threading.Event) -> None:
        """Stand by, lead while this instance holds the lock, until `stop`.

        An unreachable broker or database is tried again for ever; BrokerMisconfigured is raised after three tries.
        """
        lease = Lease(self._database.conninfo, f"{self.service}.relay")
        try:
            while not stop.is_set():
                if self._takes(lease):
                    self._lead(lease, stop)
                else:
                    stop.wait(STANDBY_POLL)
        finally:
            lease.release()

    def _takes(self, lease: Lease) -> bool:
        """Try to become the leader. The lock needs a connection beside the pool's: a server that has none left for it
        lets the service act and keeps it dumb, so why is said.
        """
        try:
            taken, reason = lease.take(), ""
        except TRANSIENT as error:
            taken, reason = False, str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
        if reason and reason != self._waits_for:
            log.warning("relay of %s cannot lead, it waits for the database: %s", self.service, reason)
        self._waits_for = reason
        return taken

    def _lead(self, lease: Lease, stop: threading.Event) -> None:
        log.info("relay of %s leads", self.service)
        self.leads = True
        done = threading.Event()
        failures: list[BaseException] = []
        threads = [
            threading.Thread(target=_run_part, args=(part.run, done, failures), daemon=True) for part in self._parts
        ]
        for thread in threads:
            thread.start()
        try:
            _hold(lease, stop, done)
        finally:
            self.leads = False
            done.set()
            self.wake()
            for thread in threads:
                thread.join()
            lease.release()
        if failures:
            raise failures[0]


def _run_part(run: Callable[[threading.Event], None], done: threading.Event, failures: list[BaseException]) -> None:
    try:
        run(done)
    except BaseException as error:  # carried to the thread that leads
        failures.append(error)
    finally:
        done.set()


def _hold(lease: Lease, stop: threading.Event, done: threading.Event) -> None:
    """Until told to stop, one part has failed, or the lease is lost."""
    asked = time.monotonic()
    while not stop.is_set() and not done.wait(0.1):
        if time.monotonic() - asked >= STANDBY_POLL:
            asked = time.monotonic()
            if not lease.holds():
                log.warning("lost the lease")
                return
