"""The words that every service speaks: roles, tracks, codes of legal persons and places, findings and refusals."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

PREFECTURES = {
    "530100": "昆明市",
    "530300": "曲靖市",
    "530400": "玉溪市",
    "530500": "保山市",
    "530600": "昭通市",
    "530700": "丽江市",
    "530800": "普洱市",
    "530900": "临沧市",
    "532300": "楚雄彝族自治州",
    "532500": "红河哈尼族彝族自治州",
    "532600": "文山壮族苗族自治州",
    "532800": "西双版纳傣族自治州",
    "532900": "大理白族自治州",
    "533100": "德宏傣族景颇族自治州",
    "533300": "怒江傈僳族自治州",
    "533400": "迪庆藏族自治州",
}
"""The sixteen recommending prefectures (州市) by GB/T 2260 code."""


class Role(StrEnum):
    """In what capacity a person or a part of the system acts."""

    APPLICANT = "applicant"  # 申报单位
    MEMBER_UNIT = "member_unit"  # 成员单位
    PREFECTURE_OFFICER = "prefecture_officer"  # 州市经办
    PREFECTURE_HEAD = "prefecture_head"  # 州市负责人
    PROVINCE_OFFICER = "province_officer"  # 省厅经办
    DIVISION_HEAD = "division_head"  # 省厅处长
    COLLECTIVE_BODY = "collective_body"  # 党组会、厅务会
    EXPERT = "expert"  # 评审专家
    INSPECTOR = "inspector"  # 现场考核人员
    DISCIPLINE = "discipline"  # 机关纪委: takes objections in
    AUDITOR = "auditor"  # 审计
    ADMINISTRATOR = "administrator"  # 系统管理员: no business rights
    SUBSCRIBER = "subscriber"  # 订阅系统: another department's system
    CLOCK = "clock"  # the timer: lapses, closings, overdue marks
    SYSTEM = "system"  # a reaction to another service's event


class Track(StrEnum):
    """What a centre is listed for (clause S4.2)."""

    DESIGNATION = "designation"  # 认定
    CULTIVATION = "cultivation"  # 培育（试点）


@dataclass(frozen=True)
class DocumentRef:
    """A stored document: digests of its exact bytes (hex), its name, media type and size in bytes."""

    sha256: str
    sm3: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where (JSON Pointer), a stable code, Chinese and English text, and the clause."""

    code: str
    zh: str
    en: str
    pointer: str = ""
    clause: str = ""


class Refusal(Exception):
    """A command that is refused, with every reason at once. Nothing has changed."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{f.code} {f.pointer} {f.en}".strip() for f in findings))


class Invalid(Refusal):
    """What was sent breaks a rule of form or policy."""


class NotInThisState(Refusal):
    """The thing is in a state in which the command is not allowed."""


class Denied(Refusal):
    """The caller may know of the thing but may not do this to it."""


class NotFound(Refusal):
    """There is no such thing, or the caller may not know of it."""


class VersionConflict(Refusal):
    """Somebody else changed the thing since the caller last saw it."""

    def __init__(self, expected: int, actual: int) -> None:
        self.expected, self.actual = expected, actual
        super().__init__(
            Finding(
                "stale-version",
                f"您看到的是第 {expected} 版，现在是第 {actual} 版",
                f"you saw version {expected}, it is now version {actual}",
            )
        )


_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def normal_uscc(text: str) -> str:
    """A unified social credit code (统一社会信用代码) as typed, made upper-case, half-width and without separators."""
    return "".join(unicodedata.normalize("NFKC", text).upper().replace("-", "").split())


def is_uscc(code: str) -> bool:
    """Whether `code` is 18 characters of the alphabet with the right check character (GB 32100-2015)."""
    if len(code) != 18 or any(c not in _USCC_ALPHABET for c in code):
        return False
    total = sum(_USCC_ALPHABET.index(c) * (3**i % 31) for i, c in enumerate(code[:17]))
    return _USCC_ALPHABET[-total % 31] == code[17]
