"""Deliver again what the stream holds, with a client that is not ours: several times, and in another order."""

from collections.abc import Callable, Sequence

from faults.evidence import MARK, channel_of
from servers.vhost import Vhost
from servicekit import topology

Message = tuple[str, bytes]
"""A routing key and a body."""


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
