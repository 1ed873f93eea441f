"""Bad input over HTTP: every field of every form, made from the schemas; every finding at once, and nothing stored."""

from __future__ import annotations

import inspect
import io
import uuid
import zipfile
from decimal import Decimal

import httpx
import psycopg
import pytest

from services.intake.forms import SECTIONS
from services.intake.service import IntakeService
from services.shared.kernel.loading import Form
from tests.bad_values import WAYS, spoilt
from tests.deployment import Deployment
from tests.examples.dossiers import CASES, demo_case, good_dossier
from tests.intake.examples import KUNMING, MORNING

PEOPLE = {
    "plan_round": "officer-province-1",
    "publish_conditions": "officer-province-1",
    "open_round": "division-head",
    "extend_round": "division-head",
    "cancel_round": "division-head",
    "announce_round": "division-head",
    "decline_membership": "member-university",
    "accept_uscc": "officer-kunming",
}
"""Who does an act; all others are the applicant's."""

COMMANDS = [
    (method.act, entry.method, entry.url)
    for _, method in inspect.getmembers(IntakeService)
    for entry in getattr(method, "nameko_entrypoints", ())
    if isinstance(getattr(getattr(method, "act", None), "takes", None), Form)
]
TABLES = """
select format('%I.%I', schemaname, tablename) from pg_tables
where schemaname in ('intake', 'intake_read', 'vault') and tablename not in ('security_log', 'relay_position')
order by 1
"""


@pytest.fixture(scope="module")
def deployment(module_database_url, tmp_path_factory):
    deployment = Deployment(tmp_path_factory.mktemp("bad"), module_database_url, "memory://", start=MORNING)
    deployment.prepare("intake")
    deployment.start("intake")
    yield deployment
    deployment.close()


@pytest.fixture(scope="module")
def send(deployment):
    names = {"applicant-kunming", "officer-kunming", "member-university", *PEOPLE.values()}
    tokens = {name: deployment.token_for(deployment.person(name).claims) for name in names}
    with httpx.Client(base_url=deployment.addresses["intake"], timeout=30) as client:

        def send(method, path, who="applicant-kunming", headers=None, **more):
            sent = {"Authorization": f"Bearer {tokens[who]}", "Idempotency-Key": uuid.uuid4().hex, "If-Match": "*"}
            return client.request(method, path, headers={**sent, **(headers or {})}, **more)

        yield send


@pytest.fixture(scope="module")
def ids(send):
    """An open round, and a draft in it that is complete but for its confirmations."""
    form = {"number": "2026-1", "title": "申报", "year": 2026, "opens_on": "2026-01-12", "closes_on": "2026-03-31"}
    round_id = send("POST", "/rounds", "officer-province-1", json=form).json()["id"]
    send("POST", f"/rounds/{round_id}/open", "division-head", json={"document_no": "云工信〔2026〕8号"})
    opened = send("POST", "/dossiers", json={"round_id": round_id, "prefecture": KUNMING}).json()["id"]
    for name, content in good_dossier().items():
        assert send("PUT", f"/dossiers/{opened}/sections/{name}", json={"content": content}).status_code == 200
    for one in demo_case("tc01")["attachments"]:
        media_type = "text/plain" if one["name"].endswith(".txt") else "application/pdf"
        query = {"params": {"name": one["name"]}, "headers": {"Content-Type": media_type}}
        body = (CASES / one["file"]).read_bytes()
        assert send("POST", f"/dossiers/{opened}/attachments/{one['kind']}", content=body, **query).status_code == 200
    return {"round_id": round_id, "dossier_id": opened}


@pytest.fixture
def kept(deployment):
    """What is stored: every row of every table but the security log, every document; and the attempts beside it."""

    def everything():
        with psycopg.connect(deployment.database_url) as connection:
            names = [name for (name,) in connection.execute(TABLES).fetchall()]
            digest = "select md5(string_agg(t::text, e'\\n' order by t::text)) from {} t"
            rows = {name: connection.execute(digest.format(name)).fetchone() for name in names}
            attempts = connection.execute(
                "select act, outcome from intake.security_log order by number desc limit 1"
            ).fetchall()
            [(count,)] = connection.execute("select count(*) from intake.security_log").fetchall()
        files = sorted(path.name for path in deployment.home.rglob("*") if path.is_file() and path.suffix != ".log")
        return (rows, files), count, attempts

    return everything


def refused_whole(kept, act, request):
    """Send this; it must be refused as invalid, and leave no trace but the attempt. Returns the findings."""
    before, attempts, _ = kept()
    response = request()
    assert response.status_code in (413, 415, 422), response.text
    after, more, newest = kept()
    assert after == before
    assert (more, newest) == (attempts + 1, [(act, "refused")])
    errors = response.json()["errors"]
    assert all(error["code"] and error["zh"] and error["en"] for error in errors)
    return errors


def pointers(errors):
    return {error["pointer"] for error in errors}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("section", list(SECTIONS))
def test_every_field_of_a_section_is_refused_at_its_own_pointer_and_at_once(send, ids, kept, section, way):
    value, wrong = spoilt(SECTIONS[section], way, f"/{section}")
    path = f"/dossiers/{ids['dossier_id']}/sections/{section}"
    errors = refused_whole(kept, "save_section", lambda: send("PUT", path, json={"content": value}))
    assert pointers(errors) == set(wrong)
    if way in ("wrong type", "number as text"):
        assert {error["code"] for error in errors} == {"wrong-type"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("act", "method", "url"), COMMANDS, ids=[act.name for act, _, _ in COMMANDS])
def test_every_field_of_a_command_is_refused_at_its_own_pointer_and_at_once(send, ids, kept, act, method, url, way):
    value, wrong = spoilt(act.takes, way)
    path = url.replace("<uuid:round_id>", ids["round_id"]).replace("<uuid:dossier_id>", ids["dossier_id"])
    who = PEOPLE.get(act.name, "applicant-kunming")
    errors = refused_whole(kept, act.name, lambda: send(method, path, who, json=value))
    assert pointers(errors) == set(wrong)


@pytest.mark.parametrize("section", list(SECTIONS))
@pytest.mark.parametrize("content", ["text", 7, None, True, [[]], {"no such field": 1}])
def test_a_section_that_is_something_else_altogether_is_refused(send, ids, kept, section, content):
    path = f"/dossiers/{ids['dossier_id']}/sections/{section}"
    errors = refused_whole(kept, "save_section", lambda: send("PUT", path, json={"content": content}))
    assert all(pointer.startswith((f"/{section}", "/content")) for pointer in pointers(errors))


def disagreeing():
    """The good dossier with sums that do not add up and years that leave a gap, all of them at once."""
    dossier = good_dossier()
    dossier["centre"] |= {"staff_total": 57, "member_count_university": 3}
    dossier["member_units"][0]["rd_staff"] = dossier["member_units"][0]["staff_total"] + 1
    dossier["member_units"][1]["sales"][0]["year"] = 2020
    dossier["lead_unit"]["staff_senior_title_up"] = dossier["lead_unit"]["staff_total"]
    dossier["supplement"]["total_formation_funds_wan"] = "3200.01"
    dossier["plan"]["fund_plan"][0]["amount_wan"] = str(Decimal(dossier["plan"]["fund_plan"][0]["amount_wan"]) - 1)
    return dossier


def test_sums_that_disagree_and_a_year_gap_are_told_together_and_stop_the_submission(send, ids, kept):
    path = f"/dossiers/{ids['dossier_id']}"
    for name, content in disagreeing().items():
        assert send("PUT", f"{path}/sections/{name}", json={"content": content}).status_code == 200
    errors = refused_whole(kept, "submit_dossier", lambda: send("POST", f"{path}/submit", json={}))
    assert {(error["code"], error["pointer"], error["clause"]) for error in errors} == {
        ("K04", "/supplement/contributions", "S3.2.3"),
        ("K14", "/centre/member_count_university", "A1"),
        ("K16", "/centre/staff_total", "A1"),
        ("K17", "/lead_unit", "A1"),
        ("K17", "/member_units/0/rd_staff", "A1"),
        ("members-unconfirmed", "/member_units", "S4.1.0"),
    }
    warned = send("GET", f"{path}/checks").json()["checks"]
    told = {(one["id"], one["finding"]["pointer"]) for one in warned if one["severity"] == "WARN"}
    assert told >= {("K19", "/member_units/1/sales"), ("K28", "/plan/fund_plan")}
    for name, content in good_dossier().items():
        assert send("PUT", f"{path}/sections/{name}", json={"content": content}).status_code == 200


def archive(*names):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as written:
        for name in names:
            written.writestr(name, "x")
    return stream.getvalue()


PDF, PNG = b"%PDF-1.7\n%%EOF\n", b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
NOT_WHAT_THEY_SAY = {
    "a picture that says pdf": ("证书.pdf", "application/pdf", PNG),
    "a pdf that says picture": ("证书.png", "image/png", PDF),
    "a program that says pdf": ("证书.pdf", "application/pdf", b"MZ\x90\x00" + b"\x00" * 64),
    "a page that says text": ("证书.txt", "text/plain", b"\xff\xfe\x00\x01"),
    "an archive that says workbook": (
        "表.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        archive("a.txt"),
    ),
    "a workbook with macros": (
        "表.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
    ),
    "another type than its name": ("证书.pdf", "image/png", PDF),
    "a program by its name": ("证书.pdf.exe", "application/pdf", PDF),
    "a way out of the folder": ("../../证书.pdf", "application/pdf", PDF),
    "nothing": ("证书.pdf", "application/pdf", b""),
}


@pytest.mark.parametrize("kind", ["rules", "legal_person_certificate"])
@pytest.mark.parametrize("what", NOT_WHAT_THEY_SAY)
def test_an_attachment_that_is_not_what_its_name_says_is_refused(send, ids, kept, what, kind):
    name, media_type, body = NOT_WHAT_THEY_SAY[what]
    path, query = f"/dossiers/{ids['dossier_id']}/attachments/{kind}", {"params": {"name": name}}
    headers = {"Content-Type": media_type}
    refused_whole(kept, "attach_document", lambda: send("POST", path, content=body, headers=headers, **query))
