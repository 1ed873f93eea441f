"""The threat model's abuse cases: each has a test, and each test that is named is there."""

import re
import tomllib
from pathlib import Path

import pytest

CASES = tomllib.loads(Path("tests/abuse/cases.toml").read_text())


def test_no_abuse_case_is_left_out():
    assert list(CASES) == [f"T{number}" for number in range(1, 33)]


@pytest.mark.parametrize("name", CASES)
def test_the_tests_of_an_abuse_case_are_there(name):
    assert CASES[name]["tests"]
    for test in CASES[name]["tests"]:
        path, _, function = test.partition("::")
        assert re.search(rf"^def {function}\(", Path("tests", path).read_text(), re.MULTILINE), test


CONTROLS = tomllib.loads(Path("tests/abuse/controls.toml").read_text())


@pytest.mark.parametrize("name", CONTROLS)
def test_the_control_of_an_abuse_case_stands_where_it_can_be_taken_away(name):
    control = CONTROLS[name]
    assert Path(control["file"]).read_text().count(control["old"]) == 1, "see controls.toml"
    assert Path("tests", control["test"].partition("::")[0]).exists()
