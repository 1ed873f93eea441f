"""The commands of screening on real PostgreSQL: what they load, decide and store in one commit."""

import json
from datetime import date

import pytest
from eventsourcing.persistence import IntegrityError

from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.screening import Screening
from services.shared.vocabulary import Invalid, NotFound, NotInThisState, VersionConflict
from tests.screening.conftest import as_
from tests.screening.examples import CASE, DECISION, DEHONG, EDITION, KUNMING, LETTER, OTHER_CASE, ROUND, TODAY
from tests.screening.steps import assemble, make_ready, open_case, refuse, send_two_up, sign, submit


def state_of(wired, table, thing):
    [(state,)] = wired.database.rows(f"select state from {table} where id = %s", (thing,))
    return state


def codes(refusal):
    return [finding.code for finding in refusal.value.findings]


def test_tells_until_when_the_formal_check_lasts_by_the_edition_of_the_case(wired, screenings):
    open_case(screenings)
    with as_("officer"):
        screenings.start_intake(CASE, paper_received_on=TODAY)
    [deadline] = wired.database.dicts("select * from deadlines")
    assert deadline["due"].date() == date(2026, 6, 8)  # five working days after Monday 1 June
    assert "correction.officer_days" in deadline["explanation"]["zh"]


def test_takes_the_deadline_away_when_the_dossier_is_accepted(wired, screenings):
    make_ready(screenings)
    assert wired.database.rows("select from deadlines") == []


def test_refuses_to_take_in_without_paper_because_the_edition_asks_for_it(screenings):
    open_case(screenings)
    with as_("officer"), pytest.raises(Invalid) as refusal:
        screenings.start_intake(CASE)
    assert codes(refusal) == ["paper-copy-missing"]


def test_gives_a_refusal_the_remedy_paragraph_of_the_edition(screenings):
    refuse(screenings, CASE, DECISION)
    opinion = screenings.find(Screening, CASE).opinion
    assert "向本级人民政府申请行政复议" in opinion.remedy
    assert "{" not in opinion.remedy


def test_freezes_annex_3_as_a_document_that_the_batch_refers_to(wired, screenings):
    make_ready(screenings)
    batch = assemble(screenings, CASE)
    sheet = json.loads(wired.documents.read(batch.annex_3.sha256))
    assert batch.annex_3.name == "申报汇总表-昆明市-2026-1-2026-06-01.json"
    assert [row["case_id"] for row in sheet["rows"]] == [str(CASE)]
    assert "13800000103" not in json.dumps(sheet)


def test_recommends_every_case_in_the_commit_of_its_batch(wired, screenings):
    batch = send_two_up(screenings)
    assert state_of(wired, "batches", batch.id) == "submitted"
    rows = wired.database.rows("select id, state, letter_no, batch_id from screenings order by id")
    assert rows == [(case_id, "recommended", LETTER, batch.id) for case_id in (CASE, OTHER_CASE)]
    positions = wired.database.rows(
        "select topic from log order by position desc limit 3",
    )
    assert [topic for (topic,) in reversed(positions)] == [
        "screening.batch.submitted",
        "screening.screening.recommended",
        "screening.screening.recommended",
    ]


def test_recommends_no_case_when_one_of_the_batch_was_withdrawn(wired, screenings):
    for case_id in (CASE, OTHER_CASE):
        make_ready(screenings, case_id)
    batch = assemble(screenings, CASE, OTHER_CASE)
    sign(screenings, batch)
    with as_("intake"):
        screenings.withdraw_case(OTHER_CASE, reason="")
    with pytest.raises(NotInThisState) as refusal:
        submit(screenings, batch)
    assert codes(refusal) == [
        "case-not-ready",
    ]
    assert state_of(wired, "screenings", CASE) == "pref-screening"
    assert state_of(wired, "batches", batch.id) == "signed"


def test_sends_the_other_case_up_in_a_new_batch_after_the_old_one_is_cancelled(wired, screenings):
    for case_id in (CASE, OTHER_CASE):
        make_ready(screenings, case_id)
    batch = assemble(screenings, CASE, OTHER_CASE)
    sign(screenings, batch)
    with as_("intake"):
        screenings.withdraw_case(OTHER_CASE, reason="")
    with as_("head"):
        screenings.cancel_batch(batch.id, reason="有案件撤回")
    second = assemble(screenings, CASE)
    sign(screenings, second)  # the number of a cancelled letter is free again
    submit(screenings, second)
    assert state_of(wired, "screenings", CASE) == "recommended"


def test_one_of_a_withdrawal_and_a_submission_at_the_same_moment_loses(wired, screenings):
    make_ready(screenings)
    batch = assemble(screenings, CASE)
    sign(screenings, batch)
    stale = screenings.find(Screening, CASE)
    with as_("intake"):
        screenings.withdraw_case(CASE, reason="")
    with as_("officer"):
        stale.recommend(batch_id=batch.id, letter_no=LETTER)
        with pytest.raises(IntegrityError):
            screenings.save(stale)
    assert state_of(wired, "screenings", CASE) == "withdrawn"


def test_tells_the_caller_of_a_stale_version(screenings):
    make_ready(screenings)
    batch = assemble(screenings, CASE)
    sign(screenings, batch)
    with as_("officer", target=batch.id, expected_version=1), pytest.raises(VersionConflict):
        screenings.submit_batch(batch.id)


def test_refuses_a_letter_number_that_another_batch_of_the_prefecture_has(screenings):
    make_ready(screenings)
    make_ready(screenings, OTHER_CASE)
    sign(screenings, assemble(screenings, CASE))
    second = assemble(screenings, OTHER_CASE)
    with pytest.raises(Invalid) as refusal:
        sign(screenings, second)
    assert codes(refusal) == ["letter-number-taken"]


def test_hides_a_case_of_another_prefecture_from_who_assembles(screenings):
    make_ready(screenings)
    make_ready(screenings, OTHER_CASE, DEHONG)
    own = lambda thing: thing.prefecture == KUNMING  # noqa: E731  # a scope, as the endpoint gives it
    with as_("officer", sees=own), pytest.raises(NotFound):
        screenings.assemble_batch(round_id=ROUND, case_ids=(CASE, OTHER_CASE))


def test_counts_what_went_up_before_for_the_quota(screenings):
    send_two_up(screenings)
    assert len(screenings._quota_of(ROUND, KUNMING, EDITION).taken) == 2
    with as_("officer"):
        assert screenings._quota_of(ROUND, DEHONG, EDITION).taken == ()


def test_has_no_quota_under_the_edition_of_2019(screenings):
    assert screenings._most(ROUND, KUNMING, EDITION) is None


def test_knows_a_batch_by_its_events_alone(wired, screenings):
    batch = send_two_up(screenings)
    again = screenings.find(RecommendationBatch, batch.id)
    assert (again.letter_no, again.letter_date, again.case_ids) == (LETTER, TODAY, (CASE, OTHER_CASE))
