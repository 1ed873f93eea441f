"""Review over HTTP, against a process of the service: TC-01 by its people, and what each of them may see."""

import uuid
from inspect import getmembers

import pytest

from services.review.authority import AUTHORITY
from services.review.domain.values import SPECIALITIES
from services.review.service import ReviewService
from services.shared.kernel.web import Entrypoint
from services.shared.vocabulary import Role
from tests.review.conftest import EXPERTS, photograph, seats
from tests.review.examples import FACTS, INSPECTORS, STORY
from tests.review.steps import SHOWN

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63600000000200"
    "0148afa4710000000049454e44ae426082"
)


def codes(answer):
    return sorted(error["code"] for error in answer.json()["errors"])


def track_in_list(api, case_id):
    states = api("GET", "/states?limit=200", as_="applicant-kunming").json()["items"]
    return next(item["track"] for item in states if item["id"] == case_id)


def declare(api, path, *experts):
    for expert in experts:
        assert api("POST", f"{path}/declare-no-conflict", as_=expert).is_success


def hand_in(api, path, *experts):
    sheets = {expert["user"]: {"items": expert["items"], "comment": expert["opinion"]} for expert in STORY["experts"]}
    for expert in experts:
        answer = api("POST", f"{path}/submit-score-sheet", as_=expert, json=sheets[expert])
        assert answer.is_success, answer.text


def inspect(api, case_id):
    plan = {"visit_on": STORY["site"]["visited_on"], "inspectors": INSPECTORS}
    visit = api("POST", f"/reviews/{case_id}/schedule-site-visit", json=plan)
    path = f"/site-visits/{visit.json()['id']}"
    png = {"content": PIXEL, "headers": {"Content-Type": "image/png"}}
    [photo] = api("POST", f"{path}/attach-photo?name=gate.png", as_=INSPECTORS[0], **png).json()["photos"]
    for finding in STORY["site"]["findings"]:
        form = {"item": finding["item"], "confirmed": finding["matches"], "note": finding["remark"]}
        answer = api("POST", f"{path}/record-finding", as_=INSPECTORS[0], json={**form, "photo_sha256": photo})
        assert answer.is_success, answer.text
    report = {"conclusion": STORY["site"]["conclusion"]}
    assert api("POST", f"{path}/draft-report", as_=INSPECTORS[1], json=report).is_success
    for inspector in INSPECTORS:
        assert api("POST", f"{path}/sign-report", as_=inspector).is_success
    assert api("GET", f"{path}/documents/{photo}", as_=INSPECTORS[1]).content == PIXEL
    return path


def test_every_endpoint_has_a_row_in_the_authority_table_and_no_row_is_idle():
    acts = {
        name
        for name, method in getmembers(ReviewService)
        if any(isinstance(entry, Entrypoint) for entry in getattr(method, "nameko_entrypoints", ()))
    }
    assert acts == set(AUTHORITY)


def test_the_auditor_and_the_administrator_command_nothing_and_the_applicant_answers_only():
    commands = {name: set(may.roles) for name, may in AUTHORITY.items() if may.basis and name != "list_events"}
    assert not {name for name, roles in commands.items() if roles & {Role.AUDITOR, Role.ADMINISTRATOR}}
    asked = {name for name, roles in commands.items() if Role.APPLICANT in roles}
    assert asked == {"respond_to_objection", "ask_to_avoid"}


def test_tc01_is_proposed_and_shown_to_the_public_over_http(api, deployment, panel):
    path, case_id = panel
    declare(api, path, *EXPERTS)
    hand_in(api, path, *EXPERTS)
    opinion = {"text": STORY["panel"]["opinion"], "met_on": STORY["panel"]["met_on"]}
    signed = [api("POST", f"{path}/sign-opinion", as_=expert, json=opinion).json() for expert in EXPERTS]
    assert [each["score"] for each in signed] == [None] * 4 + [STORY["panel"]["mean"]] * 3
    inspect(api, case_id)
    assessment = STORY["assessment"]
    decision = {"track": assessment["track"], "meeting_date": assessment["held_on"]}
    decision |= {"minute_no": assessment["minute_no"], "text": assessment["text"]}
    assert api("POST", f"/reviews/{case_id}/propose", as_="collective-body", json=decision).json()["code"] == "A70"
    state = api("GET", f"/reviews/{case_id}/state", as_="applicant-kunming").json()
    assert (state["code"], state["track"]) == ("A70", "")
    assert track_in_list(api, case_id) == ""
    notice = api("POST", "/notices", json={"title": STORY["notice"]["title"], "case_ids": [case_id]}).json()
    board = f"/notices/{notice['id']}"
    assert api("GET", board, as_="").status_code == 404
    assert notice["id"] not in {item["id"] for item in api("GET", "/notices", as_="").json()["items"]}
    assert api("POST", f"{board}/approve", as_="division-head").is_success
    long_ago = api("POST", f"{board}/post", json={"notice_no": "6号", "posted_on": "1900-01-01", **SHOWN})
    assert (long_ago.status_code, codes(long_ago)) == (422, ["posted-before-approval"])
    form = {"notice_no": STORY["notice"]["document_no"], "posted_on": STORY["notice"]["posted_on"]}
    bare = api("POST", f"{board}/post", json=form)
    assert (bare.status_code, codes(bare)) == (422, ["proof-missing"] * 3)
    assert {each["pointer"] for each in bare.json()["errors"]} == {"/channel", "/url", "/screenshot"}
    form |= SHOWN
    photograph(api, board)
    posted = api("POST", f"{board}/post", json=form).json()
    assert posted["ends_at"].startswith(f"{STORY['notice']['closes_on']}T23:59")
    public = api("GET", board, as_="").json()
    assert public["entries"][0]["centre_name"] == FACTS.centre_name
    assert FACTS.centre_name in api("GET", f"{board}/text", as_="").text
    assert api("GET", "/notices", as_="").json()["items"][0]["entries"][0]["track"] == "designation"
    assert api("GET", f"/reviews/{case_id}/state", as_="applicant-kunming").json()["track"] == "designation"
    assert track_in_list(api, case_id) == "designation"
    full = api("GET", f"/reviews/{case_id}", as_="auditor").json()
    assert (full["appraisal"]["score"], full["proposal"]["minute_no"]) == ("91.40", assessment["minute_no"])


def test_scoring_is_blind_and_the_dossier_closed_until_the_declaration(api, panel):
    path, _ = panel
    snapshot = "/documents/" + api("GET", f"/reviews/{panel[1]}").json()["facts"]["snapshot"]["sha256"]
    assert api("GET", f"{path}{snapshot}", as_="expert-1").status_code == 404
    declare(api, path, "expert-1", "expert-2")
    assert api("GET", f"{path}{snapshot}", as_="expert-1").json() == {"sections": {}}
    hand_in(api, path, "expert-1")
    assert [sheet["expert"] for sheet in api("GET", path, as_="expert-1").json()["score_sheets"]] == ["expert-1"]
    assert api("GET", path, as_="expert-2").json()["score_sheets"] == []
    assert api("GET", path).json()["score_sheets"] == []


def test_a_recused_expert_and_a_stranger_see_nothing(api, panel):
    path, _ = panel
    assert api("GET", path, as_="expert-8").status_code == 404
    assert api("POST", f"{path}/declare-conflict", as_="expert-1", json={"ground": "co_author"}).is_success
    assert api("GET", path, as_="expert-1").status_code == 404
    mine = api("GET", "/panels", as_="expert-1").json()["items"]
    assert path.rpartition("/")[2] not in {item["id"] for item in mine}
    seat = {"subject": "expert-8", "speciality": "technology", "employer": "云岭虚构检测院", "outside_province": True}
    unknown = api("POST", f"{path}/replace-expert", json={"recused": "expert-1", "expert": seat})
    assert (unknown.status_code, codes(unknown)) == (422, ["expert-not-in-pool"])
    assert api("POST", "/experts", json={"expert": seat, "relations": []}).is_success
    filled = api("POST", f"{path}/replace-expert", json={"recused": "expert-1", "expert": seat})
    assert filled.json()["state"] == "constituted"
    assert api("GET", path).json()["recused"] == ["expert-1"]
    assert "recused" not in api("GET", path, as_="expert-8").json()


@pytest.mark.usefixtures("pool")
def test_a_panel_is_refused_with_every_finding(api, accepted):
    draft = {"passed": True, "opinion": "齐全"}
    api("POST", f"/reviews/{accepted}/draft-pre-review", json=draft)
    api("POST", f"/reviews/{accepted}/pass-pre-review", as_="division-head")
    tied = {**seats()[0], "employer_uscc": FACTS.lead_uscc}
    answer = api("POST", f"/reviews/{accepted}/constitute-panel", json={"experts": [tied, *seats()[1:6]]})
    assert answer.status_code == 422
    tie = ["expert-employed-by-applicant", "expert-has-conflict"]
    assert codes(answer) == [*tie, "panel-even", "panel-too-small"]
    wrong = api("POST", f"/reviews/{accepted}/constitute-panel", json={"experts": [{**seats()[0], "speciality": "x"}]})
    assert codes(wrong) == ["not-in-list"]
    assert set(SPECIALITIES) == {"technology", "finance", "management"}


def test_points_that_are_no_points_are_refused(api, panel):
    path, _ = panel
    declare(api, path, "expert-1")
    for items in ({"foundation": 18.5}, {"foundation": "1e2"}, "all", None):
        answer = api("POST", f"{path}/submit-score-sheet", as_="expert-1", json={"items": items})
        assert (answer.status_code, len(codes(answer))) == (422, 1), answer.text


def test_a_failed_pre_review_shows_the_applicant_why_and_needs_the_head(api, accepted):
    draft = {"passed": False, "opinion": "不符合。", "reasons": ["资金不足"], "clauses": ["S3.2.3"]}
    assert api("POST", f"/reviews/{accepted}/draft-pre-review", json=draft).is_success
    number = {"document_no": "云工信技创〔2026〕70号"}
    assert api("POST", f"/reviews/{accepted}/fail-pre-review", json=number).status_code == 403
    assert api("POST", f"/reviews/{accepted}/fail-pre-review", as_="division-head", json=number).json()["code"] == "A32"
    state = api("GET", f"/reviews/{accepted}/state", as_="applicant-kunming").json()
    assert (state["title"], state["decision"]["reasons"]) == ("材料初审不通过", ["资金不足"])
    assert "行政复议" in state["decision"]["remedy"]


def test_the_applicant_sees_the_state_of_the_own_case_only(api, open_case):
    mine, other = open_case(), open_case(lead_uscc="91530300MAFAKE051B", prefecture="530300")
    listed = {item["id"]: item for item in api("GET", "/states?limit=200", as_="applicant-kunming").json()["items"]}
    assert mine in listed
    assert other not in listed
    assert "score" not in listed[mine]
    assert api("GET", f"/reviews/{other}/state", as_="applicant-kunming").status_code == 404
    assert api("GET", f"/reviews/{mine}", as_="applicant-kunming").status_code == 403
    assert api("GET", f"/reviews/{other}/state", as_="officer-kunming").status_code == 404


def test_the_board_is_for_the_department(api, open_case):
    case_id = open_case()
    assert case_id in {item["id"] for item in api("GET", "/reviews?limit=200", as_="auditor").json()["items"]}
    assert api("GET", "/reviews", as_="expert-1").status_code == 403
    assert api("GET", "/reviews", as_="").status_code in (401, 403)


def test_a_repeat_with_the_same_key_is_answered_alike(api, open_case):
    case_id, key = open_case(), {"Idempotency-Key": uuid.uuid4().hex}
    first = api("POST", f"/reviews/{case_id}/register-receipt", headers=key)
    again = api("POST", f"/reviews/{case_id}/register-receipt", headers=key)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    stale = api("POST", f"/reviews/{case_id}/accept", headers={"If-Match": '"1"'})
    assert stale.status_code == 412
