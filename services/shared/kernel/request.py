"""What a request says, read strictly: headers of a command, a bounded JSON body, a page to list."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import secrets
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request

from services.shared.kernel.problems import NotSupported, PreconditionRequired, TooLarge
from services.shared.vocabulary import Finding, Invalid

MAX_JSON = 1024 * 1024
"""Bytes of a JSON body. Documents have an endpoint and a limit of their own."""
MAX_DEPTH = 32
MAX_PAGE = 200
_CURSOR = Finding("cursor-not-ours", "after 不是有效的游标", "after is not a cursor of ours", "/after")


def request_id(request: Request) -> str:
    """The caller's `X-Request-Id` when it is a plain word, else a new one."""
    given = request.headers.get("X-Request-Id", "")
    return given if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", given) else uuid4().hex


def trace_context(request: Request) -> str:
    """The caller's W3C `traceparent` when it is one, else that of a new trace, which nobody has sampled yet."""
    given = request.headers.get("traceparent", "").strip()
    if re.fullmatch(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", given):
        return given
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"


def idempotency_key(request: Request) -> str:
    """The `Idempotency-Key` header. Raises PreconditionRequired when it is missing or malformed."""
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(r"[\x21-\x7e]{1,200}", key):
        raise PreconditionRequired(
            Finding(
                "idempotency-key-required", "缺少 Idempotency-Key 请求头", "send an Idempotency-Key of 1–200 characters"
            )
        )
    return key


def expected_version(request: Request) -> int | None:
    """The version in `If-Match`; None for `*`. Raises PreconditionRequired when missing, Invalid when not a version."""
    given = request.headers.get("If-Match", "")
    if not given:
        raise PreconditionRequired(
            Finding(
                "if-match-required", "缺少 If-Match 请求头（您所见的版本）", "send If-Match with the ETag that you saw"
            )
        )
    if given.strip() == "*":
        return None
    match = re.fullmatch(r'"(\d{1,18})"', given.strip())
    if match is None:
        raise Invalid(Finding("if-match-not-a-version", "If-Match 不是有效版本", "If-Match is not an ETag of ours"))
    return int(match.group(1))


def json_body(request: Request) -> dict[str, Any]:
    """The JSON object of the body; an empty body is an empty object.

    Raises TooLarge, NotSupported, or Invalid for broken JSON, repeated names, numbers out of range or deep nesting.
    """
    raw = body_bytes(request, MAX_JSON)
    if not raw:
        return {}
    if request.mimetype != "application/json":
        raise NotSupported(Finding("json-expected", "请以 application/json 提交", "send application/json"))
    try:
        value = json.loads(raw, object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid(Finding("broken-json", "不是有效的 JSON", f"not valid JSON: {error}"[:300])) from None
    if not isinstance(value, dict):
        raise Invalid(Finding("object-expected", "请提交 JSON 对象", "send a JSON object"))
    if _depth(value) > MAX_DEPTH:
        raise Invalid(Finding("nested-too-deeply", "嵌套过深", f"nested deeper than {MAX_DEPTH}"))
    return value


def body_bytes(request: Request, limit: int) -> bytes:
    """The bytes of the body. Raises TooLarge before reading more than `limit` of them."""
    too_large = TooLarge(Finding("body-too-large", f"内容超过 {limit} 字节", f"the body is over {limit} bytes"))
    if (request.content_length or 0) > limit:
        raise too_large
    request.max_content_length = limit + 1
    try:
        body = request.get_data(cache=True)
    except RequestEntityTooLarge:
        raise too_large from None
    if len(body) > limit:
        raise too_large
    return body


def digest_of(request: Request, body: bytes) -> bytes:
    """What makes two requests with one idempotency key the same: method, path and the bytes of the body."""
    return hashlib.sha256(b"\0".join((request.method.encode(), request.path.encode(), body))).digest()


class Page(NamedTuple):
    """A page to list: at most `limit` rows whose key sorts behind `after`."""

    limit: int
    after: list[Any] | None

    def behind(self, *kinds: Callable[[Any], Any]) -> list[Any] | None:
        """The key to go on behind, each part read by its kind (`UUID`, `position`); None for the first page.

        Raises Invalid for a cursor that is not of these kinds: it is opaque, but anybody can make one up.
        """
        if self.after is None:
            return None
        try:
            return [kind(part) for kind, part in zip(kinds, self.after, strict=True)]
        except (ValueError, TypeError, AttributeError):
            raise Invalid(_CURSOR) from None


def position(given: Any) -> int:
    """A place in a log, as a part of a cursor. Raises ValueError for anything else."""
    if not isinstance(given, int) or not 0 <= given < 2**63:
        raise ValueError("not a position")
    return given


def page_of(request: Request) -> Page:
    """The page that `limit` and `after` ask for. Raises Invalid with every finding."""
    findings = []
    limit = request.args.get("limit", "50")
    if not re.fullmatch(r"\d{1,4}", limit) or not 1 <= int(limit) <= MAX_PAGE:
        findings.append(
            Finding("limit-out-of-range", f"limit 应为 1–{MAX_PAGE}", f"limit is 1 to {MAX_PAGE}", "/limit")
        )
    after: list[Any] | None = None
    if token := request.args.get("after"):
        try:
            after = json.loads(base64.urlsafe_b64decode(token.encode() + b"=="))
        except (ValueError, binascii.Error, RecursionError):
            after = None
        if not isinstance(after, list) or not all(isinstance(a, str | int) for a in after):
            findings.append(_CURSOR)
    if findings:
        raise Invalid(*findings)
    return Page(int(limit), after)


def cursor_behind(key: list[Any]) -> str:
    """The opaque cursor for the page behind the row with this key."""
    values = [str(part) if isinstance(part, UUID) else part for part in key]
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name is repeated")
    return result


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= MAX_DEPTH:
        deepest += 1
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent if isinstance(parent, list) else ())
        ]
    return deepest
