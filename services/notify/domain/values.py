"""Values of notifications: whom one is for, what it says, and whom a case concerns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5


class AudienceKind(StrEnum):
    """What kind of body is told."""

    ORGANISATION = "organisation"  # 牵头单位
    PREFECTURE = "prefecture"  # 州市工业和信息化主管部门
    PROVINCE = "province"  # 省工业和信息化厅


@dataclass(frozen=True)
class Audience:
    """Whom a notification is for: an organisation by USCC, a prefecture by GB/T 2260 code, or the province (no code).

    Never a person: who reads for a body is decided by the roles that its people hold.
    """

    kind: AudienceKind
    code: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}" if self.code else str(self.kind)


PROVINCE = Audience(AudienceKind.PROVINCE)


def organisation(uscc: str) -> Audience:
    """An organisation, by its unified social credit code."""
    return Audience(AudienceKind.ORGANISATION, uscc)


def prefecture(code: str) -> Audience:
    """A prefecture (州市), by its GB/T 2260 code."""
    return Audience(AudienceKind.PREFECTURE, code)


@dataclass(frozen=True)
class Wording:
    """The text of a notification, Chinese first."""

    title_zh: str
    title_en: str
    body_zh: str
    body_en: str


@dataclass(frozen=True)
class Parties:
    """Whom a case concerns, and how people call it."""

    number: str
    centre_name: str
    lead_uscc: str
    prefecture: str


def notification_id(cause: str, template: str, audience: Audience) -> UUID:
    """The id of what this event makes us tell this audience: the same on every repeat of the event."""
    return uuid5(NAMESPACE_URL, f"urn:zhichuang:notify:{cause}:{template}:{audience}")
