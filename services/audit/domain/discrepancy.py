"""Discrepancy (不符): one thing in a log or in the ledger that differs from what was once written or signed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEDGER = "ledger"
"""What stands in the place of a service when the ledger itself is at fault; the position is then a sequence."""


class Fault(StrEnum):
    """How the ledger, or what it hears, is at fault. The values are stable codes; those of logs are in the kernel."""

    DISCONTINUED = "discontinued"
    UNREADABLE = "unreadable"
    ENTRY_MISSING = "entry-missing"
    ENTRY_CHANGED = "entry-changed"
    ENTRY_INSERTED = "entry-inserted"
    COPY_DISCONTINUED = "copy-discontinued"
    MENTIONS_CHANGED = "mentions-changed"
    NODE_CHANGED = "node-changed"
    LEDGER_TRUNCATED = "ledger-truncated"
    ROOT_DIFFERS = "root-differs"
    CHECKPOINT_UNREADABLE = "checkpoint-unreadable"
    SECURITY_CHANGED = "security-changed"
    SECURITY_MISSING = "security-missing"
    SECURITY_REWRITTEN = "security-rewritten"
    SECURITY_CUT = "security-cut"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Discrepancy:
    """What differs: in which service's log (or the ledger), where, a stable code, and the sentences for people."""

    service: str
    position: int
    kind: str
    detail: str
    zh: str
    en: str

    @property
    def key(self) -> tuple[str, int, str]:
        """By what it is known again: the same thing found twice is one discrepancy."""
        return self.service, self.position, self.kind


def discrepancy(fault: Fault, position: int, detail: str = "", service: str = LEDGER) -> Discrepancy:
    """The discrepancy of a fault, with its sentences."""
    zh, en = _SENTENCES[fault]
    words = {"service": service, "position": position, "detail": detail}
    return Discrepancy(service, position, fault, detail, zh.format(**words), en.format(**words))


_SENTENCES = {
    Fault.DISCONTINUED: (
        "{service} 送来的日志第 {position} 条与前一条的链接不符，未予收录",
        "{service}: event {position} as sent does not continue the chain; it was not taken in",
    ),
    Fault.UNREADABLE: ("{service} 日志无法读取：{detail}", "{service}: the log cannot be read: {detail}"),
    Fault.ENTRY_MISSING: ("账本缺第 {detail} 条", "ledger: entries are missing: {detail}"),
    Fault.ENTRY_CHANGED: ("账本第 {position} 条被改动", "ledger: entry {position} was changed"),
    Fault.ENTRY_INSERTED: (
        "账本第 {position} 条（{detail}）系事后插入",
        "ledger: entry {position} ({detail}) was inserted",
    ),
    Fault.COPY_DISCONTINUED: (
        "账本第 {position} 条（{detail}）与同一服务的前一条不相接",
        "ledger: entry {position} ({detail}) does not continue the copy of that service's log",
    ),
    Fault.MENTIONS_CHANGED: (
        "账本第 {position} 条的案件索引被改动",
        "ledger: the index of cases of entry {position} was changed",
    ),
    Fault.NODE_CHANGED: (
        "账本默克尔树节点（层 {detail}，覆盖至第 {position} 条）被改动或缺失",
        "ledger: the tree node ({detail}) that ends with entry {position} was changed or is missing",
    ),
    Fault.LEDGER_TRUNCATED: (
        "账本尾部被截去：检查点 {detail} 签署时已有 {position} 条",
        "ledger: the tail was cut off: it had {position} entries when checkpoint {detail} was signed",
    ),
    Fault.ROOT_DIFFERS: (
        "账本前 {position} 条的根与已签署的检查点 {detail} 不符，账本被改写",
        "ledger: the root of the first {position} entries is not that of signed checkpoint {detail}: it was rewritten",
    ),
    Fault.CHECKPOINT_UNREADABLE: (
        "{service} 日志第 {position} 条所载检查点无法读取",
        "{service}: the checkpoint in event {position} cannot be read",
    ),
    Fault.SECURITY_CHANGED: (
        "{service} 第 {position} 条被改动，与链接不符",
        "{service}: note {position} was changed: its link does not fit",
    ),
    Fault.SECURITY_MISSING: ("{service} 缺第 {detail} 条", "{service}: notes are missing: {detail}"),
    Fault.SECURITY_REWRITTEN: (
        "{service} 第 {position} 条的链接与封入账本的不符，记录被改写",
        "{service}: the link of note {position} is not the one that was sealed: it was rewritten",
    ),
    Fault.SECURITY_CUT: (
        "{service} 尾部被截去：封入账本时已有 {position} 条",
        "{service}: the tail was cut off: it had {position} notes when it was sealed",
    ),
    Fault.UNEXPLAINED: (
        "账本与日志不符，但未能指明何处，须人工核对",
        "ledger: it does not fit the logs, and what differs could not be named: to be looked at by hand",
    ),
}
