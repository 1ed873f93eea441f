"""docs/security.md: every threat has a control and tests that exist; the licence list is that of the lock."""

from __future__ import annotations

import re

import pytest

from deploy.docker import sbom
from tests.architecture.services import ROOT

PAGE = (ROOT / "docs/security.md").read_text("utf-8")
ROWS = re.findall(r"(?m)^\| (T\d+) \| (.+?) \| (.+?) \| (.+) \|$", PAGE)
REFUSED_LICENCES = ("AGPL", "SSPL", "BUSL", "Proprietary", "not stated")


@pytest.fixture(scope="module")
def tests_that_are():
    sources = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for source in sources for name in re.findall(r"(?m)^\s*(?:async )?def (test_\w+)", source)}


def test_every_threat_of_the_design_has_one_row():
    assert [row[0] for row in ROWS] == [f"T{number}" for number in range(1, 33)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_threat_has_a_control_and_tests_that_exist(row, tests_that_are):
    _, abuse, control, tests = row
    assert abuse
    assert control
    named = set(re.findall(r"`(test_\w+)`", tests))
    assert named, "no test"
    assert named <= tests_that_are, f"no such test: {named - tests_that_are}"


def test_every_other_test_that_the_page_names_exists(tests_that_are):
    assert set(re.findall(r"`(test_\w+)`", PAGE)) <= tests_that_are


def test_the_mappings_name_only_threats_that_there_are():
    known = {row[0] for row in ROWS}
    assert set(re.findall(r"\bT\d+\b", PAGE)) <= known


def test_the_licence_list_is_that_of_the_lock():
    written = dict(re.findall(r"(?m)^\| `([\w.-]+)` \| [^|]+ \| (.+) \|$", PAGE))
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    listed = {each["name"]: each["licenses"][0]["license"]["name"] for each in sbom.components(lock)}
    assert written == listed
    assert [name for name, licence in listed.items() if any(word in licence for word in REFUSED_LICENCES)] == []
