"""A recommending body that is no prefecture: it screens, counts against its quota and seals as a prefecture does."""

import json
from uuid import uuid4

import pytest

from services.screening.application.recommending import RecommendsCases
from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.jurisdiction import Jurisdiction
from services.screening.domain.round_terms import Allowance
from services.screening.reactions import when_dossier_submitted
from services.shared.vocabulary import Invalid
from tests.given import done, made
from tests.screening.conftest import as_
from tests.screening.examples import CASE, KUNMING, OTHER_CASE, ROUND, TODAY, dossier_submitted
from tests.screening.steps import assemble, sign, submit

DRAFT, NEW_AREA = "2028-01-01-draft", "YNDZXQ"


def make_ready(screenings, case_id):
    with as_("intake"):
        message = dossier_submitted(case_id, prefecture=NEW_AREA, policy_edition=DRAFT)
        when_dossier_submitted(screenings, message)
    with as_("officer"):
        screenings.start_intake(case_id, paper_received_on=TODAY)
    with as_("officer"):
        screenings.accept_dossier(case_id)
    with as_("officer"):
        screenings.draft_opinion(case_id, recommends=True, opinion="同意推荐。")
    with as_("head"):
        screenings.sign_opinion(case_id)


def test_its_annex_3_and_seal_bear_its_own_office(wired, screenings):
    make_ready(screenings, CASE)
    batch = assemble(screenings, CASE)
    assert batch.annex_3.name == "申报汇总表-云南滇中新区-2026-1-2026-06-01.json"
    sign(screenings, batch)
    kept = screenings.find(RecommendationBatch, batch.id)
    for paper in (kept.annex_3, kept.seal):
        said = json.loads(wired.documents.read(paper.sha256))
        assert said["recommending_body"] == "云南滇中新区工业和信息化主管部门"
    assert submit(screenings, batch).prefecture == NEW_AREA


def test_it_has_a_quota_of_its_own_and_is_named_when_that_is_full(screenings):
    with as_("intake"):
        allowances = (Allowance(NEW_AREA, 1), Allowance(KUNMING, 9))
        screenings.set_round_terms(ROUND, allowances=allowances, paper_copies=1)
    for case_id in (CASE, OTHER_CASE):
        make_ready(screenings, case_id)
    with pytest.raises(Invalid) as refusal:
        assemble(screenings, CASE, OTHER_CASE)
    assert "云南滇中新区本批次推荐名额 1 个" in refusal.value.findings[0].zh
    assert isinstance(screenings, RecommendsCases)


@pytest.mark.parametrize(("policy_edition", "known"), [(DRAFT, True), ("2019-05-06", False)])
def test_a_case_goes_to_it_only_under_an_edition_that_knows_it(policy_edition, known):
    question = made(lambda: Jurisdiction(uuid4(), CASE, "2026-1-X", policy_edition))
    move = {"to_prefecture": NEW_AREA, "own_prefecture": KUNMING, "reason": "注册地在新区"}
    if known:
        done(question, lambda q: q.raise_challenge(**move))
        assert question.challenge is not None
        assert question.challenge.to_prefecture == NEW_AREA
    else:
        with pytest.raises(Invalid) as refusal:
            done(question, lambda q: q.raise_challenge(**move))
        assert [finding.code for finding in refusal.value.findings] == ["not-a-prefecture"]


def test_it_sees_its_own_and_no_other_body_sees_that(api, open_case):
    case_id = open_case(NEW_AREA)
    assert api("GET", f"/screenings/{case_id}", as_="officer-kunming").status_code == 404
    assert api("GET", f"/screenings/{case_id}", as_="officer-province-1").is_success
