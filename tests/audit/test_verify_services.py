"""Each kind of tampering is found in the log of each of the six services, whichever it is, and named by its place."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from services.audit.application import SENDERS
from tests.audit.world import World, opened

EVENTS = 5
"""In each log; audit's own gets what its checkpoint says beside them."""

MOVED = "update {0}.log set position = {1} where position = {2}"
TAMPERING = {
    "changed": (["update {0}.log set topic = 'x' where position = 3"], (3, "changed")),
    "deleted": (["delete from {0}.log where position = 3"], (3, "deleted")),
    "inserted": (
        [
            *(MOVED.replace("{1}", str(n + 1)).replace("{2}", str(n)) for n in range(9, 2, -1)),
            f"insert into {{0}}.log values (3, '{UUID(int=9)}', 1, 'x', '{{{{}}}}', sha256('x'))",
        ],
        (3, "inserted"),
    ),
    "reordered": (
        [MOVED.replace("{1}", to).replace("{2}", at) for to, at in (("-2", "2"), ("2", "3"), ("3", "-2"))],
        (2, "reordered"),
    ),
    "cut off": (["delete from {0}.log where position >= 4", "update {0}.log_head set position = 3"], (4, "truncated")),
}


@pytest.fixture(scope="module")
def world(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(module_database_url, tmp_path_factory.mktemp("services")) as world:
        for sender in world.senders.values():
            sender.record_many(EVENTS, size=30)
            sender.ship()
        world.sign()
        world.senders["audit"].ship()
        world.sign()
        yield world


@pytest.mark.parametrize("kind", TAMPERING)
@pytest.mark.parametrize("service", SENDERS)
def test_each_kind_is_found_in_the_log_of_each_service(world, service, kind):
    statements, (position, code) = TAMPERING[kind]
    with world.tampered(*(statement.format(service) for statement in statements)):
        found = world.found()
    assert (service, position, code) in [each[:3] for each in found]
    assert {each[0] for each in found} <= {service, "ledger"}


def test_the_world_is_whole(world):
    assert world.found() == []
    report = world.audit.verify()
    assert {log.service: log.witnessed for log in report.logs if log.service != "audit"} == dict.fromkeys(
        [service for service in SENDERS if service != "audit"], EVENTS
    )
