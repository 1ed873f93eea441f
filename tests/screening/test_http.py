"""Screening over HTTP, against a process of the service: forms, roles, scopes, and the way to a submitted batch."""

import pytest

from services.screening.authority import AUTHORITY
from services.screening.service import ScreeningService
from services.shared.kernel.web import Entrypoint
from services.shared.vocabulary import Role
from tests.screening.examples import DEHONG, KUNMING, ROUND

NEGATIVE = {"recommends": False, "opinion": "不予推荐。", "reasons": ["资金不足"], "clauses": ["S3.2.3"]}


@pytest.fixture
def screened(api, open_case):
    """A case that is being screened, after the steps that lead there."""
    case_id = open_case()
    assert api("POST", f"/screenings/{case_id}/start-intake", json={"paper_received_on": "2026-06-01"}).is_success
    assert api("POST", f"/screenings/{case_id}/accept").json()["code"] == "A15"
    return case_id


@pytest.fixture
def ready(api, screened):
    drafted = api("POST", f"/screenings/{screened}/draft-opinion", json={"recommends": True, "opinion": "同意推荐。"})
    assert not drafted.json()["ready"]
    signed = api("POST", f"/screenings/{screened}/sign-opinion", as_="head-kunming")
    assert signed.json()["ready"]
    return screened


def codes(answer):
    return [error["code"] for error in answer.json()["errors"]]


def test_every_endpoint_has_a_row_in_the_authority_table_and_no_row_is_idle():
    acts = {
        name
        for name, method in vars(ScreeningService).items()
        if any(isinstance(entry, Entrypoint) for entry in getattr(method, "nameko_entrypoints", ()))
    }
    assert acts == set(AUTHORITY)


def test_the_prefecture_alone_commands_save_that_the_province_may_decide_on_jurisdiction_and_suspend():
    commands = {act: may for act, may in AUTHORITY.items() if not act.startswith(("list_", "read_", "print_"))}
    shared = ("decide_jurisdiction", "suspend_case", "resume_case")
    roles = {role for act, may in commands.items() if act not in shared for role in may.roles}
    assert roles == {Role.PREFECTURE_OFFICER, Role.PREFECTURE_HEAD}
    for act in shared:
        assert set(commands[act].roles) == {Role.PREFECTURE_HEAD, Role.DIVISION_HEAD}


def test_a_case_goes_up_in_a_batch_whose_annex_3_can_be_read(api, ready):
    batch = api("POST", "/batches", json={"round_id": str(ROUND), "case_ids": [ready]})
    assert batch.status_code == 201
    path = f"/batches/{batch.json()['id']}"
    letter = {"letter_no": "昆工信〔2026〕15号", "letter_date": "2026-06-01"}
    assert api("POST", f"{path}/sign", as_="head-kunming", json=letter).json()["state"] == "signed"
    assert api("POST", f"{path}/submit").json()["state"] == "submitted"
    view = api("GET", f"/screenings/{ready}", as_="auditor").json()
    assert (view["code"], view["letter_no"]) == ("A20", "昆工信〔2026〕15号")
    sheet = api("GET", f"{path}/documents/{batch.json()['annex_3']['sha256']}", as_="auditor").json()
    assert [row["case_id"] for row in sheet["rows"]] == [ready]
    assert api("GET", path).json()["rows"][0]["number"] == view["number"]


def test_a_refusal_carries_the_remedy_and_needs_the_head(api, screened):
    assert api("POST", f"/screenings/{screened}/draft-opinion", json=NEGATIVE).is_success
    decision = {"document_no": "昆工信〔2026〕16号"}
    assert api("POST", f"/screenings/{screened}/sign-not-recommended", json=decision).status_code == 403
    signed = api("POST", f"/screenings/{screened}/sign-not-recommended", as_="head-kunming", json=decision)
    assert signed.json()["state"] == "pref-not-recommended"
    assert "行政复议" in api("GET", f"/screenings/{screened}").json()["opinion"]["remedy"]


def test_a_refusal_without_reasons_is_not_drafted(api, screened):
    form = {"recommends": False, "opinion": "不予推荐。"}
    answer = api("POST", f"/screenings/{screened}/draft-opinion", json=form)
    assert answer.status_code == 422
    assert sorted(codes(answer)) == ["clauses-missing", "reasons-missing"]


def test_a_form_without_its_fields_is_refused_with_every_finding(api, screened):
    answer = api("POST", f"/screenings/{screened}/draft-opinion", json={"recommends": "yes", "remedy": ""})
    assert answer.status_code == 422
    assert sorted(codes(answer)) == ["required", "unknown-field", "wrong-type"]


def test_a_batch_without_cases_is_refused(api):
    answer = api("POST", "/batches", json={"round_id": str(ROUND), "case_ids": []})
    assert (answer.status_code, codes(answer)) == (422, ["too-few"])


def test_a_case_of_another_prefecture_is_not_there(api, open_case):
    elsewhere = open_case(DEHONG)
    assert api("GET", f"/screenings/{elsewhere}").status_code == 404
    assert api("POST", f"/screenings/{elsewhere}/accept").status_code == 404
    assert api("GET", f"/screenings/{elsewhere}", as_="officer-dehong").status_code == 200


def test_the_inbox_shows_the_own_prefecture_by_state_with_what_is_due(api, open_case):
    case_id = open_case()
    api("POST", f"/screenings/{case_id}/start-intake", json={"paper_received_on": "2026-06-01"})
    items = api("GET", "/screenings?state=pref-intake&limit=200").json()["items"]
    assert {item["prefecture"] for item in items} == {KUNMING}
    [mine] = [item for item in items if item["id"] == case_id]
    assert mine["due"].startswith("2026-06-08T09:30:00")
    assert case_id not in {item["id"] for item in api("GET", "/screenings?state=submitted").json()["items"]}


def test_an_inbox_of_a_state_that_there_is_not_is_refused(api):
    assert codes(api("GET", "/screenings?state=lost")) == ["not-a-state"]


def test_an_applicant_reads_nothing_here(api, open_case):
    assert api("GET", f"/screenings/{open_case()}", as_="applicant-kunming").status_code == 403


def test_a_document_is_served_only_for_the_case_that_refers_to_it(api, open_case):
    assert api("GET", f"/screenings/{open_case()}/documents/{'00' * 32}").status_code == 404
