"""Screenings, batches, and what stands beside a case at its prefecture, under any order of commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.batch import State as BatchState
from services.screening.domain.correction import Correction, Outcome
from services.screening.domain.jurisdiction import Jurisdiction
from services.screening.domain.paper import PaperCopies
from services.screening.domain.quota import Quota
from services.screening.domain.round_terms import Allowance, RoundTerms
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from services.screening.domain.values import ServiceRecord
from services.shared.aggregate import acting_now
from services.shared.calendar import calendar
from services.shared.vocabulary import Role
from tests.given import made
from tests.lives import by, machine
from tests.screening.examples import (
    CASE,
    DEADLINE,
    DECISION,
    DEHONG,
    EDITION,
    FACTS,
    KUNMING,
    LETTER,
    NEGATIVE,
    OTHER_CASE,
    POSITIVE,
    ROUND,
    TODAY,
    accepted,
    assembled,
    not_recommended,
    opened,
    ready,
    recommended,
    signed,
    start_intake,
    taken_in,
    two_ready,
)

AGAIN = replace(FACTS, snapshot_number=2)
SCREENINGS = (
    start_intake(TODAY),
    start_intake(None),
    lambda s: s.accept(open_mismatches=0),
    lambda s: s.accept(open_mismatches=2),
    lambda s: s.recall(reason="有误"),
    lambda s: s.submit_again(facts=AGAIN),
    lambda s: s.request_correction(most=2),
    lambda s: s.resubmit(facts=AGAIN, formal_check=DEADLINE),
    lambda s: s.lapse(level="prefecture"),
    lambda s: s.draft_opinion(**POSITIVE),
    lambda s: s.draft_opinion(**NEGATIVE),
    Screening.sign_opinion,
    lambda s: s.sign_not_recommended(document_no=DECISION),
    lambda s: s.recommend(batch_id=OTHER_CASE, letter_no=LETTER),
    lambda s: s.return_to_prefecture(reasons=("x",)),
    lambda s: s.recommend_again(letter_no=LETTER),
    lambda s: s.rescind_recommendation(document_no=DECISION),
    lambda s: s.terminate(reason="批次取消"),
    lambda s: s.withdraw(reason="方案调整"),
    lambda s: s.transfer(prefecture=DEHONG, reason="管辖"),
    lambda s: s.recuse(officer="officer", reason="亲属"),
)
BATCHES = (
    lambda b: b.sign(letter_no=LETTER, letter_date=TODAY, today=TODAY),
    lambda b: b.submit(screenings=two_ready()),
    lambda b: b.submit(screenings=(ready(), accepted(case_id=OTHER_CASE))),
    lambda b: b.return_to_prefecture(reasons=("x",)),
    lambda b: b.cancel(reason="x", remaining=0),
    RecommendationBatch.require_supplement,
)


MORE_TIME = replace(DEADLINE, due=DEADLINE.due + timedelta(days=7))
NEWER = replace(calendar(), version="cn-2026-9", holidays=frozenset({*calendar().holidays, date(2026, 6, 8)}))
CORRECTIONS = (
    lambda c: c.extend(reason="x", deadline=MORE_TIME, most=1, now=acting_now().at),
    lambda c: c.extend(reason="x", deadline=MORE_TIME, most=0, now=acting_now().at),
    lambda c: c.recompute(calendar()),
    lambda c: c.recompute(NEWER),
    *(lambda c, outcome=outcome: c.close(outcome) for outcome in Outcome),
)


def deciding(transfers):
    return lambda j: j.decide(transfers=transfers, reason="x")


QUESTIONS = (
    lambda j: j.raise_challenge(to_prefecture=DEHONG, own_prefecture=KUNMING, reason="x"),
    lambda j: j.raise_challenge(to_prefecture=KUNMING, own_prefecture=KUNMING, reason="x"),
    lambda j: j.raise_challenge(to_prefecture="999999", own_prefecture=KUNMING, reason="x"),
    *(
        by(actor, deciding(transfers), capacity=capacity)
        for actor, capacity in (("somebody", "test"), ("head", Role.PREFECTURE_HEAD), ("chief", Role.DIVISION_HEAD))
        for transfers in (True, False)
    ),
)
PAPER = (
    lambda p: p.arrive(received_on=TODAY, copies=1, note="EMS", today=TODAY),
    lambda p: p.arrive(received_on=TODAY + timedelta(days=1), copies=9, note="明日", today=TODAY),
    lambda p: p.find_mismatch(pointer="/cover", zh="缺页"),
    lambda p: p.settle_mismatches(explanation="以电子件为准"),
)
CASES = tuple(UUID(int=number) for number in range(1, 6))
QUOTAS = (
    *(lambda q, case=case: q.take((case,), most=3) for case in CASES),
    lambda q: q.take(CASES[:2], most=3),
    lambda q: q.take(CASES, most=3),
    *(lambda q, case=case: q.release((case, OTHER_CASE)) for case in CASES),
    lambda q: q.release(CASES),
)
TERMS = (
    lambda t: t.change(allowances=(Allowance(KUNMING, 2),), paper_copies=2),
    lambda t: t.change(allowances=(Allowance(KUNMING, 2), Allowance(DEHONG, 1)), paper_copies=2),
    lambda t: t.change(allowances=(), paper_copies=0),
)


def correction():
    return made(
        lambda: Correction(
            id=Correction.id_of(CASE, 1),
            case_id=CASE,
            number="2026-1-7K3F9QA",
            lead_uscc=FACTS.member_usccs[0],
            prefecture=KUNMING,
            policy_edition=EDITION,
            round_no=1,
            items=(),
            served=ServiceRecord(TODAY, "electronic", "x"),
            deadline=DEADLINE,
        )
    )


def about(kind, **more):
    """The aggregate of this kind that stands beside the case."""
    common = {"case_id": CASE, "number": "2026-1-7K3F9QA", "policy_edition": EDITION}
    return lambda: made(lambda: kind(id=kind.id_of(CASE), **common, **more))


def quota():
    return made(
        lambda: Quota(
            id=Quota.id_of(ROUND, KUNMING), round_id=ROUND, prefecture=KUNMING, policy_edition=EDITION, case_ids=()
        )
    )


def terms():
    return made(lambda: RoundTerms(id=RoundTerms.id_of(ROUND), round_id=ROUND, allowances=(), paper_copies=0))


def it_ends_once_and_is_extended_only_in_time(correction, events):
    assert sum(isinstance(event, Correction.Closed) for event in events) <= 1
    assert correction.extensions <= 1
    due = DEADLINE.due
    for each in events:
        if isinstance(each, Correction.Extended):
            assert each.timestamp <= due
        if isinstance(each, Correction.Extended | Correction.DueRecomputed):
            due = each.deadline.due
    assert correction.deadline.due == due


def nobody_decides_on_the_own_challenge_and_only_the_province_moves_a_case_twice(question, events):
    raised_by, moved = "", 0
    for each in events:
        if isinstance(each, Jurisdiction.Challenged):
            raised_by = each.metadata.actor
        elif isinstance(each, Jurisdiction.Decided):
            assert each.metadata.actor != raised_by
            assert not (each.transfers and moved) or each.metadata.capacity == Role.DIVISION_HEAD
            moved += each.transfers
    assert question.transfers == moved


def nothing_differs_from_paper_that_never_came(paper, events):
    assert paper.arrivals or not paper.mismatches
    assert all(arrival.received_on <= TODAY for arrival in paper.arrivals)
    assert paper.copies == sum(isinstance(event, PaperCopies.Arrived) for event in events)


def no_more_places_than_there_are(quota, _):
    assert len(quota.taken) == len(set(quota.taken)) <= 3


def the_last_terms_hold(terms, events):
    changes = [event for event in events if isinstance(event, RoundTerms.Changed)]
    assert terms.quota_of(DEHONG) == (1 if changes and len(changes[-1].allowances) == 2 else None)
    assert all(a.allowances != b.allowances for a, b in pairwise(changes))


TestCorrection = machine(
    correction,
    commands=CORRECTIONS,
    over=tuple(Outcome),
    state=lambda correction: correction.outcome,
    holds=it_ends_once_and_is_extended_only_in_time,
)
TestJurisdiction = machine(
    about(Jurisdiction),
    commands=QUESTIONS,
    state=lambda question: question.challenge,
    holds=nobody_decides_on_the_own_challenge_and_only_the_province_moves_a_case_twice,
)
TestPaperCopies = machine(
    about(PaperCopies),
    commands=PAPER,
    state=lambda paper: paper.open_mismatches,
    holds=nothing_differs_from_paper_that_never_came,
)
TestQuota = machine(quota, commands=QUOTAS, state=lambda quota: quota.taken, holds=no_more_places_than_there_are)
TestRoundTerms = machine(terms, commands=TERMS, state=lambda terms: terms.allowances, holds=the_last_terms_hold)
TestScreening = machine(
    opened,
    taken_in,
    accepted,
    ready,
    recommended,
    not_recommended,
    commands=SCREENINGS,
    over=(State.WITHDRAWN, State.TERMINATED),
)
TestRecommendationBatch = machine(assembled, signed, commands=BATCHES, over=(BatchState.CANCELLED,))
