"""Where RabbitMQ puts what consumers died on: sorted by service, so that each reads its own and no other's."""

from typing import Any

import click

from caravan.broker.management import Management
from servicekit import topology

MAX_MESSAGES = 100_000
"""How many messages of the old common queue are sorted at once."""


def declare_exchanges(management: Management) -> None:
    """Make the exchange that sorts the dead by the queue in which they died.

    The arguments of the services' queues stay as they always were, since RabbitMQ changes
    none after a declaration: `caravan.dead` goes on to receive, and now passes on.
    """
    place = management.vhost_path
    _declare_internal_exchange(management)
    management.put(f"exchanges/{place}/{topology.DEAD_BY_QUEUE}", {"type": "headers", "durable": True})
    management.post(f"bindings/{place}/e/{topology.DEAD}/e/{topology.DEAD_BY_QUEUE}", {"routing_key": ""})


def _declare_internal_exchange(management: Management) -> None:
    """Make the exchange of the dead one that nobody publishes to but the broker itself.

    A service must have a right to write there to declare its queue; with it, it could lay words
    of its own among another's dead letters. RabbitMQ changes no exchange, so an older one is replaced.
    """
    path = f"exchanges/{management.vhost_path}/{topology.DEAD}"
    standing = management.get(path)
    if standing is not None and not standing["internal"]:
        management.delete(path)
    management.put(path, {"type": "fanout", "durable": True, "internal": True})


def declare_queue(management: Management, service: str) -> str:
    """Make the queue of what the consumers of a service die on; return its name."""
    place, queue = management.vhost_path, topology.dead_queue_of(service)
    management.put(f"queues/{place}/{queue}", {"durable": True, "arguments": topology.DEAD_ARGUMENTS})
    binding = {"routing_key": "", "arguments": topology.dead_binding_of(service)}
    management.post(f"bindings/{place}/e/{topology.DEAD_BY_QUEUE}/q/{queue}", binding)
    return queue


def distribute_old_messages(management: Management) -> None:
    """Hand what an older setup left in one common queue to the services.

    It can be done again: the inbox knows what comes twice.
    """
    place, old = management.vhost_path, topology.DEAD
    if management.get(f"queues/{place}/{old}") is None:
        return
    management.delete(f"bindings/{place}/e/{topology.DEAD}/q/{old}/~")
    found = management.post(
        f"queues/{place}/{old}/get", {"count": MAX_MESSAGES, "ackmode": "ack_requeue_true", "encoding": "base64"}
    )
    strays = sum(not _republish(management, message) for message in found)
    if strays or len(found) == MAX_MESSAGES:
        click.echo(f"{old}: {strays} messages of no service stay there", err=True)
    else:
        management.delete(f"queues/{place}/{old}")
    click.echo(f"{old}: {len(found) - strays} messages handed to their services")


def _republish(management: Management, message: dict[str, Any]) -> bool:
    """Publish a message once more and tell whether a service's queue took it."""
    answer = management.post(
        f"exchanges/{management.vhost_path}/{topology.DEAD_BY_QUEUE}/publish",
        {
            "routing_key": "",
            "properties": message["properties"] or {},
            "payload": message["payload"],
            "payload_encoding": message["payload_encoding"],
        },
    )
    return bool(answer["routed"])
