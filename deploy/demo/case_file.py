"""A case as data: the YAML file that `deploy/demo/README.md` describes, with its attachments beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml


class BadCaseFile(Exception):
    """The file cannot be used; the message says why, in one sentence."""


@dataclass(frozen=True)
class Attachment:
    """A supporting document of the dossier."""

    kind: str
    name: str
    path: Path


@dataclass(frozen=True)
class CaseFile:
    """One case: its round, its dossier, and, as far as it goes, what everybody decides on it (`story`)."""

    path: Path
    case: dict[str, Any]
    round: dict[str, Any]
    applicant: dict[str, Any]
    dossier: dict[str, Any]
    attachments: tuple[Attachment, ...]
    confirmations: tuple[dict[str, Any], ...]
    story: dict[str, Any]

    @property
    def lead_uscc(self) -> str:
        """The organisation that applies."""
        return str(self.dossier.get("supplement", {}).get("lead_uscc", ""))

    @property
    def prefecture(self) -> str:
        """The recommending prefecture's code."""
        return str(self.dossier.get("supplement", {}).get("prefecture_code", ""))

    def tells(self, *keys: str) -> bool:
        """Whether the story goes as far as all of these."""
        return all(key in self.story for key in keys)


def read(path: Path) -> CaseFile:
    """Read a case file. Raises BadCaseFile."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadCaseFile(f"{path}: {str(error).splitlines()[0]}") from None
    if not isinstance(content, dict) or not {"round", "dossier"} <= content.keys():
        raise BadCaseFile(f"{path}: a case file has at least `round` and `dossier` (see deploy/demo/README.md)")
    content = _with_plain_dates(content)
    return CaseFile(
        path,
        content.get("case") or {"id": path.stem, "title": path.stem},
        content["round"],
        content.get("applicant") or {},
        content["dossier"],
        tuple(_attachment(path.parent, item) for item in content.get("attachments") or ()),
        tuple(content.get("member_confirmations") or _everybody(content["dossier"])),
        content.get("story") or {},
    )


def _attachment(folder: Path, item: dict[str, Any]) -> Attachment:
    file = folder / item["file"]
    if not file.is_file():
        raise BadCaseFile(f"{file}: there is no such attachment")
    return Attachment(item["kind"], item.get("name", file.name), file)


def _everybody(dossier: dict[str, Any]) -> list[dict[str, Any]]:
    """Every member unit but the lead, when the file does not say who confirms."""
    members = (dossier.get("centre") or {}).get("members") or []
    return [{"uscc": row.get("uscc", "")} for row in members if row.get("role") != "lead"]


def _with_plain_dates(value: Any) -> Any:
    """YAML makes dates of unquoted ones; the API takes ISO 8601 text."""
    if isinstance(value, dict):
        return {key: _with_plain_dates(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_plain_dates(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
