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


class Channel(StrEnum):
    """A way to people beside the inbox, which nobody can turn off."""

    MAIL = "mail"  # 电子邮件
    SMS = "sms"  # 短信


class Purpose(StrEnum):
    """What a notification is for; channels are chosen by it."""

    DECISION = "decision"  # 决定
    REMINDER = "reminder"  # 期限提醒
    PROGRESS = "progress"  # 办理进展
    ALARM = "alarm"  # 异常警报


@dataclass(frozen=True)
class Addressed:
    """Something that is an audience's own, as scopes ask for it."""

    audience: Audience

    @property
    def lead_uscc(self) -> str | None:
        """The organisation whose it is; None for other audiences."""
        return self.audience.code if self.audience.kind is AudienceKind.ORGANISATION else None

    @property
    def prefecture(self) -> str | None:
        """The prefecture whose it is; None for other audiences."""
        return self.audience.code if self.audience.kind is AudienceKind.PREFECTURE else None


@dataclass(frozen=True)
class Choice:
    """How a body wants to be told of things of one purpose; with `digest` they are gathered once a working day."""

    purpose: Purpose
    channels: tuple[Channel, ...]
    digest: bool = False


def organisation(uscc: str) -> Audience:
    """An organisation, by its unified social credit code."""
    return Audience(AudienceKind.ORGANISATION, uscc)


def prefecture(code: str) -> Audience:
    """A prefecture (州市), by its GB/T 2260 code."""
    return Audience(AudienceKind.PREFECTURE, code)


def audience_of(text: str) -> Audience:
    """The audience written as `organisation:…`, `prefecture:…` or `province`. Raises ValueError."""
    kind, _, code = text.partition(":")
    if (AudienceKind(kind) is AudienceKind.PROVINCE) == bool(code):
        raise ValueError(text)
    return Audience(AudienceKind(kind), code)


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


def preference_id(audience: Audience) -> UUID:
    """The id of this audience's preference."""
    return uuid5(NAMESPACE_URL, f"urn:zhichuang:notify:preference:{audience}")


def delivery_id(notification_id: UUID, channel: Channel) -> UUID:
    """The id of a notification's delivery by this channel: there is never a second one."""
    return uuid5(NAMESPACE_URL, f"urn:zhichuang:notify:delivery:{notification_id}:{channel}")


def watch_id(case_id: UUID, matter: str) -> UUID:
    """The id of the watch over what a case has to do by a day."""
    return uuid5(NAMESPACE_URL, f"urn:zhichuang:notify:watch:{case_id}:{matter}")
