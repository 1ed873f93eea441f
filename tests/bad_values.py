"""Bad values made from the schemas themselves: every field of a form at once, each spoilt in the same way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marshmallow as ma

from services.shared.kernel.fields import Code, Flag, Integer, Items, Money, Text

WAYS = ("wrong type", "over-long", "control characters", "number as text", "too many")
"""How a field is spoilt. What a way cannot spoil (the length of a flag) gets a value of the wrong type."""


def spoilt(schema: ma.Schema, way: str, at: str = "") -> tuple[Any, list[str]]:
    """What fills the form in with nothing but bad values, and the JSON Pointer of each."""
    if schema.many:
        value, pointers = _form(schema, way, f"{at}/0")
        return [value], pointers
    return _form(schema, way, at)


def _form(schema: ma.Schema, way: str, at: str) -> tuple[dict[str, Any], list[str]]:
    values, pointers = {}, []
    for name, field in schema.fields.items():
        known_as = field.data_key or name
        values[known_as], spoils = _field(field, way, f"{at}/{known_as}")
        pointers += spoils
    return values, pointers


def _field(field: ma.fields.Field[Any], way: str, at: str) -> tuple[Any, list[str]]:
    if isinstance(field, ma.fields.Nested | ma.fields.List) and way == "wrong type":
        return "text", [at]
    if isinstance(field, Items):
        if way == "too many":
            return [None] * (field.max + 1), [at]
        value, pointers = _field(field.inner, way, f"{at}/0")
        return [value], pointers
    if isinstance(field, ma.fields.Nested):
        form = field.schema
        assert isinstance(form, ma.Schema)
        return _form(form, way, at)
    return next(_leaf(field, way)), [at]


def _leaf(field: ma.fields.Field[Any], way: str) -> Iterator[Any]:
    if way == "over-long":
        if isinstance(field, Text):
            yield "幻" * (field.max + 1)
        elif isinstance(field, Integer):
            yield 10**18
        elif isinstance(field, Money | Code):
            yield "9" * 300
    elif way == "control characters" and not isinstance(field, Flag | Integer):
        yield "a\x00b\u202e"
    elif way == "number as text" and isinstance(field, Integer | Flag):
        yield "7"
    elif way == "number as text":
        yield 1.5
    yield {"an": "object"}
