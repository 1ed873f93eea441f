"""What is refused of contributions and of the centres of prefectures (S5.3, S5.4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from services.shared.vocabulary import Finding, Invalid, NotInThisState


def nothing_contributed(pointer: str) -> Invalid:
    """A contribution has a sum."""
    return Invalid(Finding("nothing-contributed", "金额应大于零", "the sum is more than nothing", pointer, "S5.3"))


def more_than_pledged(outstanding: Decimal) -> Invalid:
    """What is paid in beyond a pledge is another pledge."""
    zh, en = (
        f"超过尚未缴付的 {outstanding} 万元，应另行认缴",
        f"more than the {outstanding} outstanding; pledge it first",
    )
    return Invalid(Finding("more-than-pledged", zh, en, "/amount_wan", "S5.3"))


def voucher_counted(voucher_no: str) -> Invalid:
    """One voucher pays in once."""
    zh, en = f"凭证 {voucher_no} 已登记", f"{voucher_no} was counted already"
    return Invalid(Finding("voucher-counted", zh, en, "/voucher_no", "S5.3"))


def not_a_unit_of_the_centre(uscc: str) -> Invalid:
    """Members and owners contribute."""
    zh, en = f"{uscc} 不是该中心的成员单位或出资单位", f"{uscc} is no member or owner of the centre"
    return Invalid(Finding("not-a-unit-of-the-centre", zh, en, "/unit_uscc", "S5.3"))


def unknown_kind(kind: str) -> Invalid:
    """The policy names the ways to contribute."""
    zh, en = f"投入方式不含 {kind}", f"{kind} is no way to contribute"
    return Invalid(Finding("unknown-kind", zh, en, "/kind", "S5.3"))


def pledged_already(due_on: date) -> Invalid:
    """What one unit contributes in one way by one day is pledged once."""
    zh, en = f"该单位 {due_on} 前同一方式的投入已登记", f"the same is pledged by {due_on} already"
    return Invalid(Finding("pledged-already", zh, en, "/due_on", "S5.3"))


def unknown_field(code: str) -> Invalid:
    """The edition lists the fields."""
    return Invalid(Finding("unknown-field", f"没有领域 {code}", f"no field {code}", "/field_domain", "S1.4"))


def registered_elsewhere(prefecture: str) -> NotInThisState:
    """A legal person is the centre of one prefecture."""
    zh, en = f"该法人已由 {prefecture} 报备", f"this legal person is on file for {prefecture}"
    return NotInThisState(Finding("registered-elsewhere", zh, en, "/centre_uscc", "S5.4"))
