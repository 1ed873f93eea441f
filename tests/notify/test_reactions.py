"""Who is told what about the events of others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.notify.domain.case import Case
from services.notify.reactions import REACTIONS
from services.shared import contract
from services.shared.kernel.parking import parked, redrive
from services.shared.vocabulary import NotFound
from tests.notify.conftest import Listening
from tests.notify.messages import (
    ALLOY,
    CASE,
    FELL_SHORT,
    MESSAGES,
    NOT_RECOMMENDED,
    POSTED,
    SPLIT,
    SUBMITTED,
    UNIT,
    WITHDRAWN,
    event_of,
    resubmitted,
)

TOLD = {
    "round.opened.v1": [("round.opened", "prefecture")] * 16,
    "round.extended.v1": [("round.extended", "organisation")] + [("round.extended", "prefecture")] * 16,
    "case.taken-in.v1": [("case.taken-in", "organisation")],
    "case.reopened.v1": [("case.reopened", "organisation"), ("case.reopened", "prefecture")],
    "round.closed.v1": [("round.closed", "prefecture")] * 16,
    "dossier.submitted.v1": [("dossier.arrived", "prefecture"), ("dossier.received", "organisation")],
    "dossier.withdrawn.v1": [("dossier.withdrawn", "organisation"), ("dossier.withdrawn", "prefecture")],
    "correction.requested.v1": [("correction.requested", "organisation")],
    "dossier.resubmitted.v1": [],
    "shortfall.opened.v1": [("shortfall.opened", "organisation"), ("shortfall.opened", "prefecture")],
    "shortfall.cured.v1": [],
    "case.not-recommended.v1": [("case.not-recommended", "organisation")],
    "case.recommended.v1": [("case.recommended", "organisation")],
    "batch.submitted.v1": [("batch.submitted", "province")],
    "case.not-selected.v1": [("case.not-selected", "organisation"), ("case.not-selected", "prefecture")],
    "case.suspended.v1": [("case.suspended", "organisation"), ("case.suspended", "prefecture")],
    "case.resumed.v1": [("case.resumed", "organisation"), ("case.resumed", "prefecture")],
    "notice.posted.v1": [("notice.posted", "organisation"), ("notice.posted", "prefecture")],
    "notice.closed.v1": [("notice.closed", "province")],
    "case.cleared.v1": [("case.cleared", "organisation"), ("case.cleared", "prefecture"), ("case.cleared", "province")],
    "centre.designated.v1": [("centre.designated", "organisation"), ("centre.designated", "prefecture")],
    "centre.listed-for-cultivation.v1": [
        ("centre.listed-for-cultivation", "organisation"),
        ("centre.listed-for-cultivation", "prefecture"),
    ],
    "plaque.issued.v1": [("plaque.issued", "organisation"), ("plaque.issued", "prefecture")],
    "plaque.recall-ordered.v1": [("plaque.recall-ordered", "organisation"), ("plaque.recall-ordered", "prefecture")],
    "summary.accepted.v1": [("summary.accepted", "organisation")],
    "assessment.finalised.v1": [("assessment.finalised", "organisation"), ("assessment.finalised", "prefecture")],
    "assessment.annulled.v1": [("assessment.annulled", "organisation"), ("assessment.annulled", "prefecture")],
    "centre.split.v1": [("centre.split", "organisation")] * 2 + [("centre.split", "prefecture")],
    "contribution.fell-short.v1": [
        *[("contribution.fell-short", "organisation")] * 2,
        ("contribution.fell-short", "prefecture"),
    ],
    "prefectural-centre.filed.v1": [
        ("prefectural-centre.filed", "organisation"),
        ("prefectural-centre.filed", "prefecture"),
    ],
    "rectification.ordered.v1": [("rectification.ordered", "organisation"), ("rectification.ordered", "prefecture")],
    "centre.revoked.v1": [("centre.revoked", "organisation"), ("centre.revoked", "prefecture")],
    "centre.recommended-to-ministry.v1": [
        ("centre.recommended-to-ministry", "organisation"),
        ("centre.recommended-to-ministry", "prefecture"),
    ],
    "tampering.found.v1": [("tampering.found", "province")],
}


def test_every_message_heard_is_tried_here():
    assert {event_of(message).routing_key for message in MESSAGES} == set(REACTIONS.by_key)


def test_hears_every_other_service():
    assert REACTIONS.senders == ("audit", "intake", "registry", "review", "screening")


def test_tells_whom_each_message_concerns_once_however_often_it_comes(listening: Listening):
    for message in MESSAGES:
        before = {row[0] for row in listening.rows("id")}
        listening.hear(message)
        told = [(t, a) for i, t, a in listening.rows("id, template, audience") if i not in before]
        assert sorted(told) == TOLD[contract.contract_of(message).name]
    heard, events = listening.rows("id, version"), listening.events()
    listening._last.clear()
    _forget_positions(listening)
    listening.hear(*MESSAGES)
    assert (listening.rows("id, version"), listening.events()) == (heard, events)


def test_tells_somebody_of_each_senders_own_golden_sample(listening: Listening):
    samples: list[Any] = [contract.load(message, _sample(key)) for key, (message, _) in REACTIONS.by_key.items()]
    cases = {case_id for s in samples for case_id in getattr(s, "case_ids", ()) or (getattr(s, "case_id", CASE),)}
    listening.hear(*(resubmitted(case_id=case_id) for case_id in cases))
    for sample in [sample for sample in samples if TOLD[contract.contract_of(sample).name]]:
        before = len(listening.rows("id"))
        listening.hear(sample)
        assert len(listening.rows("id")) > before, sample


def test_takes_the_message_in_the_transaction_of_its_effect_and_records_it_as_the_cause(listening: Listening):
    assert listening.hear_at(1, SUBMITTED).written
    assert listening.wired.database.rows("select sender, position from inbox_position") == [("intake", 1)]
    stored = listening.wired.database.rows(
        "select distinct state->'metadata'->>'causation_id', state->'metadata'->>'correlation_id' from log_as_json"
    )
    assert stored == [(event_of(SUBMITTED).id, "journey-1")]


def test_tells_in_words_that_people_understand(listening: Listening):
    listening.hear(*MESSAGES)
    texts = [text for (text,) in listening.rows("title_zh || title_en || body_zh || body_en")]
    assert not [text for text in texts if "{" in text]
    assert not [text for text in texts if "合作方调整" in text], "what an applicant wrote freely is not passed on"
    assert "顺延至 2026-05-08 17:30" in _body(listening, "round.extended")
    assert "将于 2026-06-08 17:30 前一次性告知" in _body(listening, "case.taken-in")
    assert "因不可抗力中止办理（昆工信〔2026〕31号）" in _body(listening, "case.suspended")
    assert "云政复决字〔2026〕7号" in _body(listening, "case.reopened")
    assert "2026-06-05 23:59" in _body(listening, "notice.posted")
    assert "等次为优秀" in _body(listening, "assessment.finalised")
    assert "云南幻彩液态金属创新中心" in _body(listening, "plaque.issued")
    assert "已由云南省人民政府撤销，文号 云政行复〔2030〕33号" in _body(listening, "assessment.annulled")
    assert "资格由原中心保留" in _body(listening, "centre.split")
    assert "缴付的入股尚欠 100.00 万元" in _body(listening, "contribution.fell-short")
    assert "玉溪市自建的" in _body(listening, "prefectural-centre.filed")


def test_uses_the_number_when_the_dossier_was_not_heard_of(listening: Listening):
    listening.hear(NOT_RECOMMENDED)
    assert "“2026-1-7K3F9QA”" in _body(listening, "case.not-recommended")


def test_tells_the_unit_of_its_contribution_and_of_its_leaving_and_a_lead_unit_once(listening: Listening):
    listening.hear(FELL_SHORT, SPLIT)
    units = {(t, unit) for t, unit in listening.rows("template, lead_uscc") if unit}
    assert units == {(t, unit) for t in ("contribution.fell-short", "centre.split") for unit in (ALLOY, UNIT)}
    before = len(listening.rows("id"))
    listening.hear(replace(FELL_SHORT, unit_uscc=ALLOY, due_on=FELL_SHORT.due_on.replace(year=2028)))
    assert len(listening.rows("id")) == before + 2


def test_says_with_whom_the_qualification_stays_after_a_split(listening: Listening):
    listening.hear(replace(SPLIT, keeper="successor"))
    assert "资格由分立单位保留" in _body(listening, "centre.split")


def test_tells_nobody_when_a_draft_is_withdrawn(listening: Listening):
    listening.hear(replace(WITHDRAWN, submitted=False))
    assert listening.events() == 0


def test_fails_visibly_when_the_case_is_not_known_so_that_nobody_is_forgotten(listening: Listening):
    for message in (WITHDRAWN, POSTED):
        with pytest.raises(NotFound, match="case-not-known"):
            listening.hear(message)
    assert listening.events() == 0


def test_tells_in_the_end_when_the_notice_was_heard_before_the_dossier(listening: Listening):
    inbox = listening.wired.inbox(listening.wired.react)
    inbox.pause = lambda seconds: None  # type: ignore[method-assign]  # no waiting between the tries
    inbox._carry_out(event_of(POSTED))
    assert [event.sender for event in parked(listening.wired.database)] == ["review"]
    listening.hear(SUBMITTED)
    _redrive(listening)
    assert len(listening.rows("id", "template = 'notice.posted'")) == 2
    assert parked(listening.wired.database) == []


def test_addresses_a_lead_unit_once_when_two_of_its_cases_are_on_one_notice(listening: Listening):
    other = type(CASE)(int=CASE.int + 100)
    listening.hear(SUBMITTED, resubmitted(case_id=other))
    listening.hear(replace(POSTED, case_ids=(CASE, other)))
    assert len(listening.rows("id", "template = 'notice.posted'")) == 2


def test_keeps_the_newest_name_when_a_dossier_is_submitted_again(listening: Listening):
    listening.hear(SUBMITTED, resubmitted(centre_name="云南幻彩新名称创新中心"))
    case = listening.notify.find(Case, CASE)
    assert case is not None
    assert case.parties.centre_name == "云南幻彩新名称创新中心"


def _sample(key: str) -> dict[str, Any]:
    """The golden sample of what travels under this routing key, as its sender keeps it."""
    sender, _, name = key.partition(".")
    path = Path("services") / sender / "contracts" / "samples" / f"{name}.json"
    sample: dict[str, Any] = json.loads((Path(__file__).parents[2] / path).read_text(encoding="utf-8"))
    return sample


def _body(listening: Listening, template: str) -> str:
    return str(listening.rows("body_zh", f"template = '{template}'")[0][0])


def _forget_positions(listening: Listening) -> None:
    with listening.wired.database.transaction() as cursor:
        cursor.execute("delete from inbox_position")


def _redrive(listening: Listening) -> None:
    assert redrive(listening.wired.database, listening.wired.react) == 1
