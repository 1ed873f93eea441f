"""Plaque (牌匾): only a designated centre is given one; who loses the qualification hands it back (S4.2)."""

from __future__ import annotations

from enum import StrEnum


class Plaque(StrEnum):
    """Where the plaque is."""

    NONE = "none"  # 未授牌
    ISSUED = "issued"  # 已授牌
    RECALL_ORDERED = "recall-ordered"  # 责令交回
    RETURNED = "returned"  # 已交回
    VOIDED = "voided"  # 公告作废


CODES = {
    Plaque.NONE: "P0",
    Plaque.ISSUED: "P1",
    Plaque.RECALL_ORDERED: "P2",
    Plaque.RETURNED: "P3",
    Plaque.VOIDED: "P4",
}

MOVES = {
    Plaque.NONE: frozenset({Plaque.ISSUED}),
    Plaque.ISSUED: frozenset({Plaque.RECALL_ORDERED}),
    Plaque.RECALL_ORDERED: frozenset({Plaque.RETURNED, Plaque.VOIDED}),
    Plaque.RETURNED: frozenset[Plaque](),
    Plaque.VOIDED: frozenset[Plaque](),
}

AFTER_ANNULMENT = {Plaque.RECALL_ORDERED: Plaque.ISSUED, Plaque.RETURNED: Plaque.ISSUED}
"""The plaque stays with, or goes back to, a centre whose revocation was annulled; a voided one stays void."""
