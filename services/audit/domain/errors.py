"""What audit refuses, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.audit.domain.checkpoint import Flaw
from services.shared.vocabulary import Finding, Invalid, NotFound, NotInThisState


def ledger_is_empty() -> NotInThisState:
    """There is nothing to sign yet."""
    return NotInThisState(Finding("ledger-empty", "账本尚无内容", "the ledger has no entry yet"))


def ledger_at_fault(flaws: Iterable[Flaw]) -> NotInThisState:
    """The ledger no longer begins with what its last checkpoint said: it is not signed again."""
    return NotInThisState(*(Finding(flaw.value, flaw.zh, flaw.en) for flaw in flaws))


def not_the_key(wanted: str, given: str) -> NotInThisState:
    """The ledger is signed by another key than this one."""
    zh = f"账本现由密钥 {wanted} 签署，而非 {given}；更换密钥须先办理更替（rotate-key）"
    en = f"the ledger is signed by key {wanted}, not by {given}: hand over first (rotate-key)"
    return NotInThisState(Finding("not-the-key", zh, en))


def key_used_before(key_id: str) -> Invalid:
    """A key that has signed before cannot succeed another."""
    zh, en = f"密钥 {key_id} 曾签署本账本，不得再次启用", f"key {key_id} has signed this ledger before"
    return Invalid(Finding("key-used-before", zh, en))


def not_a_key() -> Invalid:
    """What should be a public key is none."""
    zh, en = "应为公钥（64 位小写十六进制）", "give a public key: 64 lower-case hex digits"
    return Invalid(Finding("not-a-key", zh, en, "/key"))


def nothing_found() -> NotInThisState:
    """Verification found nothing that could be reported."""
    return NotInThisState(Finding("nothing-found", "核验未发现不符", "verification found nothing to report"))


def not_sealed_yet(sequence: int) -> NotInThisState:
    """No checkpoint covers the entry so far."""
    return NotInThisState(
        Finding("not-sealed-yet", f"账本第 {sequence} 条尚未被检查点覆盖", f"no checkpoint covers entry {sequence} yet")
    )


def pack_incomplete(digests: Sequence[str]) -> NotInThisState:
    """Documents that the events of a pack name are not in the store, or are damaged there."""
    return NotInThisState(
        *(
            Finding("pack-incomplete", f"所引文件缺失或损坏：{digest}", f"a document is missing or damaged: {digest}")
            for digest in digests
        )
    )


def nothing_in_period() -> NotFound:
    """The ledger holds no event that was recorded in the period."""
    return NotFound(Finding("not-found", "该期间没有事件", "there is no event in this period"))


def no_such(what_zh: str, what_en: str) -> NotFound:
    """There is no such entry, checkpoint or case."""
    return NotFound(Finding("not-found", f"没有这一{what_zh}", f"no such {what_en}"))


def not_a_moment(pointer: str) -> Invalid:
    """A moment is missing or is written without its offset from UTC."""
    return Invalid(
        Finding(
            "not-a-moment",
            "应为带时区的时间，如 2026-06-01T12:00:00+08:00",
            "give a time with its offset, such as 2026-06-01T12:00:00+08:00",
            pointer,
        )
    )


def not_a_position() -> Invalid:
    """A place in the ledger is no number from 0, or stands beside a moment."""
    zh, en = "应为账本编号（非负整数），且不与时间并用", "give the number of an entry, and no moment beside it"
    return Invalid(Finding("not-a-position", zh, en, "/sequence"))


def not_a_checkpoint() -> Invalid:
    """What should be a checkpoint that was held outside is none."""
    zh, en = "应为本账本给出的检查点（JSON 原文）", "give a checkpoint in the JSON in which this ledger gave it out"
    return Invalid(Finding("not-a-checkpoint", zh, en, "/held"))


def no_such_service(name: str) -> Invalid:
    """The filter names a service that does not exist."""
    return Invalid(Finding("no-such-service", f"没有服务 {name}", f"there is no service {name}"[:200], "/service"))


def no_such_kind(name: str) -> Invalid:
    """The filter names a kind of exception that does not exist."""
    return Invalid(Finding("no-such-kind", f"没有例外类别 {name}"[:200], f"no such kind: {name}"[:200], "/kind"))
