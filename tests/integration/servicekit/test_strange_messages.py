"""A publisher may say of its message what it likes: that stops nobody who reads after it, live or in the history."""

from datetime import datetime
from struct import pack

import pika
import pika.data
import pytest

import reader
import writer
from instances import wait_for, working
from notes import kept, told, write
from rights import refusal
from servicekit import topology
from servicekit.app import create_app

KEY = "ru-klu.note.written.v1"
LAST_ID = "ffffffff-ffff-7fff-bfff-ffffffffffff"
"""A UUIDv7 of the year 10889."""
FROM_AFAR = (
    f'{{"specversion":"1.0","id":"{LAST_ID}","source":"/ru-klu/writer","type":"caravan.note.written.v1",'
    f'"subject":"{LAST_ID}","time":"2024-12-10T07:00:00Z","subjectversion":"many","data":{{}}}}'
).encode()


class Far(datetime):
    """An instant that no calendar has, once it is on the wire."""

    def utctimetuple(self):
        return (2000, 1, 1, 10**14, 0, 0)


class Deep:
    """Tables within tables, deeper than Python calls functions."""

    def encoded(self):
        table = b""
        for _ in range(5_000):
            table = b"\x01aF" + pack(">I", len(table)) + table
        return b"F" + pack(">I", len(table)) + table


@pytest.fixture(autouse=True)
def deep_headers(monkeypatch):
    """Let pika write them."""
    plain = pika.data.encode_value

    def encode(pieces, value):
        if not isinstance(value, Deep):
            return plain(pieces, value)
        pieces.append(value.encoded())
        return len(pieces[-1])

    monkeypatch.setattr(pika.data, "encode_value", encode)


def headers(**said):
    return pika.BasicProperties(headers={name.replace("_", "-"): value for name, value in said.items()})


STRANGE = {
    "offset": (headers(x_stream_offset="first"), KEY, b"{}"),
    "count": (headers(x_delivery_count=["many"]), KEY, b"{}"),
    "death": (headers(x_first_death_exchange=7), KEY, b"{}"),
    "instant": (headers(when=Far(2000, 1, 1)), KEY, b"{}"),
    "depth": (headers(a=Deep()), KEY, b"{}"),
    "name": (pika.BasicProperties(message_id=b"\xff"), KEY, b"{}"),
    "empty": (pika.BasicProperties(type=b"\xff"), KEY, b""),
    "later": (pika.BasicProperties(message_id=LAST_ID), KEY, FROM_AFAR),
    "encoding": (pika.BasicProperties(content_encoding="unicode_escape"), KEY, rb"\ud800"),
    "key": (pika.BasicProperties(), b"ru-klu.note.written.\xff", b"{}"),
}


@pytest.mark.parametrize("message", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_strange_message_is_a_dead_letter_and_what_comes_after_it_is_had(make, addresses, message):
    properties, key, body = message
    writing, reading = make(writer.SERVICE), make(reader.SERVICE)
    publish = lambda channel: channel.basic_publish(topology.EVENTS, key, body, properties)  # noqa: E731
    assert refusal(addresses["writer"], publish) is None

    with working(writing, reading):
        write(writing, "after it")
        wait_for(lambda: told(reading) == ["after it"])
        (dead,) = wait_for(lambda: kept(reading))
        feed = create_app(writing).test_client().get("/v1/events").get_json()["events"]

    assert dead.retry_at is None
    assert "after it" in [event["data"].get("words") for event in feed]
