"""What a service publishes: a frozen dataclass for each type and version, and the marshmallow schema of it."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar, dataclass_transform
from uuid import UUID

import marshmallow as ma
import msgspec

T = TypeVar("T")


@dataclass(frozen=True)
class Contract:
    """The name of an integration event and which of its fields name the case (`key`) and its number (`subject`)."""

    name: str
    key: str
    subject: str


@dataclass_transform(frozen_default=True, kw_only_default=True)
def contract(name: str, *, key: str = "case_id", subject: str = "number") -> Callable[[type[T]], type[T]]:
    """Declare a frozen dataclass as the payload of integration event `name`, e.g. `dossier.submitted.v1`."""

    def declare(cls: type[T]) -> type[T]:
        declared = dataclass(frozen=True, kw_only=True)(cls)
        declared.CONTRACT = Contract(name, key, subject)  # type: ignore[attr-defined]
        return declared

    return declare


def contract_of(message: Any) -> Contract:
    """The contract of a message or of its class."""
    declared: Contract = message.CONTRACT
    return declared


def dump(message: Any) -> dict[str, Any]:
    """The message as plain JSON values."""
    values: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(message))
    return values


def load(cls: type[T], data: dict[str, Any]) -> T:
    """The message in `data`. Fields that this listener does not know are left out, so that a sender may add some.

    Raises marshmallow.ValidationError naming everything that is missing or of a wrong type.
    """
    checked = schema_of(cls).load(data)
    return msgspec.convert({name: data[name] for name in checked}, cls)


def schema_of(cls: type) -> ma.Schema:
    """The marshmallow schema of a message class."""
    hints = typing.get_type_hints(cls)
    declared = {f.name: _field(hints[f.name], f) for f in fields(cls)}
    schema = type(f"{cls.__name__}Schema", (ma.Schema,), {**declared, "Meta": _Tolerant})
    return typing.cast(ma.Schema, schema())


class _Tolerant:
    unknown = ma.EXCLUDE


_SCALARS: dict[type, Callable[..., ma.fields.Field[Any]]] = {
    str: ma.fields.String,
    int: lambda **k: ma.fields.Integer(strict=True, **k),
    bool: ma.fields.Boolean,
    UUID: ma.fields.UUID,
    Decimal: ma.fields.Decimal,
    date: ma.fields.Date,
    datetime: ma.fields.AwareDateTime,
}


def _field(hint: Any, declared: Field[Any] | None = None) -> ma.fields.Field[Any]:
    optional = declared is not None and (declared.default is not MISSING or declared.default_factory is not MISSING)
    options: dict[str, Any] = {"required": not optional}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union) and type(None) in arguments:
        inner = _field(next(a for a in arguments if a is not type(None)))
        inner.allow_none, inner.required = True, not optional
        return inner
    if origin in (tuple, list):
        return ma.fields.List(_field(arguments[0]), **options)
    if origin is dict:
        return ma.fields.Dict(**options)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return ma.fields.Enum(hint, by_value=True, **options)
    if is_dataclass(hint) and isinstance(hint, type):
        return ma.fields.Nested(schema_of(hint), **options)
    return _SCALARS[hint](**options)
