"""Recommending bodies (推荐单位): the sixteen prefectures, and whom an edition lets recommend beside them (S4.1.2).

A body's code stands wherever a prefecture's does: in cases, quotas, batches and identities. One that is no prefecture
(a new area, a development zone, a provincial bureau) has a code of its own, which is no GB/T 2260 code.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from services.shared.policy import Edition, editions
from services.shared.vocabulary import PREFECTURES

PREFECTURE, OTHER = "prefecture", "other"
"""The kinds of body."""


class Body(NamedTuple):
    """One recommending body: `office_zh` is who signs and seals for it."""

    code: str
    zh: str
    en: str
    kind: str
    office_zh: str


def recommending_bodies(bound: Edition) -> dict[str, Body]:
    """Who may recommend under this edition, by code."""
    names = bound["recommending.prefectures"]
    prefectures = {
        code: Body(code, zh, names[code], PREFECTURE, f"{zh}工业和信息化主管部门") for code, zh in PREFECTURES.items()
    }
    others = {
        code: Body(code, said["zh"], said["en"], OTHER, said["office_zh"])
        for code, said in bound["recommending.others"].items()
    }
    return prefectures | others


@cache
def known_bodies() -> dict[str, str]:
    """The Chinese name of every body that any edition names, drafts included: what a form takes for a code."""
    return {code: body.zh for each in editions() for code, body in recommending_bodies(each).items()}
