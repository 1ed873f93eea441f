"""Intake over HTTP, against a process of the service: what an upload may say of itself, scopes, and the receipt."""

import uuid

import httpx
import psycopg
import pytest

from services.intake.domain.dossier import Dossier
from services.shared.kernel.mapper import Mapper
from tests.deployment import Deployment
from tests.examples.dossiers import CASES, demo_case, good_dossier
from tests.intake.examples import KUNMING, MORNING

UNITS = ("university", "institute", "equipment", "association")
PEOPLE = (
    "officer-province-1",
    "division-head",
    "applicant-kunming",
    "officer-kunming",
    "officer-dehong",
    "auditor",
    "member-centre",
    *(f"member-{unit}" for unit in UNITS),
)
A_PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture(scope="module")
def deployment(module_database_url, tmp_path_factory):
    home = tmp_path_factory.mktemp("intake-http")
    deployment = Deployment(home, module_database_url, "memory://", start=MORNING)
    deployment.prepare("intake")
    deployment.start("intake")
    yield deployment
    deployment.close()


@pytest.fixture(scope="module")
def api(deployment):
    """Sends a request as a person; commands carry a fresh key and expect any version."""
    people = {name: deployment.person(name) for name in PEOPLE}

    def send(method, path, *, as_="applicant-kunming", headers=None, **more):
        sent = {"Authorization": f"Bearer {deployment.token_for(people[as_].claims)}", **(headers or {})}
        if method != "GET":
            sent |= {"Idempotency-Key": uuid.uuid4().hex, "If-Match": "*"}
        return httpx.request(method, f"{deployment.addresses['intake']}{path}", headers=sent, timeout=30, **more)

    return send


@pytest.fixture(scope="module")
def round_id(api):
    form = {"number": "2026-1", "title": "申报", "year": 2026, "opens_on": "2026-01-12", "closes_on": "2026-03-31"}
    planned = api("POST", "/rounds", as_="officer-province-1", json=form).json()
    api("POST", f"/rounds/{planned['id']}/open", as_="division-head", json={"document_no": "云工信〔2026〕8号"})
    return planned["id"]


@pytest.fixture
def path(api, round_id):
    """Where a new dossier is."""
    opened = api("POST", "/dossiers", json={"round_id": round_id, "prefecture": KUNMING})
    assert opened.status_code == 201
    return f"/dossiers/{opened.json()['id']}"


def upload(api, path, **query):
    headers = {"Content-Type": "application/pdf"}
    return api("POST", f"{path}/attachments/rules", params=query, content=A_PDF, headers=headers)


def codes(response):
    return [error["code"] for error in response.json()["errors"]]


def test_an_upload_says_nothing_of_itself_but_its_name(api, path, deployment):
    said = {"effective_at": "never", "kind": "other", "dossier_id": "x", "body": "y", "surprise": "z"}
    assert upload(api, path, name="制度.pdf", **said).status_code == 200
    with psycopg.connect(deployment.database_url) as connection:
        [row] = connection.execute(
            "select originator_id, originator_version, topic, state from intake.log order by position desc limit 1"
        ).fetchall()
    event = Mapper([Dossier]).event_from(*row)
    assert (event.kind, event.document.name) == ("rules", "制度.pdf")
    assert event.metadata.effective_at == event.timestamp


def test_an_upload_without_a_name_is_refused_as_such(api, path):
    response = upload(api, path)
    assert (response.status_code, codes(response)) == (422, ["unsafe-name"])


def test_a_round_with_a_number_that_is_taken_is_refused(api, round_id):
    form = {"number": "2026-1", "title": "申报", "year": 2026, "opens_on": "2026-01-12", "closes_on": "2026-03-31"}
    response = api("POST", "/rounds", as_="officer-province-1", json=form)
    assert (response.status_code, codes(response)) == (422, ["round-number-taken"])


def test_hides_a_dossier_from_a_unit_that_is_not_in_its_list(api, path):
    api("PUT", f"{path}/sections/centre", json={"content": good_dossier()["centre"]})
    assert api("POST", f"{path}/confirm-membership", as_="member-centre", json={}).status_code == 404
    answer = api("POST", f"{path}/confirm-membership", as_="member-university", json={})
    assert answer.json()["confirmed"] == ["12530000FAKE0003XC"]


def test_gives_a_receipt_whose_digest_is_that_of_the_snapshot(api, path):
    case = demo_case("tc01")
    for name, value in case["dossier"].items():
        assert api("PUT", f"{path}/sections/{name}", json={"content": value}).status_code == 200
    for one in case["attachments"]:
        media_type = "text/plain" if one["name"].endswith(".txt") else "application/pdf"
        body, headers = (CASES / one["file"]).read_bytes(), {"Content-Type": media_type}
        query = {"name": one["name"]}
        api("POST", f"{path}/attachments/{one['kind']}", params=query, content=body, headers=headers)
    refused = api("POST", f"{path}/submit", json={})
    assert (refused.status_code, codes(refused)) == (422, ["members-unconfirmed"])
    for unit in UNITS:
        api("POST", f"{path}/confirm-membership", as_=f"member-{unit}", json={})
    receipt = api("POST", f"{path}/submit", json={}).json()["receipt"]
    document = api("GET", f"{path}/documents/{receipt['sha256']}")
    assert document.headers["ETag"] == f'"{receipt["sha256"]}"'
    assert document.json()["sections"]["cover"]["centre_name"] == case["dossier"]["cover"]["centre_name"]
    assert "13800000101" not in document.text
    assert api("GET", f"{path}/checks").json() == {"edition": "2019-05-06", "checks": []}


def test_a_section_with_its_persons_is_read_by_whom_it_concerns_and_each_read_is_recorded(api, path, deployment):
    cover = good_dossier()["cover"]
    saved = api("PUT", f"{path}/sections/cover", json={"content": cover})
    where = f"{path}/sections/cover"
    read = api("GET", where)
    assert (read.json()["content"], read.headers["ETag"]) == (cover, saved.headers["ETag"])
    assert api("GET", where, as_="officer-kunming").json()["content"] == cover
    strangers = ("officer-dehong", "auditor", "member-university")
    refused = {who: api("GET", where, as_=who).status_code for who in strangers}
    assert refused == {"officer-dehong": 404, "auditor": 403, "member-university": 403}
    assert api("GET", f"{path}/sections/scores").status_code == 404
    with psycopg.connect(deployment.database_url) as connection:
        query = "select reader, capacity, purpose from vault.reads where case_id = %s order by number"
        reads = connection.execute(query, (path.removeprefix("/dossiers/"),)).fetchall()
    assert reads == [
        ("applicant-kunming", "applicant", "section cover"),
        ("officer-kunming", "prefecture_officer", "section cover"),
    ]


def test_a_member_unit_reads_its_own_row_and_table_and_no_other_unit_does(api, path):
    good = good_dossier()
    assert api("GET", f"{path}/membership", as_="member-university").status_code == 404  # not named yet
    for name in ("centre", "member_units"):
        api("PUT", f"{path}/sections/{name}", json={"content": good[name]})
    own = api("GET", f"{path}/membership", as_="member-university").json()
    assert own["tables"] == [form for form in good["member_units"] if form["uscc"] == "12530000FAKE0003XC"]
    assert (own["confirmed"], own["declined"]) == (False, None)
    assert api("GET", f"{path}/membership", as_="member-centre").status_code == 404
    assert api("GET", f"{path}/membership").status_code == 403


def test_a_round_is_read_by_anybody_with_its_closing_time(api, round_id):
    read = api("GET", f"/rounds/{round_id}").json()
    assert (read["state"], read["closing"]["due"]) == ("open", "2026-03-31T17:30:00+08:00")
    assert api("GET", f"/rounds/{uuid.uuid4()}").status_code == 404
