"""A case that is suspended while its applicant corrects, while the public is shown it, and when it is cleared."""

from __future__ import annotations

import pytest

from deploy.demo.client import Refused
from deploy.demo.stages import reviewing
from tests.journeys.reviewing import Plan, province_on

CASES = (
    Plan("曲靖幻硅股份有限公司", "530300", 91, "HYDRO_SILICON"),
    Plan("丽江幻药股份有限公司", "530700", 92, "BIOMED_HEALTH"),
)
DEFECT = {"items": [{"pointer": "", "zh": "缺少共建协议", "clause": "S4.1.1"}]}
WHY = {"cause": "investigation", "document_no": "云工信监〔2026〕3号", "reason": "接举报，正在调查。"}
OVER = {"document_no": "云工信监〔2026〕8号", "reason": "调查终结，未发现问题。"}


@pytest.fixture(scope="module")
def province(module_database_url, amqp_uri, tmp_path_factory):
    home = tmp_path_factory.mktemp("suspended")
    with province_on(module_database_url, amqp_uri, home, "intake", "screening", "review", "registry") as province:
        yield province


@pytest.fixture(scope="module")
def answered(province):
    """Ten working days from 15 January are cut off after two, and run again from 9 February: eight are left."""
    tracks = province.recommended(*CASES)
    suspended, path = tracks[0], f"/reviews/{tracks[0].case_id}"
    dossier, applicant = f"/dossiers/{suspended.case_id}", province.applicant(suspended)
    province.world.on("2026-01-15")
    province.officer.act("review", f"{path}/register-receipt")
    province.officer.act("review", f"{path}/request-correction", DEFECT)
    applicant.until("intake", dossier, lambda seen: seen["code"] == "A27")
    province.world.on("2026-01-20")
    province.head.act("review", f"{path}/suspend", WHY)
    stands = applicant.until("intake", dossier, lambda seen: seen["suspension"] is not None)
    province.world.on("2026-02-09")
    overdue = applicant.get("intake", dossier)
    province.head.act("review", f"{path}/resume", OVER)
    resumed = applicant.until("intake", dossier, lambda seen: seen["suspension"] is None)
    clocks = province.officer.get("review", path)["clocks"]
    applicant.act("intake", f"{dossier}/resubmit")
    province.officer.until("review", path, lambda review: review["code"] == "A25")
    province.officer.act("review", f"{path}/accept")
    return tracks, stands, overdue, resumed, clocks


@pytest.fixture(scope="module")
def shown(province, answered):
    """Both are posted on 25 February; the first is suspended on the second day, and goes on on 9 March."""
    [first, second], path = answered[0], f"/reviews/{answered[0][0].case_id}"
    province.officer.act("review", f"{path}/draft-pre-review", {"passed": True, "opinion": "材料齐全。"})
    province.head.act("review", f"{path}/pass-pre-review")
    reviewing.check_material(province.world, second)
    for stage in (reviewing.hear_experts, reviewing.visit_site, reviewing.assess):
        for track in (first, second):
            stage(province.world, track)
    notice = province.posted("2026-02-25", "云工信公示〔2026〕5号", first, second)
    province.world.on("2026-02-26")
    province.head.act("review", f"{path}/suspend", {**WHY, "document_no": "4号"})
    province.run_out(notice)
    closed = [province.state(track) for track in (first, second)]
    province.world.on("2026-03-09")
    province.head.act("review", f"{path}/resume", {**OVER, "document_no": "9号"})
    public = province.auditor.get("review", f"/notices/{notice['id']}")["clocks"]
    province.world.on("2026-03-13")
    running = province.state(first)
    province.world.on("2026-03-14", "00:30")
    province.officer.until("review", path, lambda review: review["code"] == "A78")
    return closed, public, running


def test_the_correction_stands_still_at_intake_and_is_not_late(answered):
    _, stands, overdue, resumed, clocks = answered
    assert (stands["code"], overdue["code"], overdue["state"]) == ("A27", "A27", "correcting")
    assert resumed["correction"]["due"][:10] == "2026-02-26"
    [clock] = clocks
    assert (clock["kind"], clock["used"], clock["left"]) == ("correction", 2, 8)


def test_the_list_closes_without_the_suspended_case_which_is_then_shown_for_the_days_left(answered, shown):
    closed, public, running = shown
    assert closed == ["A75", "A78"]
    [clock] = public[answered[0][0].case_id]
    assert (clock["used"], clock["left"], clock["due"][:10]) == (1, 4, "2026-03-13")
    assert running == "A75"


def test_a_cleared_case_that_is_suspended_is_not_listed_until_it_is_resumed(province, answered, shown):
    first, _ = answered[0]
    path = f"/reviews/{first.case_id}"
    province.officer.until("registry", f"/centres/{first.case_id}", lambda centre: centre["qualification"] == "cleared")
    province.head.act("review", f"{path}/suspend", {**WHY, "document_no": "5号"})
    form = {"document_no": "云工信技创〔2026〕33号", "effective_on": "2026-03-14"}
    centre = f"/centres/{first.case_id}"
    province.officer.until("registry", centre, lambda seen: seen["held"] == {"suspended": "5号"})
    with pytest.raises(Refused) as refusal:
        province.body.act("registry", f"{centre}/designate", form)
    assert (refusal.value.status, refusal.value.codes) == (409, ["listing-is-held"])
    province.head.act("review", f"{path}/resume", {**OVER, "document_no": "10号"})
    province.officer.until("registry", centre, lambda seen: seen["held"] == {})
    province.body.act("registry", f"{centre}/designate", form)
    province.officer.until("review", path, lambda review: review["code"] == "A80")
