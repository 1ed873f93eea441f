"""Problem documents (RFC 9457): each refusal with a stable code, where, in Chinese and English, by which clause."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from services.shared.kernel.identity import IssuerUnavailable, Unauthenticated
from services.shared.vocabulary import (
    Denied,
    Finding,
    Invalid,
    NotFound,
    NotInThisState,
    Refusal,
    VersionConflict,
)

MEDIA_TYPE = "application/problem+json"


class PreconditionRequired(Refusal):
    """A header that every command needs is missing (RFC 6585)."""


class TooLarge(Refusal):
    """The body is larger than this endpoint takes."""


class NotSupported(Refusal):
    """The body is of a media type that this endpoint does not take."""


_KINDS: tuple[tuple[type[Exception], int, str, str], ...] = (
    (Unauthenticated, 401, "请先登录", "Sign in first"),
    (Denied, 403, "无权执行", "Not permitted"),
    (NotFound, 404, "未找到", "Not found"),
    (VersionConflict, 412, "内容已被他人更新", "Changed by somebody else"),
    (NotInThisState, 409, "当前状态不允许此操作", "Not allowed in this state"),
    (PreconditionRequired, 428, "缺少必需的请求头", "A required header is missing"),
    (TooLarge, 413, "内容过大", "Too large"),
    (NotSupported, 415, "不支持的内容类型", "Media type not supported"),
    (Invalid, 422, "内容不符合要求", "Not acceptable as sent"),
)
_BUSY = (psycopg.OperationalError, PoolTimeout, IssuerUnavailable)


def problem(error: BaseException, instance: str, trace_id: str) -> Response:
    """The answer to a request that ended in this error. Says nothing of the inside of the system."""
    for kind, status, zh, en in _KINDS:
        if isinstance(error, kind):
            findings = getattr(error, "findings", ())
            return _response(status, zh, en, instance, trace_id, findings, _extras(error))
    if isinstance(error, HTTPException) and error.code is not None:
        response = _response(error.code, error.name, error.name, instance, trace_id, ())
        response.headers.extend((k, v) for k, v in error.get_headers() if k.lower() == "allow")
        return response
    if isinstance(error, _BUSY):
        response = _response(503, "系统繁忙，请稍后重试", "Busy, try again", instance, trace_id, ())
        response.headers["Retry-After"] = "2"
        return response
    return _response(500, "系统内部错误", "Internal error", instance, trace_id, ())


def _extras(error: BaseException) -> dict[str, Any]:
    if isinstance(error, VersionConflict):
        return {"expected_version": error.expected, "actual_version": error.actual, **getattr(error, "extras", {})}
    return {}


def _response(
    status: int,
    zh: str,
    en: str,
    instance: str,
    trace_id: str,
    findings: tuple[Finding, ...],
    extras: dict[str, Any] | None = None,
) -> Response:
    code = findings[0].code if len(findings) == 1 else en.lower().replace(" ", "-")
    document = {
        "type": f"urn:zhichuang:problem:{code}",
        "title": f"{zh} / {en}",
        "status": status,
        "code": code,
        "instance": instance,
        "trace_id": trace_id,
        "errors": [_error(f) for f in findings],
        **(extras or {}),
    }
    body = json.dumps(document, ensure_ascii=False)
    response = Response(body, status=status, content_type=MEDIA_TYPE)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _error(finding: Finding) -> dict[str, str]:
    return {name: value for name, value in asdict(finding).items() if value or name == "pointer"}
