"""Verification: every service's log by its own chain and against the ledger, and the ledger against what was signed.

A quick sweep says whether everything fits; where it does not, slow walks name what differs. This is the one place that
reads the logs of other services, as `zc_auditor`, and it reads nothing else of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import psycopg

from services.audit.domain.checkpoint import (
    Flaw,
    SignedCheckpoint,
    Sm3,
    verify,
    verify_succession,
)
from services.audit.domain.discrepancy import LEDGER, Discrepancy, Fault, discrepancy
from services.audit.domain.succession import Keyring
from services.audit.ledger.entries import Entries
from services.audit.ledger.sweep import Chain, NotFitting, Sweep, Swept
from services.audit.ledger.walk import LedgerWalk
from services.shared.kernel.breaks import Break, Kind, numbers
from services.shared.kernel.chain import START_LINK, ChainWalk, LogRow
from services.shared.kernel.comparison import compare
from services.shared.kernel.postgres import Database
from services.shared.kernel.verifying import log_rows

LIMIT = 1000
"""Discrepancies that are named for one log; a log that is wrecked has more, which are only counted."""


@dataclass(frozen=True)
class LogReport:
    """One service's log: events read, how many of them the ledger has, how many it has yet to hear of, what differs."""

    service: str
    events: int
    witnessed: int
    pending: int
    count: int
    found: tuple[Discrepancy, ...]


@dataclass(frozen=True)
class LedgerReport:
    """The ledger: its size and root (hex), the newest checkpoint, how many were checked, what differs."""

    size: int
    root: str
    checkpoint: SignedCheckpoint | None
    checkpoints: int
    found: tuple[Discrepancy, ...]


@dataclass(frozen=True)
class Report:
    """What verification found."""

    logs: tuple[LogReport, ...]
    ledger: LedgerReport

    @property
    def intact(self) -> bool:
        """Whether nothing differs."""
        return not self.ledger.found and not any(log.count for log in self.logs)

    @property
    def found(self) -> list[Discrepancy]:
        """Everything that differs, the ledger's own first."""
        return [*self.ledger.found, *(each for log in self.logs for each in log.found)]


@dataclass(frozen=True)
class Signed:
    """The checkpoints that the ledger is held to, its own and `anchors`, which others have held; who judges them."""

    own: Sequence[SignedCheckpoint]
    anchors: Sequence[SignedCheckpoint]
    keyring: Keyring
    sm3: Sm3

    @property
    def all(self) -> tuple[SignedCheckpoint, ...]:
        """The ledger's own, and then the others."""
        return (*self.own, *self.anchors)

    @property
    def sizes(self) -> set[int]:
        """Where roots are needed."""
        return {each.checkpoint.size for each in self.all}


def verify_all(logs: Database, entries: Entries, services: Sequence[str], signed: Signed) -> Report:
    """Every log, and the ledger."""
    size = entries.size()
    heads = {service: head_of(logs, service) for service in services}
    try:
        there = {service: head for service, head in heads.items() if head is not None}
        swept = Sweep(logs, entries.database, size, there).swept(signed.sizes)
    except (NotFitting, psycopg.Error):
        return _verify_by_walking(logs, entries, services, signed)
    chains = [swept.chains.get(service, Chain(service)) for service in services]
    reports = [LogReport(c.service, c.number, c.witnessed, c.number - c.witnessed, 0, ()) for c in chains]
    return Report(tuple(reports), _ledger_report(swept, signed, ()))


def _verify_by_walking(logs: Database, entries: Entries, services: Sequence[str], signed: Signed) -> Report:
    walk = LedgerWalk(entries, services, signed.sizes)
    ledger = _ledger_report(walk, signed, list(walk))
    report = Report(tuple(verify_log(logs, entries, service) for service in services), ledger)
    if report.found:
        return report
    return replace(report, ledger=replace(ledger, found=(discrepancy(Fault.UNEXPLAINED, walk.size),)))


def verify_log(logs: Database, entries: Entries, service: str) -> LogReport:
    """A service's log by its chain, by its head row, and against the ledger."""
    witnessed = entries.position(service)  # before the log is read: what comes in meanwhile is not a difference
    if witnessed == 0 and _is_absent(logs, service):
        return LogReport(service, 0, 0, 0, 0, ())
    try:
        head = head_of(logs, service) or 0
        read = _Counted(log_rows(logs, f"{service}.log"))
        breaks = {(b.position, b.kind): b for b in ChainWalk(read, START_LINK, 1, service=service)}
        if read.last < head:
            cut = Break(service, read.last + 1, Kind.TRUNCATED, numbers(read.last + 1, head))
            breaks[cut.position, cut.kind] = cut
        copy = entries.rows_of(service, witnessed)
        for found in _without_followers(compare(log_rows(logs, f"{service}.log"), copy, service=service)):
            breaks[found.position, found.kind] = found
    except psycopg.ProgrammingError as error:  # a table, a column or a right that was taken away
        unreadable = discrepancy(Fault.UNREADABLE, 0, type(error).__name__, service)
        return LogReport(service, 0, witnessed, 0, 1, (unreadable,))
    named = tuple(_named(found) for found in sorted(breaks.values())[:LIMIT])
    return LogReport(service, read.count, witnessed, max(0, read.last - witnessed), len(breaks), named)


def _ledger_report(walked: LedgerWalk | Swept, signed: Signed, inside: Iterable[Discrepancy]) -> LedgerReport:
    """What differs inside the ledger, and between it and the checkpoints."""
    found = [*_flawed_seals(signed.all, signed.keyring, signed.sm3), *_flawed_succession(signed.own), *inside]
    found += _not_as_signed(walked, signed.all)
    unique = {each.key: each for each in found}
    newest = signed.own[-1] if signed.own else None
    return LedgerReport(walked.size, walked.root.hex(), newest, len(signed.all), tuple(unique.values()))


def head_of(logs: Database, service: str) -> int | None:
    """The last position of a service's log, by its head row; None when there is no such log."""
    if _is_absent(logs, service):
        return None
    [(head,)] = logs.rows(f"select max(position) from {service}.log_head")  # noqa: S608  # a name of our own
    return int(head or 0)


class _Counted:
    """Rows on their way through: how many, and the last position."""

    def __init__(self, rows: Iterable[LogRow]) -> None:
        self.count = self.last = 0
        self._rows = rows

    def __iter__(self) -> Iterator[LogRow]:
        for row in self._rows:
            self.count, self.last = self.count + 1, row.position
            yield row


def _is_absent(logs: Database, service: str) -> bool:
    """Whether there is no such log at all, as where a service was never installed."""
    try:
        return logs.rows("select to_regclass(%s)::text", (f"{service}.log",)) == [(None,)]
    except psycopg.ProgrammingError:
        return False


def _without_followers(differences: Iterable[Break]) -> Iterator[Break]:
    """Whoever recomputes the links after a change changes every later link: the rows that only follow are left out."""
    last = -1
    for found in differences:
        is_changed = found.kind is Kind.CHANGED
        if not (is_changed and found.detail == "link" and found.position == last + 1):
            yield found
        last = found.position if is_changed else -1


def _named(found: Break) -> Discrepancy:
    return Discrepancy(found.service, found.position, found.kind, found.detail, found.zh, found.en)


def _flawed_seals(signed: Iterable[SignedCheckpoint], keyring: Keyring, sm3: Sm3) -> Iterator[Discrepancy]:
    for each in signed:
        yield from (_flawed(each, flaw) for flaw in _flaws(each, keyring, sm3))


def _flaws(signed: SignedCheckpoint, keyring: Keyring, sm3: Sm3) -> list[Flaw]:
    key_id, at = signed.checkpoint.key_id, signed.checkpoint.at
    verifier = keyring.verifier(key_id)
    if verifier is None:
        return [Flaw.OTHER_KEY]
    return [*verify(signed, verifier, sm3), *([Flaw.KEY_SUCCEEDED] if keyring.is_over(key_id, at) else [])]


def _flawed_succession(signed: Sequence[SignedCheckpoint]) -> Iterator[Discrepancy]:
    """Whether each checkpoint follows the one before; that the tree grew is known from the roots, without a proof."""
    for earlier, later in pairwise(signed):
        flaws = set(verify_succession(earlier.checkpoint, later.checkpoint, ())) - {Flaw.LEDGER_REWRITTEN}
        yield from (_flawed(later, flaw) for flaw in sorted(flaws))


def _not_as_signed(walk: LedgerWalk | Swept, signed: Iterable[SignedCheckpoint]) -> Iterator[Discrepancy]:
    """The first checkpoint whose root the ledger no longer has, and the last that had more entries."""
    in_order = sorted(signed, key=lambda each: each.checkpoint.size)
    for each in in_order:
        root = walk.roots.get(each.checkpoint.size)
        if root is not None and root.hex() != each.checkpoint.root:
            yield discrepancy(Fault.ROOT_DIFFERS, each.checkpoint.size, str(each.checkpoint.number))
            break
    if in_order and in_order[-1].checkpoint.size > walk.size:
        last = in_order[-1].checkpoint
        yield discrepancy(Fault.LEDGER_TRUNCATED, last.size, str(last.number))


def _flawed(signed: SignedCheckpoint, flaw: Flaw) -> Discrepancy:
    number = str(signed.checkpoint.number)
    zh, en = f"账本检查点 {number}：{flaw.zh}", f"ledger: checkpoint {number}: {flaw.en}"
    return Discrepancy(LEDGER, signed.checkpoint.size, flaw, number, zh, en)
