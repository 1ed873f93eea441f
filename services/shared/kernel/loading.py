"""The one way to load a form: every failure at once, each with pointer, stable code, Chinese and English text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from typing import Any

import marshmallow as ma
from marshmallow.exceptions import SCHEMA, ValidationError

from services.shared.vocabulary import Finding, Invalid

MAX_ITEMS = 200
MAX_FINDINGS = 200

accepted_usccs_now: ContextVar[Collection[str]] = ContextVar("accepted_usccs", default=())
"""The codes that the load under way accepts although their check character is wrong."""


@dataclass(frozen=True)
class Failure:
    """Why one value is refused: a stable code, Chinese and English text."""

    code: str
    zh: str
    en: str


REQUIRED = Failure("required", "此项必填", "a value is required")
UNKNOWN = Failure("unknown-field", "没有这一项", "there is no such field")
WRONG_TYPE = Failure("wrong-type", "类型不对", "this is not the right type of value")
NOT_ALLOWED_TEXT = Failure(
    "not-allowed-text", "含有控制字符或不可见字符", "contains control, invisible or direction-changing characters"
)
DUPLICATE = Failure("duplicate", "有重复项", "contains the same item twice")


def load(
    schema: ma.Schema, data: object, *, at: str = "", draft: bool = False, accepted_usccs: Collection[str] = ()
) -> Any:
    """The data as the schema's plain JSON value. Raises Invalid with every finding at once.

    `at` is the JSON Pointer (RFC 6901) of `data` in what was sent. A draft may leave out required fields.
    `accepted_usccs` are codes that an officer has accepted although their check character is wrong.
    """
    if schema.many and (failure := wrong_length(data, 0, MAX_ITEMS)):
        raise Invalid(_finding(failure, at))
    accepted = accepted_usccs_now.set(accepted_usccs)
    try:
        return schema.load(data, partial=draft or None)  # type: ignore[arg-type]  # its business to refuse non-objects
    except ValidationError as error:
        raise Invalid(*islice(_findings(error.messages, at), MAX_FINDINGS)) from None
    finally:
        accepted_usccs_now.reset(accepted)


def invalid(failure: Failure, field: str = SCHEMA) -> ValidationError:
    """A failure for a schema's own `@validates_schema` to raise, at one of its fields."""
    return ValidationError([failure], field)


def wanted(field: str, data: Mapping[str, Any], sent: Mapping[str, Any], *, draft: bool) -> None:
    """Raise `required` at a field that another one asks for, from a `@validates_schema(pass_original=True)`.

    Nothing is raised in a draft, nor when the field was sent and refused: that failure has been told already.
    """
    if not draft and not data.get(field) and (field in data or field not in sent):
        raise invalid(REQUIRED, field)


class Form(ma.Schema):
    """The base of every schema: refuses unknown fields and anything that is not a JSON object."""

    error_messages = {"unknown": UNKNOWN, "type": WRONG_TYPE}  # type: ignore[dict-item]  # noqa: RUF012


def wrong_length(value: object, fewest: int, most: int) -> Failure | None:
    """Why a value is not a list of that many items, if it is not."""
    if not isinstance(value, list):
        return WRONG_TYPE
    if len(value) > most:
        return Failure(
            "too-many", f"最多 {most} 项，现有 {len(value)} 项", f"at most {most} items, there are {len(value)}"
        )
    if len(value) < fewest:
        return Failure("too-few", f"至少 {fewest} 项", f"at least {fewest} items")
    return None


def _findings(messages: Any, pointer: str) -> Iterator[Finding]:
    """marshmallow's tree of messages as findings."""
    if not isinstance(messages, dict):
        yield from (_finding(message, pointer) for message in messages)
        return
    for key, inner in messages.items():
        yield from _findings(inner, pointer if key == SCHEMA else f"{pointer}/{_token(key)}")


def _finding(message: object, pointer: str) -> Finding:
    if isinstance(message, Failure):
        return Finding(message.code, message.zh, message.en, pointer)
    return Finding("not-valid", "内容不符合要求", str(message), pointer)  # of one of marshmallow's own validators


def _token(key: object) -> str:
    """A reference token of RFC 6901. The names of unknown fields may be anything: no lone surrogates, not too long."""
    name = str(key)[:100].encode("utf-8", "replace").decode()
    return name.replace("~", "~0").replace("/", "~1")
