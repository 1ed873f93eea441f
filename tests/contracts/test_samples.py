"""Golden samples of every contract, run through the sender's schema and through every listener."""

import json

import pytest

from services.shared import contract
from services.shared.envelope import IntegrationEvent, decode, encode, source_of
from services.shared.kernel.reactions import Reactions
from tests.architecture.services import ROOT, SERVICES, contracts_of, definition_of

MESSAGES = [(service, name) for service in SERVICES for name in contracts_of(service)]


def sample(service, name):
    return json.loads((ROOT / "services" / service / "contracts" / "samples" / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize(("service", "name"), MESSAGES)
def test_a_golden_sample_reads_and_writes_back_the_same(service, name):
    data = sample(service, name)
    message: object = contract.load(contracts_of(service)[name], data)
    assert contract.dump(message) == data


@pytest.mark.parametrize(("service", "name"), MESSAGES)
def test_a_listener_is_not_disturbed_by_a_field_that_it_does_not_know(service, name):
    cls = contracts_of(service)[name]
    assert contract.load(cls, {**sample(service, name), "later": 1}) == contract.load(cls, sample(service, name))


@pytest.mark.parametrize(("service", "name"), MESSAGES)
def test_a_message_without_one_of_its_fields_is_refused(service, name):
    data = sample(service, name)
    for field in data:
        with pytest.raises(Exception, match=field):
            contract.load(contracts_of(service)[name], {key: value for key, value in data.items() if key != field})


def listeners():
    for listener in SERVICES:
        reactions: Reactions = definition_of(listener).reactions
        for key in reactions.by_key:
            sender, _, name = key.partition(".")
            yield listener, sender, name


@pytest.mark.parametrize(("listener", "sender", "name"), list(listeners()))
def test_every_listener_understands_the_senders_golden_sample(listener, sender, name):
    message_class, _ = definition_of(listener).reactions.by_key[f"{sender}.{name}"]
    assert message_class is contracts_of(sender)[name]
    assert contract.load(message_class, sample(sender, name))


@pytest.mark.parametrize(("service", "name"), MESSAGES)
def test_an_integration_event_with_the_sample_survives_the_wire_and_is_small(service, name):
    cls, data = contracts_of(service)[name], sample(service, name)
    terms = contract.contract_of(cls)
    event = IntegrationEvent(
        id="1",
        source=source_of(service),
        type=f"cn.gov.yn.mic.{name}",
        subject=str(data[terms.subject]),
        time="2026-06-01T00:00:00+00:00",
        dataschema="urn:x",
        partitionkey=str(data[terms.key]),
        sequence=1,
        position=2,
        previousposition=1,
        correlationid="c",
        causationid="d",
        policyedition="2019-05-06",
        data=data,
    )
    assert decode(encode(event)) == event
    assert len(encode(event)) < 16 * 1024
    assert event.routing_key == f"{service}.{name}"
