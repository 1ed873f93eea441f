"""Annex 3 with its people: opened for one reader at a time, each opening on record, nothing of it kept in clear."""

from __future__ import annotations

import io
import json

import openpyxl
import psycopg
import pytest

from services.screening.domain.batch import RecommendationBatch
from services.screening.domain.batch_states import State
from services.screening.reactions import when_dossier_submitted
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.vault import ERASED_ZH, Vault
from services.shared.kernel.vault_sealing import master_key_from
from services.shared.vocabulary import Denied, NotFound, NotInThisState, VersionConflict
from tests.given import done, given
from tests.screening.conftest import as_
from tests.screening.examples import CASE, OTHER_CASE, TODAY, assembled, dossier_submitted, signed
from tests.screening.steps import assemble, send_two_up, sign, submit

NAME, MOBILE = "杨·联络", "13887650001"
FILLER = {"name": "李填表", "phone": "0871-63330001"}
READER = {"reader": "officer-kunming", "organisation": "", "capacity": "prefecture_officer"}


@pytest.fixture
def keeper(wired):
    """The vault as intake has it: it writes and erases."""
    settings = wired.settings
    database = Database(conninfo_as(settings.database_url, "zc_vault", "vault"), size=1)
    database.open()
    key = master_key_from({"VAULT_MASTER_KEY_FILE": str(settings.vault_key)})
    yield Vault(database, key, wired.clock)
    database.close()


@pytest.fixture
def contact(keeper):
    """The reference of the contact of the case."""
    person = {"name": NAME, "mobile": MOBILE, "email": "lianluo@example.cn"}
    return keeper.put(CASE, "centre/contact", person)


def hand_in(wired, case_id, reference):
    contact = {"org_title": "办公室主任", "pii_ref": reference} if reference else {}
    snapshot = wired.documents.put_json({"sections": {"centre": {"contact": contact}}}, f"{case_id}.json")
    with as_("intake"):
        when_dossier_submitted(wired.application, dossier_submitted(case_id, snapshot=snapshot))


def make_batch(wired, screenings, *case_ids):
    for case_id in case_ids:
        with as_("officer"):
            screenings.start_intake(case_id, paper_received_on=TODAY)
        with as_("officer"):
            screenings.accept_dossier(case_id)
        with as_("officer"):
            screenings.draft_opinion(case_id, recommends=True, opinion="同意推荐。")
        with as_("head"):
            screenings.sign_opinion(case_id)
    return assemble(screenings, *case_ids)


@pytest.fixture
def batch(wired, screenings, contact):
    """A batch of one case."""
    hand_in(wired, CASE, contact)
    return make_batch(wired, screenings, CASE)


def printed(screenings, batch, supplement=0, **changes):
    kept = screenings.find(RecommendationBatch, batch.id)
    _, body = screenings.annex_3_with_people(kept, supplement=supplement, **{**READER, **changes})
    rows = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].iter_rows()
    return [[cell.value or "" for cell in row] for row in rows]


def name_filler(screenings, batch, **changes):
    with as_("officer", **changes):
        return screenings.name_filler(batch.id, **FILLER)


def test_the_columns_of_people_are_filled_in_from_the_vault_and_each_opening_is_on_record(
    wired, screenings, keeper, batch, contact
):
    named = name_filler(screenings, batch)
    for _ in range(2):
        *_, row, foot = printed(screenings, batch)
        assert row[-2:] == [NAME, MOBILE]
        assert foot[0].startswith(f"填表人及联系电话：{FILLER['name']}　{FILLER['phone']}")
    for ref, case_id in ((contact, CASE), (named.filler_ref, batch.id)):
        reads = keeper.reads(ref=ref)
        assert [(r.reader, r.capacity, r.outcome, r.case_id) for r in reads] == [
            ("officer-kunming", "prefecture_officer", "shown", case_id)
        ] * 2
        assert all(batch.annex_3.name in r.purpose for r in reads)


def test_who_was_erased_stands_as_erased(screenings, keeper, batch, contact):
    named = name_filler(screenings, batch)
    for ref in (contact, named.filler_ref):
        keeper.erase(ref, basis="PIPL-47", approver="division-head")
    *_, row, foot = printed(screenings, batch)
    assert row[-2:] == [ERASED_ZH, ERASED_ZH]
    assert ERASED_ZH in foot[0]


def test_nothing_that_is_kept_or_told_holds_a_person_in_clear(wired, screenings, batch):
    name_filler(screenings, batch)
    sign(screenings, batch)
    submit(screenings, batch)
    printed(screenings, batch)
    query = "select string_agg(convert_from(state, 'UTF8'), ' ') from log"
    [(log,)] = wired.database.rows(query)
    kept = [path.read_bytes() for path in wired.documents._root.rglob("*") if path.is_file()]
    for text in (NAME, MOBILE, *FILLER.values()):
        assert text not in log
        assert json.dumps(text)[1:-1] not in log
        assert all(text.encode() not in body for body in kept)
    *_, row, _ = [
        [cell.value or "" for cell in each]
        for each in openpyxl.load_workbook(
            io.BytesIO(wired.documents.read(screenings.find(RecommendationBatch, batch.id).form.sha256))
        )
        .worksheets[0]
        .iter_rows()
    ]
    assert row[-2:] == ["", ""]


def test_a_reference_into_another_case_opens_nothing_and_the_attempt_is_on_record(wired, screenings, keeper, contact):
    hand_in(wired, OTHER_CASE, contact)
    batch = make_batch(wired, screenings, OTHER_CASE)
    with pytest.raises(NotFound):
        printed(screenings, batch)
    [read] = keeper.reads(ref=contact)
    assert (read.outcome, read.case_id) == ("unknown", CASE)


def test_a_dossier_without_a_contact_leaves_the_columns_to_the_pen(wired, screenings):
    hand_in(wired, CASE, "")
    *_, row, foot = printed(screenings, make_batch(wired, screenings, CASE))
    assert row[-2:] == ["", ""]
    assert foot[0].startswith("填表人及联系电话：　")


def test_whoever_has_an_interest_in_a_case_of_it_opens_nothing(screenings, keeper, batch, contact):
    with as_("officer-2"):
        screenings.recuse(CASE, officer="officer-2", reason="近亲属")
    for who in ({"reader": "officer-2"}, {"organisation": "12530000FAKE0003XC"}):
        with pytest.raises(Denied):
            printed(screenings, batch, **who)
    assert keeper.reads(ref=contact) == []


def test_a_supplement_is_printed_with_the_people_of_those_who_stay(wired, screenings, contact):
    hand_in(wired, CASE, contact)
    hand_in(wired, OTHER_CASE, "")
    batch = make_batch(wired, screenings, CASE, OTHER_CASE)
    sign(screenings, batch)
    submit(screenings, batch)
    with as_("intake"):
        screenings.withdraw_case(OTHER_CASE, reason="股东变更")
    with as_("officer"):
        screenings.draft_supplement(batch.id)
    with pytest.raises(NotFound):
        printed(screenings, batch, supplement=1)
    with as_("head"):
        screenings.sign_supplement(batch.id, letter_no="昆工信〔2026〕18号", letter_date=TODAY)
    rows = printed(screenings, batch, supplement=1)
    assert rows[2][0].startswith("发文字号：昆工信〔2026〕18号")
    assert [row[-2:] for row in rows if row[0] == "1"] == [[NAME, MOBILE]]
    assert not any(row[0] == "2" for row in rows)


def test_names_the_filler_until_the_batch_goes_up_and_again_when_it_is_put_together_anew(wired, screenings):
    given(assembled()).when(lambda b: b.name_filler(ref="pii_1")).then(RecommendationBatch.FillerNamed)
    given(signed()).when(lambda b: b.name_filler(ref="pii_1")).then(RecommendationBatch.FillerNamed)
    gone = done(assembled(), lambda b: b.cancel(reason="重排"))
    given(gone).when(lambda b: b.name_filler(ref="pii_1")).then_refused("not-in-this-state")


def test_a_filler_who_comes_too_late_leaves_nothing_in_the_vault(wired, screenings, keeper):
    batch = send_two_up(screenings)
    with pytest.raises(NotInThisState):
        name_filler(screenings, batch)
    [(count,)] = keeper._database.rows("select count(*) from entries where case_id = %s", (batch.id,))
    assert (count, screenings.find(RecommendationBatch, batch.id).state) == (0, State.SUBMITTED)


def test_notices_a_lost_race_for_the_filler(wired, screenings, batch):
    with pytest.raises(VersionConflict):
        name_filler(screenings, batch, target=batch.id, expected_version=batch.version + 1)


def test_the_role_of_screening_opens_and_adds_and_can_neither_alter_nor_erase(wired, keeper, contact):
    role = conninfo_as(wired.settings.database_url, "zc_vault_desk", "vault")
    forbidden = (
        "delete from entries",
        "update entries set ciphertext = ciphertext",
        "delete from data_keys",
        "update data_keys set wrapped_key = wrapped_key",
        "insert into erasures (ref, case_id, person, basis, approver, erased_at) select ref, case_id, '', '', '', now()"
        " from entries",
        "select from marks",
        "delete from reads",
        "update reads set reader = ''",
    )
    for query in forbidden:
        with psycopg.connect(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(query)
    assert (
        keeper.read(contact, **{k: v for k, v in READER.items() if k != "organisation"}, purpose="test")["name"] == NAME
    )


def test_over_http_by_its_own_prefecture_and_the_province_alone(api, deployment, open_case):
    case_id = open_case()
    for act, person, form in (
        ("start-intake", "officer-kunming", {"paper_received_on": "2026-06-01"}),
        ("accept", "officer-kunming", {}),
        ("draft-opinion", "officer-kunming", {"recommends": True, "opinion": "同意。"}),
        ("sign-opinion", "head-kunming", {}),
    ):
        assert api("POST", f"/screenings/{case_id}/{act}", as_=person, json=form).is_success
    round_id = api("GET", f"/screenings/{case_id}").json()["round_id"]
    batch = api("POST", "/batches", json={"round_id": round_id, "case_ids": [case_id]}).json()
    path = f"/batches/{batch['id']}"
    wrong = api("POST", f"{path}/filler", json={"name": "", "phone": "12"})
    assert {each["pointer"] for each in wrong.json()["errors"]} == {"/name", "/phone"}
    assert api("POST", f"{path}/filler", json=FILLER).is_success
    for person, status in (
        ("officer-kunming", 200),
        ("head-kunming", 200),
        ("officer-province-1", 200),
        ("officer-dehong", 404),
        ("auditor", 403),
        ("applicant-kunming", 403),
    ):
        answer = api("GET", f"{path}/annex-3.xlsx", as_=person)
        assert (person, answer.status_code) == (person, status)
        assert (FILLER["name"].encode() in answer.content) is False  # compressed where it is, absent where it is not
    assert api("GET", f"{path}/annex-3.xlsx", params={"supplement": "x"}).status_code == 422
    with psycopg.connect(deployment.database_url) as connection:
        query = "select reader from vault.reads where case_id = %s order by number"
        readers = [reader for (reader,) in connection.execute(query, (batch["id"],))]
    assert readers == ["officer-kunming", "head-kunming", "officer-province-1"]
