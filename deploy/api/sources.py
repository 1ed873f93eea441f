"""What the descriptions are made from: the contracts, their golden samples, who hears them, and the endpoints."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from services.shared.contract import contract_of, schema_of
from services.shared.envelope import TYPE_PREFIX, IntegrationEvent, source_of
from services.shared.kernel.endpoints import Act
from services.shared.kernel.wiring import Definition

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("intake", "screening", "review", "registry", "notify", "audit")


class Message(NamedTuple):
    """One contract of a service."""

    service: str
    name: str
    cls: type

    @property
    def routing_key(self) -> str:
        return f"{self.service}.{self.name}"

    @property
    def type(self) -> str:
        """The CloudEvents type."""
        return f"{TYPE_PREFIX}{self.name}"

    @property
    def meaning(self) -> str:
        return inspect.cleandoc(self.cls.__doc__ or "")

    @property
    def schema(self) -> Any:
        """Its marshmallow schema."""
        return schema_of(self.cls)

    def sample(self) -> dict[str, Any]:
        """Its golden sample."""
        path = ROOT / "services" / self.service / "contracts" / "samples" / f"{self.name}.json"
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return data

    def example(self) -> IntegrationEvent:
        """The golden sample as it travels."""
        data, terms = self.sample(), contract_of(self.cls)
        return IntegrationEvent(
            id="0d6f8a52-5f0e-5d7a-9c6f-2f6c9f0e4b11",
            source=source_of(self.service),
            type=self.type,
            subject=str(data[terms.subject]),
            time="2026-06-01T01:30:00+00:00",
            dataschema=f"urn:zhichuang:schema:{self.routing_key.replace('.', ':', 1)}",
            partitionkey=str(data[terms.key]),
            sequence=3,
            position=42,
            previousposition=40,
            correlationid="5b0c9f6f0a4a4d2f8c1f1a6b7e3d2c10",
            causationid="7c1d8e5f-3a2b-4c6d-9e8f-0a1b2c3d4e5f",
            policyedition="2019-05-06",
            data=data,
        )


class Endpoint(NamedTuple):
    """One endpoint of a service."""

    method: str
    path: str
    act: Act


def definition_of(service: str) -> Definition:
    """What makes this service this service."""
    definition: Definition = import_module(f"services.{service}.wiring").DEFINITION
    return definition


def messages() -> list[Message]:
    """Every contract, by service in the order of a case's life, then by name."""
    found = []
    for service in SERVICES:
        classes = [c for c in vars(import_module(f"services.{service}.contracts")).values() if hasattr(c, "CONTRACT")]
        found += [Message(service, contract_of(c).name, c) for c in sorted(classes, key=lambda c: contract_of(c).name)]
    return found


def listeners_of(message: Message) -> list[str]:
    """The services that do something about this message."""
    return [name for name in SERVICES if message.routing_key in definition_of(name).reactions.by_key]


def endpoints(service: str) -> Iterator[Endpoint]:
    """The endpoints of a service, by path."""
    found = []
    for _, method in inspect.getmembers(definition_of(service).service, inspect.isfunction):
        for entrypoint in getattr(method, "nameko_entrypoints", ()):
            if hasattr(entrypoint, "url"):
                found.append(Endpoint(entrypoint.method, entrypoint.url, method.act))  # type: ignore[attr-defined]
    yield from sorted(found, key=lambda e: (e.path, e.method))
