"""The bill of materials of an image: CycloneDX 1.5 JSON of what is installed, with the hashes that the lock allows.

`python sbom.py LOCK >sbom.json`. `licences` is the list that the security page and its test use. Standard library only.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any


def components(lock: str) -> list[dict[str, Any]]:
    """One component for each package of the lock that is installed here, in the order of the lock."""
    found = []
    for name, version, rest in re.findall(r"(?m)^([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==(\S+)((?:.*\\\n)*.*)", lock):
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue
        found.append(
            {
                "type": "library",
                "name": name,
                "version": version,
                "purl": f"pkg:pypi/{name}@{version}",
                "licenses": [{"license": {"name": licence_of(installed)}}],
                "hashes": [{"alg": "SHA-256", "content": h} for h in re.findall(r"sha256:([0-9a-f]{64})", rest)],
            }
        )
    return found


def licence_of(installed: Distribution) -> str:
    """The licence that a package states: its expression, else its classifiers, else the first line of its text."""
    metadata: Any = installed.metadata  # a mapping, as of Python 3.12 by its type too
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [c.rsplit(" :: ", 1)[-1] for c in metadata.get_all("Classifier", []) if c.startswith("License ::")]
    if named := [c for c in classifiers if c != "OSI Approved"]:
        return ", ".join(named)
    return str(metadata.get("License") or "not stated").strip().splitlines()[0]


def bill(lock: str, name: str) -> dict[str, Any]:
    """The document. It names no time and no machine, so that the same image has the same bill."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": name}},
        "components": components(lock),
    }


if __name__ == "__main__":
    json.dump(bill(Path(sys.argv[1]).read_text("utf-8"), "zhichuang"), sys.stdout, indent=1)
