"""A service restored to an older moment: what is missing is named, and what the ledger has kept comes back."""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
import threading
import uuid
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from services.shared.kernel import idempotency
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.documents import DocumentStore
from services.shared.kernel.feed import told_after
from services.shared.kernel.logpages import LogRecord, page_of
from services.shared.kernel.missing import Spoken
from services.shared.kernel.parking import park, parked, redrive
from services.shared.kernel.postgres import Database, conninfo_as
from services.shared.kernel.projections import rebuild
from services.shared.kernel.publishing import Sealer
from services.shared.kernel.recovering import NO_EFFECT, NotTheSameLog, Told, read_witness, recover
from services.shared.kernel.runtime import prepare
from services.shared.kernel.streams import read_log
from services.shared.kernel.tracking import AlreadyTaken, Tracking, positions
from services.shared.kernel.vault import Erased, MasterKey, Vault
from services.shared.kernel.verifying import verify_log
from services.shared.vocabulary import PREFECTURES
from tests.faults.backups import dump, has_programs, restore, witness
from tests.given import NOON, circumstances
from tests.kernel.conftest import eventually
from tests.kernel.test_application import ROUND
from tests.private_postgres import PostgresMissing, PrivatePostgres

pytestmark = pytest.mark.skipif(not has_programs(), reason="pg_dump is not on this machine")


class World:
    """Intake, notify, which hears it, and audit, which witnesses both."""

    def __init__(self, wire, database_url):
        self.url = database_url
        self.intake, self.notify, self.audit = wire("intake"), wire("notify"), wire("audit")
        self.done: dict[str, tuple[uuid.UUID, int]] = {}

    def act(self, command, *arguments, **form):
        key = uuid.uuid4().hex
        about = circumstances(command_id=key, command=command.__name__)
        effects = [idempotency.remember(about.actor, key, b"digest", command.__name__)]
        with carrying_out(Command(about, effects=effects)):
            round_ = command(*arguments, **form)
        self.done[key] = round_.id, round_.version

    @contextmanager
    def load(self):
        """Rounds are planned and opened meanwhile."""
        over = threading.Event()

        def work():
            while not over.is_set():
                self.open_round()

        worker = threading.Thread(target=work)
        worker.start()
        yield
        over.set()
        worker.join()

    def open_round(self):
        intake = self.intake.application
        self.act(intake.plan_round, **{**ROUND, "number": uuid.uuid4().hex[:12]})
        round_id, _ = list(self.done.values())[-1]
        self.act(intake.open_round, round_id, document_no="一")

    def tell(self, until=None):
        """Notify hears what intake has told and it has not taken."""
        seal, previous = Sealer("intake", self.intake.application, self.intake.definition.publishing), 0
        for record in read_log(self.intake.database, 0, until or 100_000):
            event = seal(record, previous)
            if event is None:
                continue
            previous = event.position
            if event.position > positions(self.notify.database).get("intake", 0):
                tracking = Tracking("intake", event.position)
                self.notify.react(event, tracking)
                if not tracking.written:
                    with self.notify.database.transaction() as cursor:
                        tracking.write(cursor)

    def ship(self):
        """The ledger takes in what it has not of every log."""
        for wired in (self.intake, self.notify):
            while rows := read_log(wired.database, self.audit.application.expected(wired.name) - 1, 400):
                self.audit.application.take_in(page_of(wired.name, rows))

    def flaws(self):
        return [(f.service, f.position, str(f.kind), f.detail) for f in self.audit.application.verify().found]

    def told(self):
        """How often each round that was opened was told to somebody."""
        query = "select originator_id, state->'metadata'->>'causation_id' from log_as_json where topic like %s"
        rows = self.notify.database.rows(query, ("notify.notification.prepared",))
        return Counter(cause for _, cause in rows)

    def opened(self):
        [(number,)] = self.intake.database.rows("select count(*) from log where topic = 'intake.round.opened'")
        return number

    def recover(self, wired, *told):
        kept = read_witness(witness(self.url, wired.name))
        what = Told(told, wired.reactions.by_key)
        done = recover(self.url, wired.name, wired.reactions.senders, kept, what)
        for projection in wired.definition.application.projections.by_name.values():
            rebuild(self.url, wired.name, projection, wired.application.event_mapper)
        return done


@pytest.fixture
def world(wire, database_url):
    return World(wire, database_url)


def head(wired):
    return wired.database.rows("select position, link from log_head")


def rows(wired):
    names = wired.definition.application.projections.by_name.values()
    return {t: sorted(wired.database.rows(f"select t::text from {t} t")) for p in names for t in p.tables}


def test_a_sender_restored_from_a_dump_made_under_load_gets_its_lost_events_back(world, tmp_path):
    with world.load():
        eventually(lambda: len(world.done) > 10)
        dump(world.url, tmp_path / "intake", "intake", "intake_read")
        eventually(lambda: len(world.done) > 30)
    world.ship()
    before, served, last = head(world.intake), rows(world.intake), before_position(world.intake)
    restore(world.url, tmp_path / "intake", "intake", "intake_read")
    kept = before_position(world.intake)
    assert 0 < kept < last
    assert verify_log(world.intake.database, "intake") == ([], kept), "the dump is of one moment"
    lost = f"{kept + 1}-{last}" if kept + 1 < last else str(last)
    assert world.flaws() == [("intake", kept + 1, "truncated", lost)], "what is missing is named to the number"

    done = world.recover(world.intake)
    assert done.events == last - kept
    assert world.flaws() == []
    assert (head(world.intake), rows(world.intake)) == (before, served)
    for key, (round_id, version) in world.done.items():
        found = idempotency.find(world.intake.database, circumstances().actor, key, b"digest")
        assert found is not None
        assert (found.originator_id, found.originator_version) == (round_id, version), "a repeat is answered alike"
    world.open_round()
    world.tell()
    assert set(world.told().values()) == {len(PREFECTURES)}
    assert len(world.told()) == world.opened()


def test_a_restored_listener_hears_again_and_what_then_differs_from_the_ledger_is_named(world, tmp_path):
    for _ in range(3):
        world.open_round()
    world.tell(until=2)
    dump(world.url, tmp_path / "notify", "notify", "notify_read")
    kept = before_position(world.notify)
    world.tell()
    world.ship()
    restore(world.url, tmp_path / "notify", "notify", "notify_read")
    world.tell()
    assert len(world.told()) == world.opened() == 3
    assert set(world.told().values()) == {len(PREFECTURES)}, "nothing lost, nothing twice"
    named = world.flaws()
    assert {service for service, *_ in named} == {"notify"}
    assert min(position for _, position, *_ in named) == kept + 1


def test_a_restored_listener_that_gets_its_log_back_has_no_effect_twice(world, tmp_path):
    for _ in range(3):
        world.open_round()
    world.tell(until=2)
    dump(world.url, tmp_path / "notify", "notify", "notify_read")
    world.tell()
    world.ship()
    before, served = head(world.notify), rows(world.notify)
    restore(world.url, tmp_path / "notify", "notify", "notify_read")
    assert world.recover(world.notify).heard == {"intake": 6}
    world.tell()
    assert world.flaws() == []
    assert (head(world.notify), rows(world.notify)) == (before, served)
    with pytest.raises(AlreadyTaken), world.notify.database.transaction() as cursor:
        Tracking("intake", 6).write(cursor)


def park_at(world, position):
    """Notify puts the event at this position of intake aside."""
    [event] = [each for each in told_after(world.intake, 0) if each.position == position]
    with world.notify.database.transaction() as cursor:
        Tracking("intake", position, event.partitionkey).write_parked(cursor)
        park(cursor, event, "broken", 3)


def test_what_was_parked_since_the_backup_is_parked_again_and_what_was_redriven_is_not(world, tmp_path):
    for _ in range(5):
        world.open_round()
    world.tell(until=2)
    park_at(world, 4)
    dump(world.url, tmp_path / "notify", "notify", "notify_read")
    assert redrive(world.notify.database, world.notify.react) == 1
    park_at(world, 6)
    world.tell(until=8)
    world.ship()
    restore(world.url, tmp_path / "notify", "notify", "notify_read")
    done = world.recover(world.notify, *told_after(world.intake, 0))
    assert (done.heard, done.parked) == ({"intake": 8}, 1)
    [event] = parked(world.notify.database)
    assert (event.sender, event.position, event.error) == ("intake", 6, NO_EFFECT)
    world.tell()
    assert redrive(world.notify.database, world.notify.react) == 1
    assert len(world.told()) == world.opened() == 5
    assert set(world.told().values()) == {len(PREFECTURES)}, "nothing lost, nothing twice"


def test_what_no_log_holds_is_named_one_by_one(world, tmp_path):
    store = DocumentStore(tmp_path / "documents")
    here, gone = store.put(b"%PDF-1.4\n% FAKE\n%%EOF\n", "在.pdf", "application/pdf"), "ab" * 32
    database = Database(conninfo_as(world.url, "zc_vault", "vault"), size=2)
    database.open()
    try:
        vault, case = Vault(database, MasterKey(os.urandom(32)), FixedClock(NOON)), uuid.uuid4()
        kept, erased = (vault.put(case, person, {"name": "幻"}) for person in "ab")
        vault.erase(erased, basis="PIPL-47", approver="division-head")
    finally:
        database.close()
    lost = "pii_" + "0" * 32
    documents = [dataclasses.asdict(here), {**dataclasses.asdict(here), "sha256": gone, "name": "缺.pdf"}]
    state = json.dumps({"document": documents[0], "more": [{"deep": documents[1]}], "people": [kept, erased, lost]})
    spoken = Spoken()
    spoken.add(LogRecord(1, case, 1, "intake.dossier.attached", state.encode(), b""))
    with psycopg.connect(world.url) as connection:
        assert spoken.missing(connection, store) == [
            f"document '缺.pdf' of {case}: sha256 {gone}",
            f"personal data of {case}: {lost}",
        ]


def test_rows_that_do_not_continue_the_log_are_not_taken_back(world):
    for _ in range(2):
        world.open_round()
    world.ship()
    lines = list(witness(world.url, "intake"))
    with psycopg.connect(world.url) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute("delete from intake.log where position > 2")
        superuser.execute(
            "update intake.log_head set position = 2, link = (select link from intake.log where position = 2)"
        )
    senders, before = world.intake.reactions.senders, head(world.intake)
    with pytest.raises(NotTheSameLog, match="holes"):
        recover(world.url, "intake", senders, read_witness([lines[3]]))
    forged = lines[2].replace('"originator_version": 1', '"originator_version": 7')
    assert forged != lines[2]
    with pytest.raises(NotTheSameLog, match="links"):
        recover(world.url, "intake", senders, read_witness([forged, lines[3]]))
    assert head(world.intake) == before
    assert recover(world.url, "intake", senders, read_witness(lines)).events == 2
    assert world.flaws() == []


def test_a_person_who_was_erased_after_the_backup_stays_erased(world, tmp_path):
    database = Database(conninfo_as(world.url, "zc_vault", "vault"), size=2)
    database.open()
    try:
        vault, case_id = Vault(database, MasterKey(os.urandom(32)), FixedClock(NOON)), uuid.uuid4()
        who = {"reader": "officer", "capacity": "prefecture_officer", "purpose": "correction"}
        gone, stays = (vault.put(case_id, person, {"name": "幻"}) for person in "ab")
        dump(world.url, tmp_path / "vault", "vault")
        vault.erase(gone, basis="PIPL-47", approver="division-head")
        kept_outside = vault.erasures()
        restore(world.url, tmp_path / "vault", "vault")
        assert vault.read(gone, **who) == {"name": "幻"}, "the backup has the key"
        assert vault.replay_erasures(kept_outside) == 1
        assert isinstance(vault.read(gone, **who), Erased)
        assert vault.read(stays, **who) == {"name": "幻"}
    finally:
        database.close()


@pytest.fixture
def folder():
    """Where another user may go, unlike in pytest's own folders."""
    with tempfile.TemporaryDirectory(prefix="zc-restore-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_base_backup_under_load_is_a_prefix_of_the_log_and_holds_what_was_accepted_before(wire, folder):
    try:
        server, copy = PrivatePostgres(folder / "server"), PrivatePostgres(folder / "copy")
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    server.make()
    try:
        wired = wired_on(wire, server.url)
        world = World.__new__(World)
        world.url, world.intake, world.done = server.url, wired, {}
        with world.load():
            eventually(lambda: len(world.done) > 20)
            accepted = dict(world.done)
            copy.take_from(server)
            eventually(lambda: len(world.done) > len(accepted) + 10)
        copy.start()
        with opened(copy.url) as database:
            assert verify_log(database, "intake")[0] == []
            [(position, link)] = database.rows("select position, link from log_head")
            for key in accepted:
                assert idempotency.find(database, circumstances().actor, key, b"digest"), (
                    "an accepted command is missing"
                )
        original = wired.database.rows("select link from log where position = %s", (position,))
        assert original == [(link,)], "the copy's log is not a beginning of the original's"
    finally:
        copy.stop("immediate")
        server.stop("immediate")


def before_position(wired):
    [(position, _)] = head(wired)
    return position


def wired_on(wire, url):
    prepare(wire("intake").definition, url)
    return wire("intake", database_url=url)


@contextmanager
def opened(url):
    database = Database(conninfo_as(url, "zc_intake", "intake_read", "intake"))
    database.open()
    try:
        yield database
    finally:
        database.close()
