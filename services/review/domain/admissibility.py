"""Whether an objection is admitted (受理审查): in time, under a real name, with evidence, about the case (S4.2)."""

from __future__ import annotations

from services.shared.policy import Edition
from services.shared.vocabulary import Finding

ANONYMOUS, LATE, NO_EVIDENCE, OUT_OF_SCOPE = "anonymous", "late", "no-evidence", "out-of-scope"

GROUNDS = {ANONYMOUS: "匿名", NO_EVIDENCE: "没有证据", OUT_OF_SCOPE: "不属于公示异议的范围"}
"""Grounds on which an objection is not admitted. What is late becomes a complaint instead."""


def nothing_speaks_against(real_name: bool, late: bool, has_evidence: bool, edition: Edition) -> tuple[Finding, ...]:
    """Every ground on which the objection cannot be admitted."""
    found = []
    if not real_name and edition["notice.real_name_required"]:
        found.append(_finding("objection-anonymous", "异议应实名提出", "an objection is made under a real name"))
    if late:
        found.append(_finding("objection-late", "异议逾期，转作举报", "the objection is late; it is a complaint"))
    if not has_evidence:
        found.append(_finding("objection-without-evidence", "异议应附证据", "an objection comes with evidence"))
    return tuple(found)


def ground_is_true(ground: str, real_name: bool, has_evidence: bool) -> tuple[Finding, ...]:
    """Nobody is turned away as anonymous who gave a name, or for want of evidence that lies there."""
    if (ground == ANONYMOUS and real_name) or (ground == NO_EVIDENCE and has_evidence):
        return (_finding("ground-not-so", "不予受理的理由与事实不符", "this ground is not so", "/ground"),)
    return ()


def _finding(code: str, zh: str, en: str, pointer: str = "") -> Finding:
    return Finding(code, zh, en, pointer, "S4.2")
