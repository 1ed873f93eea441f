"""JSON Schemas (2020-12) of the contracts and of the envelope around them, made from the marshmallow schemas."""

from __future__ import annotations

from typing import Any

import msgspec
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from deploy.api.sources import Message
from services.shared.envelope import IntegrationEvent

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_for(message: Message) -> dict[str, Any]:
    """The schema of a message's `data`. A field that it does not name may come: senders add optional ones."""
    plugin = MarshmallowPlugin(schema_name_resolver=lambda _: "")  # everything in place, nothing by reference
    APISpec(title="", version="", openapi_version="3.1.0", plugins=[plugin])
    assert plugin.converter is not None  # noqa: S101  # made by the line above
    described: dict[str, Any] = plugin.converter.schema2jsonschema(message.schema)  # type: ignore[no-untyped-call]
    return {
        "$schema": DIALECT,
        "$id": f"urn:zhichuang:schema:{message.service}:{message.name}",
        "title": message.type,
        "description": message.meaning,
        **described,
    }


def envelope_schema() -> dict[str, Any]:
    """The schema of an integration event, whatever it carries."""
    schema = msgspec.json.schema(IntegrationEvent)["$defs"]["IntegrationEvent"]
    return {"$schema": DIALECT, "$id": "urn:zhichuang:schema:integration-event", **schema}
