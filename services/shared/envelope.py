"""The integration event: CloudEvents 1.0 in structured JSON, as it travels over RabbitMQ and to subscribers.

Delivered at least once, in order per sender. `id` is the same on every retry, resend and replay.
"""

from __future__ import annotations

from typing import Any

import msgspec

MEDIA_TYPE = "application/cloudevents+json"
MAX_BYTES = 64 * 1024
TYPE_PREFIX = "cn.gov.yn.mic."


class EnvelopeError(ValueError):
    """The bytes are not an integration event."""


class IntegrationEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One fact that a service tells the others.

    `type` is `cn.gov.yn.mic.<noun>.<verb>.v<n>`; `subject` the number of the case or centre; `partitionkey` the case
    id, within which order is promised; `position` the place in the sender's log (1, 2, 3 …, without holes there) and
    `previousposition` that of the sender's integration event before this one, so that a listener can prove that it
    has everything.
    """

    specversion: str = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: str
    datacontenttype: str = "application/json"
    dataschema: str
    partitionkey: str
    sequence: int
    position: int
    previousposition: int
    correlationid: str
    causationid: str
    policyedition: str
    traceparent: str = ""
    data: dict[str, Any]

    @property
    def sender(self) -> str:
        """The service that published it."""
        return self.source.rsplit(":", 1)[-1]

    @property
    def name(self) -> str:
        """The type without the house's prefix, e.g. `dossier.submitted.v1`."""
        return self.type.removeprefix(TYPE_PREFIX)

    @property
    def routing_key(self) -> str:
        """`<service>.<noun>.<verb>.v<n>`."""
        return f"{self.sender}.{self.name}"


def source_of(service: str) -> str:
    """The CloudEvents `source` of a service."""
    return f"urn:zhichuang:{service}"


_decoder = msgspec.json.Decoder(IntegrationEvent)


def encode(event: IntegrationEvent) -> bytes:
    """The event as bytes. Raises EnvelopeError when it is over 64 KB: what is larger travels as a document."""
    body = msgspec.json.encode(event)
    if len(body) > MAX_BYTES:
        raise EnvelopeError(f"{event.type} is {len(body)} bytes, over {MAX_BYTES}")
    return body


def decode(body: bytes) -> IntegrationEvent:
    """The event in these bytes. Raises EnvelopeError for anything else, without ever running what the bytes name."""
    if len(body) > MAX_BYTES:
        raise EnvelopeError(f"{len(body)} bytes, over {MAX_BYTES}")
    try:
        return _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise EnvelopeError(str(error)) from error
