"""Every event has golden samples that it still reads, and a data class for each property."""

import dataclasses
import json
from typing import get_args, get_origin

import pytest
from jsonschema import Draft202012Validator

from contract import write_samples as samples
from contracts.data_classes import DataClass
from contracts.event import parse_data, parse_envelope
from contracts.schema import json_schema, properties, schema_of

EVENTS = sorted(samples.declared(), key=lambda event: event.type)


SAMPLES = [path for event in EVENTS for path in samples.samples_of(event)]


def event_of(path):
    """Return the event class of a sample, and the sample."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return next(event for event in EVENTS if event.type == raw["type"]), raw


def holds(written, raw):
    """Return whether all values in `raw` are in `written` unchanged."""
    if isinstance(raw, dict):
        return all(name in written and holds(written[name], value) for name, value in raw.items())
    if isinstance(raw, list):
        return len(written) == len(raw) and all(map(holds, written, raw))
    return bool(written == raw)


def walk(declared):
    """Yield the properties of a dataclass and of the dataclasses nested in it."""
    for prop in properties(declared):
        yield declared, prop
        hint = get_args(prop.type)[0] if get_origin(prop.type) is tuple else prop.type
        if dataclasses.is_dataclass(hint):
            yield from walk(hint)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_golden_sample_is_read_and_written_as_it_stands(path):
    event, raw = event_of(path)

    envelope = parse_data(parse_envelope(path.read_bytes()))
    written = schema_of(event).dump(envelope.data)

    assert type(envelope.data) is event
    assert holds(written, raw["data"])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_golden_sample_obeys_the_json_schema(path):
    event, raw = event_of(path)

    Draft202012Validator(json_schema(event), format_checker=Draft202012Validator.FORMAT_CHECKER).validate(raw["data"])


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_a_golden_sample_shows_all_that_an_event_can_tell(event):
    assert not samples.has_grown(event), "run `make contracts`"


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_property_names_its_data_class(event):
    unnamed = [(owner.__name__, prop.name) for owner, prop in walk(event) if prop.data_class is None]

    assert unnamed == []


@pytest.mark.parametrize("event", [event for event in EVENTS if not event.private], ids=lambda event: event.type)
def test_78_public_event_holds_nothing_personal(event):
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
    assert set(samples.FOLDER.iterdir()) == set(SAMPLES)
