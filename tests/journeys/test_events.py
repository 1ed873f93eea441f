"""What the services really said in a story is what the published description says, and the feed gives all of it."""

from __future__ import annotations

import pytest

from tests.contracts.test_asyncapi import validator_of
from tests.deployment import SERVICES
from tests.journeys.conftest import Played

SAY_SOMETHING = ("intake", "screening", "review", "registry", "notify")


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_of_the_feed_is_as_described(played: Played, service: str):
    auditor, after, previous, kinds = played.deployment.person("auditor"), 0, 0, set()
    while (page := auditor.get(service, "/events", after=after, limit=200))["items"]:
        for event in page["items"]:
            key = f"{service}.{event['type'].removeprefix('cn.gov.yn.mic.')}"
            validator_of(key).validate(event)
            assert event["previousposition"] == previous, "the chain of positions is whole"
            previous = event["position"]
            kinds.add(key)
        after = page["next"]
    assert bool(kinds) or service not in SAY_SOMETHING
