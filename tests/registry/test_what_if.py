"""Final grades earned again by another edition: what differs is named by clause, nothing is written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.registry.what_if import judged_again
from services.shared.kernel.what_if import by_clause
from services.shared.policy import Edition
from tests.registry.examples import EDITION


def other(key: str, value: object) -> Edition:
    """The edition of the examples, with this parameter otherwise."""
    parameters = {**EDITION.parameters, key: replace(EDITION.parameter(key), value=value)}
    return replace(EDITION, id="other", parameters=parameters)


def test_what_another_edition_would_have_graded_is_listed_by_clause(life, wired):
    life.designate()
    life.on(date(2029, 6, 21))
    life.assess()
    registry = wired.application
    log = registry.database.rows("select * from log order by position")
    [same] = judged_again(registry, EDITION)
    assert (same.was, same.differs, same.closed, same.edition) == (same.would_be, False, True, EDITION.id)
    grades = EDITION["assessment.grades"]
    stricter = other("assessment.grades", ({**grades[0], "min": Decimal(101)}, *grades[1:]))
    [judged] = judged_again(registry, stricter)
    assert (judged.was, judged.would_be) == (grades[0]["code"], grades[1]["code"])
    assert by_clause([judged]) == {"S4.3": 1}
    [unsaid] = judged_again(registry, other("assessment.scheme", EDITION["assessment.scheme"][:-1]))
    assert (unsaid.would_be, "无从换算" in unsaid.zh) == ("", True)
    assert registry.database.rows("select * from log order by position") == log
