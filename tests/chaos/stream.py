"""What a broker may do to consumers at any time: deliver again, in another order, or nothing for want of a queue."""

import random
from typing import Any

import pika

from faults.redelivery import disorder
from servers.vhost import Vhost
from servicekit.bus import topology

WINDOW = 250
"""How many of the newest events are sent again at most, and how many of those that wait are shuffled."""
TIMES = 3
"""How often each of them is, at most."""
PATIENCE_SECONDS = 5.0
QUIET_SECONDS = 0.5


def send_again(vhost: Vhost, number: int, *, shuffled: bool) -> int:
    """Publish some of the newest events once more, with the rights of an administrator; return how many.

    Raises:
        AMQPError: the broker is away.

    """
    source = random.Random(number)
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url))
    try:
        channel = connection.channel()
        again = [one for one in _newest(channel, source.randint(20, WINDOW)) for _ in range(source.randint(1, TIMES))]
        if shuffled:
            source.shuffle(again)
        channel.confirm_delivery()
        for key, properties, body in again:
            channel.basic_publish(topology.EVENTS, key, body, properties)
    finally:
        connection.close()
    return len(again)


def delete_queue(vhost: Vhost, service: str) -> None:
    """Delete the queue of a service, as a careless operator does."""
    connection = pika.BlockingConnection(pika.URLParameters(vhost.amqp_url))
    try:
        connection.channel().queue_delete(topology.queue_of(service))
    finally:
        connection.close()


def disorder_queue(vhost: Vhost, service: str, number: int) -> int:
    """Shuffle what waits in the queue of a service that does not consume it now; return how many events that were."""
    return disorder(vhost, topology.queue_of(service), WINDOW, random.Random(number))


def _newest(channel: Any, most: int) -> list[tuple[str, pika.BasicProperties, bytes]]:
    """Read the end of the stream."""
    count = channel.queue_declare(topology.LOG, passive=True).method.message_count
    if not count:
        return []
    channel.basic_qos(prefetch_count=WINDOW)
    found: list[tuple[str, pika.BasicProperties, bytes]] = []
    coming = channel.consume(
        topology.LOG, arguments={"x-stream-offset": max(0, count - most)}, inactivity_timeout=PATIENCE_SECONDS
    )
    for method, properties, body in coming:
        if method is None:
            break
        channel.basic_ack(method.delivery_tag)
        plain = pika.BasicProperties(
            content_type=properties.content_type, message_id=properties.message_id, delivery_mode=2
        )
        found.append((method.routing_key, plain, body))
        if len(found) >= most or int(properties.headers["x-stream-offset"]) >= count - 1:
            break
    channel.cancel()
    return found
