"""`python -m deploy.api [folder]`: writes `docs/api/` from the contracts and the endpoints."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

from deploy.api import asyncapi, openapi, pages
from deploy.api.json_schemas import envelope_schema, schema_for
from deploy.api.sources import ROOT, SERVICES, messages


def files() -> dict[str, str]:
    """Every generated file below `docs/api`, and its text."""
    known = messages()
    made = {
        "asyncapi.yaml": _yaml(asyncapi.document(known)),
        "events.md": pages.page(known),
        "schemas/integration-event.json": _json(envelope_schema()),
    }
    made |= {f"schemas/{message.routing_key}.json": _json(schema_for(message)) for message in known}
    made |= {f"openapi/{service}.yaml": _yaml(openapi.document(service)) for service in SERVICES}
    return made


def write(folder: Path) -> None:
    """Write them, and take away what no contract stands behind any more."""
    made = files()
    for path in [*folder.glob("schemas/*.json"), *folder.glob("openapi/*.yaml")]:
        if str(path.relative_to(folder)) not in made:
            path.unlink()
    for name, text in made.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


class _Plain(yaml.SafeDumper):
    """Writes every value out: references inside a document are JSON references only."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # yaml's signature
        return True


def _yaml(value: Any) -> str:
    # Through JSON: enum members, ordered dictionaries and tuples become what they are written as.
    plain = json.loads(json.dumps(value, default=str))
    text: str = yaml.dump(plain, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
    return text


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "api")
