"""Decisions of a dossier: each command happens, can be refused, and leaves what it must."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from services.intake.domain.dossier import CODES, Dossier, State
from services.intake.domain.rules import Severity
from services.shared.vocabulary import Denied, Finding, NotInThisState
from tests.examples.dossiers import changed, good_dossier, without
from tests.given import done, given
from tests.intake.examples import (
    CASE,
    CERTIFICATE,
    EDITION,
    FACTS,
    INSTITUTE,
    LEAD,
    PARTICIPANTS,
    SNAPSHOT,
    STRANGER,
    UNIVERSITY,
    attach,
    checks_of,
    conclude,
    concluded,
    confirm,
    confirmed,
    filled,
    opened,
    save,
    submit,
    submitted,
    withdrawn,
)

NO_LONGER_DRAFTS = [submitted, withdrawn, concluded]
CENTRE = good_dossier()["centre"]


def test_is_an_empty_draft_with_the_id_of_the_case_when_opened():
    dossier = given(opened()).aggregate
    assert (dossier.id, dossier.state, dossier.lead_uscc) == (CASE, State.DRAFT, LEAD)
    assert (dossier.sections, dossier.attachments, dossier.member_usccs) == ({}, {}, ())


def test_every_state_of_the_process_has_its_code():
    codes = {"draft": "A00", "submitted": "A05", "withdrawn": "A90", "lapsed": "A91", "terminated": "A92"}
    assert {state.value: code for state, code in CODES.items()} == codes


def test_keeps_a_section_as_far_as_it_is_filled_in():
    [event] = given(opened()).when(save("cover", {"centre_name": "幻彩"})).then(Dossier.SectionSaved)
    assert (event.section, event.content, event.lapsed) == ("cover", {"centre_name": "幻彩"}, ())


def test_keeps_the_newest_of_a_section_that_is_saved_twice():
    again = done(filled(), save("cover", {"centre_name": "另一名称"}))
    dossier = given(again).aggregate
    assert dossier.sections["cover"] == {"centre_name": "另一名称"}
    assert dossier.sections.keys() == good_dossier().keys()


def test_knows_the_members_of_a_draft_whose_rows_are_half_filled_in():
    rows = {"members": [{"seq": 1}, {"uscc": UNIVERSITY}]}
    assert given(filled({"centre": rows})).aggregate.member_usccs == (UNIVERSITY,)


def test_adds_a_supporting_document():
    [event] = given(opened()).when(attach).then(Dossier.AttachmentAdded)
    assert (event.kind, event.document) == ("legal_person_certificate", CERTIFICATE)
    assert given(done(opened(), attach)).aggregate.documents == (CERTIFICATE,)


def test_ignores_the_same_document_of_the_same_kind():
    given(done(opened(), attach)).when(attach).then()


def test_takes_the_same_document_under_another_kind():
    other = given(done(opened(), attach)).when(lambda d: d.attach(kind="other", document=CERTIFICATE))
    other.then(Dossier.AttachmentAdded)


def test_refuses_a_kind_of_document_that_the_policy_does_not_know():
    refusal = given(opened()).when(lambda d: d.attach(kind="selfie", document=CERTIFICATE))
    assert "legal_person_certificate" in refusal.then_refused("unknown-kind-of-document").findings[0].en


def test_is_confirmed_by_a_unit_of_its_list():
    [event] = given(filled()).when(confirm(UNIVERSITY)).then(Dossier.MemberConfirmed)
    assert event.uscc == UNIVERSITY


def test_ignores_a_second_confirmation():
    given(done(filled(), confirm(UNIVERSITY))).when(confirm(UNIVERSITY)).then()


@pytest.mark.parametrize("make", [opened, filled])
def test_denies_a_confirmation_of_a_unit_that_is_not_listed(make):
    refusal = given(make()).when(confirm(STRANGER)).then_refused("not-a-member-unit")
    assert isinstance(refusal, Denied)


@pytest.mark.parametrize(
    ("pointer", "value"), [("/centre/members/1/layer", "outer"), ("/member_units/1/rd_staff", 1421)]
)
def test_loses_the_confirmation_of_a_unit_whose_row_or_table_becomes_another(pointer, value):
    section = pointer.split("/")[1]
    outcome = given(confirmed()).when(save(section, changed(pointer, value)[section]))
    [event] = outcome.then(Dossier.SectionSaved)
    assert event.lapsed == (UNIVERSITY,)
    again = given(done(confirmed(), save(section, changed(pointer, value)[section])))
    again.when(submit).then_refused("members-unconfirmed")


def test_loses_the_confirmation_of_a_unit_that_is_struck_off_and_wants_a_new_one_when_it_comes_back():
    struck = done(confirmed(), save("centre", without("/centre/members/2")["centre"]), save("centre", CENTRE))
    assert given(struck).aggregate.confirmed == frozenset(PARTICIPANTS) - {INSTITUTE}


def test_keeps_the_confirmations_when_a_section_is_saved_again_and_only_its_references_are_new():
    outcome = given(confirmed()).when(save("member_units", good_dossier()["member_units"], "pii_2"))
    [event] = outcome.then(Dossier.SectionSaved)
    assert event.lapsed == ()


def test_is_handed_in_with_a_numbered_snapshot_and_its_facts():
    [event] = given(confirmed()).when(submit).then(Dossier.Submitted)
    assert (event.snapshot.number, event.snapshot.document, event.snapshot.facts) == (1, SNAPSHOT, FACTS)
    dossier = given(submitted()).aggregate
    assert dossier.state is State.SUBMITTED
    assert dossier.documents == (SNAPSHOT,)


def test_keeps_what_was_remarked_and_did_not_stop_it():
    sections = changed("/centre/initial_investment_wan", "900.00")  # K03 is worth a look, no more
    [event] = given(confirmed(sections)).when(submit).then(Dossier.Submitted)
    assert [remark.code for remark in event.snapshot.remarks] == ["K03"]


def test_takes_the_facts_from_what_is_written():
    assert (FACTS.lead_unit_name, FACTS.member_usccs[0]) == ("昆明幻彩合金股份有限公司", LEAD)
    assert len(FACTS.member_names) == len(FACTS.member_usccs) == 5
    assert (FACTS.track_requested, FACTS.total_formation_funds_wan) == ("designation", "3200.00")


def test_refuses_to_be_handed_in_while_members_have_not_confirmed_and_names_them():
    refusal = given(done(filled(), confirm(UNIVERSITY))).when(submit).then_refused("members-unconfirmed")
    [finding] = refusal.findings
    assert finding.pointer == "/member_units"
    assert INSTITUTE in finding.zh
    assert UNIVERSITY not in finding.zh
    assert LEAD not in finding.zh  # who hands in has no need to confirm


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [
        ("/supplement/lead_uscc", STRANGER, "another-lead-unit"),
        ("/supplement/prefecture_code", "533100", "another-prefecture"),
    ],
)
def test_refuses_another_lead_unit_or_prefecture_than_it_was_opened_for(pointer, value, code):
    refusal = given(confirmed(changed(pointer, value))).when(
        lambda d: d.submit(faults=(), checks=(), document=SNAPSHOT, facts=FACTS)
    )
    assert refusal.then_refused(code).findings[0].pointer == pointer


def test_refuses_with_faults_of_the_forms_failed_checks_and_unconfirmed_members_at_once():
    draft = filled(changed("/supplement/full_time_rd_staff", 0))
    faults = (Finding("required", "此项必填", "a value is required", "/cover/responsible"),)
    refusal = given(draft).when(lambda d: d.submit(faults=faults, checks=checks_of(d), document=SNAPSHOT, facts=FACTS))
    refusal.then_refused("required", "K09", "members-unconfirmed")


def test_a_check_that_only_warns_stops_nothing():
    [check] = checks_of(filled(changed("/centre/initial_investment_wan", "900.00")))
    warning, stop = replace(check, severity=Severity.MANUAL), replace(check, severity=Severity.BLOCK)
    for found, passes in ((check, True), (warning, True), (stop, False)):
        outcome = given(confirmed()).when(partial(Dossier.require_complete, faults=(), checks=(found,)))
        outcome.then() if passes else outcome.then_refused("K03")


@pytest.mark.parametrize("make", NO_LONGER_DRAFTS)
@pytest.mark.parametrize(
    "command", [save("cover", {}), attach, confirm(UNIVERSITY), submit], ids=["save", "attach", "confirm", "submit"]
)
def test_refuses_every_change_once_it_is_no_draft_any_more(make, command):
    refusal = given(make()).when(command).then_refused("not-in-this-state")
    assert isinstance(refusal, NotInThisState)


@pytest.mark.parametrize(("make", "handed_in"), [(opened, False), (confirmed, False), (submitted, True)])
def test_is_taken_back_for_good_and_tells_whether_it_had_been_handed_in(make, handed_in):
    withdrawing = given(make())
    [event] = withdrawing.when(lambda d: d.withdraw(reason="方案调整")).then(Dossier.Withdrawn)
    assert (event.submitted, event.reason) == (handed_in, "方案调整")
    assert withdrawing.aggregate.state is State.WITHDRAWN


@pytest.mark.parametrize("make", [withdrawn, concluded])
def test_refuses_to_be_taken_back_when_it_is_over(make):
    given(make()).when(lambda d: d.withdraw(reason="")).then_refused("not-in-this-state")


def test_notes_what_became_of_its_case():
    [event] = given(submitted()).when(conclude).then(Dossier.Concluded)
    assert (event.outcome, event.reference) == ("designated", "云工信技创〔2026〕96号")
    assert given(concluded()).aggregate.outcome == "designated"


@pytest.mark.parametrize("make", [concluded, withdrawn, confirmed])
def test_ignores_a_conclusion_that_is_repeated_or_comes_too_late(make):
    given(make()).when(conclude).then()


def test_names_its_edition_on_every_event():
    events: list[Any] = list(concluded().collect_events())
    assert len(events) == 13
    assert {event.metadata.policy_edition for event in events} == {EDITION}
