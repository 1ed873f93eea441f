"""The templates as data: bilingual, complete, and decisions held."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from services.notify.domain.templates import Template, templates

EVERY = list(templates().values())


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("template", EVERY, ids=lambda template: template.name)
def test_speaks_chinese_first_and_english_second(template: Template):
    wording = template.wording
    assert re.search(r"[\u4e00-\u9fff]", wording.title_zh)
    assert re.search(r"[\u4e00-\u9fff]", wording.body_zh)
    assert not re.search(r"[\u4e00-\u9fff]", wording.title_en + wording.body_en)


def test_only_decisions_wait_for_a_human_look():
    assert {template.name for template in EVERY if template.held} == {
        "case.not-recommended",
        "case.not-selected",
        "centre.designated",
        "centre.listed-for-cultivation",
        "centre.revoked",
    }


@pytest.mark.parametrize("name", ["case.not-recommended", "case.not-selected", "centre.revoked"])
def test_an_adverse_decision_is_never_told_without_its_remedy(name: str):
    wording = templates()[name].wording
    assert {"remedy", "clauses", "document_no"} <= _fields(wording.body_zh) & _fields(wording.body_en)
