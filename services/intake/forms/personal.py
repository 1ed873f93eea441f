"""Where a section holds personal data, and how it leaves the section for the vault and comes back (domain report §7.3).

Each person is one block of the form, such as `/lead_leader` (pointers are relative to the section). In the event log
the block keeps what is not personal (a title) and holds `pii_ref`, the vault's reference, in place of the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

import marshmallow as ma

from services.intake.domain.values import REFERENCE
from services.intake.forms.sections import SECTIONS
from services.shared.vocabulary import Finding

_STRAY = {
    "手机号码": re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    "身份证号码": re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?![\dXx])"),
    "电子邮箱": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{2,64}", re.ASCII),
}


def personal(section: str, value: Any) -> dict[str, str]:
    """Every personal value of a loaded section, by its pointer."""
    blocks = personal_blocks(section, value)
    return {f"{at}/{name}": text for at, fields in blocks.items() for name, text in fields.items()}


def personal_blocks(section: str, value: Any) -> dict[str, dict[str, str]]:
    """The persons of a loaded section: the pointer of each block, with its personal fields."""
    return {
        at: {name: block[name] for name in names if name in block}
        for at, block, names in _blocks(SECTIONS[section], value, "")
    }


def without_personal(section: str, value: Any, refs: Mapping[str, str]) -> Any:
    """A copy of the section with a reference in place of each person's data.

    `refs` gives the reference for each pointer of `personal_blocks`. Raises KeyError when one is missing, so that
    nothing personal slips through.
    """
    stripped = deepcopy(value)
    for at, block, names in _blocks(SECTIONS[section], stripped, ""):
        for name in names:
            block.pop(name, None)
        block[REFERENCE] = refs[at]
    return stripped


def with_personal(section: str, stripped: Any, people: Mapping[str, Mapping[str, str]]) -> Any:
    """The section as it was, from `without_personal` and what the vault holds under each reference.

    A person whose data is not given (erased, or the reader may not see it) keeps the reference.
    """
    whole = deepcopy(stripped)
    for _, block, _ in _blocks(SECTIONS[section], whole, ""):
        if block.get(REFERENCE) in people:
            block.update(people[block.pop(REFERENCE)])
    return whole


def without_references(section: str, value: Any) -> Any:
    """A copy of the section without the references that are left: those of persons whose data was erased."""
    bare = deepcopy(value)
    for _, block, _ in _blocks(SECTIONS[section], bare, ""):
        block.pop(REFERENCE, None)
    return bare


def references(sections: Mapping[str, Any]) -> list[str]:
    """Every reference that stripped sections hold."""
    return [
        block[REFERENCE]
        for name, value in sections.items()
        for _, block, _ in _blocks(SECTIONS[name], value, "")
        if REFERENCE in block
    ]


def contacts(sections: Mapping[str, Any]) -> dict[str, str]:
    """The references of those who stand for the centre and its lead unit, with their pointers (check K27).

    Of the other members nobody: a university may be a partner of many.
    """
    return {
        block[REFERENCE]: f"/{name}{at}"
        for name in ("cover", "centre", "lead_unit")
        if name in sections
        for at, block, _ in _blocks(SECTIONS[name], sections[name], "")
        if REFERENCE in block
    }


def stray_personal(section: str, value: Any) -> tuple[Finding, ...]:
    """Warnings for what looks like a person's number or address in free text, where it could not be erased alone."""
    return tuple(
        Finding("personal-in-text", f"文字中疑似含有{what}，请删去", "the text seems to hold personal data", at)
        for at, text in _texts(SECTIONS[section], value, "")
        for what, shape in _STRAY.items()
        if shape.search(text)
    )


def _blocks(schema: ma.Schema, value: Any, at: str) -> Iterator[tuple[str, dict[str, Any], list[str]]]:
    """The person blocks of a value that are not empty: pointer, the block, and the names of its personal fields."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _blocks(schema, item, f"{at}/{index}")
        return
    names = [name for name, field in schema.fields.items() if field.metadata.get("personal")]
    if any(name in value for name in (*names, REFERENCE)):
        yield at, value, names
    for name, field in schema.fields.items():
        if isinstance(field, ma.fields.Nested) and name in value:
            yield from _blocks(_form_of(field), value[name], f"{at}/{name}")


def _texts(schema: ma.Schema, value: Any, at: str) -> Iterator[tuple[str, str]]:
    """The free texts of a value that are not personal fields."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(schema, item, f"{at}/{index}")
        return
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, ma.fields.List) else field
        if isinstance(inner, ma.fields.Nested) and name in value:
            yield from _texts(_form_of(inner), value[name], f"{at}/{name}")
        elif getattr(field, "multiline", False) and name in value:
            yield f"{at}/{name}", value[name]


def _form_of(field: ma.fields.Nested) -> ma.Schema:
    form = field.schema
    assert isinstance(form, ma.Schema)  # noqa: S101  # for the type checker: the property is untyped
    return form
