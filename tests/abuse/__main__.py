"""`python -m tests.abuse [T6 …]`: takes each control away in a copy of the tree, and sees the case's test fail.

A test that passes all the same holds nothing: exit code 1. Each case runs in a process of its own: it takes minutes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

CONTROLS = Path(__file__).with_name("controls.toml")


def without(control: dict[str, Any], tree: Path) -> bool:
    """Whether the test fails in this tree without the control; the control is put back."""
    file = tree / control["file"]
    whole = file.read_text(encoding="utf-8")
    assert whole.count(control["old"]) == 1, f"{control['file']}: {control['old']!r} does not stand there once"
    file.write_text(whole.replace(control["old"], control["new"]), encoding="utf-8")
    try:
        words = [sys.executable, "-W", "ignore", "-m", "pytest", "-p", "no:cacheprovider", "-q", "-x"]
        done = subprocess.run(
            [*words, f"tests/{control['test']}"], cwd=tree, capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 1):  # neither passed nor failed: it was not even collected
            raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
        return done.returncode == 1
    finally:
        file.write_text(whole, encoding="utf-8")


def main(names: list[str]) -> int:
    """Try the named cases, or all."""
    controls, held = tomllib.loads(CONTROLS.read_text(encoding="utf-8")), True
    with tempfile.TemporaryDirectory(prefix="zc-abuse-") as folder:
        tree = Path(folder) / "tree"
        skipped = shutil.ignore_patterns(
            ".git", ".venv", ".run", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis"
        )
        shutil.copytree(".", tree, ignore=skipped, symlinks=True)
        for name, control in controls.items():
            if names and name not in names:
                continue
            noticed = without(control, tree)
            held = held and noticed
            sys.stdout.write(f"{name}: without its control {'a test fails' if noticed else 'NO TEST FAILS'}\n")
            sys.stdout.flush()
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
