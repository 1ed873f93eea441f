"""What must not pass: refused in words, by its clause where there is one; nothing is stored, the try is recorded."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from uuid import UUID

import httpx
import psycopg
import pytest

from tests.review.conftest import photograph, seats
from tests.review.examples import STORY
from tests.review.steps import SHOWN, propose

RECORDED = """
select outcome, detail->'codes' from review.security_log where object = %s order by number desc limit 1
"""
SHEET = STORY["experts"][0]["items"]


@pytest.fixture
def watch(module_database_url):
    """Does something that is refused; gives its status, its findings, and the codes that were recorded of it."""

    def watched(send, path):
        with psycopg.connect(module_database_url, autocommit=True) as connection:
            before = events(connection)
            answer = send()
            assert events(connection) == before, "something was stored"
            row = connection.execute(RECORDED, (path,)).fetchone()
        findings = answer.json()["errors"]
        assert row is not None, "the attempt was not recorded"
        assert row[0] in ("refused", "denied")
        assert row[1] == sorted({finding["code"] for finding in findings})
        return answer.status_code, {finding["code"] for finding in findings}, {f.get("clause", "") for f in findings}

    def events(connection):
        """How many there are that people brought about: the clock may act at any moment."""
        by_people = "select count(*) from review.log_as_json where state->'metadata'->>'capacity' <> 'clock'"
        [count] = connection.execute(by_people).fetchone()
        return count

    return watched


@pytest.fixture
def scoring(api, panel):
    """Where expert-1, who has declared, may score."""
    path, _ = panel
    assert api("POST", f"{path}/declare-no-conflict", as_="expert-1").is_success
    return path


@pytest.mark.parametrize("act", ["save-score-sheet", "submit-score-sheet"])
@pytest.mark.parametrize(
    ("items", "code"),
    [
        ({**SHEET, "foundation": "20.01"}, "score-out-of-range"),
        ({**SHEET, "charm": "1"}, "score-item-unknown"),
    ],
)
def test_scores_out_of_range(api, watch, scoring, act, items, code):
    path = f"{scoring}/{act}"
    found = watch(lambda: api("POST", path, as_="expert-1", json={"items": items}), path)
    assert found == (422, {code}, {"S4.2"})


def test_a_score_below_nothing_is_no_number_of_the_form(api, watch, scoring):
    path = f"{scoring}/submit-score-sheet"
    status, codes, _ = watch(lambda: api("POST", path, as_="expert-1", json={"items": {"foundation": "-1"}}), path)
    assert (status, len(codes)) == (422, 1)


def test_a_sheet_for_someone_elses_case(api, watch, scoring):
    path = f"{scoring}/submit-score-sheet"
    status, codes, _ = watch(lambda: api("POST", path, as_="expert-8", json={"items": SHEET}), path)
    assert (status, codes) == (404, {"not-found"}), "a stranger is not even told that there is such a panel"


def test_a_second_sheet(api, watch, scoring):
    path = f"{scoring}/submit-score-sheet"
    assert api("POST", path, as_="expert-1", json={"items": SHEET}).is_success
    found = watch(lambda: api("POST", path, as_="expert-1", json={"items": SHEET}), path)
    assert found == (409, {"sheet-is-in"}, {"S4.2"})


def test_a_draft_that_its_officer_signs(api, watch, accepted):
    draft = {"passed": True, "opinion": "齐全"}
    assert api("POST", f"/reviews/{accepted}/draft-pre-review", json=draft).is_success
    path = f"/reviews/{accepted}/pass-pre-review"
    status, _, __ = watch(lambda: api("POST", path), path)
    assert status == 403, "whoever drafts has no right to sign at all"


@pytest.fixture
def twofold(deployment):
    """Sends a command as one person who is officer and head at once, of whatever the office allows."""
    claims = {"sub": "twofold", "name": "兼任者", "roles": ["province_officer", "division_head"]}

    def send(path, form=None):
        headers = {"Idempotency-Key": uuid.uuid4().hex, "If-Match": "*"}
        headers["Authorization"] = f"Bearer {deployment.token_for(claims)}"
        return httpx.post(f"{deployment.addresses['review']}{path}", headers=headers, json=form or {}, timeout=30)

    return send


def test_a_signature_by_the_drafter_who_holds_both_offices(watch, twofold, accepted):
    draft = {"passed": True, "opinion": "齐全"}
    assert twofold(f"/reviews/{accepted}/draft-pre-review", draft).is_success
    path = f"/reviews/{accepted}/pass-pre-review"
    assert watch(lambda: twofold(path), path) == (403, {"drafter-may-not-sign"}, {"S4.2"})


@pytest.mark.usefixtures("pool")
def test_a_panel_approved_by_who_composed_it(api, watch, twofold, accepted):
    api("POST", f"/reviews/{accepted}/draft-pre-review", json={"passed": True, "opinion": "齐全"})
    api("POST", f"/reviews/{accepted}/pass-pre-review", as_="division-head")
    made = twofold(f"/reviews/{accepted}/constitute-panel", {"experts": seats()})
    path = f"/panels/{made.json()['id']}/approve"
    assert watch(lambda: twofold(path), path) == (403, {"drafter-may-not-sign"}, {"S4.2"})


CASES = [UUID(int=7 * 10**30 + number) for number in (1, 2)]
"""Cases of the notices, each in a field of its own, by `steps.FIELDS`."""


@pytest.fixture(scope="module")
def proposed(beside):
    """A case with a collective decision."""
    propose(beside, CASES[0])
    return str(CASES[0])


@pytest.fixture(scope="module")
def posted(api, beside):
    """A notice, and the case on it."""
    propose(beside, CASES[1])
    return put_up(api, str(CASES[1]), "2026-06-01"), str(CASES[1])


def drafted(api, case_id, **changes):
    notice = api("POST", "/notices", json={"title": "公示", "case_ids": [case_id], **changes})
    path = f"/notices/{notice.json()['id']}"
    assert api("POST", f"{path}/approve", as_="division-head").is_success
    return path


def put_up(api, case_id, day):
    path = drafted(api, case_id)
    photograph(api, path)
    form = {"notice_no": f"公示{path[-6:]}号", "posted_on": day, **SHOWN}
    assert api("POST", f"{path}/post", json=form).is_success
    return path


def letter_of(case_id, **changes):
    objector = {"name": "幻直言", "organisation": "沪上幻智装备有限公司"}
    letter = {"case_id": case_id, "channel": "division", "objector": objector, "substance": "权属有争议"}
    return {**letter, "received_on": "2026-06-01", **changes}


def test_an_objection_without_evidence_and_without_seal(api, watch, posted):
    notice, case_id = posted
    lodged = api("POST", f"{notice}/lodge-objection", json=letter_of(case_id)).json()
    path = f"/objections/{lodged['id']}"
    progress = api("GET", f"/objection-progress/{lodged['receipt_code']}", as_="")
    assert (progress.json()["title"], progress.json()["reply"]) == ("已提出，受理审查", "")
    assert api("GET", "/objection-progress/0123456789ABCDEF", as_="").status_code == 404
    wanted = {"objection-without-evidence", "objection-without-seal"}
    assert watch(lambda: api("POST", f"{path}/admit"), f"{path}/admit") == (422, wanted, {"S4.2"})
    assert api("GET", path).json()["state"] == "lodged"
    assert api("GET", f"/reviews/{case_id}").json()["code"] == "A75"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"channel": "discipline"}, "not-this-desk"),
        ({"received_on": "2026-05-31"}, "received-before-notice"),
        ({"received_on": "2026-06-02"}, "day-in-the-future"),
    ],
)
def test_a_letter_that_is_not_in_order(api, watch, posted, changes, code):
    notice, case_id = posted
    path = f"{notice}/lodge-objection"
    status, codes, _ = watch(lambda: api("POST", path, json=letter_of(case_id, **changes)), path)
    assert (status, codes) == (422, {code})


def test_a_notice_of_a_length_that_the_edition_does_not_know(api, watch, proposed):
    form = {"title": "公示", "case_ids": [proposed], "days": 16}
    found = watch(lambda: api("POST", "/notices", json=form), "/notices")
    assert found == (422, {"notice-length-not-allowed"}, {"S4.2"})


def test_a_posting_without_proof_of_it(api, watch, proposed):
    path = f"{drafted(api, proposed)}/post"
    form = {"notice_no": "云工信公示〔2026〕98号", "posted_on": "2026-06-01"}
    assert watch(lambda: api("POST", path, json=form), path) == (422, {"proof-missing"}, {"S4.2"})
    assert api("GET", f"/reviews/{proposed}").json()["code"] == "A70"


def test_more_experts_to_avoid_than_the_edition_allows(api, watch, accepted):
    path = f"/reviews/{accepted}/ask-to-avoid"
    form = {"experts": [{"expert": f"expert-{number}", "reason": "有未决诉讼"} for number in (1, 2, 3)]}
    found = watch(lambda: api("POST", path, as_="applicant-kunming", json=form), path)
    assert found == (422, {"too-many-to-avoid"}, {"S4.2"})
    silent = {"experts": [{"expert": "expert-1"}]}
    status, codes, _ = watch(lambda: api("POST", path, as_="applicant-kunming", json=silent), path)
    assert (status, len(codes)) == (422, 1), "a reason is required"


@pytest.mark.usefixtures("pool")
def test_a_panel_with_somebody_who_is_not_in_the_pool(api, watch, accepted):
    api("POST", f"/reviews/{accepted}/draft-pre-review", json={"passed": True, "opinion": "齐全"})
    api("POST", f"/reviews/{accepted}/pass-pre-review", as_="division-head")
    path = f"/reviews/{accepted}/constitute-panel"
    stranger = {**seats()[0], "subject": "nobody-knows"}
    found = watch(lambda: api("POST", path, json={"experts": [stranger, *seats()[1:]]}), path)
    assert found == (422, {"expert-not-in-pool"}, {"S4.2"})


def test_what_is_decided_of_a_suspended_case_and_a_resumption_of_one_that_is_not(api, watch, accepted):
    over = {"document_no": "8号", "reason": "终结"}
    resume = f"/reviews/{accepted}/resume"
    found = watch(lambda: api("POST", resume, as_="division-head", json=over), resume)
    assert found == (409, {"not-suspended"}, {"S4.2"})
    why = {**over, "cause": "investigation"}
    assert api("POST", f"/reviews/{accepted}/suspend", as_="division-head", json=why).is_success
    path = f"/reviews/{accepted}/draft-pre-review"
    form = {"passed": True, "opinion": "齐全"}
    assert watch(lambda: api("POST", path, json=form), path) == (409, {"case-suspended"}, {"S4.2"})


def test_a_number_that_another_notice_has(api, watch, posted, proposed):
    number = api("GET", posted[0]).json()["notice_no"]
    path = f"{drafted(api, proposed)}/post"
    form = {"notice_no": number, "posted_on": "2026-06-01", **SHOWN}
    assert watch(lambda: api("POST", path, json=form), path) == (422, {"number-taken"}, {"S4.2"})


def test_a_notice_that_would_end_in_a_year_of_unknown_holidays(api, watch, proposed, deployment):
    """Last in this file: it moves the clock to the end of the year."""
    deployment.clock.move_to(datetime(2026, 12, 29, 2, tzinfo=UTC))
    path = f"{drafted(api, proposed)}/post"
    form = {"notice_no": "云工信公示〔2026〕99号", "posted_on": "2026-12-29", **SHOWN}
    assert watch(lambda: api("POST", path, json=form), path) == (422, {"calendar-unknown"}, {"S4.2"})
    assert api("GET", f"/reviews/{proposed}").json()["code"] == "A70"
