"""Every endpoint × every role × a case of one's own prefecture and one of another: who gets through, and who does not.

What is expected is written down here by hand, apart from the authority table that is on trial.
"""

import uuid

import pytest

from services.screening.service import ScreeningService
from services.shared.kernel.web import Entrypoint
from tests.screening.examples import DEHONG, KUNMING, ROUND

LETTER = {"letter_no": "昆工信〔2026〕31号", "letter_date": "2026-06-01"}
SERVICE = {"served_on": "2026-06-01", "method": "post", "proof": "EMS 1"}
DEFECT = {"pointer": "", "zh": "缺公章", "clause": "S4.1.0"}
DECISION = {"document_no": "昆工信〔2026〕32号"}
STANDS = {"document_no": "昆工信监〔2026〕3号", "reason": "调查"}
FORMS = {
    "recuse": {"officer": "somebody-else", "reason": "近亲属"},
    "record_paper_arrival": {"received_on": "2026-06-01", "copies": 1},
    "record_paper_mismatch": {"finding": "缺页"},
    "settle_paper_mismatches": {"explanation": "已补"},
    "challenge_jurisdiction": {"to_prefecture": "530300", "reason": "注册地"},
    "decide_jurisdiction": {"transfers": False, "reason": "属地无误"},
    "start_intake": {"paper_received_on": "2026-06-01"},
    "request_correction": {"items": [DEFECT], **SERVICE},
    "extend_correction": {"reason": "公章在外地"},
    "draft_opinion": {"recommends": True, "opinion": "同意。"},
    "sign_not_recommended": DECISION,
    "rescind_recommendation": DECISION,
    "record_service": SERVICE,
    "reopen_by_remedy": {"body": "市政府", "decision_no": "1", "to": "pref-intake", "reason": "x"},
    "suspend_case": {"cause": "investigation", **STANDS},
    "resume_case": STANDS,
    "sign_batch": LETTER,
    "name_filler": {"name": "李填表", "phone": "0871-63330001"},
    "sign_supplement": LETTER,
    "cancel_batch": {"reason": "重排"},
}
HEADS = {
    "recuse",
    "decide_jurisdiction",
    "sign_opinion",
    "sign_not_recommended",
    "rescind_recommendation",
    "reopen_by_remedy",
    "suspend_case",
    "resume_case",
    "sign_batch",
    "sign_supplement",
    "submit_batch",
    "cancel_batch",
}
OFFICERS_NOT = HEADS - {"recuse", "submit_batch", "cancel_batch"}
READERS = {"officer-kunming", "head-kunming", "officer-province-1", "division-head", "auditor"}
KUNMINGS, WHOLE_PROVINCE = {"officer-kunming", "head-kunming"}, {"officer-province-1", "division-head", "auditor"}
NOBODIES = {"applicant-kunming", "member-university", "expert-1", "inspector-1", "administrator", "collective-body"}


def routes():
    for name, method in vars(ScreeningService).items():
        for entry in getattr(method, "nameko_entrypoints", ()):
            if isinstance(entry, Entrypoint) and name != "list_events":  # the feed has its own tests
                yield name, entry.method, entry.url


ROUTES = sorted(routes())


def may(person, act, method, own):
    """Whether this person gets through to a thing of Kunming (`own`) or of Dehong."""
    if person in NOBODIES:
        return False
    if act == "print_annex_3" and person == "auditor":
        return False
    if method == "GET":
        return own or person in WHOLE_PROVINCE
    if person == "division-head":
        return act in ("decide_jurisdiction", "suspend_case", "resume_case")
    return own and (
        (person == "head-kunming" and act in HEADS) or (person == "officer-kunming" and act not in OFFICERS_NOT)
    )


@pytest.fixture(scope="module")
def things(api, open_case):
    """A case and an assembled batch with its Annex 3 for each prefecture."""

    def things_of(prefecture, officer, head):
        case_id, batched = open_case(prefecture), open_case(prefecture)
        api("POST", f"/screenings/{batched}/start-intake", as_=officer, json={"paper_received_on": "2026-06-01"})
        api("POST", f"/screenings/{batched}/accept", as_=officer)
        api("POST", f"/screenings/{batched}/draft-opinion", as_=officer, json=FORMS["draft_opinion"])
        api("POST", f"/screenings/{batched}/sign-opinion", as_=head)
        batch = api("POST", "/batches", as_=officer, json={"round_id": str(ROUND), "case_ids": [batched]}).json()
        return {"case_id": case_id, "batch_id": batch["id"], "annex_3": batch["annex_3"]["sha256"], "batched": batched}

    return {
        KUNMING: things_of(KUNMING, "officer-kunming", "head-kunming"),
        DEHONG: things_of(DEHONG, "officer-dehong", "head-dehong"),
    }


def codes(answer):
    return {error["code"] for error in answer.json().get("errors", [])} if answer.status_code >= 400 else set()


def passed(answer):
    """Whether the caller got beyond the door: what was refused behind it was refused for another reason."""
    return not codes(answer) & {"role-may-not", "not-found"}


@pytest.mark.parametrize("person", sorted(READERS | NOBODIES))
def test_gets_through_to_what_is_ones_own_and_to_nothing_else(api, things, person):
    wrong = []
    for prefecture, own in ((KUNMING, True), (DEHONG, False)):
        known = things[prefecture]
        for act, method, url in ROUTES:
            if act in ("list_screenings", "list_batches", "list_quotas", "assemble_batch", "read_screening_document"):
                continue
            path = url.replace("<uuid:case_id>", known["case_id"]).replace("<uuid:batch_id>", known["batch_id"])
            path = path.replace("<sha256>", known["annex_3"])
            if act == "keep_letter":  # its body is a file
                answer = api(method, path, as_=person, content=b"MZ", params={"name": "行文.pdf"})
                if passed(answer) is not may(person, act, method, own):
                    wrong.append((prefecture, act, answer.status_code, codes(answer)))
                continue
            more = {"json": FORMS.get(act, {})} if method == "POST" else {}
            answer = api(method, path, as_=person, **more)
            if passed(answer) is not may(person, act, method, own):
                wrong.append((prefecture, act, answer.status_code, codes(answer)))
    assert wrong == []


@pytest.mark.parametrize("person", sorted(READERS))
def test_lists_hold_what_is_ones_own_and_nothing_else(api, things, person):
    seen = {
        item["prefecture"]
        for path in ("/screenings", "/batches", f"/rounds/{ROUND}/quotas")
        for item in listed(api, person, path)
    }
    assert seen == ({KUNMING, DEHONG} if person in WHOLE_PROVINCE else {KUNMING})
    ids = {item["id"] for item in listed(api, person, "/batches")}
    assert (things[DEHONG]["batch_id"] in ids) is (person in WHOLE_PROVINCE)


def listed(api, person, path):
    return api("GET", path, as_=person, **({} if "quotas" in path else {"params": {"limit": 200}})).json()["items"]


@pytest.mark.parametrize("person", sorted(NOBODIES))
@pytest.mark.parametrize("path", ["/screenings", "/batches", f"/rounds/{ROUND}/quotas"])
def test_nobody_else_lists_anything(api, person, path):
    assert api("GET", path, as_=person).status_code == 403


def test_a_batch_takes_no_case_of_another_prefecture(api, things):
    form = {"round_id": str(ROUND), "case_ids": [things[DEHONG]["batched"]]}
    assert api("POST", "/batches", json=form).status_code == 404


def test_a_document_of_a_case_is_read_by_its_own_prefecture_alone(api, things):
    digest = api("GET", f"/screenings/{things[DEHONG]['case_id']}", as_="auditor").json()["facts"]["snapshot"]["sha256"]
    path = f"/screenings/{things[DEHONG]['case_id']}/documents/{digest}"
    assert api("GET", path).status_code == 404
    assert "no such Screening".lower() in api("GET", path).json()["errors"][0]["en"].lower()


def test_who_is_recused_reads_no_more_of_the_case(api, open_case):
    case_id = open_case()
    assert api("GET", f"/screenings/{case_id}").is_success
    answer = api("POST", f"/screenings/{case_id}/recuse", json={"reason": "近亲属在申报单位任职"})
    assert answer.is_success
    for path in ("", "/rivals", f"/documents/{'00' * 32}"):
        assert codes(api("GET", f"/screenings/{case_id}{path}")) == {"conflict-of-interest"}
    assert case_id not in {item["id"] for item in listed(api, "officer-kunming", "/screenings")}
    assert case_id in {item["id"] for item in listed(api, "head-kunming", "/screenings")}


def test_the_inbox_shows_what_is_due_first_page_by_page(api, open_case):
    waiting, due = open_case(), open_case()
    api("POST", f"/screenings/{due}/start-intake", json={"paper_received_on": "2026-06-01"})
    ids: list[str] = []
    after: dict[str, str] | None = {}
    while after is not None:
        page = api("GET", "/screenings", params={"limit": 3, **after}).json()
        ids += [item["id"] for item in page["items"]]
        after = {"after": page["next"]} if "next" in page else None
    assert len(ids) == len(set(ids))
    assert ids.index(due) < ids.index(waiting)
    assert codes(api("GET", "/screenings", params={"after": "WyJhIl0"})) == {"cursor-not-ours"}


def test_rivals_are_the_open_cases_of_the_same_or_an_overlapping_field_in_the_prefecture(api, open_case, things):
    one, other = open_case(), open_case()
    items = api("GET", f"/screenings/{one}/rivals").json()["items"]
    assert other in {item["id"] for item in items}
    assert one not in {item["id"] for item in items}
    assert things[DEHONG]["case_id"] not in {
        item["id"] for item in api("GET", f"/screenings/{one}/rivals", as_="auditor").json()["items"]
    }


def test_the_quota_meter_counts_cases_and_places(api, things):
    [row] = api("GET", f"/rounds/{ROUND}/quotas").json()["items"]
    assert (row["prefecture"], row["most"], row["free"], row["taken"]) == (KUNMING, None, None, 0)
    assert row["cases"] >= 2
    assert api("GET", f"/rounds/{uuid.uuid4()}/quotas").json()["items"] == []
    assert things
