"""deploy/README.md names every setting that a process reads, and no other."""

import re

from tests.architecture.services import ROOT


def test_every_setting_is_told():
    source = (ROOT / "services/shared/kernel/settings.py").read_text("utf-8")
    read = set(re.findall(r'"([A-Z]{3,}(?:_[A-Z]+)*)"', source))
    table = (ROOT / "deploy/README.md").read_text("utf-8").partition("## Settings")[2]
    told = {name for row in re.findall(r"(?m)^\| (`[^|]+) \|", table) for name in re.findall(r"`([A-Z_]+)`", row)}
    assert told == read
