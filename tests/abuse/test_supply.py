"""What is installed is what was locked."""

import re
from pathlib import Path

import pytest


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_library_is_locked_by_hash(lock):
    entries = re.split(r"\n(?=\S)", Path(lock).read_text().replace("\\\n", " "))
    libraries = [entry for entry in entries if entry.strip() and not entry.lstrip().startswith(("#", "--"))]
    assert libraries
    for entry in libraries:
        assert re.match(r"[a-z0-9._-]+==\S+", entry), entry[:60]
        assert "--hash=sha256:" in entry, entry[:60]


def test_setting_up_asks_for_the_hashes():
    assert Path("Makefile").read_text().count("--require-hashes") == 2
