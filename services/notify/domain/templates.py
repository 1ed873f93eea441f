"""The templates of notifications (`templates.toml`): their texts, and which of them wait for a human look."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.notify.domain.values import Purpose, Wording


@dataclass(frozen=True)
class Template:
    """One kind of notification. A `held` one tells of a decision: a province officer looks at it before it goes out."""

    name: str
    wording: Wording
    held: bool
    purpose: Purpose = Purpose.PROGRESS

    def render(self, facts: Mapping[str, str]) -> Wording:
        """The text with the facts put in. Raises KeyError for a fact that the text names and nobody gave."""
        blank = self.wording
        return Wording(
            title_zh=blank.title_zh.format_map(facts),
            title_en=blank.title_en.format_map(facts),
            body_zh=blank.body_zh.format_map(facts),
            body_en=blank.body_en.format_map(facts),
        )


def template(name: str) -> Template:
    """The template of this name. Raises KeyError."""
    return templates()[name]


@cache
def templates() -> Mapping[str, Template]:
    """Every template by name."""
    content = tomllib.loads(Path(__file__).with_name("templates.toml").read_text(encoding="utf-8"))
    return MappingProxyType({name: _template(name, dict(table)) for name, table in content.items()})


def _template(name: str, table: dict[str, str | bool]) -> Template:
    held = bool(table.pop("held", False))
    purpose = Purpose(str(table.pop("purpose", Purpose.DECISION if held else Purpose.PROGRESS)))
    return Template(name, Wording(**{key: str(text) for key, text in table.items()}), held, purpose)
