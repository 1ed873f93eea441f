"""The commands of intake on real PostgreSQL: what they load, decide and store in one commit."""

import hashlib
import json
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError

from services.intake import forms
from services.intake.domain.dossier import Dossier, State
from services.intake.domain.round import Round
from services.shared.kernel.clock import MovableClock
from services.shared.kernel.documents import canonical_json
from services.shared.vocabulary import Denied, Invalid, NotFound, NotInThisState, Refusal, VersionConflict
from tests.examples.dossiers import changed, good_dossier, with_funds, with_units, without
from tests.intake.conftest import as_
from tests.intake.examples import CLOSES_ON, FACTS, LATER, LEAD, MORNING, STRANGER, UNIVERSITY, closing
from tests.intake.steps import (
    attach,
    confirm,
    hand_in,
    open_dossier,
    open_round,
    plan_round,
    prepare,
    save_section,
    submit,
    withdraw,
)

A_PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


@pytest.fixture
def documents_folder(tmp_path):
    return tmp_path / "documents"


@pytest.fixture
def kept(wired, documents_folder):
    """Tells what is stored: the log's length, every read row, the documents, and how many entries the vault has."""
    [vault] = [database for database in wired.databases if database is not wired.database]

    def everything():
        [log] = wired.database.rows("select position from log_head")
        rows = [wired.database.rows(f"select t::text from {table} t") for table in ("rounds", "dossiers", "deadlines")]
        documents = sorted(file.name for file in documents_folder.rglob("*") if file.is_file())
        return log, rows, documents, vault.rows("select count(*) from entries")

    return everything


def findings(refusal):
    return sorted((finding.code, finding.pointer) for finding in refusal.value.findings)


def codes(refusal):
    return [finding.code for finding in refusal.value.findings]


def test_submits_the_whole_of_tc_01_and_tells_its_facts(wired, intake):
    dossier = hand_in(intake)
    [row] = wired.database.dicts("select * from dossiers")
    assert (dossier.state, row["state"], row["id"]) == (State.SUBMITTED, "submitted", dossier.id)
    assert dossier.snapshots[0].facts == FACTS
    assert dossier.snapshots[0].remarks == ()
    assert (row["lead_uscc"], row["member_usccs"]) == (LEAD, list(FACTS.member_usccs))
    assert row["submitted_at"] == MORNING
    assert row["snapshot_sha256"] == dossier.snapshots[0].document.sha256


def test_the_snapshot_is_the_stored_document_of_its_digest(wired, intake):
    dossier = hand_in(intake)
    document = dossier.snapshots[0].document
    body = wired.documents.read(document.sha256)
    assert hashlib.sha256(body).hexdigest() == document.sha256
    assert hashlib.new("sm3", body).hexdigest() == document.sm3
    assert (len(body), document.name) == (document.size, f"{dossier.number}-1.json")
    frozen = json.loads(body)
    assert body == canonical_json(frozen)
    assert frozen["sections"] == dossier.sections
    assert set(frozen["attachments"]) == set(dossier.attachments)
    assert all(wired.documents.verify(sha256) for kind in frozen["attachments"].values() for sha256 in kind)


def raw_bytes_of(database_url, *schemas):
    """Every byte of every table in these schemas, as PostgreSQL copies them out."""
    with psycopg.connect(database_url) as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname = any(%s)", (list(schemas),)
        ).fetchall()
        copied = b""
        for schema, table in tables:
            with connection.cursor().copy(f'copy "{schema}"."{table}" to stdout (format binary)') as copy:
                copied += b"".join(copy)
    return copied


def persons_of_the_case():
    """Every personal text of TC-01; a nationality is two letters, which are everywhere."""
    texts = {text for name, value in good_dossier().items() for text in forms.personal(name, value).values()}
    return texts - {"CN"}


def test_leaves_no_personal_data_in_the_log_the_documents_or_any_table(intake, database_url, documents_folder):
    hand_in(intake)
    tables = raw_bytes_of(database_url, "intake", "intake_read", "vault")
    files = b"".join(file.read_bytes() for file in documents_folder.rglob("*") if file.is_file())
    for stored in (tables, files):
        assert "董事长".encode() in stored  # a title is no personal data: the search does look where things are kept
    persons = persons_of_the_case()
    assert {"13800000103", "mingze@huancai.example", "幻铭泽", "虚若谷", "100000103"} <= persons
    ways = [str.encode, lambda text: json.dumps(text)[1:-1].encode()]
    found = {text for text in persons for way in ways if way(text) in tables or way(text) in files}
    assert found == set()


def test_the_vault_gives_the_persons_back_to_who_says_why(intake):
    dossier = hand_in(intake)
    refs = forms.references(dossier.sections)
    held = intake.vault.read_many(refs, reader="officer-kunming", capacity="prefecture_officer", purpose="初审联系")
    people = {ref: value for ref, value in held.items() if isinstance(value, dict)}
    whole = {name: forms.with_personal(name, value, people) for name, value in dossier.sections.items()}
    assert whole == good_dossier()
    reads = [(read.reader, read.purpose) for read in intake.vault.reads(case_id=dossier.id)]
    assert reads == [("officer-kunming", "初审联系")] * len(refs)  # the submission itself opened nobody's data


def incomplete():
    """TC-01 without its plan, with two units of which one has not confirmed, too little money, wrong head counts."""
    two = with_units(2)
    poor = with_funds("999.99")["supplement"]
    return without("/plan", changed("/centre/staff_total", 57, {**two, "supplement": poor}))


def test_names_everything_that_is_wrong_with_an_incomplete_dossier_at_once_and_changes_nothing(intake, kept):
    case_id = open_dossier(intake, open_round(intake).id)
    for name, value in incomplete().items():
        save_section(intake, case_id, name, value)
    before = kept()
    with pytest.raises(Invalid) as refusal:
        submit(intake, case_id)
    assert findings(refusal) == [
        ("K01", "/centre/members"),
        ("K02", "/supplement/total_formation_funds_wan"),
        ("K16", "/centre/staff_total"),
        ("K16", "/centre/staff_total"),
        *[("K25", "/attachments")] * 5,
        ("members-unconfirmed", "/member_units"),
        ("section-missing", "/plan"),
    ]
    assert all(finding.zh and finding.en and finding.clause for finding in refusal.value.findings)
    assert kept() == before
    assert intake.find(Dossier, case_id).state is State.DRAFT


def test_names_empty_fields_beside_failed_checks(intake):
    draft = without("/cover/responsible/email", changed("/supplement/full_time_rd_staff", 0))
    with pytest.raises(Invalid) as refusal:
        submit(intake, prepare(intake, draft))
    assert findings(refusal) == [("K09", "/supplement/full_time_rd_staff"), ("required", "/cover/responsible/email")]


def test_submits_when_what_was_missing_is_there(intake):
    case_id = prepare(intake, without("/plan"))
    with pytest.raises(Invalid):
        submit(intake, case_id)
    save_section(intake, case_id, "plan", good_dossier()["plan"])
    assert submit(intake, case_id).state is State.SUBMITTED


@pytest.mark.parametrize("pointer", ["/supplement/lead_uscc", "/centre/members/0/uscc"])
def test_refuses_a_dossier_that_names_another_lead_unit_than_who_hands_it_in(intake, pointer):
    with pytest.raises(Invalid) as refusal:
        submit(intake, prepare(intake, changed(pointer, STRANGER)))
    assert {"K15", "another-lead-unit"} & set(codes(refusal))


def test_warns_of_personal_data_in_free_text_and_records_the_warning(intake):
    plan = changed("/plan/p8/people", "首席专家电话 13800000999。")
    dossier = submit(intake, prepare(intake, plan))
    [remark] = dossier.snapshots[0].remarks
    assert (remark.code, remark.pointer) == ("personal-in-text", "/plan/p8/people")
    assert "13800000999" not in remark.zh + remark.en


def test_denies_a_confirmation_of_an_organisation_that_is_not_in_the_list(intake, kept):
    case_id = prepare(intake)
    before = kept()
    with pytest.raises(Denied) as refusal:
        confirm(intake, case_id, "member-centre")
    assert codes(refusal) == ["not-a-member-unit"]
    assert kept() == before


def test_hides_a_dossier_from_who_may_not_know_of_it(intake):
    case_id = prepare(intake)
    with as_("member-centre", sees=lambda dossier: False), pytest.raises(NotFound):
        intake.confirm_membership(case_id)


def test_keeps_confirmations_when_a_section_is_saved_again_though_the_vault_gives_new_references(intake):
    case_id = prepare(intake)
    before = intake.find(Dossier, case_id)
    after = save_section(intake, case_id, "member_units", good_dossier()["member_units"])
    assert after.sections["member_units"] != before.sections["member_units"]
    assert after.confirmed == before.confirmed
    assert len(after.confirmed) == 4


def test_wants_a_new_confirmation_of_a_unit_whose_table_was_changed_behind_its_back(intake):
    case_id = prepare(intake)
    save_section(intake, case_id, "member_units", changed("/member_units/1/rd_staff", 1421)["member_units"])
    with pytest.raises(Invalid) as refusal:
        submit(intake, case_id)
    assert codes(refusal) == ["members-unconfirmed"]
    assert UNIVERSITY in refusal.value.findings[0].zh
    confirm(intake, case_id, "member-university")
    assert submit(intake, case_id).state is State.SUBMITTED


@pytest.mark.parametrize(
    ("kind", "name", "body", "code"),
    [
        ("rules", "制度.pdf", b"MZ\x90\x00 a program", "content-does-not-match-name"),
        ("rules", "制度.exe", b"MZ\x90\x00 a program", "type-not-allowed"),
        ("rules", "制度.pdf", b"", "empty"),
        ("rules", "", A_PDF, "unsafe-name"),
        ("selfie", "制度.pdf", A_PDF, "unknown-kind-of-document"),
    ],
)
def test_refuses_a_file_that_is_not_what_it_says_and_keeps_nothing_of_it(intake, kept, kind, name, body, code):
    case_id = open_dossier(intake, open_round(intake).id)
    before = kept()
    with pytest.raises(Invalid) as refusal:
        attach(intake, case_id, kind, name, body)
    assert codes(refusal) == [code]
    assert kept() == before


def test_attaches_the_same_file_once_though_it_is_sent_twice(wired, intake):
    case_id = open_dossier(intake, open_round(intake).id)
    attach(intake, case_id, "rules", "制度.pdf", A_PDF)
    assert attach(intake, case_id, "rules", "制度.pdf", A_PDF).version == 2
    [document] = intake.find(Dossier, case_id).documents
    assert wired.documents.read(document.sha256) == A_PDF


@pytest.mark.parametrize("handed_in", [True, False])
def test_takes_a_dossier_back_for_good(wired, intake, handed_in):
    case_id = prepare(intake)
    if handed_in:
        submit(intake, case_id)
    assert withdraw(intake, case_id).state is State.WITHDRAWN
    assert wired.database.rows("select state from dossiers") == [("withdrawn",)]


@pytest.mark.parametrize("end", [submit, withdraw])
def test_changes_nothing_not_even_the_vault_when_the_dossier_is_no_draft_any_more(intake, kept, end):
    case_id = prepare(intake)
    end(intake, case_id)
    before, reads = kept(), len(intake.vault.reads(case_id=case_id))
    for command in (
        lambda: save_section(intake, case_id, "cover", good_dossier()["cover"]),
        lambda: attach(intake, case_id, "other", "补充.pdf", A_PDF),
        lambda: confirm(intake, case_id, "member-university"),
        lambda: submit(intake, case_id),
    ):
        with pytest.raises(NotInThisState):
            command()
    assert kept() == before
    assert len(intake.vault.reads(case_id=case_id)) == reads


def test_opens_no_dossier_in_a_round_that_is_not_open(intake):
    planned = plan_round(intake)
    for round_id in (planned.id, planned.id.__class__(int=7)):
        with pytest.raises(NotInThisState) as refusal:
            open_dossier(intake, round_id)
        assert codes(refusal) == ["round-not-open"]


def test_refuses_a_number_that_another_round_has(intake, kept):
    plan_round(intake)
    before = kept()
    with pytest.raises(Invalid) as refusal:
        plan_round(intake)
    assert findings(refusal) == [("round-number-taken", "/number")]
    assert kept() == before


@pytest.fixture
def moving(wire, tmp_path):
    """Intake with the clock file that its processes share, set to the morning of the examples."""
    clock = tmp_path / "clock"
    clock.write_text(str((MORNING - datetime.now(UTC)) // timedelta(microseconds=1)))
    wired = wire("intake")
    assert isinstance(wired.clock, MovableClock)
    return wired


def test_the_clock_closes_the_round_at_its_time_of_day(moving):
    intake, due = moving.application, closing(CLOSES_ON).due
    round_ = open_round(intake)
    case_id = prepare(intake, round_=round_)
    [deadline] = moving.database.dicts("select * from deadlines")
    assert (deadline["aggregate_id"], deadline["kind"], deadline["due"]) == (round_.id, "round", due)
    assert "申报截止" in deadline["explanation"]["zh"]
    moving.clock.move_to(due - timedelta(minutes=1))
    assert moving.run_deadlines() == 0
    moving.clock.move_to(due + timedelta(seconds=1))
    assert moving.run_deadlines() == 1
    assert moving.run_deadlines() == 0
    assert moving.database.rows("select state from rounds") == [("closed",)]
    assert moving.database.rows("select from deadlines") == []
    closed = list(intake.events.get(round_.id))[-1]
    assert (closed.metadata.actor, closed.metadata.capacity, closed.metadata.legal_basis) == (
        "clock",
        "clock",
        ("S4.0",),
    )
    with pytest.raises(NotInThisState) as refusal:
        submit(intake, case_id)
    assert codes(refusal) == ["round-not-open"]
    assert intake.find(Dossier, case_id).state is State.DRAFT


def test_refuses_a_submission_after_the_closing_time_though_the_clock_has_not_acted_yet(wired, intake):
    case_id = prepare(intake)
    wired.clock.move_to(closing(CLOSES_ON).due + timedelta(microseconds=1))
    with pytest.raises(NotInThisState) as refusal:
        submit(intake, case_id)
    assert codes(refusal) == ["round-not-open"]


def test_takes_a_submission_in_the_last_instant(wired, intake):
    case_id = prepare(intake)
    wired.clock.move_to(closing(CLOSES_ON).due)
    assert submit(intake, case_id).state is State.SUBMITTED


def test_an_extended_round_closes_later(wired, intake):
    round_ = open_round(intake)
    with as_("division-head"):
        intake.extend_round(round_.id, closes_on=LATER, reason="系统维护")
    assert wired.database.rows("select due from deadlines") == [(closing(LATER).due,)]
    wired.clock.move_to(closing(CLOSES_ON).due + timedelta(days=1))
    assert wired.run_deadlines() == 0
    assert intake.find(Round, round_.id).is_open


def test_a_round_that_is_only_planned_is_not_extended(intake):
    with as_("officer-province-1"):
        planned = intake.plan_round(
            number="2026-9", title="批次", year=2026, opens_on=date(2026, 3, 1), closes_on=CLOSES_ON
        )
    with as_("division-head"), pytest.raises(NotInThisState):
        intake.extend_round(planned.id, closes_on=LATER, reason="系统维护")


def test_one_of_a_submission_and_a_withdrawal_at_the_same_moment_loses(intake, monkeypatch):
    case_id = prepare(intake)
    decide = intake._frozen

    def withdrawn_meanwhile(dossier):
        withdraw(intake, case_id)
        return decide(dossier)

    monkeypatch.setattr(intake, "_frozen", withdrawn_meanwhile)
    with pytest.raises(IntegrityError):
        submit(intake, case_id)
    assert intake.find(Dossier, case_id).state is State.WITHDRAWN


def test_tells_the_caller_of_a_stale_version(intake):
    case_id = prepare(intake)
    with as_("applicant-kunming", target=case_id, expected_version=3), pytest.raises(VersionConflict):
        intake.submit_dossier(case_id)


def deep(levels):
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


MEMBER = good_dossier()["centre"]["members"][0]
FORM = good_dossier()["member_units"][0]


@pytest.mark.parametrize(
    ("section", "value", "code"),
    [
        ("centre", {"members": [MEMBER] * 512}, "too-many"),
        ("member_units", [FORM] * 5000, "too-many"),
        ("plan", {"goals": [{"year": 2026}] * 5000, "tasks": [0] * 5000}, "too-many"),
        ("plan", {"mechanisms": ["management"] * 5000}, "too-many"),
        ("plan", {f"p{n}": 1 for n in range(5000)}, "unknown-field"),
        ("plan", {"p1": {"meaning": deep(900)}}, "wrong-type"),
        ("cover", deep(900), "wrong-type"),
        ("cover", {"deep": deep(900)}, "unknown-field"),
        ("supplement", {"contributions": [{"uscc": "长" * 1_000_000}]}, "too-long"),
    ],
)
def test_refuses_what_is_far_too_much_fast_and_keeps_nothing_of_it(intake, kept, section, value, code):
    case_id = open_dossier(intake, open_round(intake).id)
    before, started = kept(), time.process_time()
    with pytest.raises(Refusal) as refusal:
        save_section(intake, case_id, section, value)
    assert time.process_time() - started < 0.5
    assert code in codes(refusal)
    assert len(codes(refusal)) <= 200
    assert kept() == before


def test_takes_the_largest_consortium_that_the_forms_allow_in_reasonable_time(intake):
    case_id = open_dossier(intake, open_round(intake).id)
    rows = [{**MEMBER, "seq": seq} for seq in range(1, 201)]
    started = time.process_time()
    save_section(intake, case_id, "centre", {"members": rows})
    save_section(intake, case_id, "member_units", [FORM] * 200)
    assert len(intake.find(Dossier, case_id).sections["member_units"]) == 200
    with pytest.raises(Invalid):
        submit(intake, case_id)
    assert time.process_time() - started < 5
