"""Marks in every personal field, and a search for them in every place where they could be."""

import io
import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import pika
from sqlalchemy import select

from servers.vhost import Vhost
from servicekit.app import create_app
from servicekit.bus import topology
from servicekit.data.tables import metadata as kit
from servicekit.service import Runtime
from servicekit.telemetry.logs import JsonLines

PATIENCE_SECONDS = 10.0


@contextmanager
def all_logs() -> Iterator[io.StringIO]:
    """Take down every line that is logged, of every level, as the platform writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonLines())
    root, quiet = logging.getLogger(), ("pika", "amqp", "faker", "mail.log", "asyncio")
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in quiet:
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield text
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def places(runtimes: Sequence[Runtime], vhost: Vhost, log: str) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of all that the platform keeps or shows: tables, queues, stream, logs, metrics, feeds."""
    for runtime in runtimes:
        yield from _tables(runtime)
        yield from _shown(runtime)
    yield from _queues(vhost)
    yield "the logs", log


def holders(marks: Mapping[str, str], found: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return in which places each mark stands, however JSON may have written it; those that stand nowhere left out."""
    held: dict[str, set[str]] = {}
    for place, text in found:
        plain = text.casefold()
        for name, mark in marks.items():
            if mark.casefold() in plain or json.dumps(mark)[1:-1].casefold() in plain:
                held.setdefault(name, set()).add(place)
    return held


def _tables(runtime: Runtime) -> Iterator[tuple[str, str]]:
    with runtime.database.read() as session:
        for table in (*runtime.service.metadata.sorted_tables, *kit.sorted_tables):
            for row in session.execute(select(table)):
                text = json.dumps([str(value) for value in row], ensure_ascii=False)
                yield f"{runtime.service.name}.{table.name}", text


def _shown(runtime: Runtime) -> Iterator[tuple[str, str]]:
    """Yield what anybody is shown who watches or listens."""
    client, name = create_app(runtime).test_client(), runtime.service.name
    for what, path in (("metrics", "/metrics"), ("feed", "/v1/events?limit=500"), ("failed events", "/events/dead")):
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        yield f"the {what} of {name}", answer.text


def _queues(vhost: Vhost) -> Iterator[tuple[str, str]]:
    """Yield what waits in every queue, the stream and the queues of the dead included; it waits on afterwards."""
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url))
    try:
        for name in vhost.queues():
            arguments: dict[str, Any] = {"x-stream-offset": "first"} if name == topology.LOG else {}
            channel = connection.channel()
            waiting = channel.queue_declare(name, passive=True).method.message_count
            channel.basic_qos(prefetch_count=1000)
            messages = channel.consume(name, arguments=arguments, inactivity_timeout=PATIENCE_SECONDS)
            for method, properties, body in islice(messages, waiting):
                assert method is not None, f"{name} holds {waiting} messages and does not hand them out"
                text = f"{method.routing_key} {properties.headers} {body.decode('utf-8', 'replace')}"
                yield f"the queue {name}", text
            channel.close()
    finally:
        connection.close()
