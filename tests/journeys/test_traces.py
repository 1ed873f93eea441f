"""One trace through HTTP, events and AMQP: what a request began can be followed in every service that acted on it."""

from __future__ import annotations

import json
import re

import psycopg
import pytest
from kombu.connection import Connection

from services.shared.kernel.broker import Names
from tests.deployment import SERVICES

TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01")


@pytest.fixture(scope="module")
def events(played, module_database_url):
    """Every event of every log: service, who acts, what caused it, its correlation and its trace."""
    found = []
    with psycopg.connect(module_database_url) as connection:
        for service in SERVICES:
            query = (
                "select topic, state->'metadata'->>'capacity', state->'metadata'->>'causation_id',"
                " state->'metadata'->>'correlation_id', coalesce(state->'metadata'->>'traceparent', '')"
                f" from {service}.log_as_json order by position"
            )
            found += [(service, *row) for row in connection.execute(query)]
    return found


def test_what_a_person_did_carries_the_trace_of_the_request(events):
    by_people = [each for each in events if each[2] not in ("system", "clock")]
    assert len(by_people) > 50
    assert [each for each in by_people if not TRACEPARENT.fullmatch(each[5])] == []


def test_a_dossier_handed_in_is_one_trace_and_one_correlation_in_the_services_that_heard_of_it(events):
    [submitted, *_] = [each for each in events if each[1] == "intake.dossier.submitted"]
    _, _, _, _, correlation, trace = submitted
    followed = {service for service, _, capacity, _, _, its in events if its == trace and capacity == "system"}
    assert {"screening", "notify"} <= followed
    assert {each[4] for each in events if each[5] == trace} == {correlation}


def test_a_reaction_to_a_traced_event_belongs_to_its_trace(events, messages):
    traced = {message["id"]: message.get("traceparent", "") for message, _ in messages}
    reactions = [each for each in events if each[2] == "system" and traced.get(each[3])]
    assert len(reactions) > 20
    assert [each for each in reactions if each[5] != traced[each[3]]] == []


@pytest.fixture(scope="module")
def messages(played, amqp_uri):
    """The integration events as they lie in the history stream, each with the headers of its message."""
    history = Names(played.deployment.environment["BROKER_PREFIX"]).history
    found = []
    with Connection(amqp_uri) as connection:
        channel = connection.channel()
        ready = channel.queue_declare(queue=history, passive=True).message_count
        channel.basic_qos(0, 100, False)

        def take(message):
            found.append((json.loads(message.body), message.headers))
            message.channel.basic_ack(message.delivery_tag)

        channel.basic_consume(history, callback=take, arguments={"x-stream-offset": "first"})
        while len(found) < ready:
            connection.drain_events(timeout=10)
    return found


def test_a_message_has_the_trace_in_its_body_and_where_the_instrumentation_of_clients_looks(messages):
    traced = [(body["traceparent"], headers) for body, headers in messages if body.get("traceparent")]
    assert len(traced) > 20
    for trace, headers in traced:
        assert TRACEPARENT.fullmatch(trace)
        assert headers["traceparent"] == trace
