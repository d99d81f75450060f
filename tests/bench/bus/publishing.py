"""What publishes in a process of its own, with the messages made before the clock starts."""

import subprocess
import time
from collections.abc import Callable, Iterable
from urllib.parse import unquote, urlsplit

import pika
from desk import SERVICE as DESK
from kombu import Connection, Exchange, Producer

from bench.bus import places, samples
from contracts.event import CONTENT_TYPE
from servicekit.bus import broker
from servicekit.bus.broker import Message
from servicekit.bus.relay import Relay


def ours(broker_url: str, events: int) -> dict[str, float]:
    """Publish as our relay does, without its database."""
    messages = list(samples.admissions(events))
    windows = [messages[start : start + places.WINDOW] for start in range(0, events, places.WINDOW)]
    publisher = broker.Publisher(broker_url, 60)
    try:
        return _timed(publisher.publish, windows, events)
    finally:
        publisher.close()


def kombu_one_by_one(broker_url: str, events: int) -> dict[str, float]:
    """Publish with kombu as its documentation shows, each message confirmed before the next."""
    messages = list(samples.admissions(events))
    with Connection(broker_url, transport_options={"confirm_publish": True}) as connection:
        exchange = Exchange(messages[0].exchange, "topic", durable=True, no_declare=True)
        producer = Producer(connection.channel(), exchange, auto_declare=False)

        def publish(message: Message) -> None:
            producer.publish(
                message.body.encode(),
                routing_key=message.routing_key,
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=message.event_id,
            )

        return _timed(publish, messages, events)


def pika_one_by_one(broker_url: str, events: int) -> dict[str, float]:
    """Publish with pika's blocking connection, each message confirmed before the next."""
    messages = list(samples.admissions(events))
    connection = pika.BlockingConnection(pika.URLParameters(broker_url))
    channel = connection.channel()
    channel.confirm_delivery()

    def publish(message: Message) -> None:
        properties = pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2, message_id=message.event_id)
        channel.basic_publish(message.exchange, message.routing_key, message.body.encode(), properties)

    try:
        return _timed(publish, messages, events)
    finally:
        connection.close()


def in_c(broker_url: str, events: int, window: int) -> dict[str, float]:
    """Publish with the C client; it says how long that took."""
    message = next(samples.admissions(1))
    address = urlsplit(broker_url)
    place = (address.hostname, address.port or 5672, unquote(address.path[1:]), address.username, address.password)
    command = [str(word) for word in (places.C_CLIENT, *place, message.exchange, message.routing_key, window, events)]
    said = subprocess.run(command, input=message.body.encode(), capture_output=True, check=True)
    return {"events/s": events / float(said.stdout)}


def from_outbox(broker_url: str, database_url: str, events: int) -> dict[str, float]:
    """Let our relay send what the outbox holds, one step after the other, until there is nothing more."""
    runtime = places.runtime_of(DESK, database_url, broker_url)
    relay = Relay(runtime)
    while relay.step():  # it connects, and sends the word of the installation
        pass
    places.record(runtime, samples.admissions(events))
    sent, began = 0, time.monotonic()
    while step := relay.step():
        sent += step
    seconds = time.monotonic() - began
    relay.close()
    return {"events/s": sent / seconds}


def _timed(publish: Callable[..., object], work: Iterable[object], events: int) -> dict[str, float]:
    began = time.monotonic()
    for piece in work:
        publish(piece)
    return {"events/s": events / (time.monotonic() - began)}
