"""The inbox, the timer and the relay as parts of a nameko service, started and drained with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import eventlet.event
import nameko.extensions
import nameko.timer

from services.shared.envelope import IntegrationEvent
from services.shared.kernel.inbox import Tracking
from services.shared.kernel.logpages import LogPages

F = TypeVar("F", bound=Callable[..., Any])


class Hears(nameko.extensions.Entrypoint):  # type: ignore[misc]  # nameko has no types
    """Gives the decorated method each integration event of the inbox, one at a time and in order."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: Any = None
        super().__init__()

    def start(self) -> None:
        inbox = self.container.wired.inbox(self._hand_over)
        self._thread = self.container.spawn_managed_thread(partial(inbox.run, self._stop), identifier="inbox")

    def stop(self) -> None:
        """Let the event in hand finish, then go."""
        self._stop.set()
        if self._thread is not None:
            self._thread.wait()

    def _hand_over(self, event: IntegrationEvent, tracking: Tracking) -> None:
        _worked(self, event, tracking)


class HearsLogs(nameko.extensions.Entrypoint):  # type: ignore[misc]  # nameko has no types
    """Gives the decorated method each page of the raw logs of `senders`, in order; it returns the position due next.

    The application says where to begin: `expected(sender)`.
    """

    def __init__(self, senders: Sequence[str]) -> None:
        self.senders = tuple(senders)
        self._stop = threading.Event()
        self._thread: Any = None
        super().__init__()

    def start(self) -> None:
        wired = self.container.wired
        pages = LogPages(wired.name, self.senders, wired.broker, wired.application.expected, partial(_worked, self))
        self._thread = self.container.spawn_managed_thread(partial(pages.run, self._stop), identifier="logs")

    def stop(self) -> None:
        """Let the page in hand finish, then go."""
        self._stop.set()
        if self._thread is not None:
            self._thread.wait()


def _worked(entrypoint: Any, *arguments: Any) -> Any:
    """What the decorated method answers, run by a worker of the container."""
    done = eventlet.event.Event()
    entrypoint.container.spawn_worker(entrypoint, arguments, {}, handle_result=partial(_settle, done))
    return done.wait()


def _settle(done: Any, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:  # noqa: ARG001  # nameko's
    if exc_info is None:
        done.send(result)
    else:
        done.send_exception(*exc_info)
    return result, exc_info


class Ticks(nameko.timer.Timer):  # type: ignore[misc]  # nameko has no types
    """Calls the decorated method at the rhythm of the settings; a slow call delays the next, it never overlaps it."""

    def __init__(self) -> None:
        super().__init__(interval=1)

    def setup(self) -> None:
        self.interval = self.container.wired.settings.tick

    def handle_result(self, worker_ctx: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info is not None:
            self.container.wired.logger.error("tick failed", outcome=repr(exc_info[1])[:200])
        settled: tuple[Any, Any] = super().handle_result(worker_ctx, result, exc_info)
        return settled


class RunsRelay(nameko.extensions.DependencyProvider):  # type: ignore[misc]  # nameko has no types
    """Runs the service's relay inside this process, when the settings say so, woken after each commit."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: Any = None

    def start(self) -> None:
        wired = self.container.wired
        if wired.settings.relay:
            wired.application.on_commit(wired.relay.wake)
            self._thread = self.container.spawn_managed_thread(partial(wired.relay.run, self._stop), identifier="relay")

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.wait()

    def get_dependency(self, worker_ctx: Any) -> Any:  # noqa: ARG002  # nameko's signature
        return self.container.wired.relay


hears: Callable[[], Callable[[F], F]] = Hears.decorator
hears_logs: Callable[[Sequence[str]], Callable[[F], F]] = HearsLogs.decorator
ticks: Callable[[], Callable[[F], F]] = Ticks.decorator
