"""Acts beside the straight way: each happens, is refused in the wrong state, and is noticed when another was first."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.intake import forms
from services.intake.domain.correction import CorrectionItem
from services.intake.domain.dossier import Dossier, State
from services.intake.domain.round import Conditions, Quota
from services.shared.calendar import BEIJING, calendar
from services.shared.calendar.deadlines import Deadline
from services.shared.kernel.clock import today
from services.shared.vocabulary import Invalid, NotFound, NotInThisState, VersionConflict
from tests.examples.dossiers import MISTYPED_USCC, changed, good_dossier
from tests.intake.conftest import as_
from tests.intake.examples import CLOSES_ON, KUNMING, UNIVERSITY, closing
from tests.intake.steps import (
    attach_all,
    confirm,
    hand_in,
    open_dossier,
    open_round,
    plan_round,
    prepare,
    save_section,
    submit,
    withdraw,
)

CONDITIONS = Conditions("限所列领域。", ("LIQUID_METAL",), (Quota(KUNMING, 2),), 3)
LETTER = "云工信创〔2026〕12号"


def topics(wired):
    return [topic for (topic,) in wired.database.rows("select topic from log order by position")]


def codes(refusal):
    return [finding.code for finding in refusal.value.findings]


def state_of(wired, case_id):
    [(state,)] = wired.database.rows("select state from dossiers where id = %s", (case_id,))
    return state


def ask(intake, case_id, round_no=1, level="prefecture"):
    """A notice of correction with five working days."""
    due = Deadline.working_days_after(
        today(intake.clock),
        5,
        kind="correction",
        rule="correction.applicant_days",
        clause="S4.1.2",
        close_time="17:30",
        count_start_day=False,
        calendar=calendar(),
    )
    with as_("officer-kunming"):
        intake.ask_for_correction(
            case_id,
            level=level,
            round_no=round_no,
            items=(CorrectionItem("/plan/p8", "请补充人才保障措施", "A2"),),
            due=due.due,
            provisional=False,
            explanation="五个工作日",
        )
    return due.due


def applicant(act, case_id, **form):
    with as_("applicant-kunming"):
        return act(case_id, **form)


def recall(intake, case_id):
    return applicant(intake.recall_dossier, case_id, reason="更正附件")


def resubmit(intake, case_id):
    return applicant(intake.resubmit_dossier, case_id)


def decline(intake, case_id):
    with as_("member-university"):
        return intake.decline_membership(case_id, reason="职工总数不对")


def copy(intake, case_id, earlier):
    return applicant(intake.copy_dossier, case_id, earlier=earlier)


def test_publishes_what_a_round_asks_before_it_opens_and_once(wired, intake):
    round_ = plan_round(intake)
    for _ in range(2):
        with as_("officer-province-1"):
            intake.publish_conditions(round_.id, conditions=CONDITIONS)
    assert topics(wired) == ["intake.round.planned", "intake.round.conditions-published"]
    [(kept,)] = wired.database.rows("select conditions from rounds")
    assert kept["quotas"] == [{"prefecture": KUNMING, "most": 2}]
    with as_("division-head"):
        intake.open_round(round_.id, document_no=LETTER)
    with as_("officer-province-1"), pytest.raises(NotInThisState):
        intake.publish_conditions(round_.id, conditions=CONDITIONS)


def test_calling_a_round_off_ends_every_dossier_of_it_that_goes_on_in_the_same_commit(wired, intake):
    round_ = open_round(intake)
    submitted, draft, gone = (
        submit(intake, prepare(intake, round_=round_)).id,
        open_dossier(intake, round_.id),
        withdraw(intake, open_dossier(intake, round_.id)).id,
    )
    with as_("division-head"):
        intake.cancel_round(round_.id, document_no=LETTER, reason="政策调整")
    assert [state_of(wired, case_id) for case_id in (submitted, draft, gone)] == ["terminated"] * 2 + ["withdrawn"]
    assert wired.database.rows("select state from rounds") == [("cancelled",)]
    assert wired.database.rows("select from deadlines") == []
    with as_("division-head"), pytest.raises(NotInThisState) as refusal:
        intake.cancel_round(round_.id, document_no=LETTER, reason="政策调整")
    assert codes(refusal) == ["round-cancelled"]


def test_a_unit_that_declines_stops_the_submission_until_it_confirms(intake):
    case_id = prepare(intake)
    assert decline(intake, case_id).declined == {UNIVERSITY: "职工总数不对"}
    assert decline(intake, case_id).version == intake.find(Dossier, case_id).version
    with pytest.raises(Invalid) as refusal:
        submit(intake, case_id)
    assert codes(refusal) == ["members-declined"]
    confirm(intake, case_id, "member-university")
    assert submit(intake, case_id).state is State.SUBMITTED


def test_a_submission_is_taken_back_worked_on_and_handed_in_again_under_the_next_number(wired, intake):
    case_id = hand_in(intake).id
    assert recall(intake, case_id).state is State.DRAFT
    assert state_of(wired, case_id) == "draft"
    with pytest.raises(NotInThisState):
        recall(intake, case_id)
    assert [snapshot.number for snapshot in submit(intake, case_id).snapshots] == [1, 2]


@pytest.mark.parametrize("begun", ["correction", "recommended", "closed"])
def test_a_submission_that_is_being_worked_on_or_whose_round_is_over_is_not_recalled(wired, intake, begun):
    case_id = hand_in(intake).id
    if begun == "correction":
        ask(intake, case_id)
    elif begun == "recommended":
        with as_("officer-kunming"):
            intake.note_recommended(case_id, letter_no=LETTER)
    else:
        wired.clock.move_to(closing(CLOSES_ON).due + timedelta(seconds=1))
    before = topics(wired)
    with pytest.raises(NotInThisState):
        recall(intake, case_id)
    assert topics(wired) == before


def test_a_correction_opens_the_dossier_and_its_answer_freezes_the_next_snapshot(wired, intake):
    case_id = hand_in(intake).id
    due = ask(intake, case_id)
    ask(intake, case_id)  # told twice
    assert topics(wired).count("intake.dossier.correction-requested") == 1
    assert (intake.find(Dossier, case_id).code, state_of(wired, case_id)) == ("A12", "correcting")
    running = "select due from deadlines where aggregate_id = %s and kind = 'correction'"
    assert wired.database.rows(running, (case_id,)) == [(due,)]
    save_section(intake, case_id, "plan", changed("/plan/p8/people", "引进首席专家二名。")["plan"])
    answered = resubmit(intake, case_id)
    assert (answered.state, [snapshot.number for snapshot in answered.snapshots]) == (State.SUBMITTED, [1, 2])
    assert wired.database.rows("select from deadlines where aggregate_id = %s", (case_id,)) == []
    with pytest.raises(NotInThisState):
        resubmit(intake, case_id)


def test_an_incomplete_answer_names_everything_and_changes_nothing(wired, intake):
    case_id = hand_in(intake).id
    ask(intake, case_id)
    save_section(intake, case_id, "supplement", changed("/supplement/full_time_rd_staff", 0)["supplement"])
    before = topics(wired)
    with pytest.raises(Invalid) as refusal:
        resubmit(intake, case_id)
    assert codes(refusal) == ["K09"]
    assert topics(wired) == before


def test_the_clock_lapses_a_case_without_an_answer_and_nothing_is_taken_after_the_time(wired, intake):
    case_id = hand_in(intake).id
    due = ask(intake, case_id)
    with as_("division-head"), pytest.raises(NotInThisState) as refusal:
        intake.lapse_dossier(case_id)
    assert codes(refusal) == ["still-in-time"]
    wired.clock.move_to(due + timedelta(seconds=1))
    for late in (lambda: resubmit(intake, case_id), lambda: save_section(intake, case_id, "cover", {})):
        with pytest.raises(NotInThisState) as refusal:
            late()
        assert codes(refusal) == ["answer-too-late"]
    midnight = datetime.combine(due.astimezone(BEIJING).date() + timedelta(days=1), time(), tzinfo=BEIJING)
    wired.clock.move_to(midnight - timedelta(seconds=1))
    wired.run_deadlines()
    assert state_of(wired, case_id) == "correcting"
    wired.clock.move_to(midnight)
    wired.run_deadlines()
    assert (wired.run_deadlines(), state_of(wired, case_id)) == (0, "lapsed")


def test_a_code_that_fails_its_check_passes_once_an_officer_has_seen_the_licence(intake):
    case_id = prepare(intake)
    wrong = {"contributions": [{"uscc": MISTYPED_USCC}]}
    with pytest.raises(Invalid) as refusal:
        save_section(intake, case_id, "supplement", wrong)
    assert codes(refusal) == ["uscc-check-character"]
    with as_("officer-kunming"), pytest.raises(Invalid) as refusal:
        intake.accept_uscc(case_id, uscc=MISTYPED_USCC, licence="0" * 64, reason="执照如此")
    assert codes(refusal) == ["licence-not-attached"]
    attach_licence(intake, case_id)
    [licence] = intake.find(Dossier, case_id).attachments["business_licence"]
    for _ in range(2):
        with as_("officer-kunming"):
            dossier = intake.accept_uscc(case_id, uscc=MISTYPED_USCC, licence=licence.sha256, reason="执照如此")
    assert dossier.accepted_usccs == {MISTYPED_USCC}
    save_section(intake, case_id, "supplement", wrong)


def attach_licence(intake, case_id):
    with as_("applicant-kunming"):
        intake.attach_document(
            case_id, kind="business_licence", name="执照.txt", body="幻彩执照".encode(), media_type="text/plain"
        )


def test_a_copy_of_an_earlier_dossier_has_its_persons_under_references_of_its_own(intake):
    earlier = withdraw(intake, prepare(intake))
    case_id = open_dossier(intake, earlier.round_id)
    dossier = copy(intake, case_id, earlier.id)
    assert dossier.attachments == earlier.attachments
    assert not set(forms.references(dossier.sections)) & set(forms.references(earlier.sections))
    with as_("applicant-kunming"):
        reader = forms.Reader("applicant-kunming", "applicant", "test")
        assert intake.keeping.whole(dossier.sections, reader) == good_dossier()
    with pytest.raises(NotInThisState) as refusal:
        copy(intake, case_id, earlier.id)
    assert codes(refusal) == ["draft-not-empty"]


def test_nothing_is_copied_from_a_dossier_that_the_caller_may_not_know_of(intake):
    round_ = open_round(intake)
    earlier, case_id = open_dossier(intake, round_.id), open_dossier(intake, round_.id)
    with as_("applicant-kunming", sees=lambda thing: thing.id == case_id), pytest.raises(NotFound):
        intake.copy_dossier(case_id, earlier=earlier)


def test_a_new_dossier_takes_the_place_of_one_that_is_over_and_of_no_other(intake):
    earlier = open_dossier(intake, open_round(intake).id)
    round_id = intake.find(Dossier, earlier).round_id
    with as_("applicant-kunming"), pytest.raises(Invalid) as refusal:
        intake.open_dossier(round_id=round_id, prefecture=KUNMING, supersedes=earlier)
    assert codes(refusal) == ["earlier-still-open"]
    withdraw(intake, earlier)
    with as_("applicant-kunming"):
        again = intake.open_dossier(round_id=round_id, prefecture=KUNMING, supersedes=earlier)
    assert again.supersedes == earlier


def test_two_snapshots_are_compared_field_by_field_and_persons_by_the_fact_alone(intake):
    case_id = hand_in(intake).id
    ask(intake, case_id)
    other = changed("/centre/lead_leader/mobile", "13800000999", changed("/centre/initial_investment_wan", "1300.00"))
    save_section(intake, case_id, "centre", other["centre"])
    dossier = resubmit(intake, case_id)
    reader = forms.Reader("officer-kunming", "prefecture_officer", "comparison of snapshots")
    found = {difference.pointer: difference for difference in intake.differences(dossier, 1, 2, reader)}
    assert found.keys() == {"/centre/initial_investment_wan", "/centre/lead_leader/mobile"}
    assert found["/centre/initial_investment_wan"].new == "1300.00"
    assert found["/centre/lead_leader/mobile"].personal
    assert found["/centre/lead_leader/mobile"].new is None
    assert {read.reader for read in intake.vault.reads(case_id=case_id)} == {"officer-kunming"}
    with pytest.raises(NotFound):
        intake.differences(dossier, 1, 3, reader)


def test_checks_a_dossier_by_another_edition_and_names_one_that_there_is_not(intake):
    dossier = intake.find(Dossier, prepare(intake))
    assert intake.checks_of(dossier, "2019-05-06") == intake.checks_of(dossier)
    with pytest.raises(Invalid) as refusal:
        intake.checks_of(dossier, "1999")
    assert codes(refusal) == ["unknown-edition"]


ACTS = {
    "recall_dossier": ("applicant-kunming", hand_in, {"reason": "更正"}),
    "decline_membership": ("member-university", None, {"reason": "不对"}),
    "resubmit_dossier": ("applicant-kunming", hand_in, {}),
    "copy_dossier": ("applicant-kunming", None, {"earlier": "itself"}),
    "remove_attachment": ("applicant-kunming", None, {"kind": "rules", "sha256": "0" * 64}),
    "accept_uscc": ("officer-kunming", None, {"uscc": MISTYPED_USCC, "licence": "0" * 64, "reason": "x"}),
}


@pytest.mark.parametrize("act", ACTS)
def test_notices_that_somebody_else_was_first(wired, intake, act):
    user, begin, form = ACTS[act]
    case_id = begin(intake).id if begin else prepare(intake)
    given: dict[str, object] = {name: case_id if value == "itself" else value for name, value in form.items()}
    before = topics(wired)
    with as_(user, target=case_id, expected_version=1), pytest.raises(VersionConflict):
        getattr(intake, act)(case_id, **given)
    assert topics(wired) == before


@pytest.mark.parametrize("act", ["publish_conditions", "cancel_round"])
def test_notices_that_somebody_else_was_first_with_the_round(wired, intake, act):
    round_ = open_round(intake)
    form = {"conditions": CONDITIONS} if act == "publish_conditions" else {"document_no": LETTER, "reason": "x"}
    with as_("division-head", target=round_.id, expected_version=1), pytest.raises(VersionConflict):
        getattr(intake, act)(round_.id, **form)


def test_attachments_can_be_added_while_a_correction_waits(intake):
    case_id = hand_in(intake).id
    ask(intake, case_id, level="province")
    assert intake.find(Dossier, case_id).code == "A27"
    attach_all(intake, case_id)


def test_a_wrong_attachment_is_taken_away_and_a_snapshot_that_was_frozen_with_it_keeps_it(intake):
    case_id = hand_in(intake).id
    recall(intake, case_id)
    [proof] = intake.find(Dossier, case_id).attachments["project_proof"]
    dossier = applicant(intake.remove_attachment, case_id, kind="project_proof", sha256=proof.sha256)
    assert dossier.attachments["project_proof"] == ()
    assert proof in dossier.documents
    assert {check.id for check in intake.checks_of(dossier)} == {"K12"}
    with pytest.raises(Invalid) as refusal:
        applicant(intake.remove_attachment, case_id, kind="project_proof", sha256=proof.sha256)
    assert codes(refusal) == ["not-attached"]
    [rule, *_] = dossier.attachments["rules"]
    applicant(intake.remove_attachment, case_id, kind="rules", sha256=rule.sha256)
    with pytest.raises(Invalid) as refusal:
        submit(intake, case_id)
    assert "K25" in codes(refusal)


def test_a_section_is_read_back_as_it_was_written_and_who_read_it_is_recorded(intake):
    case_id = prepare(intake)
    dossier, reader = intake.find(Dossier, case_id), forms.Reader("applicant-kunming", "applicant", "section centre")
    assert intake.section_of(dossier, "centre", reader) == good_dossier()["centre"]
    assert {read.purpose for read in intake.vault.reads(case_id=case_id)} == {"section centre"}
    empty = intake.find(Dossier, open_dossier(intake, dossier.round_id))
    assert intake.section_of(empty, "centre", reader) is None
    with pytest.raises(NotFound):
        intake.section_of(dossier, "scores", reader)


def test_a_member_unit_sees_its_own_row_and_table_with_its_persons_and_nobody_elses(intake):
    dossier, reader = intake.find(Dossier, prepare(intake)), forms.Reader("member-university", "member_unit", "confirm")
    said = intake.membership_of(dossier, UNIVERSITY, reader)
    assert said["tables"] == [form for form in good_dossier()["member_units"] if form["uscc"] == UNIVERSITY]
    assert [row["uscc"] for row in said["rows"]] == [UNIVERSITY]
    assert len(intake.vault.reads(case_id=dossier.id)) == 2  # the legal representative and the contact


def test_the_receipt_says_when_the_dossier_was_taken(intake):
    assert hand_in(intake).snapshots[0].submitted_at == intake.clock.now()


def test_a_round_goes_on_to_its_review_its_list_and_the_archives_and_is_then_called_off_no_more(wired, intake):
    round_ = open_round(intake)
    steps = [
        ("division-head", intake.close_round, {}, "closed"),
        ("officer-province-1", intake.begin_review, {}, "in-review"),
        ("division-head", intake.announce_round, {"document_no": LETTER}, "announced"),
        ("officer-province-1", intake.archive_round, {}, "archived"),
    ]
    for user, act, form, state in steps:
        with as_(user):
            act(round_.id, **form)
        assert wired.database.rows("select state from rounds") == [(state,)]
        with as_(user), pytest.raises(NotInThisState):
            act(round_.id, **form)
    with as_("division-head"), pytest.raises(NotInThisState):
        intake.cancel_round(round_.id, document_no=LETTER, reason="x")


def test_a_round_that_is_opened_early_takes_no_dossiers_before_its_day(wired, intake):
    with as_("officer-province-1"):
        round_ = intake.plan_round(
            number="2026-1", title="申报", year=2026, opens_on=date(2026, 3, 22), closes_on=CLOSES_ON
        )
    with as_("division-head"):
        intake.open_round(round_.id, document_no=LETTER)
    wired.clock.move_to(datetime(2026, 3, 21, 15, 59, tzinfo=UTC))  # a minute before midnight in Kunming
    with pytest.raises(NotInThisState):
        open_dossier(intake, round_.id)
    wired.clock.move_to(datetime(2026, 3, 21, 16, 0, tzinfo=UTC))
    open_dossier(intake, round_.id)


def test_a_round_that_is_limited_to_other_fields_does_not_take_the_dossier(intake):
    round_ = plan_round(intake)
    with as_("officer-province-1"):
        intake.publish_conditions(round_.id, conditions=Conditions("限人工智能。", ("AI",), (), 0))
    with as_("division-head"):
        intake.open_round(round_.id, document_no=LETTER)
    with pytest.raises(Invalid) as refusal:
        submit(intake, prepare(intake, round_=round_))
    assert codes(refusal) == ["field-not-open"]


def test_what_older_forms_found_is_not_relied_on_and_persons_are_then_read(intake, monkeypatch):
    case_id = prepare(intake)
    save_section(intake, case_id, "cover", {"centre_name": "幻彩"})
    monkeypatch.setattr(forms, "VERSION", "newer")
    with pytest.raises(Invalid) as refusal:
        submit(intake, case_id)
    assert "required" in codes(refusal)
    assert {read.purpose for read in intake.vault.reads(case_id=case_id)} == {"submission check"}


def test_what_a_section_lacks_is_told_at_the_submission_without_opening_anybodys_data(intake):
    case_id = prepare(intake)
    contact = {name: text for name, text in good_dossier()["centre"]["contact"].items() if name != "mobile"}
    save_section(intake, case_id, "centre", changed("/centre/contact", contact)["centre"])
    with pytest.raises(Invalid) as refusal:
        submit(intake, case_id)
    assert [(found.code, found.pointer) for found in refusal.value.findings] == [("required", "/centre/contact/mobile")]
    assert intake.vault.reads(case_id=case_id) == []


def test_a_person_who_was_erased_since_the_section_was_saved_is_missed_at_the_submission(intake):
    case_id = prepare(intake)
    ref = intake.find(Dossier, case_id).sections["centre"]["contact"]["pii_ref"]
    intake.vault.erase(ref, basis="本人申请", approver="dpo")
    with pytest.raises(Invalid) as refusal:
        submit(intake, case_id)
    assert "/centre/contact/mobile" in {found.pointer for found in refusal.value.findings}
