"""Whether an objection is admitted (受理审查): in time, under a name, sealed, with evidence, about the case (S4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.review.domain.rules import local_today
from services.shared.policy import Edition
from services.shared.vocabulary import Finding, Role

ANONYMOUS, LATE, NO_EVIDENCE, OUT_OF_SCOPE, NO_SEAL = "anonymous", "late", "no-evidence", "out-of-scope", "no-seal"

LISTED = "case-listed"

GROUNDS = {
    ANONYMOUS: "匿名",
    NO_EVIDENCE: "没有证据",
    NO_SEAL: "单位异议未盖公章",
    OUT_OF_SCOPE: "不属于公示异议的范围",
}
"""Grounds on which an objection is not admitted. What is late becomes a complaint instead."""

DESKS: dict[str, str] = {Role.DISCIPLINE: "discipline", Role.PROVINCE_OFFICER: "division"}
"""Who takes letters in, and by which of `notice.objection_channels`: neither knows of the other's."""


@dataclass(frozen=True)
class Letter:
    """What of a letter decides whether it is admitted."""

    real_name: bool
    late: bool
    has_evidence: bool
    seal_missing: bool
    case_is_listed: bool = False


def channel_is_that_of_the_desk(channel: str, capacity: str) -> tuple[Finding, ...]:
    """A desk registers the letters that came to it."""
    if DESKS.get(capacity, channel) == channel:
        return ()
    zh, en = "只能登记本渠道收到的异议", "a desk registers what came to it"
    return (_finding("not-this-desk", zh, en, "/channel"),)


def receipt_is_proven(received_on: date, ends_on: date | None, receipt: str) -> tuple[Finding, ...]:
    """What is registered after the end as received before it says what proves that: a postmark, a receipt."""
    if receipt or ends_on is None or local_today() <= ends_on or received_on > ends_on:
        return ()
    zh = "期满后登记的期内异议，须写明收件凭证（邮戳、收文登记）"
    en = "say what proves that it was received in time"
    return (_finding("receipt-not-proven", zh, en, "/receipt"),)


def nothing_speaks_against(letter: Letter, edition: Edition) -> tuple[Finding, ...]:
    """Every ground on which the objection cannot be admitted."""
    found = []
    if not letter.real_name and edition["notice.real_name_required"]:
        found.append(_finding("objection-anonymous", "异议应实名提出", "an objection is made under a real name"))
    if letter.late:
        found.append(_finding("objection-late", "异议逾期，转作举报", "the objection is late; it is a complaint"))
    if letter.case_is_listed:
        zh, en = "该中心已列入名单，异议转作举报", "the centre is listed already; it is a complaint"
        found.append(_finding("objection-after-listing", zh, en))
    if letter.seal_missing and edition["notice.seal_required"]:
        found.append(
            _finding("objection-without-seal", "单位提出异议应加盖公章", "an organisation's letter has its seal")
        )
    if not letter.has_evidence:
        found.append(_finding("objection-without-evidence", "异议应附证据", "an objection comes with evidence"))
    return tuple(found)


def ground_is_true(ground: str, letter: Letter) -> tuple[Finding, ...]:
    """Nobody is turned away as anonymous who gave a name, or for want of a seal or evidence that lies there."""
    untrue = {ANONYMOUS: letter.real_name, NO_EVIDENCE: letter.has_evidence, NO_SEAL: not letter.seal_missing}
    if untrue.get(ground, False):
        return (_finding("ground-not-so", "不予受理的理由与事实不符", "this ground is not so", "/ground"),)
    return ()


def _finding(code: str, zh: str, en: str, pointer: str = "") -> Finding:
    return Finding(code, zh, en, pointer, "S4.2")
