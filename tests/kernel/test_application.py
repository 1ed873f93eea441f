"""Loading and saving: one transaction for everything, lost answers, lost races, and what the mapper refuses."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, MapperDeserialisationError, StoredEvent

from services.intake.domain.round import Round
from services.shared.aggregate import Aggregate, acting, event
from services.shared.kernel import idempotency
from services.shared.kernel.command import Command, carrying_out
from services.shared.kernel.mapper import Mapper, UnknownTopic
from services.shared.vocabulary import NotFound, VersionConflict
from tests.given import circumstances

ROUND = {
    "number": "2026-1",
    "title": "批次",
    "year": 2026,
    "opens_on": date(2026, 1, 5),
    "closes_on": date(2099, 6, 30),
}


@pytest.fixture
def intake(wire):
    return wire("intake").application


def plan(intake, **changes):
    with carrying_out(Command(circumstances())):
        return intake.plan_round(**{**ROUND, **changes})


def test_every_event_says_who_when_in_which_capacity_and_by_which_law(intake):
    about: dict[str, Any] = {"actor": "officer-1", "capacity": "province_officer", "legal_basis": ("S4.0",)}
    with carrying_out(Command(circumstances(correlation_id="c-1", **about))):
        intake.plan_round(**ROUND)
    [stored] = intake.event_log.select_notifications(1, 10)
    told = intake.event_mapper.to_domain_event(stored)
    assert told.metadata.actor == "officer-1"
    assert told.metadata.capacity == "province_officer"
    assert told.metadata.legal_basis == ("S4.0",)
    assert told.metadata.correlation_id == "c-1"
    assert told.timestamp == told.metadata.effective_at == circumstances().at
    assert stored.topic == "intake.round.planned"


def test_a_person_sees_their_own_write_at_once(intake):
    round_ = plan(intake)
    assert intake.database.rows("select number, version from rounds") == [("2026-1", 1)]
    assert intake.load(Round, round_.id).title == "批次"


def test_nothing_is_stored_when_a_read_model_row_is_refused(intake, monkeypatch):
    plan(intake)
    monkeypatch.setattr(intake, "_number_is_taken", lambda _: False)  # as when the other round came in between
    with pytest.raises(IntegrityError):
        plan(intake, title="同一编号")
    assert intake.event_log.max_notification_id() == 1


def test_a_command_makes_one_commit(intake):
    round_ = plan(intake)
    with carrying_out(Command(circumstances())):
        intake.open_round(round_.id, document_no="一")
        with pytest.raises(RuntimeError, match="one command, one commit"):
            intake.extend_round(round_.id, closes_on=date(2099, 7, 31), reason="延期")
    assert intake.load(Round, round_.id).version == 2


def test_a_lost_race_is_noticed_and_leaves_one_winner(intake, monkeypatch):
    round_ = plan(intake)
    barrier, answers, save = threading.Barrier(2), [], intake.save

    def save_together(*aggregates):
        barrier.wait()
        return save(*aggregates)

    monkeypatch.setattr(intake, "save", save_together)

    def open_it():
        with carrying_out(Command(circumstances())):
            try:
                intake.open_round(round_.id, document_no="一")
                answers.append("won")
            except IntegrityError:
                answers.append("lost")

    threads = [threading.Thread(target=open_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["lost", "won"]
    assert intake.find(Round, round_.id).version == 2


def test_an_expected_version_that_is_not_the_newest_is_refused(intake):
    round_ = plan(intake)
    with carrying_out(Command(circumstances(), target=round_.id, expected_version=7)), pytest.raises(VersionConflict):
        intake.open_round(round_.id, document_no="一")


def test_what_the_caller_may_not_see_is_not_found(intake):
    round_ = plan(intake)
    with carrying_out(Command(circumstances(), sees=lambda _: False)), pytest.raises(NotFound):
        intake.load(Round, round_.id)


def test_a_commit_whose_answer_was_lost_is_recognised_by_its_command_id(intake, monkeypatch):
    """The database has committed, the connection breaks before the answer: the repeat must not do it twice."""
    real = intake.database.pipelined_transaction

    class Cut:
        def __enter__(self):
            self.inner = real()
            return self.inner.__enter__()

        def __exit__(self, *error):
            self.inner.__exit__(*error)
            raise psycopg.OperationalError("the line was cut after the commit")

    command = Command(circumstances(), effects=[idempotency.remember("me", "key-1", b"digest", "plan_round")])
    monkeypatch.setattr(intake.database, "pipelined_transaction", Cut)
    with carrying_out(command), pytest.raises(psycopg.OperationalError):
        intake.plan_round(**ROUND)
    monkeypatch.undo()
    done = idempotency.find(intake.database, "me", "key-1", b"digest")
    assert done is not None
    assert intake.load(Round, done.originator_id, version=done.originator_version).number == "2026-1"


def test_the_state_at_an_older_version_is_the_state_of_then(intake):
    round_ = plan(intake)
    with carrying_out(Command(circumstances())):
        intake.open_round(round_.id, document_no="一")
    assert not intake.load(Round, round_.id, version=1).is_open
    assert intake.load(Round, round_.id).is_open


class Parcel(Aggregate):
    """An aggregate whose event has grown: version 2 weighs in grams."""

    TOPIC = "test.parcel"

    @event("Posted", topic="test.parcel.posted")
    def __init__(self, kilograms: int) -> None:
        self.kilograms = kilograms


class HeavyParcel(Aggregate):
    """The same parcel as the code of a later year knows it."""

    TOPIC = "test.heavy-parcel"

    class Weighed(Aggregate.Event):
        """Grams since version 2; kilograms before."""

        TOPIC = "test.heavy-parcel.weighed"
        class_version = 2
        grams: int

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["grams"] = state.pop("kilograms") * 1000

        def apply(self, aggregate: Any) -> None:
            aggregate.grams = self.grams

    @event("Posted", topic="test.heavy-parcel.posted")
    def __init__(self) -> None:
        self.grams = 0


class LabelledParcel(Aggregate):
    """The same parcel after its events have gained a field."""

    TOPIC = "test.labelled-parcel"

    @event("Posted", topic="test.labelled-parcel.posted")
    def __init__(self, kilograms: int, label: str = "none") -> None:
        self.kilograms, self.label = kilograms, label


@dataclass(frozen=True)
class _Case:
    mapper: Mapper
    stored: StoredEvent


@pytest.fixture
def parcel():
    mapper = Mapper([Parcel])
    with acting(circumstances()):
        [posted] = Parcel(kilograms=3).collect_events()
    return _Case(mapper, mapper.to_stored_event(posted))


def changed(stored, old, new, **fields):
    values = {**vars(stored), "state": stored.state.replace(old, new), **fields}
    return StoredEvent(**values)


def test_an_event_from_before_a_field_is_read_with_its_default(parcel):
    old = changed(parcel.stored, b"test.parcel", b"test.labelled-parcel", topic="test.labelled-parcel.posted")
    read = Mapper([LabelledParcel]).to_domain_event(old)
    assert read.mutate(None).label == "none"


def test_an_event_with_a_field_of_a_later_version_is_read_without_it(parcel):
    with acting(circumstances()):
        [later] = LabelledParcel(kilograms=3, label="fragile").collect_events()
    stored = Mapper([LabelledParcel]).to_stored_event(later)
    read = parcel.mapper.to_domain_event(changed(stored, b"labelled-parcel", b"parcel", topic="test.parcel.posted"))
    assert read.mutate(None).kilograms == 3
    assert not hasattr(read, "label")


def test_a_stored_event_is_plain_json_and_reads_back_the_same(parcel):
    assert parcel.stored.state.startswith(b'{"originator_id":"')
    assert parcel.mapper.to_stored_event(parcel.mapper.to_domain_event(parcel.stored)) == parcel.stored


@pytest.mark.parametrize("topic", ["os:system", "tests.kernel.test_application:Parcel.Posted", "nothing", ""])
def test_refuses_a_topic_that_was_never_registered(parcel, topic):
    with pytest.raises(UnknownTopic):
        parcel.mapper.to_domain_event(changed(parcel.stored, b"", b"", topic=topic))


def test_refuses_an_aggregate_topic_that_was_never_registered(parcel):
    forged = changed(parcel.stored, b'"test.parcel"', b'"os:environ"')
    with pytest.raises(UnknownTopic):
        parcel.mapper.to_domain_event(forged)


def test_refuses_a_stored_event_that_lacks_a_field_or_has_a_wrong_type(parcel):
    for old, new in ((b'"kilograms":3', b'"kilograms":"three"'), (b',"kilograms":3', b"")):
        with pytest.raises(MapperDeserialisationError):
            parcel.mapper.to_domain_event(changed(parcel.stored, old, new))


def test_refuses_to_store_an_event_of_another_service(parcel):
    with acting(circumstances()):
        [foreign] = HeavyParcel().collect_events()
    with pytest.raises(UnknownTopic):
        parcel.mapper.to_stored_event(foreign)


def test_an_event_of_an_older_version_is_brought_up_to_date_when_read():
    mapper = Mapper([HeavyParcel])
    with acting(circumstances()):
        parcel = HeavyParcel()
        parcel.trigger_event(HeavyParcel.Weighed, grams=2500)
    _, weighed = parcel.collect_events()
    stored = mapper.to_stored_event(weighed)
    assert mapper.to_domain_event(stored) == weighed
    old = changed(stored, b'"grams":2500', b'"kilograms":3')
    old = changed(old, b'"class_version":2,', b"")
    assert mapper.to_domain_event(old).grams == 3000
