"""What verification finds in a service's log: each break with a stable code and a Chinese and English sentence."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """How a log differs from what was once written. The values are stable codes."""

    CHANGED = "changed"  # 被改动
    MISSING = "missing"  # 缺号: the chain shows that rows stood here
    INSERTED = "inserted"  # 多出
    REORDERED = "reordered"  # 次序被调换
    RENUMBERED = "renumbered"  # 编号被改动
    DELETED = "deleted"  # 被删除: the ledger holds it, the log does not
    TRUNCATED = "truncated"  # 尾部被截去


class Break(NamedTuple):
    """One thing that is wrong in a log, at the position where it now shows.

    `detail` says, by kind: changed: the fields, or `link` when the chain alone shows it; missing and truncated: the
    numbers, `5` or `5-7`; reordered and renumbered: the number under which the row was written; otherwise nothing.
    """

    service: str
    position: int
    kind: Kind
    detail: str = ""

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        return _SENTENCES[self.kind][0].format(**self._asdict())

    @property
    def en(self) -> str:
        """The sentence in English."""
        return _SENTENCES[self.kind][1].format(**self._asdict())


def numbers(first: int, last: int) -> str:
    """`5`, or `5-7` for a run of positions."""
    return str(first) if first == last else f"{first}-{last}"


_SENTENCES = {
    Kind.CHANGED: (
        "{service} 日志第 {position} 条被改动，不符之处：{detail}",
        "{service}: event {position} was changed: {detail}",
    ),
    Kind.MISSING: ("{service} 日志缺第 {detail} 条", "{service}: events are missing: {detail}"),
    Kind.INSERTED: ("{service} 日志第 {position} 条系事后插入", "{service}: event {position} was inserted"),
    Kind.REORDERED: (
        "{service} 日志第 {position} 条次序被调换，原为第 {detail} 条",
        "{service}: event {position} stands out of order; it was written as {detail}",
    ),
    Kind.RENUMBERED: (
        "{service} 日志自第 {position} 条起编号被改动，该条原为第 {detail} 条",
        "{service}: events from {position} on were renumbered; this one was written as {detail}",
    ),
    Kind.DELETED: ("{service} 日志第 {position} 条被删除", "{service}: event {position} was deleted"),
    Kind.TRUNCATED: ("{service} 日志尾部第 {detail} 条被截去", "{service}: the tail was cut off: {detail}"),
}
