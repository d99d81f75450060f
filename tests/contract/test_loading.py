"""The fast deserialisation of events gives the same results and errors as the marshmallow schema."""

import copy
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from contract import write_samples as samples
from contracts.loading import load
from contracts.schema import schema_of

SAMPLES = [
    (event, path)
    for event in sorted(samples.declared(), key=lambda event: event.type)
    for path in samples.samples_of(event)
]

STRANGE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.sampled_from(
        ["2026-11-24", "2026-11-24T10:00:00", "2026-11-24T10:00:00+03:00", "2026-W48-2", 10**400, "1", "true"]
    ),
    st.uuids().map(str),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def outcome(function, *arguments):
    """Return the result of a function, or its validation errors."""
    try:
        return repr(function(*arguments))
    except ValidationError as error:
        return error.messages


def places(value, path=()):
    """Yield the paths of all values nested in a JSON value."""
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*path, key))


def put(data, path, value):
    """Return a copy of the data with another value at a path."""
    if not path:
        return value
    changed = copy.deepcopy(data)
    within = changed
    for key in path[:-1]:
        within = within[key]
    within[path[-1]] = value
    return changed


@pytest.mark.parametrize(("event", "path"), SAMPLES, ids=[path.stem for _, path in SAMPLES])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draw=st.data())
def test_an_event_is_loaded_as_its_schema_loads_it(event, path, draw):
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    changed = put(data, draw.draw(st.sampled_from(list(places(data)))), draw.draw(STRANGE))

    assert outcome(load, event, data) == outcome(schema_of(event).load, data)
    assert outcome(load, event, changed) == outcome(schema_of(event).load, changed)


def test_plain_data_does_not_trouble_the_schema(monkeypatch):
    event, path = next(each for each in SAMPLES if each[0].type == "caravan.mission.announced.v1")
    data = json.loads(path.read_text(encoding="utf-8"))["data"]
    monkeypatch.setattr("contracts.loading.schema_of", None)

    assert type(load(event, data)) is event
