"""A released contract only grows: no field changes or goes, what comes later is optional, the sample stays."""

import copy

import pytest

from deploy.api.sources import messages
from tests.contracts.released import breaks, record_of, released

NOW = {message.routing_key: record_of(message) for message in messages()}
RELEASED = released()


@pytest.mark.parametrize("key", RELEASED)
def test_a_released_contract_has_only_grown(key):
    assert key in NOW, f"{key} was released and is gone"
    assert breaks(RELEASED[key], NOW[key]) == []


def test_every_contract_is_recorded_as_it_is():
    assert {key for key, now in NOW.items() if RELEASED.get(key) != now} == set(), "run `make api`"


def changed(change):
    after = copy.deepcopy(NOW["registry.centre.designated.v1"])
    change(after)
    return breaks(NOW["registry.centre.designated.v1"], after)


@pytest.mark.parametrize(
    "change",
    [
        lambda now: now["fields"].pop("lead_uscc"),
        lambda now: now["fields"].update(effective_on={"type": "string"}),
        lambda now: now["required"].remove("number"),
        lambda now: now.update(sample_sha256="0" * 64),
        lambda now: (now["fields"].update(later={"type": "string"}), now["required"].append("later")),
    ],
    ids=["field gone", "field of another kind", "field optional", "sample changed", "new field required"],
)
def test_notices_what_would_break_a_listener(change):
    assert changed(change)


def test_lets_a_contract_grow_by_an_optional_field():
    assert changed(lambda now: now["fields"].update(later={"type": "string"})) == []
