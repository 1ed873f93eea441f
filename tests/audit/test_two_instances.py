"""Two instances of audit on one ledger: the clock signs each state once, in one rhythm, and says each finding once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from services.audit.application import Audit
from services.audit.ledger.rhythm import RHYTHM
from services.shared.kernel.logpages import LogRecord, page_of
from services.shared.kernel.wiring import Wired

SIGNED = "audit.ledger.checkpoint-signed"


@pytest.fixture
def other(wire: Callable[..., Wired], wired: Wired) -> Audit:
    """A second instance, with the same key and the same clock."""
    parts = wire("audit")
    parts.clock = parts.application.clock = wired.clock
    application = parts.application
    assert isinstance(application, Audit)
    return application


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What these give when they begin together; what one raises stands in its place."""
    ready = threading.Barrier(len(works))
    found: list[Any] = [None] * len(works)

    def run(place: int, work: Callable[[], Any]) -> None:
        ready.wait(10)
        try:
            found[place] = work()
        except Exception as error:
            found[place] = error

    threads = [threading.Thread(target=run, args=each, daemon=True) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


def command_ids(audit: Audit, topic: str = SIGNED) -> Counter[str]:
    query = "select state -> 'metadata' ->> 'command_id' from log_as_json where topic = %s"
    return Counter(command_id for (command_id,) in audit.database.rows(query, (topic,)))


def test_what_another_instance_signed_since_is_not_signed_again(audit, other, intake, monkeypatch):
    """The other commits after this one has judged the ledger, and before it signs: the worst moment."""
    intake.record()
    intake.ship()
    judged = audit.entries.has_grown

    def judged_and_then_overtaken(*arguments: Any, **named: Any) -> Any:
        grown = judged(*arguments, **named)
        assert other.sign_if_grown()
        return grown

    monkeypatch.setattr(audit.entries, "has_grown", judged_and_then_overtaken)
    assert not audit.sign_if_grown()
    assert list(command_ids(audit).values()) == [1]


def test_of_two_instances_that_sign_at_once_one_does(audit, other, intake):
    for _ in range(8):
        intake.record()
        intake.ship()
        assert sorted(at_once(audit.sign_if_grown, other.sign_if_grown)) == [False, True]
    assert set(command_ids(audit).values()) == {1}
    assert len(command_ids(audit)) == 8
    assert audit.verify().intact


def test_two_instances_keep_one_rhythm(audit, other, intake):
    def grow() -> None:
        intake.record()
        intake.ship()

    assert not other.sign_by_rhythm(100.0)
    grow()
    assert audit.sign_by_rhythm(100.0)
    grow()
    assert not other.sign_by_rhythm(101.0)
    assert not audit.sign_by_rhythm(100.0 + RHYTHM - 1)
    assert not other.sign_by_rhythm(101.0 + RHYTHM - 1)
    assert audit.sign_by_rhythm(100.0 + RHYTHM)
    grow()
    assert other.sign_by_rhythm(101.0 + 9 * RHYTHM) is False, "it has just heard of that one"
    assert other.sign_by_rhythm(101.0 + 10 * RHYTHM)


def test_pages_and_findings_that_come_to_both_at_once_are_taken_once(audit, other, intake):
    intake.record_many(5, size=30)
    whole = intake.page()
    assert at_once(lambda: audit.take_in(whole), lambda: other.take_in(whole)) == [6, 6]
    assert audit.entries.size() == 5
    intake.record()
    broken = page_of("intake", [LogRecord(*r)._replace(state=b"{}") for r in intake.page(first=6).records])
    at_once(lambda: audit.take_in(broken), lambda: other.take_in(broken))
    assert list(command_ids(audit, "audit.ledger.tampering-found").values()) == [1]
    assert audit.verify().intact
