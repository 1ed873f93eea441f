"""The vault, on a real PostgreSQL: sealed, recorded, erased, and erased again after a restore."""

import os
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from services.shared.kernel.clock import FixedClock
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.vault import Erased, MasterKey, Vault, VaultDamaged, master_key_from, migrate_vault
from services.shared.vocabulary import Invalid, NotFound

SERVER = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
CONTACT = {"name": "罕·幻相", "mobile": "13812345678", "email": "han@example.cn"}
WHO = {"reader": "officer-kunming", "capacity": "prefecture_officer", "purpose": "call about a correction"}
WHY = {"basis": "PIPL-47", "approver": "division-head"}


@pytest.fixture(scope="module")
def conninfo():
    name = f"test_vault_{os.getpid()}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'create database "{name}"')
    address = make_conninfo(SERVER, dbname=name)
    try:
        threads = [threading.Thread(target=migrate_vault, args=(address,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        migrate_vault(address)
        yield address
    finally:
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'drop database "{name}" with (force)')


@pytest.fixture(scope="module")
def database(conninfo):
    database = Database(conninfo_as(conninfo, "zc_vault", "vault"), size=4)
    database.open()
    yield database
    database.close()


@pytest.fixture
def master_key():
    return MasterKey(os.urandom(32))


@pytest.fixture
def clock():
    return FixedClock(NOON)


@pytest.fixture
def vault(database, master_key, clock):
    return Vault(database, master_key, clock)


@pytest.fixture
def case_id():
    return uuid4()


def as_owner(conninfo, query, *values):
    with psycopg.connect(conninfo) as connection:
        cursor = connection.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def bytes_of_person(conninfo, case_id):
    rows = as_owner(conninfo, "select ciphertext from vault.entries where case_id = %s", case_id)
    rows += as_owner(conninfo, "select wrapped_key from vault.data_keys where case_id = %s", case_id)
    return [bytes(row[0]) for row in rows]


def test_gives_back_what_was_put(vault, case_id):
    ref = vault.put(case_id, "lead-contact", CONTACT)
    assert vault.read(ref, **WHO) == CONTACT
    assert ref.startswith("pii_")
    assert len(ref) == 36


def test_reads_many_at_once(vault, case_id):
    refs = [vault.put(case_id, f"contact-{n}", {"name": f"幻{n}"}) for n in range(3)]
    assert vault.read_many(refs, **WHO) == {ref: {"name": f"幻{n}"} for n, ref in enumerate(refs)}
    assert vault.read_many([], **WHO) == {}


def test_database_holds_no_readable_value(vault, conninfo, case_id):
    vault.put(case_id, "lead-contact", CONTACT)
    stored = b"".join(bytes_of_person(conninfo, case_id))
    assert stored
    assert not [value for value in CONTACT.values() if value.encode() in stored]


def test_people_of_a_case_have_keys_of_their_own_and_equal_texts_look_different(vault, conninfo, case_id):
    for person in ("a", "a", "b"):
        vault.put(case_id, person, CONTACT)
    keys = as_owner(conninfo, "select person, algorithm, master_key from vault.data_keys where case_id = %s", case_id)
    assert sorted(person for person, *_ in keys) == ["a", "b"]
    assert {algorithm for _, algorithm, _ in keys} == {"AES-256-GCM"}
    assert len(set(bytes_of_person(conninfo, case_id))) == 5


@pytest.mark.parametrize("missing", ["reader", "capacity", "purpose"])
def test_refuses_to_read_when_who_or_why_is_blank(vault, case_id, missing):
    ref = vault.put(case_id, "lead-contact", CONTACT)
    with pytest.raises(Invalid) as refused:
        vault.read(ref, **(WHO | {missing: " "}))
    assert refused.value.findings[0].code == f"{missing}-required"
    assert vault.reads(ref=ref) == []


def test_every_read_is_recorded_for_the_auditor(vault, clock, case_id):
    ref = vault.put(case_id, "lead-contact", CONTACT)
    vault.read(ref, **WHO)
    clock.advance(timedelta(minutes=5))
    vault.read(ref, **(WHO | {"reader": "auditor", "purpose": "spot check"}))
    first, second = vault.reads(case_id=case_id)
    assert (first.reader, first.capacity, first.purpose, first.outcome, first.at) == (*WHO.values(), "shown", NOON)
    assert (second.reader, second.at) == ("auditor", NOON + timedelta(minutes=5))
    assert vault.reads(case_id=case_id, after=first.number) == [second]
    assert vault.reads(case_id=case_id, reader="auditor") == [second]
    assert vault.reads(ref=ref, limit=1) == [first]


def test_unknown_reference_is_refused_and_the_attempt_recorded(vault):
    ref = f"pii_{uuid4().hex}"
    with pytest.raises(NotFound):
        vault.read(ref, **WHO)
    assert [read.outcome for read in vault.reads(ref=ref)] == ["unknown"]


def test_nothing_is_shown_when_the_read_cannot_be_recorded(vault, conninfo, case_id):
    ref = vault.put(case_id, "lead-contact", CONTACT)
    as_owner(conninfo, "revoke insert on vault.reads from zc_vault")
    try:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            vault.read(ref, **WHO)
    finally:
        as_owner(conninfo, "grant insert on vault.reads to zc_vault")


@pytest.mark.parametrize(
    "change",
    [
        "update vault.entries set ciphertext = set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1) where ref = %s",
        "update vault.entries set ciphertext = ''::bytea where ref = %s",
        "update vault.data_keys set wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1)"
        " where case_id = (select case_id from vault.entries where ref = %s)",
    ],
    ids=["entry altered", "entry emptied", "key altered"],
)
def test_altered_entry_does_not_open_and_its_text_is_not_in_the_error(vault, conninfo, case_id, change):
    ref = vault.put(case_id, "lead-contact", CONTACT)
    as_owner(conninfo, change, ref)
    with pytest.raises(VaultDamaged) as damaged:
        vault.read(ref, **WHO)
    assert str(damaged.value) == f"{ref} does not open"
    assert [read.outcome for read in vault.reads(ref=ref)] == ["damaged"]


def test_entry_that_was_moved_to_another_reference_does_not_open(vault, conninfo, case_id):
    mine, other = vault.put(case_id, "a", {"name": "幻"}), vault.put(case_id, "a", {"name": "虚"})
    as_owner(
        conninfo,
        "update vault.entries set ciphertext = (select ciphertext from vault.entries where ref = %s) where ref = %s",
        other,
        mine,
    )
    with pytest.raises(VaultDamaged):
        vault.read(mine, **WHO)


def test_another_master_key_opens_nothing(vault, database, clock, case_id):
    ref = vault.put(case_id, "lead-contact", CONTACT)
    with pytest.raises(VaultDamaged):
        Vault(database, MasterKey(os.urandom(32)), clock).read(ref, **WHO)


def test_erasure_destroys_key_and_text_and_leaves_the_mark(vault, conninfo, clock, case_id):
    ref = vault.put(case_id, "lead-contact", CONTACT)
    erased = vault.erase(ref, **WHY)
    assert erased == Erased(ref, case_id, "lead-contact", "PIPL-47", "division-head", NOON)
    assert bytes_of_person(conninfo, case_id) == []
    assert vault.read(ref, **WHO) == erased
    assert vault.reads(ref=ref)[-1].outcome == "erased"
    assert erased in vault.erasures()


def test_erasing_twice_keeps_the_first_record(vault, clock, case_id):
    ref = vault.put(case_id, "lead-contact", CONTACT)
    first = vault.erase(ref, **WHY)
    clock.advance(timedelta(days=1))
    assert vault.erase(ref, basis="again", approver="somebody") == first
    assert [e for e in vault.erasures() if e.ref == ref] == [first]


def test_old_key_opens_nothing_of_what_stays_when_one_entry_is_erased(vault, conninfo, case_id):
    phone, name = vault.put(case_id, "a", {"mobile": "13812345678"}), vault.put(case_id, "a", {"name": "幻"})
    before = bytes_of_person(conninfo, case_id)
    vault.erase(phone, **WHY)
    after = bytes_of_person(conninfo, case_id)
    assert vault.read(name, **WHO) == {"name": "幻"}
    assert isinstance(vault.read(phone, **WHO), Erased)
    assert len(after) == 2
    assert not set(before) & set(after)


def test_erases_one_person_of_a_case_and_nobody_else(vault, case_id):
    refs = [vault.put(case_id, "a", CONTACT), vault.put(case_id, "a", CONTACT)]
    other = vault.put(case_id, "b", CONTACT)
    elsewhere = vault.put(uuid4(), "a", CONTACT)
    assert sorted(e.ref for e in vault.erase_person(case_id, "a", **WHY)) == sorted(refs)
    assert vault.erase_person(case_id, "a", **WHY) == []
    assert all(isinstance(found, Erased) for found in vault.read_many(refs, **WHO).values())
    assert list(vault.read_many([other, elsewhere], **WHO).values()) == [CONTACT, CONTACT]


def test_refuses_to_erase_without_basis_or_approver_or_target(vault, case_id):
    ref = vault.put(case_id, "a", CONTACT)
    with pytest.raises(Invalid) as refused:
        vault.erase(ref, basis="", approver=" ")
    assert {f.code for f in refused.value.findings} == {"basis-required", "approver-required"}
    assert vault.read(ref, **WHO) == CONTACT
    with pytest.raises(NotFound):
        vault.erase("pii_0", **WHY)


def test_restored_backup_is_erased_again_from_the_list(vault, conninfo, case_id):
    gone, stays = vault.put(case_id, "a", CONTACT), vault.put(case_id, "b", CONTACT)
    keys = as_owner(conninfo, "select * from vault.data_keys where case_id = %s and person = 'a'", case_id)
    rows = as_owner(conninfo, "select * from vault.entries where ref = %s", gone)
    erased = vault.erase(gone, **WHY)
    kept_outside = vault.erasures()
    with psycopg.connect(conninfo) as backup:
        backup.execute("alter table vault.erasures disable trigger append_only")
        backup.execute("delete from vault.erasures where ref = %s", (gone,))
        backup.execute("alter table vault.erasures enable trigger append_only")
        backup.execute("insert into vault.data_keys values (%s, %s, %s, %s, %s)", keys[0])
        backup.execute("insert into vault.entries values (%s, %s, %s, %s, %s, %s)", rows[0])
    assert vault.read(gone, **WHO) == CONTACT
    assert vault.replay_erasures(kept_outside) == 1
    assert vault.read(gone, **WHO) == erased
    assert vault.read(stays, **WHO) == CONTACT
    assert vault.replay_erasures(kept_outside) == 0


def test_later_data_of_an_erased_person_is_untouched_by_the_list(vault, case_id):
    vault.erase(vault.put(case_id, "a", CONTACT), **WHY)
    later = vault.put(case_id, "a", {"name": "新"})
    vault.replay_erasures(vault.erasures())
    assert vault.read(later, **WHO) == {"name": "新"}


def test_writers_and_erasers_of_one_person_at_once_leave_only_what_opens(vault, case_id):
    refs: list[str] = []

    def write():
        refs.extend(vault.put(case_id, "a", CONTACT) for _ in range(10))

    def erase():
        for _ in range(10):
            vault.erase_person(case_id, "a", **WHY)

    threads = [threading.Thread(target=job) for job in (write, erase, write)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    found = vault.read_many(refs, **WHO)
    assert len(found) == 20
    assert all(isinstance(each, Erased) or each == CONTACT for each in found.values())


@pytest.mark.parametrize("table", ["reads", "erasures"])
def test_records_cannot_be_changed_by_the_service_nor_by_the_owner(vault, database, conninfo, case_id, table):
    vault.read(vault.put(case_id, "a", CONTACT), **WHO)
    for statement in (f"update {table} set ref = ''", f"delete from {table}", f"truncate {table}"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), database.transaction() as cursor:
            cursor.execute(statement)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            as_owner(conninfo, statement.replace(table, f"vault.{table}"))


def test_auditor_may_see_the_records_but_no_entry(conninfo):
    with psycopg.connect(conninfo_as(conninfo, "zc_auditor", "vault")) as auditor:
        auditor.execute("select count(*) from reads, erasures")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            auditor.execute("select count(*) from entries")


def test_refuses_what_is_not_named_texts_without_repeating_it(vault, case_id):
    for fields in ({}, {"mobile": 13812345678}):
        with pytest.raises(TypeError) as refused:
            vault.put(case_id, "a", fields)
        assert "138" not in str(refused.value)
    with pytest.raises(Invalid):
        vault.put(case_id, " ", CONTACT)


def test_master_key_file_is_made_only_when_allowed_and_for_its_owner_only(tmp_path):
    environ = {"VAULT_MASTER_KEY_FILE": str(tmp_path / "keys" / "master")}
    with pytest.raises(FileNotFoundError):
        master_key_from(environ)
    made = master_key_from(environ, create=True)
    assert (tmp_path / "keys" / "master").stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path / "keys") == ["master"]
    assert master_key_from(environ, create=True).id == master_key_from(environ).id == made.id
    assert master_key_from({"VAULT_MASTER_KEY": (tmp_path / "keys" / "master").read_text()}).id == made.id


@pytest.mark.parametrize("text", ["c2hvcnQ=", "not base64 !", ""])
def test_refuses_a_master_key_of_the_wrong_form_without_repeating_it(text):
    with pytest.raises(ValueError, match="master key") as refused:
        master_key_from({"VAULT_MASTER_KEY": text})
    assert not text or text not in str(refused.value)


def test_keys_and_findings_do_not_show_their_secret_when_printed():
    secret = b"0123456789abcdef0123456789abcdef"
    key = MasterKey(secret)
    assert "0123456789abcdef" not in f"{key!r} {key} {key.id}"


def test_writes_the_people_of_a_case_together_and_all_or_none(vault):
    case_id = uuid4()
    refs = vault.put_many(case_id, {"contact": CONTACT, "head": {"name": "幻"}})
    who = {"reader": "officer", "capacity": "prefecture_officer", "purpose": "test"}
    read = {person: vault.read(ref, **who) for person, ref in refs.items()}
    assert read == {"contact": CONTACT, "head": {"name": "幻"}}
    with pytest.raises(Invalid):
        vault.put_many(case_id, {"other": CONTACT, " ": CONTACT})
    assert vault.put_many(case_id, {}) == {}
    assert vault.erase_person(case_id, "other", basis="x", approver="y") == []


def test_finds_a_contact_again_in_another_case_without_reading_anybody(vault):
    mine, theirs, third = uuid4(), uuid4(), uuid4()
    ours = vault.put_many(mine, {"a": {"mobile": "138 1234-5678", "email": "A@x.example"}}, marked=["a"])["a"]
    vault.put_many(mine, {"b": {"mobile": "13812345678"}}, marked=["b"])  # one's own case is no other
    same = vault.put_many(theirs, {"c": {"phone": "13812345678"}}, marked=["c"])["c"]
    vault.put_many(third, {"d": {"mobile": "13812345678"}})  # was not marked
    assert vault.shared_contacts([ours]) == {ours: [(theirs, same)]}
    assert vault.reads(case_id=mine) == vault.reads(case_id=theirs) == []
    vault.erase(same, basis="本人申请", approver="dpo")
    assert vault.shared_contacts([ours]) == {}
