"""Events keep their word: every one has a golden sample, names its data classes, and reads what it read before."""

import dataclasses
import importlib.util
import json
from pathlib import Path
from typing import get_args, get_origin

import pytest
from jsonschema import Draft202012Validator

from contracts.classes import DataClass
from contracts.event import read, typed
from contracts.schema import json_schema, properties, schema_of

_spec = importlib.util.spec_from_file_location("write_samples", Path(__file__).parent / "write_samples.py")
samples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(samples)

EVENTS = sorted(samples.declared(), key=lambda event: event.type)


def golden(event):
    return (samples.FOLDER / f"{event.type}.json").read_text(encoding="utf-8")


def walk(declared):
    """Yield every property of a dataclass and of those within it."""
    for prop in properties(declared):
        yield declared, prop
        hint = get_args(prop.type)[0] if get_origin(prop.type) is tuple else prop.type
        if dataclasses.is_dataclass(hint):
            yield from walk(hint)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_golden_sample_is_read_and_written_as_it_stands(event):
    raw = json.loads(golden(event))

    envelope = typed(read(golden(event)))
    written = schema_of(event).dump(envelope.data)

    assert type(envelope.data) is event
    assert written.items() >= raw["data"].items()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_golden_sample_obeys_the_json_schema(event):
    Draft202012Validator(json_schema(event), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(golden(event))["data"]
    )


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_property_names_its_data_class(event):
    unnamed = [(owner.__name__, prop.name) for owner, prop in walk(event) if prop.data_class is None]

    assert unnamed == []


@pytest.mark.parametrize("event", [event for event in EVENTS if not event.private], ids=lambda event: event.type)
def test_public_event_holds_nothing_personal(event):
    assert [prop.name for _, prop in walk(event) if prop.data_class is DataClass.PERSON] == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_type_and_publisher_follow_the_convention(event):
    caravan, entity, fact, version = event.type.split(".")

    assert caravan == "caravan"
    assert version.removeprefix("v").isdigit()
    assert entity.isidentifier()
    assert fact.isidentifier()
    assert event.publisher in {"instance", "matching", "notifications", "registration"}


def test_no_sample_is_without_its_event():
    known = {f"{event.type}.json" for event in EVENTS}

    assert {path.name for path in samples.FOLDER.iterdir()} == known
