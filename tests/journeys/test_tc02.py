"""TC-02: cultivation first, then the policy changes, then an upgrade that is judged by the policy of its request."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deploy.demo.client import Refused
from deploy.demo.stages import applying, reviewing, screening
from deploy.demo.world import Track
from services.shared.vocabulary import Role
from tests.journeys.later_life import Applying, listed, province_in, release_with_draft_adopted

TIN = Applying(
    lead="红河幻锡材料有限公司",
    lead_uscc="91532500MAFAKE094U",
    centre="云南幻锡有色金属创新中心有限公司",
    centre_uscc="91530112MAFAKE027W",
    prefecture="532500",
    field="NONFERROUS_PRECIOUS",
    track="cultivation",
    funds="1000.00",
    initial="600.00",
)
UPGRADE = replace(TIN, track="designation", origin="upgrade", funds="3050.00", initial="3050.00", year=2028)
DECISION = {"document_no": "云工信技创〔2028〕96号", "effective_on": "2028-06-12"}


@pytest.fixture(scope="module")
def province(module_database_url, amqp_uri, tmp_path_factory):
    home = tmp_path_factory.mktemp("tc02")
    release = release_with_draft_adopted(home, "2028-01-01-draft", "云政办发〔2027〕99号（虚）")
    with province_in(home, module_database_url, amqp_uri, **release) as province:
        yield province


@pytest.fixture(scope="module")
def story(province):
    """The whole story; what was seen on the way stands in the answer."""
    [tin] = listed(province.world, TIN)
    centre = f"/centres/{tin.case_id}"
    seen = {"tin": tin, "cultivated": province.centre(tin), "checks": checks_of(province, tin)}
    with pytest.raises(Refused) as plaque:
        province.officer.act("registry", f"{centre}/issue-plaque", {"plaque_no": "001"})
    seen["plaque"] = plaque.value
    province.world.on("2028-02-10")
    asked = {"text": "培育期内完成建设任务，申请转为认定。"}
    requested = province.applicant(TIN.lead_uscc).act("registry", f"{centre}/request-upgrade", asked)
    facts = {"registered_capital_wan": "3050.00"}
    raised = province.change(tin, "registered_capital", TIN.lead_uscc, "2028-02-10", facts=facts)
    province.approve(raised, "云工信技创〔2028〕12号")
    seen["refused"], review = reviewed(province)
    province.officer.until("registry", "/upgrades", lambda page: page["items"][0]["state"] == "cleared")
    province.world.on("2028-06-12")
    upgraded = province.body.act("registry", f"/upgrades/{requested['id']}/finish", DECISION)
    province.officer.act("registry", f"{centre}/issue-plaque", {"plaque_no": "001"})
    return seen | {"requested": requested, "review": review, "upgraded": upgraded}


def reviewed(province):
    """The upgrade's own case: turned back with the old funds, then carried with the raised ones to its notice."""
    world, rich = province.world, UPGRADE.file
    track = Track(replace(UPGRADE, funds="1000.00").file)
    round_id = applying.open_round(world, [track])
    world.on("2028-03-31")
    with pytest.raises(Refused) as refused:
        applying.apply(world, track, round_id)
    applicant, path = province.applicant(TIN.lead_uscc), f"/dossiers/{track.case_id}"
    for name in ("supplement", "plan"):
        applicant.act("intake", f"{path}/sections/{name}", {"content": rich.dossier[name]}, method="PUT")
    applicant.act("intake", f"{path}/submit")
    screening.screen(world, track)
    screening.recommend(world, track, round_id)
    for stage in (reviewing.check_material, reviewing.hear_experts, reviewing.visit_site, reviewing.assess):
        stage(world, track)
    reviewing.notify_public(world, [track])
    return refused.value, province.auditor.get("review", f"/reviews/{track.case_id}")


def checks_of(province, track):
    officer = province.world.person(f"officer-{TIN.prefecture}", Role.PREFECTURE_OFFICER, prefecture=TIN.prefecture)
    return {check["id"] for check in officer.get("intake", f"/dossiers/{track.case_id}/checks")["checks"]}


def test_tc02_funds_at_the_floor_pass_and_a_small_initial_input_is_only_remarked(story):
    assert "K02" not in story["checks"]
    assert "K03" in story["checks"]


def test_tc02_no_plaque_while_in_cultivation(story):
    assert story["cultivated"]["qualification"] == "cultivation"
    assert (story["plaque"].status, story["plaque"].codes) == (409, ["plaque-needs-designation"])


def test_tc02_the_new_policy_wants_three_thousand_of_whoever_is_to_be_designated(story):
    assert "K02" in story["refused"].codes
    assert story["refused"].status == 422


def test_tc02_each_decision_names_the_policy_that_it_was_judged_by(story, province):
    assert story["cultivated"]["policy_edition"] == "2019-05-06"
    assert story["requested"]["policy_edition"] == story["review"]["policy_edition"] == "2028-01-01"
    assert province.centre(story["tin"])["policy_edition"] == "2028-01-01"
    [cultivated, designated] = province.auditor.get("registry", f"/roll/{story['tin'].case_id}")["qualifications"]
    assert (cultivated["document_no"], cultivated["policy_edition"]) == ("云工信技创〔2026〕96号", "2019-05-06")
    assert (designated["document_no"], designated["policy_edition"]) == (DECISION["document_no"], "2028-01-01")


def test_tc02_ends_designated_with_a_plaque_and_its_raised_capital(story, province):
    assert story["upgraded"]["state"] == "done"
    known = province.about(story["tin"], "2028-06-12")
    assert (known["qualification"], known["facts"]["plaque"]) == ("designated", {"state": "issued", "no": "001"})
    assert known["facts"]["registered_capital_wan"] == "3050.00"
    assert province.about(story["tin"], "2028-06-11")["qualification"] == "cultivation"


@pytest.mark.parametrize(("day", "designated"), [("2028-06-11", 0), ("2028-06-12", 1)])
def test_tc02_the_targets_board_counts_the_centre_once(story, province, day, designated):
    board = province.officer.get("registry", "/targets", as_of=day)
    assert (board["designated"], board["both_tracks"]) == (designated, 1)
    rows = province.auditor.get("registry", "/roll", as_of=day)["items"]
    assert [row["id"] for row in rows] == [story["tin"].case_id]
