"""Strict marshmallow fields.

marshmallow's own fields take `'1'`, `1.5`, `yes` and NUL characters for good values; these do not. What comes out is
plain JSON (str, int, bool, list, dict), ready for canonical JSON: money is a string, dates are ISO 8601 strings.
Unknown fields are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow.exceptions import ValidationError

from services.shared.kernel.loading import (
    DUPLICATE,
    MAX_FINDINGS,
    MAX_ITEMS,
    NOT_ALLOWED_TEXT,
    REQUIRED,
    UNKNOWN,
    WRONG_TYPE,
    Failure,
    Form,
    accepted_usccs_now,
    invalid,
    load,
    wanted,
    wrong_length,
)
from services.shared.vocabulary import is_uscc, normal_uscc

__all__ = [
    "MAX_FINDINGS",
    "MAX_ITEMS",
    "REQUIRED",
    "UNKNOWN",
    "WRONG_TYPE",
    "Block",
    "Code",
    "Codes",
    "Day",
    "Email",
    "Failure",
    "Flag",
    "Form",
    "Integer",
    "Items",
    "Mobile",
    "Moment",
    "Money",
    "Percent",
    "Phone",
    "Postcode",
    "Sha256",
    "Shaped",
    "Text",
    "Uscc",
    "Uuid",
    "YearMonth",
    "invalid",
    "load",
    "wanted",
]


class _Strict(ma.fields.Field[Any]):
    """What all fields share: an official Chinese label, a mark for personal data, failures in our form."""

    def __init__(self, *, label: str = "", personal: bool = False, **options: Any) -> None:
        metadata = dict(options.pop("metadata", {}))
        if label:
            metadata.update(label=label, title=label)
        if personal:
            metadata["personal"] = True
        super().__init__(metadata=metadata, **options)

    def make_error(self, key: str, **_: Any) -> ValidationError:
        return ValidationError([REQUIRED if key in ("required", "null") else WRONG_TYPE])


class Text(_Strict, ma.fields.String):
    """Text of `min` to `max` Unicode code points, in NFC and trimmed; one line unless `multiline`."""

    def __init__(self, max: int, min: int = 1, *, multiline: bool = False, **options: Any) -> None:  # noqa: A002
        metadata = {"minLength": min, "maxLength": max, **options.pop("metadata", {})}
        super().__init__(metadata=metadata, **options)
        self.max, self.min, self.multiline = max, min, multiline

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise invalid(WRONG_TYPE)
        if len(value) > 4 * self.max + 100:  # normalising a huge text costs time
            raise invalid(_too_long(self.max, len(value)))
        text = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
        if any(_is_forbidden(c, self.multiline) for c in text):
            raise invalid(NOT_ALLOWED_TEXT)
        if len(text) > self.max:
            raise invalid(_too_long(self.max, len(text)))
        if len(text) < self.min:
            raise invalid(_too_short(self.min, len(text)) if text else REQUIRED)
        return text


class Shaped(Text):
    """One line of text in a fixed shape; a subclass says which, and what to say of anything else."""

    most = 100
    fewest = 1
    shape = re.compile("")
    failure = WRONG_TYPE

    def __init__(self, **options: Any) -> None:
        super().__init__(self.most, self.fewest, **options)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = self.tidy(super()._deserialize(value))
        if not self.shape.fullmatch(text):
            raise invalid(self.failure)
        return text

    def tidy(self, text: str) -> str:
        return text


class Mobile(Shaped):
    """A mobile number of mainland China: 11 digits; full-width digits, spaces and hyphens are tidied."""

    shape = re.compile(r"1[3-9][0-9]{9}")
    failure = Failure("not-a-mobile-number", "手机号应为 11 位数字", "a mobile number has 11 digits")

    def tidy(self, text: str) -> str:
        return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))


class Phone(Shaped):
    """A mobile number, or a landline with area code and optional extension, such as 0871-65330001-802."""

    shape = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?")
    failure = Failure(
        "not-a-phone-number", "电话应为手机号或“区号-号码”", "a phone number is a mobile number or area code-number"
    )

    def tidy(self, text: str) -> str:
        return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


class Email(Shaped):
    """An e-mail address (the ASCII subset of RFC 5321), at most 254 characters."""

    most = 254
    shape = re.compile(
        r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
    )
    failure = Failure("not-an-email", "电子邮箱格式不对", "this is not an e-mail address")


class Postcode(Shaped):
    """A postcode: six digits."""

    shape = re.compile("[0-9]{6}")
    failure = Failure("not-a-postcode", "邮编应为 6 位数字", "a postcode has six digits")


class Sha256(Shaped):
    """A SHA-256 digest: 64 lower-case hexadecimal digits."""

    shape = re.compile("[0-9a-f]{64}")
    failure = Failure("not-a-digest", "不是 SHA-256 摘要", "this is not a SHA-256 digest in lower-case hex")


class Uuid(Shaped):
    """A UUID (RFC 9562) in the usual 36 characters; comes out in lower case."""

    shape = re.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
    failure = Failure("not-a-uuid", "不是 UUID", "this is not a UUID")

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        return str(UUID(super()._deserialize(value)))


class Day(Shaped):
    """A calendar day, `2026-05-18` (ISO 8601), from 1800 to 2199."""

    shape = re.compile("(18|19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}")
    failure = Failure("not-a-date", "日期应为 2026-05-18 的样式", "a date looks like 2026-05-18")

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = super()._deserialize(value)
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise invalid(self.failure) from None


class Moment(Shaped):
    """An instant with its offset from UTC, `2026-05-18T09:30:00+08:00` (RFC 3339)."""

    shape = re.compile(r"(19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}[Tt][0-9:]{8}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})")
    failure = Failure(
        "not-a-moment", "时间应为 2026-05-18T09:30:00+08:00 的样式", "a moment looks like 2026-05-18T09:30:00+08:00"
    )

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        text = super()._deserialize(value)
        try:
            return datetime.fromisoformat(text.upper()).isoformat()
        except ValueError:
            raise invalid(self.failure) from None


class YearMonth(Shaped):
    """A month, `2026-05`."""

    shape = re.compile("(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])")
    failure = Failure("not-a-month", "年月应为 2026-05 的样式", "a month looks like 2026-05")


class Uscc(Shaped):
    """A unified social credit code (统一社会信用代码, GB 32100-2015), as typed; comes out normalised.

    A wrong check character is a failure of its own: real codes that fail the check exist, and an officer may accept
    one (`accepted_usccs` of `load`).
    """

    shape = re.compile("[0-9A-HJ-NPQRTUWXY]{18}")
    failure = Failure(
        "not-a-uscc",
        "统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）",
        "a USCC has 18 digits or letters (no I, O, S, V, Z)",
    )
    check_failure = Failure(
        "uscc-check-character",
        "统一社会信用代码校验位不对，请核对",
        "the check character of the USCC is wrong, please compare",
    )

    def tidy(self, text: str) -> str:
        return normal_uscc(text)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        code = super()._deserialize(value)
        if not is_uscc(code) and code not in accepted_usccs_now.get():
            raise invalid(self.check_failure)
        return code


class Integer(_Strict, ma.fields.Integer):
    """A whole number from `min` to `max`: a JSON number, never a string, a fraction or a boolean."""

    def __init__(self, min: int = 0, max: int = 10**9, **options: Any) -> None:  # noqa: A002
        super().__init__(metadata={"minimum": min, "maximum": max, **options.pop("metadata", {})}, **options)
        self.min, self.max = min, max

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if type(value) is not int:
            raise invalid(WRONG_TYPE)
        if not self.min <= value <= self.max:
            raise invalid(_out_of_range(self.min, self.max))
        return value


class Flag(_Strict, ma.fields.Boolean):
    """true or false, and nothing that looks like it."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise invalid(WRONG_TYPE)
        return value


class Money(_Strict, ma.fields.String):
    """An amount of 万元 (10,000 yuan) with at most two decimals: a string or a whole number, never a float.

    Comes out as a string with two decimals, such as "1000.00".
    """

    def __init__(self, min: str = "0", max: str = "999999999999.99", **options: Any) -> None:  # noqa: A002
        super().__init__(**options)
        self.min, self.max = Decimal(min), Decimal(max)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise invalid(WRONG_TYPE)
        amount = Decimal(value) if isinstance(value, int) else _decimal(value)
        if not self.min <= amount <= self.max:
            raise invalid(_out_of_range(self.min, self.max))
        return f"{amount + 0:.2f}"  # + 0: there is no minus zero


class Percent(Money):
    """A percentage from 0 to 100 with at most two decimals; comes out as a string, such as "12.50"."""

    def __init__(self, min: str = "0", max: str = "100", **options: Any) -> None:  # noqa: A002
        super().__init__(min, max, **options)


class Code(_Strict, ma.fields.String):
    """One of a fixed list of codes. Give a mapping of code to Chinese name when there are names."""

    def __init__(self, codes: Collection[str], **options: Any) -> None:
        super().__init__(metadata={"enum": list(codes), **options.pop("metadata", {})}, **options)
        self.codes = codes

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if not isinstance(value, str):
            raise invalid(WRONG_TYPE)
        if value not in self.codes:
            raise invalid(_not_in_list(self.codes))
        return value


class Items(_Strict, ma.fields.List[Any]):
    """A list of `min` to `max` items, each of the kind of `inner`."""

    def __init__(self, inner: Any, min: int = 0, max: int = MAX_ITEMS, **options: Any) -> None:  # noqa: A002
        metadata = {"minItems": min, "maxItems": max, **options.pop("metadata", {})}
        super().__init__(cls_or_instance=inner, metadata=metadata, **options)
        self.min, self.max = min, max

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> list[Any]:
        if failure := wrong_length(value, self.min, self.max):  # before any item is looked at
            raise invalid(failure)
        return super()._deserialize(value, attr, data, **options)


class Codes(Items):
    """Several of a fixed list of codes, none twice; they come out in the order of the list."""

    def __init__(self, codes: Collection[str], min: int = 0, **options: Any) -> None:  # noqa: A002
        super().__init__(Code(codes), min, **options)
        self.codes = list(codes)

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> list[Any]:
        chosen = super()._deserialize(value, attr, data, **options)
        if len(set(chosen)) < len(chosen):
            raise invalid(DUPLICATE)
        return sorted(chosen, key=self.codes.index)


class Block(_Strict, ma.fields.Nested):
    """A form inside a form."""

    def __init__(self, form: Any, **options: Any) -> None:
        super().__init__(nested=form, **options)


def _is_forbidden(char: str, multiline: bool) -> bool:
    """Control, invisible, direction-changing and half characters (unassigned and private ones may be rare names)."""
    if multiline and char in "\n\t":
        return False
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _decimal(text: str) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]+)?", text):
        raise invalid(Failure("not-a-number", "应为数字，如 1000.00", "this is not a number such as 1000.00"))
    if len(text.partition(".")[2]) > 2:
        raise invalid(Failure("too-many-decimals", "最多两位小数", "at most two decimals"))
    return Decimal(text)


def _too_long(most: int, length: int) -> Failure:
    return Failure("too-long", f"最多 {most} 字，现有 {length} 字", f"at most {most} characters, there are {length}")


def _too_short(fewest: int, length: int) -> Failure:
    return Failure(
        "too-short", f"至少 {fewest} 字，现有 {length} 字", f"at least {fewest} characters, there are {length}"
    )


def _out_of_range(least: object, most: object) -> Failure:
    return Failure("out-of-range", f"应在 {least} 与 {most} 之间", f"must be between {least} and {most}")


def _not_in_list(codes: Collection[str]) -> Failure:
    shown = ", ".join(islice(codes, 20))
    return Failure("not-in-list", f"应为下列之一：{shown}", f"must be one of: {shown}")
