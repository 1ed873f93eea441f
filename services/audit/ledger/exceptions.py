"""Exceptions (例外): what an auditor looks at first, from the ledger and from the security logs, in order of time."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from services.audit.ledger.entries import Entries, Entry
from services.audit.ledger.mentions import cases_in
from services.audit.ledger.security import SecurityLogs
from services.audit.ledger.timeline import Happening, in_causal_order, recorded_at
from services.shared.calendar import BEIJING
from services.shared.kernel.postgres import Database

SLACK = timedelta(minutes=1)
"""Commands that wait for each other may be stored out of order by so much; more means that a clock went back."""
CLOCK = "clock-moved"


class Kind(NamedTuple):
    """A kind of exception: its name, and the topics, codes of refusals and noted acts by which it is known."""

    zh: str
    topics: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of exception, by its code."""
    said = tomllib.loads((Path(__file__).parent / "exceptions.toml").read_text("utf-8"))
    sets = ("topics", "codes", "acts")
    return {name: Kind(one["zh"], *(frozenset(one.get(each, ())) for each in sets)) for name, one in said.items()}


def exceptions(database: Database, security: SecurityLogs, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Every exception that was recorded from `start` on and before `end`, oldest first."""
    found = [*_in_ledger(database, start, end), *_in_security(security, start, end)]
    return sorted(found, key=lambda each: (each["at"], each["where"]))


def as_line(exception: dict[str, Any]) -> str:
    """An exception on one line of Chinese text."""
    at = f"{exception['at'].astimezone(BEIJING):%Y-%m-%d %H:%M:%S} "
    return f"{at}【{exception['zh']}】{exception['what'].removeprefix(at)}（{exception['where']}）"


def _in_ledger(database: Database, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    of_topic = {topic: name for name, kind in kinds().items() for topic in kind.topics}
    newest: dict[str, datetime] = {}
    chosen: list[Entry] = []
    for entry in Entries(database).walk():
        at = recorded_at(entry.state)
        if at is None:
            continue
        known = newest.get(entry.service, at)
        if start <= at < end:
            if known - at > SLACK:
                yield _clock_went_back(entry, known, at)
            if entry.topic in of_topic:
                chosen.append(entry)
        newest[entry.service] = max(known, at)
    states = {entry.sequence: entry.state for entry in chosen}
    for each in in_causal_order(chosen):
        yield _of_event(of_topic[each.topic], each, states[each.sequence])


def _in_security(security: SecurityLogs, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    for name, kind in kinds().items():
        for note in security.telling(kind.codes, kind.acts, start, end):
            yield {
                "kind": name,
                "zh": kind.zh,
                "at": note["at"],
                "where": f"{note['log']} {note['number']}",
                "actor": note["actor"],
                "what": f"{note['actor']} {note['act']} {note['object']}".rstrip(),
                "detail": note["detail"],
            }


def _of_event(kind: str, event: Happening, state: bytes) -> dict[str, Any]:
    return {
        "kind": kind,
        "zh": kinds()[kind].zh,
        "at": event.recorded_at,
        "where": f"#{event.sequence}",
        "actor": event.about.actor,
        "what": event.sentence,
        "cases": sorted(cases_in(state)) or [event.originator_id],
        "detail": event.changed,
    }


def _clock_went_back(entry: Entry, known: datetime, at: datetime) -> dict[str, Any]:
    before = f"{known.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    return {
        "kind": CLOCK,
        "zh": kinds()[CLOCK].zh,
        "at": at,
        "where": f"#{entry.sequence}",
        "actor": "",
        "what": f"{entry.service} 日志第 {entry.position} 条的时间早于前面已记录的 {before}",
        "detail": {"before": known},
    }
