"""What nobody could read is kept as it came, and speaks for nobody once it can be read."""

import json

import pytest

from letters_dead import body_of, discard, found, listed, replay, retry_all
from notes import known, told
from servicekit.bus import inbox
from servicekit.bus.dead_letters.store import State


def test_letter_that_can_be_read_after_an_upgrade_takes_effect_once(writing, reading, monkeypatch):
    body = body_of(writing, "new words")
    unknown = json.dumps(json.loads(body) | {"specversion": "1.1"})
    inbox.receive(reading, [unknown])
    (letter,) = listed(reading)

    replay(reading, letter.id)
    retry_all(reading)
    assert found(reading, letter.id).state is State.DEAD

    monkeypatch.setattr("contracts.event.SPEC_VERSION", "1.1")
    inbox.receive(reading, [unknown])
    replay(reading, letter.id)
    retry_all(reading)

    assert told(reading) == ["new words"]
    assert found(reading, letter.id).state is State.HANDLED


def test_unreadable_letter_that_was_discarded_has_no_effect_once_it_can_be_read(writing, reading, monkeypatch):
    body = json.dumps(json.loads(body_of(writing, "given up")) | {"specversion": "1.1"})
    inbox.receive(reading, [body])
    (letter,) = listed(reading)

    discard(reading, letter.id)
    monkeypatch.setattr("contracts.event.SPEC_VERSION", "1.1")
    inbox.receive(reading, [body])

    assert told(reading) == []


KEY, OTHER_KEY = "ru-klu.note.written.v1", "ru-oms.note.written.v1"


@pytest.mark.parametrize(("key", "effects"), [(KEY, ["said"]), (OTHER_KEY, [])])
def test_unreadable_letter_is_held_to_its_routing_key_once_it_can_be_read(writing, reading, monkeypatch, key, effects):
    body = json.dumps(json.loads(body_of(writing, "said")) | {"specversion": "1.1"})
    inbox.receive(reading, [body], [key])
    (letter,) = listed(reading)

    monkeypatch.setattr("contracts.event.SPEC_VERSION", "1.1")
    replay(reading, letter.id)
    retry_all(reading)

    assert letter.is_unreadable
    assert told(reading) == effects


def test_letter_that_is_readable_only_as_it_is_kept_is_held_to_its_routing_key(writing, reading):
    body = body_of(writing, "forged").replace('"forged"', '"forged\x00"')
    inbox.receive(reading, [body], [OTHER_KEY])
    (letter,) = listed(reading)

    replay(reading, letter.id)
    retry_all(reading)

    assert told(reading) == []
    assert found(reading, letter.id).error.startswith("ForgedEventError")


@pytest.mark.parametrize(("key", "effects"), [(KEY, []), (OTHER_KEY, ["true"])])
def test_unreadable_letter_that_is_discarded_speaks_for_no_id_of_another(writing, reading, key, effects):
    body = body_of(writing, "true")
    inbox.receive(reading, [json.dumps(json.loads(body) | {"specversion": "1.1"})], [key])
    (letter,) = listed(reading)

    discard(reading, letter.id)
    inbox.receive(reading, [body], [KEY])

    assert told(reading) == effects


@pytest.mark.parametrize("source", ["ru-oms/ru-klu/writer", "ru-klu/writer", "", "/"])
def test_source_of_another_form_goes_with_no_routing_key(writing, reading, source):
    body = json.dumps(json.loads(body_of(writing, "forged")) | {"source": source})

    inbox.receive(reading, [body, body], [OTHER_KEY, KEY])

    assert told(reading) == []
    assert known(reading) == {}


@pytest.mark.parametrize("key", ["", "ru-oms.\x00", "ru-oms." + "x" * 248])
def test_unreadable_letter_is_kept_under_any_routing_key(reading, key):
    inbox.receive(reading, ["{}"], [key])

    (letter,) = listed(reading)
    assert (letter.state, letter.is_unreadable) == (State.DEAD, True)
