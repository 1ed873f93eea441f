"""Screenings and recommendation batches under any order of commands."""

from __future__ import annotations

from dataclasses import replace

from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.batch import State as BatchState
from services.screening.domain.screening import Screening
from services.screening.domain.states import State
from tests.lives import machine
from tests.screening.examples import (
    DEADLINE,
    DECISION,
    DEHONG,
    FACTS,
    LETTER,
    NEGATIVE,
    OTHER_CASE,
    POSITIVE,
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
