"""Two snapshots of a dossier compared field by field: JSON Pointer, label, what was there and what is there now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow as ma

from services.intake.domain.values import ATTACHMENT_KINDS, REFERENCE, SECTION_TITLES
from services.intake.forms.personal import personal
from services.intake.forms.sections import SECTIONS

_ABSENT = object()


@dataclass(frozen=True)
class Difference:
    """One field that is not the same. Where there was nothing, or is nothing now, the value is None.

    Of personal data only the fact is told: `personal` is true and both values are None.
    """

    pointer: str
    label: str
    old: Any
    new: Any
    personal: bool = False


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The differences of two snapshots `{"sections": …, "attachments": …}`, their persons put back by the vault."""
    names = [name for name in SECTION_TITLES if name in old["sections"] or name in new["sections"]]
    found: list[Difference] = []
    for name in names:
        before, after = old["sections"].get(name, _ABSENT), new["sections"].get(name, _ABSENT)
        secret = _personal_pointers(name, before) | _personal_pointers(name, after)
        for pointer, was, is_ in _differences(before, after, ""):
            hidden = pointer in secret or pointer.endswith(f"/{REFERENCE}")
            shown = (None, None) if hidden else (was, is_)
            found.append(Difference(f"/{name}{pointer}", _label(name, pointer), shown[0], shown[1], hidden))
    return (*found, *_attachments(old["attachments"], new["attachments"]))


def _personal_pointers(section: str, value: Any) -> set[str]:
    return set() if value is _ABSENT else set(personal(section, value))


def _differences(old: Any, new: Any, at: str) -> Iterator[tuple[str, Any, Any]]:
    """Pointer, old and new of every leaf that differs; the rows of a list are compared by their place."""
    if old == new:
        return
    if isinstance(old, dict) or isinstance(new, dict):
        before, after = _as_dict(old), _as_dict(new)
        keys: list[Any] = list(dict.fromkeys([*before, *after]))
    elif isinstance(old, list) or isinstance(new, list):
        before, after = (dict(enumerate(side)) if isinstance(side, list) else {} for side in (old, new))
        keys = sorted({*before, *after})
    else:
        yield at, _shown(old), _shown(new)
        return
    if not keys:  # an empty thing came or went
        yield at, _shown(old), _shown(new)
    for key in keys:
        yield from _differences(before.get(key, _ABSENT), after.get(key, _ABSENT), f"{at}/{key}")


def _as_dict(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _shown(value: Any) -> Any:
    return None if value is _ABSENT else value


def _label(section: str, pointer: str) -> str:
    """The official labels on the way to a field, such as 成员单位基本信息表 / 第 2 项 / 联系人 / 手机."""
    labels, schema = [SECTION_TITLES[section]], SECTIONS[section]
    field: Any = None
    for token in pointer.split("/")[1:]:
        if token.isdigit():
            labels.append(f"第 {int(token) + 1} 项")
            field = field.inner if isinstance(field, ma.fields.List) else field
        else:
            schema = field.schema if isinstance(field, ma.fields.Nested) else schema
            field = schema.fields.get(token)
            labels.append(_label_of(field, token))
    return " / ".join(labels)


def _label_of(field: Any, token: str) -> str:
    if token == REFERENCE:
        return "个人信息"
    return str(field.metadata.get("label", token)) if field is not None else token


def _attachments(old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> Iterator[Difference]:
    """Documents that came or went, by their SHA-256."""
    for kind, title in ATTACHMENT_KINDS.items():
        before, after = old.get(kind, []), new.get(kind, [])
        for digest in [digest for digest in before if digest not in after]:
            yield Difference(f"/attachments/{kind}", f"附件 / {title}", digest, None)
        for digest in [digest for digest in after if digest not in before]:
            yield Difference(f"/attachments/{kind}", f"附件 / {title}", None, digest)
