"""What intake says: sealed from its own log, and shaped as its golden samples are."""

import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from services.intake import contracts, forms
from services.intake.publishing import PUBLISHING
from services.shared import contract
from services.shared.envelope import decode, encode
from services.shared.kernel.publishing import Sealer
from services.shared.kernel.relay import read_log
from tests.architecture.services import contracts_of
from tests.examples.dossiers import good_dossier
from tests.intake.conftest import as_
from tests.intake.examples import CALL, CLOSES_ON, FACTS, KUNMING, LATER, LEAD
from tests.intake.steps import hand_in, open_dossier, open_round, plan_round, submit, withdraw
from tests.intake.test_acts import CONDITIONS, ask, recall, resubmit

SAMPLES = Path(contracts.__file__).parent / "samples"
CONTRACTS = contracts_of("intake")
SAID = {"round.opened.v1", "round.extended.v1", "round.closed.v1", "dossier.submitted.v1", "dossier.withdrawn.v1"}
"""What a whole life says, from the call to the withdrawal."""

SAID_BESIDE = {
    "round.conditions-published.v1",
    "round.announced.v1",
    "round.cancelled.v1",
    "dossier.recalled.v1",
    "dossier.resubmitted.v1",
    "dossier.lapsed.v1",
    "dossier.terminated.v1",
}
"""What the turns say that not every case takes."""


def sample_of(name):
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def sealed(wired, intake):
    """Every integration event of the log, in order."""
    sealer, previous, events = Sealer("intake", intake, PUBLISHING), 0, []
    for record in read_log(wired.database, 0, 1000):
        if event := sealer(record, previous):
            events.append(event)
            previous = event.position
    return events


@pytest.fixture
def a_whole_life(intake):
    """A round with the dossier of TC-01, which is handed in and taken back, and with a draft that is given up."""
    dossier = hand_in(intake)
    given_up = open_dossier(intake, dossier.round_id)
    for case_id in (dossier.id, given_up):
        withdraw(intake, case_id)
    with as_("division-head"):
        intake.extend_round(dossier.round_id, closes_on=LATER, reason="系统维护")
    with as_("division-head"):
        intake.close_round(dossier.round_id)
    return dossier


def end_of_a_round(intake):
    """A round without dossiers, to the publication of its list."""
    round_ = open_round(intake, "2026-3")
    for user, act in (
        ("division-head", intake.close_round),
        ("officer-province-1", intake.begin_review),
        ("division-head", partial(intake.announce_round, document_no=CALL)),
    ):
        with as_(user):
            act(round_.id)


def as_sampled(event):
    """What an event says, without the fields that its contract gained after its sample was written."""
    return {name: event.data[name] for name in sample_of(event.name)}


def shape(value):
    """A value without its contents: names, nesting and kinds of values."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [shape(value[0])] if value else []
    return type(value).__name__


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_golden_sample_is_exactly_a_message_of_its_contract(name):
    data = sample_of(name)
    again = contract.dump(contract.load(CONTRACTS[name], data))
    assert {name: value for name, value in again.items() if name in data or value} == data


def test_there_is_a_sample_for_each_contract_and_no_other():
    assert {path.stem for path in SAMPLES.iterdir()} == set(CONTRACTS)


def test_says_each_thing_once_in_the_order_of_the_log_and_names_the_one_before(a_whole_life, wired, intake):
    events = sealed(wired, intake)
    assert [event.name for event in events] == [
        "round.opened.v1",
        "dossier.submitted.v1",
        "dossier.withdrawn.v1",
        "dossier.withdrawn.v1",
        "round.extended.v1",
        "round.closed.v1",
    ]
    assert [event.previousposition for event in events] == [0, *(event.position for event in events[:-1])]
    assert len(read_log(wired.database, 0, 1000)) > events[-1].position - 1


def test_every_event_has_the_shape_of_its_golden_sample(a_whole_life, wired, intake):
    events = sealed(wired, intake)
    assert {event.name for event in events} == SAID
    for event in events:
        assert shape(as_sampled(event)) == shape(sample_of(event.name))
        assert encode(decode(encode(event))) == encode(event)


def test_the_other_turns_of_a_case_have_the_shapes_of_their_golden_samples(wired, intake):
    round_ = plan_round(intake, "2026-2")
    with as_("officer-province-1"):
        intake.publish_conditions(round_.id, conditions=CONDITIONS)
    case_id = hand_in(intake).id
    recall(intake, case_id)
    submit(intake, case_id)
    ask(intake, case_id)
    dossier = resubmit(intake, case_id)
    open_dossier(intake, dossier.round_id)
    wired.clock.move_to(ask(intake, case_id, 2) + timedelta(days=1))
    wired.run_deadlines()
    end_of_a_round(intake)
    with as_("division-head"):
        intake.cancel_round(dossier.round_id, document_no=CALL, reason="政策调整")
    events = {event.name: event for event in sealed(wired, intake)}
    assert events.keys() >= SAID_BESIDE
    for name in SAID_BESIDE:
        assert shape(as_sampled(events[name])) == shape(sample_of(name))
    assert events["dossier.resubmitted.v1"].data["snapshot_number"] == 3


def test_the_same_record_gives_the_same_envelope_whenever_it_is_sealed(a_whole_life, wired, intake):
    whole = sealed(wired, intake)
    for event in whole:  # a relay that has just taken over knows nothing of what came before
        [record] = read_log(wired.database, event.position - 1, 1)
        again = Sealer("intake", intake, PUBLISHING)(record, event.previousposition)
        assert again is not None
        assert encode(again) == encode(event)
    assert len({event.id for event in whole}) == len(whole)


def test_says_of_a_round_under_which_edition_its_cases_are_judged(wired, intake):
    round_ = open_round(intake)
    [event] = sealed(wired, intake)
    message = contract.load(contracts.RoundOpened, event.data)
    assert (message.policy_edition, message.closes_on, message.year) == ("2019-05-06", CLOSES_ON, 2026)
    assert (event.policyedition, event.partitionkey, event.subject) == ("2019-05-06", str(round_.id), "2026-1")


def test_says_who_still_writes_in_a_round_that_closes_later(wired, intake):
    dossier = hand_in(intake)
    for closes_on in (LATER, LATER + timedelta(days=1)):
        with as_("division-head"):
            intake.extend_round(dossier.round_id, closes_on=closes_on, reason="系统维护")
        if closes_on == LATER:  # a lead unit that has handed in is not told; one that begins another draft is
            open_dossier(intake, dossier.round_id)
    told = [contract.load(contracts.RoundExtended, e.data).drafting for e in sealed(wired, intake)[-2:]]
    assert told == [(), (LEAD,)]


def test_says_of_a_submission_what_the_others_decide_on(wired, intake):
    dossier = hand_in(intake)
    event = sealed(wired, intake)[-1]
    message = contract.load(contracts.DossierSubmitted, event.data)
    assert (event.partitionkey, event.subject) == (str(dossier.id), dossier.number)
    assert (message.prefecture, message.lead_uscc, message.snapshot_number) == (KUNMING, LEAD, 1)
    assert all(getattr(message, name) == getattr(FACTS, name) for name in FACTS.__dataclass_fields__)
    assert message.snapshot == dossier.snapshots[0].document
    assert message.documents == tuple(document for kind in dossier.attachments.values() for document in kind)
    assert len(message.documents) == 6


def test_says_nothing_personal_of_anybody(a_whole_life, wired, intake):
    said = b"".join(encode(event) for event in sealed(wired, intake)).decode()
    persons = {text for name, value in good_dossier().items() for text in forms.personal(name, value).values()}
    assert [text for text in persons - {"CN"} if text in said] == []


def test_says_of_a_withdrawal_whether_the_dossier_had_been_handed_in(a_whole_life, wired, intake):
    withdrawals = [event for event in sealed(wired, intake) if event.name == "dossier.withdrawn.v1"]
    messages = [contract.load(contracts.DossierWithdrawn, event.data) for event in withdrawals]
    assert [(message.submitted, message.reason) for message in messages] == [(True, "方案调整"), (False, "方案调整")]
    handed_in = a_whole_life.snapshots[-1].facts.centre_uscc
    assert [message.centre_uscc for message in messages] == [handed_in, ""]
