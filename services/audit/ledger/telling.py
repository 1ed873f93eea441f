"""A timeline as text that a person reads: Chinese sentences, and under each what it changed, before and after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from services.audit.ledger.changes import Change
from services.audit.ledger.timeline import Happening
from services.shared.calendar import BEIJING

_LONG = 200


def text(
    title: str, history: Iterable[Happening], changed: Mapping[int, Sequence[Change]], unread: Collection[int] = ()
) -> str:
    """The timeline; times are those of Beijing. `unread` are the numbers of entries that cannot be read."""
    lines = [title, "时间均为北京时间；“#”后为账本编号。", ""]
    for each in history:
        lines += _lines(each, changed.get(each.sequence, ()))
    lines += [f"#{sequence} （内容无法读取）" for sequence in sorted(unread)]
    return "\n".join(lines) + "\n"


def _lines(each: Happening, changed: Iterable[Change]) -> Iterator[str]:
    yield f"#{each.sequence} {_on_one_line(each.sentence)}"
    yield f"    {each.service} 日志第 {each.position} 条，{each.topic}，政策版本 {each.about.policy_edition or '无'}"
    if each.about.organisation:
        yield f"    办理单位 {each.about.organisation}"
    if each.about.effective_at != each.recorded_at:
        yield f"    生效时间 {each.about.effective_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    for change in changed:
        before = "" if change.before is None else f"{_short(change.before)} → "
        yield f"    {_on_one_line(change.field)}：{before}{_short(change.after)}"


def _short(value: Any) -> str:
    shown = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    shown = _on_one_line("无" if value is None else shown)
    return shown if len(shown) <= _LONG else f"{shown[:_LONG]}…（共 {len(shown)} 字）"


def _on_one_line(words: str) -> str:
    """So that nobody can write a line of the timeline into a form."""
    return " ".join(words.split())
