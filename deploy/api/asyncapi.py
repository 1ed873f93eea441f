"""The AsyncAPI 3.0 document: every channel, message and example of the broker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from deploy.api.json_schemas import envelope_schema, schema_for
from deploy.api.sources import Message
from services.shared.envelope import MEDIA_TYPE
from services.shared.kernel.broker import Names

_DESCRIPTION = (
    "Every fact that a service of Zhichuang (制创) tells the others: a CloudEvents 1.0 event in structured JSON, at"
    " least once and in order per sender. Drop repeats by `id`. `position` is the place in the sender's log and"
    " `previousposition` that of its event before, so a listener can prove that it has everything."
)


def document(messages: Iterable[Message]) -> dict[str, Any]:
    """The whole document."""
    known = list(messages)
    schemas = {"IntegrationEvent": _without_dialect(envelope_schema())}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Zhichuang integration events 制创集成事件", "version": "1.0.0", "description": _DESCRIPTION},
        "defaultContentType": MEDIA_TYPE,
        "servers": {"rabbitmq": {"host": "rabbitmq:5672", "protocol": "amqp", "protocolVersion": "0-9-1"}},
        "channels": {m.routing_key: _channel(m) for m in known} | _queues(known),
        "operations": {f"send.{m.routing_key}": _operation("send", m.routing_key) for m in known}
        | {"replay": _operation("send", "history"), "deliver": _operation("send", "subscriber")},
        "components": {
            "messages": {m.routing_key: _message(m) for m in known},
            "schemas": schemas | {m.routing_key: _without_dialect(schema_for(m)) for m in known},
        },
    }


def _channel(message: Message) -> dict[str, Any]:
    exchange = {"name": Names().events, "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": message.routing_key,
        "description": message.meaning,
        "messages": _references([message]),
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, "bindingVersion": "0.3.0"}},
    }


def _queues(messages: list[Message]) -> dict[str, Any]:
    """The stream of everything, and the queue that a subscribed system gets."""

    def queue(name: str) -> dict[str, Any]:
        described = {"name": name, "durable": True, "exclusive": False, "autoDelete": False}
        return {"amqp": {"is": "queue", "queue": described, "bindingVersion": "0.3.0"}}

    return {
        "history": {
            "address": Names().history,
            "description": "A stream of every event from the first; read it with `x-stream-offset`: first, a number or"
            " a time.",
            "messages": _references(messages),
            "bindings": queue(Names().history),
        },
        "subscriber": {
            "address": "subscriber.{name}",
            "description": "The queue of a subscribed system: its filter by type and prefecture, one consumer at a"
            " time, dead letters in `subscriber.{name}.dead`.",
            "parameters": {"name": {"description": "The name under which the system subscribed."}},
            "messages": _references(messages),
            "bindings": queue("subscriber.{name}"),
        },
    }


def _references(messages: Iterable[Message]) -> dict[str, Any]:
    return {m.routing_key: {"$ref": f"#/components/messages/{m.routing_key}"} for m in messages}


def _operation(action: str, channel: str) -> dict[str, Any]:
    return {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}


def _message(message: Message) -> dict[str, Any]:
    body = {
        "type": "object",
        "properties": {
            "type": {"const": message.type},
            "source": {"const": f"urn:zhichuang:{message.service}"},
            "data": {"$ref": f"#/components/schemas/{message.routing_key}"},
        },
    }
    example = {"name": "golden-sample", "payload": msgspec.to_builtins(message.example())}
    return {
        "name": message.type,
        "title": message.name,
        "summary": message.meaning,
        "contentType": MEDIA_TYPE,
        "payload": {"allOf": [{"$ref": "#/components/schemas/IntegrationEvent"}, body]},
        "examples": [example],
    }


def _without_dialect(schema: dict[str, Any]) -> dict[str, Any]:
    """As part of the document: what stands by itself names its dialect and its id, a part does neither."""
    return {name: value for name, value in schema.items() if name not in {"$schema", "$id"}}
