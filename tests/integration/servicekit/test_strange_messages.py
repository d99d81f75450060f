"""A publisher may say of its message what it likes: that stops nobody who reads after it, live or in the history."""

import json

import pika.data
import pytest

import reader
import strange
import writer
from instances import wait_for, working
from notes import kept, told, write
from rights import refusal
from servicekit.app import create_app
from servicekit.bus import topology


@pytest.fixture(autouse=True)
def deep_headers(monkeypatch):
    """Let pika write them."""
    monkeypatch.setattr(pika.data, "encode_value", strange.encoder(pika.data.encode_value))


def read_strictly(text):
    """Read JSON as those do who know neither NaN nor halves of characters."""

    def refuse(constant):
        raise AssertionError(f"{constant} is no JSON")

    text.encode()
    return json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("message", strange.STRANGE.values(), ids=strange.STRANGE)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_65_strange_message_is_a_dead_letter_and_what_comes_after_it_is_had(make, addresses, message):
    properties, key, body = message
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    publish = lambda channel: channel.basic_publish(topology.EVENTS, key, body, properties)  # noqa: E731
    assert refusal(addresses["writer"], publish) is None

    with working(writing, reading):
        write(writing, "after it")
        wait_for(lambda: told(reading) == ["after it"])
        (dead,) = wait_for(lambda: kept(reading))
        feed = create_app(writing).test_client().get("/v1/events")

    assert dead.retry_at is None
    assert feed.status_code == 200, feed.text
    assert "after it" in [event["data"].get("words") for event in read_strictly(feed.text)["events"]]
