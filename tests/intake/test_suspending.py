"""A case that its prefecture lets stand still, as its applicant sees it: nothing lapses, nothing is handed in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.intake.domain.correction import PREFECTURE
from services.intake.domain.dossier import Dossier
from services.intake.domain.standing import Suspension
from services.screening.contracts import CaseResumed, CaseSuspended, CorrectionRequested
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.deadlines import run_due
from services.shared.kernel.inbox import Tracking
from services.shared.vocabulary import NotInThisState
from tests.examples.dossiers import good_dossier
from tests.given import done, given
from tests.intake.conftest import as_
from tests.intake.examples import MORNING, concluded, opened, submitted, withdrawn
from tests.intake.steps import hand_in, withdraw
from tests.intake.test_reactions import golden, heard, topics

STANDS = Suspension(PREFECTURE, "investigation", "昆工信监〔2026〕3号", MORNING)


def suspending(dossier):
    dossier.note_suspended(STANDS)


def resuming(dossier):
    dossier.note_resumed(level=PREFECTURE, document_no="昆工信监〔2026〕8号")


@pytest.fixture
def hear(wired):
    """Takes a message in as the inbox does, one after the other."""
    taken = []

    def take(message):
        taken.append(message)
        event = heard(message, len(taken))
        wired.react(event, Tracking(event.sender, len(taken)))

    return take


def test_a_submission_stands_still_and_is_recalled_only_when_it_goes_on():
    given(submitted()).when(suspending).then(Dossier.CaseSuspended)
    recalling = lambda dossier: dossier.recall(reason="更正")  # noqa: E731  # a command of one line
    stands = done(submitted(), suspending)
    refusal = given(done(submitted(), suspending)).when(recalling).then_refused("case-suspended")
    assert refusal.findings[0].clause == "S4.1.2"
    given(done(stands, resuming)).when(recalling).then(Dossier.SubmissionRecalled)


def test_a_repeat_or_what_comes_too_late_changes_nothing():
    given(done(submitted(), suspending)).when(suspending).then()
    given(submitted()).when(resuming).then()
    for ended in (opened, withdrawn, concluded):
        given(ended()).when(suspending).then()


def test_a_suspended_case_is_taken_back_for_good_and_stands_still_no_more():
    case = done(submitted(), suspending, lambda dossier: dossier.withdraw(reason="方案调整"))
    assert not case.is_suspended


def correcting(hear, case_id, days=7):
    hear(replace(golden(CorrectionRequested, case_id), due=MORNING + timedelta(days=days)))


def stands(hear, case_id):
    hear(golden(CaseSuspended, case_id))


def goes_on(hear, case_id, due=None):
    hear(replace(golden(CaseResumed, case_id), due=due, explanation="补正期限：自恢复之日起计算。" if due else ""))


def at(wired, moment):
    wired.clock = wired.application.clock = FixedClock(moment)


def kinds(wired):
    return {kind for (kind,) in wired.database.rows("select kind from deadlines")}


def test_a_correction_does_not_lapse_while_the_case_stands_still_and_does_afterwards(hear, wired, intake):
    case_id = hand_in(intake).id
    correcting(hear, case_id)
    assert kinds(wired) >= {"correction", "lapse"}
    stands(hear, case_id)
    assert not kinds(wired) & {"correction", "lapse"}
    at(wired, MORNING + timedelta(days=40))
    run_due(intake, wired.definition.deadlines)
    assert "intake.dossier.lapsed" not in topics(wired)
    goes_on(hear, case_id, due=MORNING + timedelta(days=44))
    assert intake.find(Dossier, case_id).correction.deadline.due == MORNING + timedelta(days=44)
    run_due(intake, wired.definition.deadlines)
    assert "intake.dossier.lapsed" not in topics(wired)
    at(wired, MORNING + timedelta(days=46))
    run_due(intake, wired.definition.deadlines)
    assert topics(wired)[-1] == "intake.dossier.lapsed"
    assert wired.database.rows("select suspended from dossiers") == [("",)]


def test_a_clock_that_asks_a_suspended_case_all_the_same_is_refused(hear, wired, intake):
    case_id = hand_in(intake).id
    correcting(hear, case_id)
    stands(hear, case_id)
    at(wired, MORNING + timedelta(days=40))
    with as_("auditor"), pytest.raises(NotInThisState) as refusal:
        intake.lapse_dossier(case_id)
    assert refusal.value.findings[0].code == "case-suspended"


def test_an_answer_waits_until_the_case_goes_on(hear, wired, intake):
    case_id = hand_in(intake).id
    correcting(hear, case_id)
    stands(hear, case_id)
    for act in (
        lambda: intake.resubmit_dossier(case_id),
        lambda: intake.save_section(case_id, "cover", good_dossier()["cover"]),
    ):
        with as_("applicant-kunming"), pytest.raises(NotInThisState) as refusal:
            act()
        assert refusal.value.findings[0].code == "case-suspended"
    goes_on(hear, case_id, due=MORNING + timedelta(days=9))
    with as_("applicant-kunming"):
        intake.resubmit_dossier(case_id)


def test_the_same_due_moment_is_set_again_where_the_suspension_took_no_day(hear, wired, intake):
    case_id = hand_in(intake).id
    correcting(hear, case_id)
    before = wired.database.rows("select kind, due from deadlines order by kind")
    stands(hear, case_id)
    goes_on(hear, case_id, due=MORNING + timedelta(days=7))
    assert wired.database.rows("select kind, due from deadlines order by kind") == before


def test_lists_show_the_cause_until_the_case_goes_on_or_ends(hear, wired, intake):
    case_id = hand_in(intake).id
    stands(hear, case_id)
    query = "select suspended, version from dossiers"
    assert wired.database.rows(query) == [("investigation", intake.find(Dossier, case_id).version)]
    goes_on(hear, case_id)
    assert wired.database.rows(query)[0][0] == ""
    stands(hear, case_id)
    withdraw(intake, case_id)
    assert wired.database.rows(query)[0][0] == ""
