"""What a client that is not ours may do on the broker: try it and see."""

from collections.abc import Callable
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPChannelError, AMQPConnectionError

REFUSED = "403"
Attempt = Callable[[BlockingChannel], Any]


def refusal(url: str, attempt: Attempt) -> str | None:
    """Try something on a connection of its own; return the code with which the broker refuses it, or None."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        attempt(channel)
        channel.queue_declare("amq.rabbitmq.reply-to", passive=True)  # a round trip: refusals may come late
    except (AMQPChannelError, AMQPConnectionError) as error:
        return str(error.args[0])
    finally:
        if connection.is_open:
            connection.close()
    return None


def publishing(exchange: str, key: str, headers: dict[str, Any] | None = None) -> Attempt:
    """Publish something."""
    properties = pika.BasicProperties(headers=headers)
    return lambda channel: channel.basic_publish(exchange, key, b"{}", properties)


def declaring(queue: str, **choices: Any) -> Attempt:
    """Declare a queue."""
    return lambda channel: channel.queue_declare(queue, **choices)


def binding(queue: str, exchange: str, key: str = "#") -> Attempt:
    """Bind a queue to an exchange."""
    return lambda channel: channel.queue_bind(queue, exchange, key)


def consuming(queue: str, **arguments: Any) -> Attempt:
    """Begin to consume a queue; nothing is acknowledged, so nothing is lost."""

    def attempt(channel: BlockingChannel) -> None:
        channel.basic_qos(prefetch_count=10)
        channel.basic_consume(queue, lambda *_: None, arguments=arguments)

    return attempt


def getting(queue: str) -> Attempt:
    """Take one message out of a queue."""
    return lambda channel: channel.basic_get(queue)


def purging(queue: str) -> Attempt:
    """Empty a queue."""
    return lambda channel: channel.queue_purge(queue)


def deleting(queue: str) -> Attempt:
    """Delete a queue."""
    return lambda channel: channel.queue_delete(queue)


def making_an_exchange(name: str, kind: str = "topic") -> Attempt:
    """Declare an exchange."""
    return lambda channel: channel.exchange_declare(name, kind, durable=True)


def deleting_an_exchange(name: str) -> Attempt:
    """Delete an exchange."""
    return lambda channel: channel.exchange_delete(name)


def joining_exchanges(destination: str, source: str) -> Attempt:
    """Bind one exchange to another."""
    return lambda channel: channel.exchange_bind(destination, source, "#")
