"""Deliver events several times and in another order, with a client that is not ours."""

import random
from collections.abc import Callable, Sequence

import pika

from faults.evidence import MARK, channel_of
from servers.vhost import Vhost
from servicekit.bus import topology

Message = tuple[str, bytes]
"""A routing key and a body."""
QUIET_SECONDS = 0.5
"""A queue that gives nothing for so long has nothing to give."""


def in_the_stream(vhost: Vhost, *, quiet_seconds: float = 1.0) -> list[Message]:
    """Return what the stream holds, in order."""
    found = []
    with channel_of(vhost) as channel:
        channel.basic_qos(prefetch_count=1000)
        first = {"x-stream-offset": "first"}
        for method, _, body in channel.consume(topology.LOG, arguments=first, inactivity_timeout=quiet_seconds):
            if method is None:
                break
            channel.basic_ack(method.delivery_tag)
            if MARK["type"].encode() not in body:
                found.append((method.routing_key, body))
    return found


def deliver(vhost: Vhost, messages: Sequence[Message]) -> None:
    """Publish messages and wait until the broker has each."""
    with channel_of(vhost) as channel:
        channel.confirm_delivery()
        for key, body in messages:
            channel.basic_publish(topology.EVENTS, key, body)


def again(vhost: Vhost, arranged: Callable[[list[Message]], Sequence[Message]] = lambda found: found) -> int:
    """Deliver everything once more, as it is arranged; return how many messages that were."""
    messages = arranged(in_the_stream(vhost))
    deliver(vhost, messages)
    return len(messages)


def disorder(vhost: Vhost, queue: str, most: int, source: random.Random) -> int:
    """Bring up to so many events that wait in a queue into another order, before anybody has seen them.

    They are published anew under the keys under which they came, confirmed, and only then taken away: whoever else
    listens hears them twice. Nobody else may consume the queue meanwhile. Returns how many events that were.

    Raises:
        AMQPError: the broker or the queue is away; nothing is lost.

    """
    taken: list[tuple[str, str, pika.BasicProperties, bytes]] = []
    with channel_of(vhost) as channel:
        channel.confirm_delivery()
        channel.basic_qos(prefetch_count=most)
        for method, properties, body in channel.consume(queue, inactivity_timeout=QUIET_SECONDS):
            if method is None:
                break
            plain = pika.BasicProperties(properties.content_type, message_id=properties.message_id, delivery_mode=2)
            taken.append((method.exchange, method.routing_key, plain, body))
            last = method.delivery_tag
            if len(taken) == most:
                break
        source.shuffle(taken)
        for exchange, key, properties, body in taken:
            channel.basic_publish(exchange, key, body, properties)
        if taken:
            channel.basic_ack(last, multiple=True)
    return len(taken)


def deliver_in_vain(vhost: Vhost, queue: str, times: int) -> None:
    """Take everything that waits in a queue and die with it in hand, so many times."""
    for _ in range(times):
        with channel_of(vhost) as channel:
            waiting = channel.queue_declare(queue, passive=True).method.message_count
            taken = channel.consume(queue, inactivity_timeout=QUIET_SECONDS)
            for _ in zip(range(waiting), taken, strict=False):
                pass
