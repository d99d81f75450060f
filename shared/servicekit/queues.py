"""The queue of a service at the broker: declared with what it listens to, and looked for."""

from contextlib import closing

from servicekit import topology
from servicekit.bus import Link
from servicekit.service import Service


def declare(url: str, service: Service) -> None:
    """Declare the queue of a service and bind what the service listens to, on a connection of its own; idempotent."""
    queue = topology.queue_of(service.name)
    with closing(Link(url, 0)) as link:
        link.channel.queue_declare(queue, durable=True, auto_delete=False, arguments=topology.QUEUE_ARGUMENTS)
        for private, key in sorted(service.bindings()):
            exchange = topology.PRIVATE if private else topology.EVENTS
            link.channel.queue_bind(queue, exchange, key)


def exists(url: str, queue: str) -> bool:
    """Tell whether a queue is there, on a connection of its own."""
    with closing(Link(url, 0)) as link:
        return link.count(queue) is not None
