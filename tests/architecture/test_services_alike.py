"""Whoever has learned one service knows all: the same files, every act in the authority table, every clause real."""

import inspect
import re

import pytest

from services.shared.kernel.mapper import Mapper
from services.shared.policy import clause
from tests.architecture.services import ROOT, SERVICES, contracts_of, definition_of

FILES = {
    "README.md",
    "__init__.py",
    "__main__.py",
    "application.py",
    "authority.py",
    "contracts/__init__.py",
    "domain/__init__.py",
    "domain/errors.py",
    "projections.py",
    "publishing.py",
    "queries.py",
    "reactions.py",
    "schemas.py",
    "service.py",
    "wiring.py",
}


def is_there(file):
    """A room that outgrew one file is a package of the same name."""
    return file.exists() or (file.with_suffix("") / "__init__.py").exists()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_files(service):
    folder = ROOT / "services" / service
    assert {file for file in FILES if not is_there(folder / file)} == set()


def endpoints(service):
    """The endpoint methods of a service class: those whose nameko entrypoint is a route."""
    methods = inspect.getmembers(definition_of(service).service, inspect.isfunction)
    return {
        name for name, method in methods if any(hasattr(e, "url") for e in getattr(method, "nameko_entrypoints", ()))
    }


@pytest.mark.parametrize("service", SERVICES)
def test_the_authority_table_has_a_row_for_every_endpoint_and_no_other(service):
    assert set(definition_of(service).authority) == endpoints(service)


@pytest.mark.parametrize("service", SERVICES)
def test_every_clause_in_the_authority_table_exists(service):
    for may in definition_of(service).authority.values():
        for named in may.basis:
            assert clause(named)


@pytest.mark.parametrize("service", SERVICES)
def test_every_published_message_is_sealed_from_an_event_of_the_service(service):
    definition = definition_of(service)
    known = set(Mapper(definition.application.aggregates).events.values())
    assert set(definition.publishing.seals) <= known


@pytest.mark.parametrize("service", SERVICES)
def test_every_contract_has_a_golden_sample_and_a_docstring(service):
    samples = ROOT / "services" / service / "contracts" / "samples"
    assert {file.stem for file in samples.glob("*.json")} == set(contracts_of(service))
    assert all(message.__doc__ for message in contracts_of(service).values())


def test_a_service_names_nameko_and_eventlet_nowhere_but_through_the_kernel():
    named = re.compile(r"^\s*(?:import|from) (?:nameko|eventlet)\b", re.MULTILINE)
    files = [file for file in (ROOT / "services").rglob("*.py") if "kernel" not in file.parts]
    assert [str(file) for file in files if named.search(file.read_text("utf-8"))] == []


def test_the_domain_uses_nothing_of_the_library_but_its_domain_module():
    named = re.compile(r"^\s*(?:import|from) eventsourcing(?!\.domain\b)", re.MULTILINE)
    files = [*(ROOT / "services").glob("*/domain/**/*.py"), ROOT / "services/shared/aggregate.py"]
    guilty = [
        str(file) for file in files if named.search(file.read_text("utf-8").replace("import eventsourcing.domain", ""))
    ]
    assert guilty == []
