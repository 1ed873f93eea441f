"""Objections: who may lodge what when, what is admitted, how they end; nothing says who objects."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.review.domain.admissibility import channel_is_that_of_the_desk
from services.review.domain.objection import Objection
from services.review.domain.objection_states import Against, Result
from services.shared.vocabulary import DocumentRef, Role
from tests.given import done, given, made
from tests.review.examples import CASE, EDITION, FACTS, HEAD, NOTICE, OFFICER, TODAY

OBJECTION = UUID("0190a0b0-0000-7000-8000-0000000000b1")
EVIDENCE = DocumentRef("1a" * 32, "2b" * 32, "evidence-1.pdf", "application/pdf", 5120)
AGAINST = Against(CASE, FACTS.number, FACTS.centre_name, FACTS.lead_uscc, NOTICE, "6号")


def lodged(*, real_name=True, late=False, evidence=True, seal_missing=False) -> Objection:
    objection = made(
        lambda: Objection(
            id=OBJECTION,
            policy_edition=EDITION.id,
            against=AGAINST,
            channel="division",
            real_name=real_name,
            pii_ref="pii_1" if real_name else "",
            substance="专利权属有争议",
            received_on=TODAY,
            late=late,
            receipt_code="0123456789ABCDEF",
            by="officer",
            seal_missing=seal_missing,
        ),
        **OFFICER,
    )
    return done(objection, lambda o: o.attach_evidence(EVIDENCE)) if evidence else objection


def admitting(objection):
    objection.admit(EDITION)


def asked() -> Objection:
    return done(lodged(), admitting, Objection.investigate, lambda o: o.seek_response(question="专利权属？"))


def drafting(result, *reasons):
    return lambda o: o.draft_conclusion(result=result, findings="属实", reasons=reasons, clauses=("S3.2.4",))


def concluding(*results):
    return lambda o: o.conclude(*results)


def drafted(result=Result.SUSTAINED) -> Objection:
    return done(asked(), drafting(result, "权属不清"), **OFFICER)


def test_is_admitted_in_time_under_a_name_with_evidence():
    given(lodged()).when(admitting).then(Objection.Admitted)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"real_name": False}, "objection-anonymous"),
        ({"late": True}, "objection-late"),
        ({"evidence": False}, "objection-without-evidence"),
        ({"seal_missing": True}, "objection-without-seal"),
    ],
)
def test_is_not_admitted_when_anything_speaks_against(how, code):
    given(lodged(**how)).when(admitting).then_refused(code)


def test_is_told_everything_that_speaks_against():
    worst = lodged(real_name=False, late=True, evidence=False, seal_missing=True)
    every = ("objection-anonymous", "objection-late", "objection-without-evidence", "objection-without-seal")
    given(worst).when(admitting).then_refused(*every)


def test_is_turned_away_on_a_true_ground_only():
    def turning(ground):
        return lambda o: o.not_admit(ground=ground, explanation="说明")

    given(lodged(real_name=False)).when(turning("anonymous")).then(Objection.NotAdmitted)
    given(lodged()).when(turning("anonymous")).then_refused("ground-not-so")
    given(lodged()).when(turning("no-evidence")).then_refused("ground-not-so")
    given(lodged(evidence=False)).when(turning("no-evidence")).then(Objection.NotAdmitted)
    given(lodged()).when(turning("no-seal")).then_refused("ground-not-so")
    given(lodged(seal_missing=True)).when(turning("no-seal")).then(Objection.NotAdmitted)


def test_a_desk_registers_its_own_channel_alone():
    assert channel_is_that_of_the_desk("discipline", Role.DISCIPLINE) == ()
    assert channel_is_that_of_the_desk("division", Role.PROVINCE_OFFICER) == ()
    for channel, desk in (("division", Role.DISCIPLINE), ("discipline", Role.PROVINCE_OFFICER)):
        [finding] = channel_is_that_of_the_desk(channel, desk)
        assert (finding.code, finding.pointer, finding.clause) == ("not-this-desk", "/channel", "S4.2")


def test_becomes_a_complaint_when_late_only():
    given(lodged(late=True)).when(Objection.turn_into_complaint).then(Objection.TurnedIntoComplaint)
    given(lodged()).when(Objection.turn_into_complaint).then_refused("objection-in-time")


def test_nothing_is_found_against_a_party_that_was_not_asked():
    def looked_into():
        return done(lodged(), admitting, Objection.investigate)

    given(looked_into()).when(drafting(Result.SUSTAINED, "权属不清")).then_refused("respondent-not-heard")
    given(looked_into()).when(drafting(Result.NOT_SUSTAINED)).then(Objection.ConclusionDrafted)


def test_the_party_objected_to_knows_of_it_once_asked():
    assert lodged().lead_uscc == ""
    assert asked().lead_uscc == FACTS.lead_uscc


def test_the_drafter_does_not_sign_and_the_result_is_the_drafted_one():
    given(drafted()).when(concluding(Result.SUSTAINED), **OFFICER).then_refused("drafter-may-not-sign")
    given(drafted()).when(concluding(Result.NOT_SUSTAINED), **HEAD).then_refused("no-such-conclusion")
    given(drafted()).when(concluding(Result.SUSTAINED), **HEAD).then(Objection.Concluded)


def test_is_answered_once_it_is_settled():
    given(asked()).when(lambda o: o.reply(text="答复")).then_refused("not-in-this-state")
    concluded = done(drafted(), concluding(Result.SUSTAINED), **HEAD)
    given(concluded).when(lambda o: o.reply(text="答复")).then(Objection.Replied)
    assert not concluded.is_open


def test_the_same_evidence_and_the_same_officer_twice_change_nothing():
    given(lodged()).when(lambda o: o.attach_evidence(EVIDENCE)).then()
    given(lodged()).when(lambda o: o.assign("officer")).then()
    given(lodged()).when(lambda o: o.attach_evidence(replace(EVIDENCE, sha256="3c" * 32))).then(
        Objection.EvidenceAttached
    )
