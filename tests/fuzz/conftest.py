"""The embedded system with a case at its end, and somebody who may do everything, so that requests get in."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from deploy import launch
from deploy.demo.__main__ import FrontDoor
from deploy.demo.case_file import read
from deploy.demo.story import play
from deploy.demo.world import World
from services.shared.kernel.issuer import demo_user
from services.shared.vocabulary import Role
from tests.conftest import in_database
from tests.deployment import SERVICES


@dataclass(frozen=True)
class Embedded:
    """Where it answers, a token for everything, and the ids of what each service holds."""

    address: str
    token: str
    ids: dict[str, list[str]]


@pytest.fixture(scope="module")
def embedded(server_url: str) -> Iterator[Embedded]:
    """The services in one process, on a database of this run's own, after TC-01 was played."""
    database = f"zc_fuzz_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    try:
        with launch.embedded(server_url, database, start=datetime(2026, 1, 5, 1, tzinfo=UTC)) as address:
            door = FrontDoor(address)
            addresses = {service: f"{address}/{service}" for service in SERVICES}
            world = World(addresses, door.token_for, door, lambda *_: None)
            play(world, [read(Path("deploy/demo/cases/tc01.yaml"))])
            world.close()
            everything = demo_user("applicant-kunming").claims() | {
                "sub": "everybody",
                "roles": [role.value for role in Role],
            }
            token = door.token_for(everything)
            yield Embedded(address, token, _ids(in_database(server_url, database)))
    finally:
        launch.drop(server_url, database)


def _ids(database_url: str) -> dict[str, list[str]]:
    with psycopg.connect(database_url) as connection:
        return {
            service: [
                str(found)
                for (found,) in connection.execute(f"select distinct originator_id from {service}.log order by 1")
            ]
            for service in SERVICES
        }
