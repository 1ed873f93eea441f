"""Metrics for Prometheus: the numbers by which whoever runs a service sees whether it works.

Labels are bounded: services, commands, outcomes, senders, steps, subscribers. Never a case, a unit, a person or a path.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Of `Metrics.exposition`."""

PREFIX = "zhichuang_"

Outcome = Literal["done", "repeated", "invalid", "denied", "not-found", "wrong-state", "conflict", "failed"]
"""How a command ended; `repeated` is an idempotent replay, `failed` a fault of ours."""

Reading = float | Mapping[str, float]
"""What a gauge shows: one number, or one for each value of its label."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_MAX_VALUES = 200


disable_created_metrics()  # type: ignore[no-untyped-call]  # else each counter and histogram brings a second series that nobody reads


@dataclass(frozen=True)
class _Gauge:
    """`only_grows`: Prometheus is told that it is a counter, so that `rate` understands a restart."""

    help: str
    label: str = ""
    only_grows: bool = False


GAUGES: Mapping[str, _Gauge] = {
    "relay_lag_events": _Gauge("Events of the own log that the relay has not published yet."),
    "relay_lag_seconds": _Gauge("Age of the oldest event that the relay has not published yet."),
    "inbox_lag_events": _Gauge("Events of a sender that this service knows of but has not taken in.", "sender"),
    "parked_events": _Gauge("Events that failed and wait to be redriven.", "sender"),
    "dead_letters": _Gauge("Messages in the broker's dead-letter queue."),
    "oldest_undelivered_seconds": _Gauge("Age of the oldest event not delivered to a subscriber.", "subscriber"),
    "undeliverable_events": _Gauge("Events that a subscriber's queue has put aside.", "subscriber"),
    "failed_deliveries": _Gauge("Notices to people that were given up, by way.", "channel"),
    "overdue_cases": _Gauge("Cases past a deadline, by step.", "step"),
    "oldest_due_deadline_seconds": _Gauge("How long the oldest deadline that is due has waited for the timer."),
    "timer_heartbeat_timestamp_seconds": _Gauge("When the timer last ran, in seconds since 1970."),
    "seal_age_seconds": _Gauge("Age of the ledger's last signed checkpoint; 0 while nothing waits for one."),
    "log_events": _Gauge("Events in the service's own log.", only_grows=True),
    "database_pool_waiting": _Gauge("Callers who wait for a connection to the database."),
    "database_pool_wait_seconds": _Gauge("Seconds that callers have waited for a connection.", only_grows=True),
    "process_pause_seconds": _Gauge("Longest time in the last minute that the process let nothing else run."),
    "calendar_last_known_year": _Gauge("The last year whose working days are known."),
}
"""What a callback can show, see `Metrics.show`. An empty label means one number."""

AT_HAND = frozenset(
    [
        "timer_heartbeat_timestamp_seconds",
        "calendar_last_known_year",
        "database_pool_waiting",
        "database_pool_wait_seconds",
        "process_pause_seconds",
    ]
)
"""Gauges that ask no server."""

PATIENCE = 4.0
"""Seconds that a scrape waits for its gauges; Prometheus gives up after ten."""


class Metrics:
    """The metrics of one service in a registry of its own, so that several services can live in one process."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.registry = CollectorRegistry()
        self._gauges = _Gauges(service)
        self._known: dict[str, set[str]] = {}
        self._knowing = threading.Lock()
        self._commands = self._counter("commands", "Commands by outcome.", "command", "outcome")
        self._seconds = Histogram(
            f"{PREFIX}command_seconds",
            "Seconds that a command took.",
            ("service", "command"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._conflicts = self._counter("concurrency_conflicts", "Commands that lost a race for a version.")
        self._replays = self._counter("idempotent_replays", "Commands that were sent again and answered from memory.")
        self._broken = self._counter("chain_check_failures", "Events whose link or proof did not hold.")
        self.registry.register(self._gauges)

    def command_ended(self, command: str, outcome: Outcome, seconds: float) -> None:
        """A command has ended; conflicts and repeats are counted by themselves as well."""
        command = self._bounded("command", command)
        self._commands.labels(self.service, command, self._bounded("outcome", outcome)).inc()
        self._seconds.labels(self.service, command).observe(seconds)
        if outcome == "conflict":
            self._conflicts.labels(self.service).inc()
        if outcome == "repeated":
            self._replays.labels(self.service).inc()

    def chain_check_failed(self, count: int = 1) -> None:
        self._broken.labels(self.service).inc(count)

    def show(self, gauge: str, read: Callable[[], Reading]) -> None:
        """Show what `read` returns, asked at every scrape. Raises KeyError for a gauge that is not in `GAUGES`.

        A callback that fails takes only its own gauge away and is counted in `zhichuang_gauge_failures_total`.
        """
        self._gauges.show(gauge, read)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        counter = Counter(f"{PREFIX}{name}", text, ("service", *labels), registry=self.registry)
        if not labels:
            counter.labels(self.service)  # a counter that stands at nought is seen from the start
        return counter

    def _bounded(self, label: str, value: str) -> str:
        """The value, or "other" when it is no name of ours or there are too many: memory here never grows with use."""
        with self._knowing:
            known = self._known.setdefault(label, set())
            if value not in known and (len(known) >= _MAX_VALUES or not _is_name(value)):
                return "other"
            known.add(value)
        return value


class _Gauges(Collector):
    """Asks the callbacks at each scrape, in a thread of its own: a database that keeps them waiting hides no other."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._reads: dict[str, Callable[[], Reading]] = {}
        self._failures: dict[str, int] = {}
        self._asking = threading.Lock()

    def show(self, gauge: str, read: Callable[[], Reading]) -> None:
        if gauge not in GAUGES:
            raise KeyError(gauge)
        self._failures.setdefault(gauge, 0)
        self._reads[gauge] = read

    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        self._ask(AT_HAND & set(self._reads), families)
        asking = threading.Thread(target=self._ask_servers, args=(families,), daemon=True)
        asking.start()
        asking.join(PATIENCE)
        read = dict(families)
        failures = CounterMetricFamily(
            f"{PREFIX}gauge_failures", "Gauges that could not be read.", labels=["service", "gauge"]
        )
        for name in self._reads:
            if name not in read:
                self._failures[name] += 1
        for name, count in self._failures.items():
            failures.add_metric([self._service, name], count)
        return [*read.values(), failures]

    def _ask_servers(self, families: dict[str, Metric]) -> None:
        """Nothing when the last scrape is still waiting: callers of the service want the connections."""
        if self._asking.acquire(blocking=False):
            try:
                self._ask([name for name in self._reads if name not in AT_HAND], families)
            finally:
                self._asking.release()

    def _ask(self, names: Iterable[str], families: dict[str, Metric]) -> None:
        for name in list(names):
            with suppress(Exception):  # a scrape must not fail because one number cannot be had
                families[name] = self._family(name, self._reads[name]())

    def _family(self, name: str, reading: Reading) -> GaugeMetricFamily | CounterMetricFamily:
        gauge = GAUGES[name]
        labels = ["service", gauge.label] if gauge.label else ["service"]
        kind = CounterMetricFamily if gauge.only_grows else GaugeMetricFamily
        family = kind(f"{PREFIX}{name}", gauge.help, labels=labels)
        if gauge.label:
            for value, number in _at_most_so_many(reading).items():
                family.add_metric([self._service, value], number)
        else:
            family.add_metric([self._service], _one_number(reading))
        return family


def _one_number(reading: Reading) -> float:
    if isinstance(reading, Mapping):
        raise TypeError("this gauge has no label")
    return float(reading)


def _at_most_so_many(reading: Reading) -> dict[str, float]:
    """The numbers by label value; whatever is no name of ours, or one too many, is summed up as "other"."""
    if not isinstance(reading, Mapping):
        raise TypeError("this gauge has a label")
    bounded: dict[str, float] = {}
    for value, number in reading.items():
        name = value if _is_name(value) and len(bounded) < _MAX_VALUES else "other"
        bounded[name] = bounded.get(name, 0.0) + float(number)
    return bounded


def _is_name(value: str) -> bool:
    """Whether it reads like a name of the code (`intake.dossier.submitted`), not like a number of something."""
    return re.fullmatch(r"(?!.*\d{5})[a-z][a-z0-9._:-]{0,79}", value) is not None
