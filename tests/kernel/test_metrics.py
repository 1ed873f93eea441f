"""Metrics: the names that are promised, bounded labels, gauges by callback."""

import threading

import pytest
from prometheus_client.parser import text_string_to_metric_families

from services.shared.kernel.metrics import GAUGES, Metrics

PROMISED = {
    "commands",
    "command_seconds",
    "log_events",
    "relay_lag_events",
    "relay_lag_seconds",
    "inbox_lag_events",
    "parked_events",
    "dead_letters",
    "oldest_undelivered_seconds",
    "undeliverable_events",
    "failed_deliveries",
    "overdue_cases",
    "oldest_due_deadline_seconds",
    "timer_heartbeat_timestamp_seconds",
    "seal_age_seconds",
    "chain_check_failures",
    "concurrency_conflicts",
    "idempotent_replays",
    "calendar_last_known_year",
    "database_pool_waiting",
    "database_pool_wait_seconds",
    "process_pause_seconds",
    "gauge_failures",
}


@pytest.fixture
def metrics():
    return Metrics("intake")


def samples(metrics):
    """Every sample by name and labels, as a scraper reads it."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        (sample.name.removeprefix("zhichuang_"), *(v for k, v in sorted(sample.labels.items()) if k != "service")): (
            sample.value
        )
        for family in families
        for sample in family.samples
    }


def test_every_promised_name_is_there_with_the_prefix_and_the_service(metrics):
    for name, gauge in GAUGES.items():
        metrics.show(name, (lambda: {"a": 1.0}) if gauge.label else (lambda: 1.0))
    families = list(text_string_to_metric_families(metrics.exposition().decode()))
    assert {family.name for family in families} == {f"zhichuang_{name}" for name in PROMISED}
    assert {s.labels["service"] for family in families for s in family.samples} == {"intake"}


def test_counts_commands_by_outcome_and_times_them(metrics):
    metrics.command_ended("submit-dossier", "done", 0.02)
    metrics.command_ended("submit-dossier", "done", 0.2)
    metrics.command_ended("submit-dossier", "invalid", 0.01)
    seen = samples(metrics)
    assert seen["commands_total", "submit-dossier", "done"] == 2
    assert seen["commands_total", "submit-dossier", "invalid"] == 1
    assert seen["command_seconds_count", "submit-dossier"] == 3
    assert seen["command_seconds_sum", "submit-dossier"] == pytest.approx(0.23)


def test_counts_conflicts_and_repeats_by_themselves(metrics):
    assert (samples(metrics)[("concurrency_conflicts_total",)], samples(metrics)[("idempotent_replays_total",)]) == (
        0,
        0,
    )
    metrics.command_ended("submit-dossier", "conflict", 0.1)
    metrics.command_ended("submit-dossier", "repeated", 0.1)
    metrics.command_ended("submit-dossier", "done", 0.1)
    assert (samples(metrics)[("concurrency_conflicts_total",)], samples(metrics)[("idempotent_replays_total",)]) == (
        1,
        1,
    )


def test_counts_what_else_happens(metrics):
    metrics.chain_check_failed()
    metrics.show("log_events", lambda: 7.0)
    seen = samples(metrics)
    assert seen[("chain_check_failures_total",)] == 1
    assert seen[("log_events_total",)] == 7, "what only grows is a counter to Prometheus"


def test_gauges_are_asked_at_each_scrape(metrics):
    lag = iter([5.0, 0.0])
    metrics.show("relay_lag_events", lambda: next(lag))
    metrics.show("overdue_cases", lambda: {"draft": 2.0, "submitted": 7.0})
    first, second = samples(metrics), samples(metrics)
    assert (first[("relay_lag_events",)], second[("relay_lag_events",)]) == (5, 0)
    assert (first["overdue_cases", "draft"], first["overdue_cases", "submitted"]) == (2, 7)


def test_failing_gauge_takes_only_itself_away_and_is_counted(metrics):
    metrics.show("relay_lag_events", lambda: 1 / 0)
    metrics.show("seal_age_seconds", lambda: 12.0)
    metrics.show("overdue_cases", lambda: 3.0)  # a gauge with a label shows no bare number
    samples(metrics)
    seen = samples(metrics)
    assert ("relay_lag_events",) not in seen
    assert seen[("seal_age_seconds",)] == 12
    assert seen["gauge_failures_total", "relay_lag_events"] == 2
    assert seen["gauge_failures_total", "overdue_cases"] == 2
    assert seen["gauge_failures_total", "seal_age_seconds"] == 0


def test_refuses_a_gauge_that_is_not_on_the_list(metrics):
    with pytest.raises(KeyError):
        metrics.show("phase_of_the_moon", lambda: 0.5)


@pytest.mark.parametrize("odd", ["2026-001", "罕·幻相", "/dossiers/7", "case-20260001", "A", "", "x" * 81])
def test_label_that_is_no_name_of_ours_counts_as_other(metrics, odd):
    metrics.command_ended(odd, "done", 0.1)
    metrics.show("overdue_cases", lambda: {odd: 1.0, "draft": 1.0})
    seen = samples(metrics)
    assert seen["commands_total", "other", "done"] == 1
    assert seen["overdue_cases", "other"] == 1
    assert seen["overdue_cases", "draft"] == 1


def test_number_of_label_values_is_bounded(metrics):
    for number in range(1000):
        metrics.command_ended(f"act-{number}", "done", 0.1)
    metrics.show("overdue_cases", lambda: {f"step-{number}": 1.0 for number in range(1000)})
    seen = samples(metrics)
    assert len([key for key in seen if key[0] == "commands_total"]) == 201
    assert seen["commands_total", "other", "done"] == 800
    assert len([key for key in seen if key[0] == "overdue_cases"]) == 201
    assert seen["overdue_cases", "other"] == 800


def test_services_in_one_process_keep_apart(metrics):
    other = Metrics("review")
    metrics.command_ended("submit-dossier", "done", 0.1)
    assert ("commands_total", "submit-dossier", "done") not in samples(other)


def test_a_gauge_that_waits_hides_no_gauge_that_is_at_hand(metrics, monkeypatch):
    monkeypatch.setattr("services.shared.kernel.metrics.PATIENCE", 0.3)
    answered = threading.Event()
    metrics.show("parked_events", lambda: {"review": float(answered.wait(10))})
    metrics.show("database_pool_waiting", lambda: 9.0)
    for seen in (samples(metrics), samples(metrics)):  # the second comes while the first still waits
        assert ("parked_events", "review") not in seen
        assert seen[("database_pool_waiting",)] == 9
        assert seen["gauge_failures_total", "parked_events"] >= 1
    assert samples(metrics)["gauge_failures_total", "parked_events"] == 3
    answered.set()
    for _ in range(50):
        if ("parked_events", "review") in (seen := samples(metrics)):
            break
    assert seen["parked_events", "review"] == 1
