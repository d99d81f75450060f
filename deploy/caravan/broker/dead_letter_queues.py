"""The dead-letter exchanges and queues on RabbitMQ: one queue for each service, which no other service can read."""

from typing import Any

import click

from caravan.broker.management import Management
from servicekit.bus import topology

MAX_MESSAGES = 100_000
"""How many messages of the old common queue are distributed in one run."""


def declare_exchanges(management: Management) -> None:
    """Declare the exchange that routes dead letters by the queue in which they died.

    RabbitMQ cannot change the arguments of a declared queue, so the queues of the services keep `caravan.dead` as
    their dead-letter exchange, and that exchange forwards to this one.
    """
    place = management.vhost_path
    _declare_internal_exchange(management)
    management.put(f"exchanges/{place}/{topology.DEAD_BY_QUEUE}", {"type": "headers", "durable": True})
    management.post(f"bindings/{place}/e/{topology.DEAD}/e/{topology.DEAD_BY_QUEUE}", {"routing_key": ""})


def _declare_internal_exchange(management: Management) -> None:
    """Declare the dead-letter exchange as internal, so that only the broker can publish to it.

    A service needs the right to write there to declare its queue; with it, it could put forged messages
    among the dead letters of another service. RabbitMQ cannot change an exchange, so an older one is replaced.
    """
    path = f"exchanges/{management.vhost_path}/{topology.DEAD}"
    existing = management.get(path)
    if existing is not None and not existing["internal"]:
        management.delete(path)
    management.put(path, {"type": "fanout", "durable": True, "internal": True})


def declare_queue(management: Management, service: str) -> str:
    """Declare and bind the dead-letter queue of a service; return its name."""
    place, queue = management.vhost_path, topology.dead_queue_of(service)
    management.put(f"queues/{place}/{queue}", {"durable": True, "arguments": topology.DEAD_ARGUMENTS})
    binding = {"routing_key": "", "arguments": topology.dead_binding_of(service)}
    management.post(f"bindings/{place}/e/{topology.DEAD_BY_QUEUE}/q/{queue}", binding)
    return queue


def distribute_old_messages(management: Management) -> None:
    """Move the messages of the common dead-letter queue of older setups to the queues of the services.

    It can be repeated: the inbox drops duplicates.
    """
    place, old = management.vhost_path, topology.DEAD
    if management.get(f"queues/{place}/{old}") is None:
        return
    management.delete(f"bindings/{place}/e/{topology.DEAD}/q/{old}/~")
    found = management.post(
        f"queues/{place}/{old}/get", {"count": MAX_MESSAGES, "ackmode": "ack_requeue_true", "encoding": "base64"}
    )
    unrouted = sum(not _republish(management, message) for message in found)
    if unrouted or len(found) == MAX_MESSAGES:
        click.echo(f"{old}: {unrouted} messages belong to no service and stay there", err=True)
    else:
        management.delete(f"queues/{place}/{old}")
    click.echo(f"{old}: {len(found) - unrouted} messages moved to their services")


def _republish(management: Management, message: dict[str, Any]) -> bool:
    """Publish a message again; return whether it reached the queue of a service."""
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
