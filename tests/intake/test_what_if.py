"""What if another edition had bound the round: the log is judged again, and stays as it is."""

from __future__ import annotations

from copy import deepcopy

import pytest

from services.intake.application import Intake
from services.intake.what_if import by_clause, judged_again
from services.shared.policy import UnknownEdition
from tests.examples.dossiers import good_dossier
from tests.intake.conftest import as_
from tests.intake.steps import hand_in, prepare, submit

DRAFT, ADOPTED = "2028-01-01-draft", "2019-05-06"


def log_of(intake: Intake) -> list[tuple[object, ...]]:
    return [tuple(row) for row in intake.database.rows("select position, link from log order by position")]


def poorer() -> dict[str, object]:
    """TC-01 with 1,500 ten-thousand yuan in all: enough in 2019, not for a designation in the draft of 2028."""
    sections = deepcopy(good_dossier())
    supplement = sections["supplement"]
    supplement["total_formation_funds_wan"] = "1500.00"
    first, *others = supplement["contributions"]
    for share in others:
        share["pledged_wan"] = share["paid_in_wan"] = "0.00"
    first["pledged_wan"] = first["paid_in_wan"] = "1500.00"
    return sections


def test_a_dossier_below_the_new_floor_would_not_have_been_taken(intake):
    dossier = submit(intake, prepare(intake, poorer()))
    before = log_of(intake)
    [judged] = judged_again(intake, DRAFT)
    assert (judged.case_id, judged.edition, judged.was_taken, judged.would_be_taken) == (
        dossier.id, ADOPTED, True, False,
    )  # fmt: skip
    assert [(each.clause, each.check, each.would_be) for each in judged.differences if each.check == "K02"] == [
        ("S3.2.3", "K02", "BLOCK")
    ]
    assert by_clause([judged]) == {"S3.2.3": 1}
    assert log_of(intake) == before


def test_what_was_submitted_is_judged_not_what_came_after(intake):
    dossier = hand_in(intake)
    with as_("applicant-kunming"):
        intake.withdraw_dossier(dossier.id, reason="方案调整")
    [judged] = judged_again(intake, DRAFT)
    assert (judged.version, judged.state, judged.decision_differs) == (dossier.version, "withdrawn", False)
    assert [each.check for each in judged.differences if each.would_be == "BLOCK"] == []


def test_the_same_edition_makes_no_difference_and_another_round_is_left_out(intake):
    hand_in(intake)
    [judged] = judged_again(intake, ADOPTED)
    assert (judged.differences, judged.was_taken) == ((), True)
    assert list(judged_again(intake, ADOPTED, "2025-9")) == []


def test_a_round_that_still_takes_dossiers_can_be_left_out(intake):
    dossier = hand_in(intake)
    assert list(judged_again(intake, ADOPTED, closed=True)) == []
    with as_("division-head"):
        intake.close_round(dossier.round_id)
    assert [each.case_id for each in judged_again(intake, ADOPTED, closed=True)] == [dossier.id]


def test_an_edition_that_there_is_not_is_refused(intake):
    with pytest.raises(UnknownEdition):
        list(judged_again(intake, "1999-01-01"))
