"""Old logs stay readable: each kept one verifies over its exact bytes and folds, today, to the end states of then."""

import json

import pytest

from services.intake.domain.dossier import Dossier
from services.shared.kernel.application import fold
from services.shared.kernel.breaks import Kind
from services.shared.kernel.clock import FixedClock
from services.shared.kernel.mapper import UnknownTopic
from tests.architecture.services import SERVICES
from tests.intake.examples import MORNING
from tests.intake.steps import open_round
from tests.replay import keep as keeping
from tests.replay.kept import LOGS, KeptRow, breaks_in, end_states, histories, kept_names, read_rows, write_rows

NAMES = kept_names()
ONE, WHOLE = "intake-tc01", "tc01-tc11"


def text_of(name):
    return (LOGS / f"{name}.jsonl").read_text(encoding="utf-8")


def rows_of(name):
    return list(read_rows(text_of(name)))


def states_of(name):
    return json.loads((LOGS / f"{name}.states.json").read_text(encoding="utf-8"))


def test_there_is_a_kept_log_and_each_has_its_states():
    assert ONE in NAMES
    assert sorted(path.name.removesuffix(".states.json") for path in LOGS.glob("*.states.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_log_is_unbroken_over_its_exact_bytes(name):
    assert breaks_in(rows_of(name)) == []
    assert write_rows(rows_of(name)) == text_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_log_folds_to_exactly_the_states_recorded_beside_it(name):
    """When only fields were gained: `python -m tests.replay.keep gained`, and look at what it records."""
    assert end_states(rows_of(name)) == states_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_an_aggregate_is_the_same_from_its_rows_as_from_its_whole_events(name):
    for mapper, rows in histories(rows_of(name)):
        stored = [(row.topic, row.state) for row in rows]
        whole = [mapper.event_from(*row[1:5]) for row in rows]
        assert mapper.replay(None, stored) == fold(None, whole)
        half = len(rows) // 2
        assert mapper.replay(fold(None, whole[:half]), stored[half:]) == fold(None, whole)


def test_a_log_of_every_service_is_kept():
    assert {service for service, _ in rows_of(WHOLE)} == set(SERVICES)
    assert len({row.topic for _, row in rows_of(WHOLE)}) > 90


def test_the_life_of_tc_01_in_intake_is_whole():
    topics = {row.topic for _, row in rows_of(ONE)}
    assert {"intake.round.closed", "intake.dossier.submitted", "intake.dossier.concluded"} <= topics
    [dossier] = [state for state in states_of(ONE)["intake"].values() if "sections" in state]
    assert (dossier["state"], dossier["outcome"], len(dossier["confirmed"])) == ("concluded", "designated", 4)


def test_a_changed_byte_of_any_event_is_noticed():
    rows = rows_of(ONE)
    for place, (service, row) in enumerate(rows):
        at = len(row.state) // 2
        spoilt = row.state[:at] + bytes([row.state[at] ^ 1]) + row.state[at + 1 :]
        changed = [*rows[:place], KeptRow(service, row._replace(state=spoilt)), *rows[place + 1 :]]
        [found] = breaks_in(changed)
        assert (found.kind, found.position) == (Kind.CHANGED, row.position)


@pytest.mark.parametrize("place", [0, 7, -2])
def test_an_event_that_is_gone_is_noticed(place):
    rows = rows_of(ONE)
    del rows[place]
    assert breaks_in(rows)


def test_a_log_that_was_cut_off_or_reads_otherwise_does_not_fold_to_the_recorded_states():
    rows = rows_of(ONE)
    assert end_states(rows[:-1]) != states_of(ONE)
    service, last = rows[-1]
    otherwise = last._replace(state=last.state.replace(b'"designated"', b'"cultivation"'))
    assert otherwise != last
    assert end_states([*rows[:-1], KeptRow(service, otherwise)]) != states_of(ONE)


@pytest.mark.parametrize("event", [Dossier.SectionSaved, Dossier.MemberConfirmed, Dossier.Submitted, Dossier.Concluded])
def test_a_fold_that_has_changed_is_noticed(monkeypatch, event):
    monkeypatch.setattr(event, "apply", lambda self, aggregate: None)
    assert end_states(rows_of(ONE)) != states_of(ONE)


def test_a_topic_that_is_no_longer_known_is_noticed():
    service, row = rows_of(ONE)[0]
    with pytest.raises(UnknownTopic):
        end_states([KeptRow(service, row._replace(topic="intake.round.forgotten"))])


def test_what_is_kept_is_what_the_database_holds_and_is_never_overwritten(wire, database_url, tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "LOGS", tmp_path)
    intake = wire("intake").application
    intake.clock = FixedClock(MORNING)
    open_round(intake)
    assert keeping.keep(database_url, "fresh") == "fresh: 2 events of intake"
    rows = list(read_rows((tmp_path / "fresh.jsonl").read_text(encoding="utf-8")))
    assert [row.topic for _, row in rows] == ["intake.round.planned", "intake.round.opened"]
    assert breaks_in(rows) == []
    assert end_states(rows) == json.loads((tmp_path / "fresh.states.json").read_text(encoding="utf-8"))
    with pytest.raises(FileExistsError):
        keeping.keep(database_url, "fresh")


def test_a_field_that_was_gained_is_noticed_and_recorded_but_nothing_recorded_is_overwritten(tmp_path, monkeypatch):
    """A new field with a wrong value shows in the change of the recorded states; a changed one is refused."""
    monkeypatch.setattr(keeping, "LOGS", tmp_path)
    (tmp_path / f"{ONE}.jsonl").write_text(text_of(ONE), encoding="utf-8")
    states = states_of(ONE)
    case = next(thing for thing, state in states["intake"].items() if "sections" in state)
    del states["intake"][case]["outcome"]
    (tmp_path / f"{ONE}.states.json").write_text(json.dumps(states), encoding="utf-8")
    assert end_states(rows_of(ONE)) != states
    assert keeping.record_gained(ONE) == [f"{ONE}/intake/{case}/outcome"]
    assert json.loads((tmp_path / f"{ONE}.states.json").read_text(encoding="utf-8")) == states_of(ONE)
    assert keeping.record_gained(ONE) == []
    states["intake"][case]["outcome"] = "cultivation"
    (tmp_path / f"{ONE}.states.json").write_text(json.dumps(states), encoding="utf-8")
    with pytest.raises(ValueError, match="outcome"):
        keeping.record_gained(ONE)
