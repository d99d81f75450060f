"""Messages as no publisher should send them, and any publisher may."""

from datetime import datetime
from struct import pack

import pika

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


def encoder(plain):
    """Wrap pika's encoder of header values so that it writes them."""

    def encode(pieces, value):
        if not isinstance(value, Deep):
            return plain(pieces, value)
        pieces.append(value.encoded())
        return len(pieces[-1])

    return encode


def headers(**said):
    return pika.BasicProperties(headers={name.replace("_", "-"): value for name, value in said.items()})


def saying(words):
    """Write an event that has no id, of the right words, which say some JSON."""
    return f'{{"source":"/ru-klu/writer","type":"caravan.note.written.v1","data":{{"words":{words}}}}}'.encode()


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
    "brackets": (pika.BasicProperties(), KEY, b"[" * 100_000),
    "nesting": (pika.BasicProperties(), KEY, saying("[" * 500 + "]" * 500)),
    "surrogate": (pika.BasicProperties(), KEY, saying(r'"\ud800"')),
    "name of a surrogate": (pika.BasicProperties(), KEY, saying(r'{"\ud800":1}')),
    "no number": (pika.BasicProperties(), KEY, saying("NaN")),
    "endless": (pika.BasicProperties(), KEY, saying("1e999")),
    "digits": (pika.BasicProperties(), KEY, saying("9" * 5_000)),
    "bytes": (pika.BasicProperties(), KEY, b"\xff\xfe"),
    "list": (pika.BasicProperties(), KEY, b"[]"),
}
"""Properties, routing key and body of each."""
