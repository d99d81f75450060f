"""The published event documents are valid, complete, up to date and backward compatible."""

import copy
import dataclasses
import json
import re
from pathlib import Path
from typing import get_args, get_origin

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from caravan.events import schema
from contract import write_documents, write_samples
from contracts.document import compatibility, descriptions, examples, platform_events, schemas
from contracts.document.asyncapi import channel_name
from contracts.schema import properties
from servicekit.bus import outbox, topology
from servicekit.reference import events

EVENTS = platform_events()
PUBLIC = [event for event in EVENTS if not event.private]
SAMPLES = [(event, path) for event in EVENTS for path in write_samples.samples_of(event)]
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)


@pytest.fixture(scope="module")
def document():
    return events.asyncapi(EVENTS)


@pytest.fixture(scope="module")
def official():
    """The official JSON Schema of AsyncAPI documents."""
    path = Path(__file__).parent / "asyncapi" / "3.0.0.json"
    return Draft7Validator(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def written():
    return write_documents.documents()


def test_document_is_valid_by_the_official_schema(document, official):
    assert [error.message for error in official.iter_errors(document)] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda it: it["info"].pop("version"),
        lambda it: it["servers"]["tls"].pop("protocol"),
        lambda it: it["operations"]["receive.history"].update(action="listen"),
        lambda it: it["channels"]["history"]["bindings"]["amqp"]["queue"].update(durable="yes"),
        lambda it: it["components"]["schemas"]["envelope"].update(type="thing"),
    ],
)
def test_official_schema_refuses_a_spoilt_document(document, official, spoil):
    spoilt = copy.deepcopy(document)

    spoil(spoilt)

    assert list(official.iter_errors(spoilt))


def test_every_reference_within_the_document_leads_somewhere(document):
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        found = document
        for step in reference.split("/"):
            found = found[step]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_schema_is_one_of_2020_12_and_takes_the_example(event):
    told = schemas.event_schema(event)

    Draft202012Validator.check_schema(told)

    assert told["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    assert errors(told, examples.wire_example(event)) == []


@pytest.mark.parametrize(("event", "path"), SAMPLES, ids=[path.stem for _event, path in SAMPLES])
def test_golden_sample_obeys_the_published_schema(event, path):
    told = json.loads((write_documents.FOLDER / "schemas" / f"{event.type}.json").read_text(encoding="utf-8"))

    assert errors(told, json.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda it: it.pop("subject"),
        lambda it: it.update(specversion="0.3"),
        lambda it: it.update(type="caravan.meeting.held.v1"),
        lambda it: it.update(source="matching"),
        lambda it: it.update(time="yesterday"),
        lambda it: it.update(subjectversion=0),
        lambda it: it.pop("mission"),
        lambda it: it["data"].pop("slot"),
        lambda it: it["data"].update(guest_names={"ru": 7}),
    ],
)
def test_published_schema_refuses_what_is_no_such_event(spoil):
    (scheduled,) = (event for event in EVENTS if event.type == "caravan.meeting.scheduled.v1")
    told = examples.wire_example(scheduled)

    spoil(told)

    assert errors(schemas.event_schema(scheduled), told)


def errors(told, instance):
    validator = Draft202012Validator(told, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(instance)]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_event_and_each_of_its_properties_are_explained(event):
    assert descriptions.event_summary(event)
    assert [name for owner, name in walk(event) if not descriptions.property_description(owner, name)] == []


def walk(declared):
    """Yield the properties of a dataclass and of the dataclasses nested in it."""
    for prop in properties(declared):
        yield declared, prop.name
        hint = get_args(prop.type)[0] if get_origin(prop.type) is tuple else prop.type
        if dataclasses.is_dataclass(hint):
            yield from walk(hint)


def test_every_public_event_has_its_channel_and_its_publisher(document):
    sent = {
        operation["messages"][0]["$ref"].rsplit("/", 1)[1]: operation["tags"][0]["name"]
        for operation in document["operations"].values()
        if operation["action"] == "send"
    }

    assert sent == {event.type: event.publisher for event in PUBLIC}
    for event in PUBLIC:
        channel = document["channels"][channel_name(event)]
        assert channel["address"] == "{home}." + event.type.removeprefix("caravan.")
        assert channel["bindings"]["amqp"]["exchange"]["name"] == topology.EVENTS


def test_document_holds_nothing_private(document):
    text = json.dumps(document)

    assert [event.type for event in EVENTS if event.private and event.type in text] == []
    assert topology.PRIVATE not in text
    assert '"x-data-class": "person"' not in text


def test_document_tells_what_stands_on_our_broker(document):
    history = document["channels"]["history"]
    told = document["info"]["description"]

    assert history["bindings"]["amqp"]["queue"]["name"] == topology.LOG
    assert history["bindings"]["amqp"]["x-arguments"]["x-max-age"] == topology.LOG_MAX_AGE
    assert document["channels"]["own"]["address"] == topology.STRANGERS + "{name}"
    assert f"{outbox.LIMIT_BYTES // 1024} kB" in told
    assert "${" not in told and "$history" not in told


def test_published_documents_are_those_of_the_present_contracts(written):
    there = {
        path.relative_to(write_documents.FOLDER).as_posix(): path.read_text(encoding="utf-8")
        for path in write_documents.FOLDER.rglob("*")
        if path.is_file()
    }

    assert there.keys() == written.keys(), "run `make contracts`"
    differing = [path for path in there if STYLE.sub("", there[path]) != STYLE.sub("", written[path])]
    assert differing == [], "run `make contracts`"


def test_contracts_have_only_grown():
    proposed = {event.type: schemas.event_schema(event) for event in EVENTS}

    assert compatibility.breaking_changes(schema.read_schemas(write_documents.FOLDER), proposed) == []


def test_breaking_change_is_refused_and_nothing_is_written(tmp_path, written):
    schema.write_documents(tmp_path, written)
    path = "schemas/caravan.meeting.held.v1.json"
    changed = json.loads(written[path])
    del changed["properties"]["data"]["properties"]["slot"]

    with pytest.raises(schema.BreakingChangeError, match=r"held\.v1\.data\.slot: the property is gone"):
        schema.write_documents(tmp_path, written | {path: json.dumps(changed), "new.json": "{}"})

    assert (tmp_path / path).read_text(encoding="utf-8") == written[path]
    assert not (tmp_path / "new.json").exists()


def test_catalogue_stands_alone(written):
    page = written["index.html"]

    assert not re.search(r'(src|href)="(?!#|asyncapi\.json"|schemas/)', page)
    assert "@font-face" not in page
    for event in EVENTS:
        assert f'href="schemas/{event.type}.json"' in page
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert all(f'id="{link}"' in page for link in links)
