"""Fixtures for everything that needs real servers: throw-away databases cloned from a migrated template."""

from __future__ import annotations

import importlib
import os
import uuid
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from deploy.ports import LOWEST
from tests.databases import Databases
from tests.deployment import Deployment

SERVICES = ("intake", "screening", "review", "registry", "notify", "audit")


hypothesis.settings.register_profile("seeded", derandomize=True, database=None)
hypothesis.settings.load_profile("seeded")  # before any test is read: a run that fails here fails everywhere


def pytest_configure() -> None:
    """Each worker starts its processes at ports of its own, apart from those of other runs as well."""
    if worker := os.environ.get("PYTEST_XDIST_WORKER", ""):
        run = int(os.environ["PYTEST_XDIST_TESTRUNUID"], 16) % 3
        lowest = LOWEST + 4000 * run + 1000 * (int(worker.removeprefix("gw")) % 4)
        os.environ["PORTS"] = f"{lowest}-{lowest + 999}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys first: what takes longest should not be what the other workers wait for at the end."""
    items.sort(key=lambda item: "journeys" not in item.path.parts)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure beside running processes shows what they complained of: nobody can ask them afterwards."""
    report = yield
    if report.failed:
        report.sections += [("processes", each.complaints()) for each in Deployment.standing]
    return report


@pytest.fixture(scope="session")
def server_url() -> str:
    """A login of the PostgreSQL server that may create databases and roles."""
    return os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def amqp_uri() -> str:
    """The RabbitMQ server."""
    return os.environ.get("AMQP_URI", "amqp://guest:guest@127.0.0.1:5672//")


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a database in which every service is migrated."""
    name = f"zc_template_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f'create database "{name}"')
        runtime = importlib.import_module("services.shared.kernel.runtime")
        for service in SERVICES:
            definition = importlib.import_module(f"services.{service}.wiring").DEFINITION
            runtime.prepare(definition, in_database(server_url, name))
        yield name
        server.execute(f'drop database "{name}" with (force)')


@pytest.fixture(scope="session")
def databases(server_url: str, template: str) -> Iterator[Databases]:
    """Where the tests' databases come from."""
    databases = Databases(server_url, template)
    yield databases
    databases.close()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A database of its own for one test, with every service migrated."""
    with databases.one() as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(databases: Databases) -> Iterator[str]:
    """As `database_url`, for all tests of a module."""
    with databases.one() as url:
        yield url


@pytest.fixture
def wire(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """`wire("intake")` gives the opened `Wired` of a service on the test's database, with a memory:// broker."""
    from services.shared.kernel.settings import Settings
    from services.shared.kernel.wiring import Wired

    opened: list[Wired] = []

    def wire_service(service: str, **changes: Any) -> Wired:
        settings = Settings(
            **{
                "database_url": database_url,
                "amqp_uri": "memory://",
                "documents": tmp_path / "documents",
                "vault_key": tmp_path / "keys" / "vault",
                "audit_key": tmp_path / "keys" / "audit",
                "jwks": str(tmp_path / "jwks.json"),
                "issuer": "test",
                "audience": "zhichuang",
                "clock_file": str(tmp_path / "clock"),
                "create_keys": True,
                **changes,
            }
        )
        wired = Wired(importlib.import_module(f"services.{service}.wiring").DEFINITION, settings)
        wired.open()
        opened.append(wired)
        return wired

    yield wire_service
    for wired in opened:
        wired.close()


def in_database(url: str, name: str) -> str:
    """The same login in another database."""
    return make_conninfo(url, dbname=name)
