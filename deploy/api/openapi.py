"""The OpenAPI 3.1 document of each service, from its endpoints, their marshmallow schemas and the authority table."""

from __future__ import annotations

import re
import warnings
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from deploy.api.sources import Endpoint, definition_of, endpoints
from services.shared.kernel.authority import May

_PROBLEM = "Problem"
_PROBLEM_DOCUMENT = {
    "description": "A problem document (RFC 9457) with every finding: code, Chinese and English text, pointer, clause.",
    "content": {"application/problem+json": {"schema": {"type": "object"}}},
}
_REFUSALS = ("401", "403", "404", "422")
_COMMAND_REFUSALS = ("409", "412", "428")
"""422: what was sent; 409: the state; 412: the version; 428: a header is missing."""


def document(service: str) -> dict[str, Any]:
    """The document of one service."""
    definition = definition_of(service)
    spec = APISpec(
        title=f"Zhichuang {service}",
        version="1.0.0",
        openapi_version="3.1.0",
        info={"description": (definition.service.__doc__ or "").strip()},
        security=[{"bearer": []}],
        plugins=[MarshmallowPlugin(schema_name_resolver=lambda _: "")],
    )
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.response(_PROBLEM, _PROBLEM_DOCUMENT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # computed answers have no fixed type
        for endpoint in endpoints(service):
            spec.path(
                path=re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", endpoint.path),
                operations={endpoint.method.lower(): _operation(endpoint, definition.authority[endpoint.act.name])},
                parameters=[_path_parameter(*part) for part in re.findall(r"<(?:(\w+):)?(\w+)>", endpoint.path)],
            )
    return spec.to_dict()


def _operation(endpoint: Endpoint, may: May) -> dict[str, Any]:
    act, is_command = endpoint.act, endpoint.method != "GET"
    operation: dict[str, Any] = {
        "operationId": act.name,
        "description": _who(may),
        "parameters": _headers(endpoint) if is_command else _paging(endpoint),
        "responses": _responses(endpoint, is_command),
    }
    if may.public:
        operation["security"] = [{}, {"bearer": []}]
    if body := _body(endpoint):
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _who(may: May) -> str:
    roles = ", ".join(sorted(may.roles)) + (" and the public" if may.public else "")
    return f"For: {roles}." + (f" Legal basis: {', '.join(may.basis)}." if may.basis else "")


def _body(endpoint: Endpoint) -> dict[str, Any] | None:
    act = endpoint.act
    if act.raw:
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    if act.any_json:
        content = {"type": "object", "required": ["content"], "properties": {"content": {}}}
        return {"application/json": {"schema": content}}
    return {"application/json": {"schema": act.takes}} if act.takes else None


def _responses(endpoint: Endpoint, is_command: bool) -> dict[str, Any]:
    act = endpoint.act
    answer: dict[str, Any] = {"description": "The thing as it is now, its version as ETag."}
    schema: Any = act.answers or {"type": "object"}
    answer["content"] = {"application/json": {"schema": schema}}
    refusals = _REFUSALS + (_COMMAND_REFUSALS if is_command else ())
    return {"201" if act.creates else "200": answer} | dict.fromkeys(sorted(refusals), _PROBLEM)


def _headers(endpoint: Endpoint) -> list[dict[str, Any]]:
    needed = [("Idempotency-Key", "The same key is carried out once; a repeat gets the first answer.")]
    if not endpoint.act.creates and "<uuid:" in endpoint.path:
        needed.append(("If-Match", "The ETag that you saw, or `*`."))
    return [
        {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
        for name, text in needed
    ]


def _paging(endpoint: Endpoint) -> list[dict[str, Any]]:
    if not endpoint.act.name.startswith("list_"):
        return []
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 200}}
    return [limit, {"name": "after", "in": "query", "schema": {"type": "string"}}]


def _path_parameter(kind: str, name: str) -> dict[str, Any]:
    schema = {"type": "string"} | ({"format": "uuid"} if kind == "uuid" else {})
    return {"name": name, "in": "path", "required": True, "schema": schema}
