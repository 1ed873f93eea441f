"""The services as the architecture tests look at them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from services.shared.kernel.wiring import Definition

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("intake", "screening", "review", "registry", "notify", "audit")


def definition_of(service: str) -> Definition:
    """What makes this service this service."""
    definition: Definition = import_module(f"services.{service}.wiring").DEFINITION
    return definition


def contracts_of(service: str) -> dict[str, type]:
    """The messages that a service publishes, by name."""
    module = import_module(f"services.{service}.contracts")
    found = [value for value in vars(module).values() if hasattr(value, "CONTRACT")]
    return {message.CONTRACT.name: message for message in found}
