"""The import rules are seen to fail: each seeded breach is caught by the rule that is meant to catch it."""

import shutil
import subprocess
import sys

import pytest

from tests.architecture.services import ROOT

BREACHES = {
    "intake/domain/dossier.py": ("import psycopg", "domain knows no framework"),
    "review/domain/review.py": ("import marshmallow", "domain knows no framework"),
    "registry/domain/centre.py": ("from services.shared.kernel import log", "domain knows no framework"),
    "screening/application/__init__.py": ("from services.intake import contracts", "Contracts are used by"),
    "screening/reactions.py": ("from services.intake.domain import dossier", "knows no other service"),
    "intake/queries.py": ("from services.intake import contracts", "Contracts are used by"),
    "intake/projections.py": ("import eventlet", "Only the kernel touches"),
    "notify/contracts/__init__.py": ("from services.notify.domain import errors", "same floors"),
    "shared/kernel/log.py": ("from services.intake import application", "shared knows none"),
    "shared/vocabulary.py": ("from services.shared import envelope", "shared floor is small"),
    "intake/utils.py": ("", "same floors"),
    "shared/utils.py": ("", "shared floor is small"),
    "seventh/__init__.py": ("", "Every service is declared"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    place = tmp_path_factory.mktemp("breach")
    shutil.copytree(ROOT / "services", place / "services", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "deploy", place / "deploy", ignore=shutil.ignore_patterns("__pycache__", "cases"))
    shutil.copy(ROOT / ".importlinter", place)
    return place


def lint(place):
    program = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache'])"
    return subprocess.run(
        [sys.executable, "-c", program], cwd=place, env={"PYTHONPATH": "."}, capture_output=True, text=True
    )


def test_the_house_is_in_order(copy):
    told = lint(copy)
    assert told.returncode == 0, told.stdout[-3000:]


@pytest.mark.parametrize("path", BREACHES)
def test_catches_a_breach(copy, path):
    line, rule = BREACHES[path]
    file = copy / "services" / path
    before = file.read_text("utf-8") if file.exists() else None
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{before or ''}\n{line}\n", "utf-8")
    try:
        told = lint(copy)
    finally:
        file.unlink() if before is None else file.write_text(before, "utf-8")
        if path.startswith("seventh"):
            file.parent.rmdir()
    assert told.returncode != 0, f"nobody noticed {line!r} in {path}"
    broken = [name for name in told.stdout.splitlines() if "BROKEN" in name] or [told.stdout[-500:]]
    assert any(rule in name for name in broken) or rule in told.stdout, broken
