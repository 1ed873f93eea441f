"""The published descriptions are those of the code, and say what really travels."""

import json

import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from deploy.api.__main__ import files
from deploy.api.sources import ROOT, messages
from services.shared.envelope import encode

FOLDER = ROOT / "docs" / "api"
MADE = files()
DOCUMENT = yaml.safe_load(MADE["asyncapi.yaml"])
MESSAGES = messages()
NAMES = [message.routing_key for message in MESSAGES]


def validator_of(key):
    """A validator of the payload that the document describes under this key, resolving references inside it."""
    registry = Registry().with_resource("urn:document", DRAFT202012.create_resource(DOCUMENT))
    schema = {"$ref": f"urn:document#/components/messages/{key}/payload"}
    return Draft202012Validator(schema, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("name", MADE)
def test_a_checked_in_description_is_what_the_code_makes(name):
    path = FOLDER / name
    assert path.exists(), f"run `make api`: {name} is missing"
    assert path.read_text("utf-8") == MADE[name], f"run `make api`: {name} is old"


def test_nothing_is_described_that_is_not_there():
    kept = {str(path.relative_to(FOLDER)) for path in [*FOLDER.glob("schemas/*"), *FOLDER.glob("openapi/*")]}
    assert kept == {name for name in MADE if "/" in name}


@pytest.mark.parametrize("message", MESSAGES, ids=NAMES)
def test_the_example_travels_and_is_described(message):
    validator = validator_of(message.routing_key)
    example = json.loads(encode(message.example()))
    validator.validate(example)
    [shown] = DOCUMENT["components"]["messages"][message.routing_key]["examples"]
    assert shown["payload"] == example


@pytest.mark.parametrize("message", MESSAGES, ids=NAMES)
def test_the_description_refuses_an_event_without_one_of_its_fields(message):
    validator = validator_of(message.routing_key)
    example = json.loads(encode(message.example()))
    for name in example["data"]:
        less = {**example, "data": {key: value for key, value in example["data"].items() if key != name}}
        with pytest.raises(ValidationError, match=name):
            validator.validate(less)


def test_every_reference_leads_somewhere():
    registry = Registry().with_resource("urn:document", DRAFT202012.create_resource(DOCUMENT))
    resolver = registry.resolver("urn:document")

    def look(value):
        if isinstance(value, dict):
            if "$ref" in value:
                assert resolver.lookup(value["$ref"]).contents
            for inner in value.values():
                look(inner)
        if isinstance(value, list):
            for inner in value:
                look(inner)

    look(DOCUMENT)


@pytest.mark.parametrize("name", [name for name in MADE if name.startswith("openapi/")])
def test_an_openapi_document_has_every_endpoint_once_with_its_roles(name):
    paths = yaml.safe_load(MADE[name])["paths"]
    operations = [op for path in paths.values() for method, op in path.items() if method in {"get", "post", "put"}]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) > 3
    assert all(operation["description"].startswith("For: ") for operation in operations)
