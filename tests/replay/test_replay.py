"""Old logs stay readable: each kept one verifies over its exact bytes and folds, today, to the end states of then."""

import json

import pytest

from services.intake.domain.dossier import Dossier
from services.shared.kernel.breaks import Kind
from services.shared.kernel.mapper import UnknownTopic
from tests.intake.steps import open_round
from tests.replay import keep as keeping
from tests.replay.kept import LOGS, KeptRow, breaks_in, end_states, read_rows, write_rows

NAMES = sorted(path.stem for path in LOGS.glob("*.jsonl"))
ONE = "intake-tc01"


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


def told_then(rows, name):
    """Today's end states, without the fields that aggregates have gained since these were recorded."""
    recorded = states_of(name)
    today = end_states(rows)
    return {
        service: {
            thing: {field: value for field, value in state.items() if field in recorded.get(service, {}).get(thing, ())}
            for thing, state in things.items()
        }
        for service, things in today.items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_kept_log_folds_to_the_states_recorded_beside_it(name):
    assert told_then(rows_of(name), name) == states_of(name)


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
    assert told_then(rows[:-1], ONE) != states_of(ONE)
    service, last = rows[-1]
    otherwise = last._replace(state=last.state.replace(b'"designated"', b'"cultivation"'))
    assert otherwise != last
    assert told_then([*rows[:-1], KeptRow(service, otherwise)], ONE) != states_of(ONE)


@pytest.mark.parametrize("event", [Dossier.SectionSaved, Dossier.MemberConfirmed, Dossier.Submitted, Dossier.Concluded])
def test_a_fold_that_has_changed_is_noticed(monkeypatch, event):
    monkeypatch.setattr(event, "apply", lambda self, aggregate: None)
    assert told_then(rows_of(ONE), ONE) != states_of(ONE)


def test_a_topic_that_is_no_longer_known_is_noticed():
    service, row = rows_of(ONE)[0]
    with pytest.raises(UnknownTopic):
        end_states([KeptRow(service, row._replace(topic="intake.round.forgotten"))])


def test_what_is_kept_is_what_the_database_holds_and_is_never_overwritten(wire, database_url, tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "LOGS", tmp_path)
    open_round(wire("intake").application)
    assert keeping.keep(database_url, "fresh") == "fresh: 2 events of intake"
    rows = list(read_rows((tmp_path / "fresh.jsonl").read_text(encoding="utf-8")))
    assert [row.topic for _, row in rows] == ["intake.round.planned", "intake.round.opened"]
    assert breaks_in(rows) == []
    assert end_states(rows) == json.loads((tmp_path / "fresh.states.json").read_text(encoding="utf-8"))
    with pytest.raises(FileExistsError):
        keeping.keep(database_url, "fresh")
