"""Names and arguments of what stands on the broker."""

from collections.abc import Iterable, Mapping
from typing import Any

EVENTS = "caravan.events"
"""Topic exchange of public events."""
PRIVATE = "caravan.private"
"""Topic exchange of personal data, read by one service of the same instance."""
LOG = "caravan.log"
"""Stream of all public events: history, for who joins late."""
STRANGERS = "ext."
"""What the name of a queue begins with that the operator opens for another team."""
DEAD = "caravan.dead"
"""Fanout exchange of what consumers died on."""
DEAD_BY_QUEUE = "caravan.dead.by-queue"
"""Headers exchange that sorts it by the queue that it died in: each service has a queue of its own dead."""

DELIVERY_LIMIT = 20
LOG_MAX_AGE = "30D"

LOG_ARGUMENTS: dict[str, Any] = {
    "x-queue-type": "stream",
    "x-max-age": LOG_MAX_AGE,
    "x-stream-max-segment-size-bytes": 50_000_000,
}
DEAD_ARGUMENTS: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": -1}
"""What is dead already is kept, however often it is delivered."""
QUEUE_ARGUMENTS: dict[str, Any] = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-delivery-limit": DELIVERY_LIMIT,
    "x-dead-letter-exchange": DEAD,
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}
"""A queue of ours: order holds, and what kills its consumer is kept aside."""


def queue_of(service: str) -> str:
    """Return the name of a service's queue."""
    return f"caravan.{service}"


def dead_queue_of(service: str) -> str:
    """Return the name of the queue of what the consumers of a service died on."""
    return f"{DEAD}.{service}"


def dead_binding_of(service: str) -> dict[str, str]:
    """Return the headers that a message bears when it died in the queue of a service."""
    return {"x-match": "all-with-x", "x-first-death-queue": queue_of(service)}


def write_pattern(entities: Iterable[str], homes: Iterable[str]) -> str:
    """Return the topic permission of a service: its own words, in the homes of its instance."""
    home = "|".join(sorted(home.lower() for home in homes)) or "[a-z0-9-]+"
    return rf"^({home})\.({'|'.join(sorted(entities))})\."


def key_held_to(exchange: str, key: str, headers: Mapping[str, Any]) -> str | None:
    """Return the routing key to which the broker held who published a message; empty where it held nobody.

    It looks at the key of what is published to our exchanges. What reaches them from another
    exchange, or out of a queue that gave it up, comes under any key that somebody chose. None
    stands for what the operator put back: only an administrator may write where it came from.
    """
    if exchange == DEAD_BY_QUEUE:
        return None
    if exchange == DEAD:
        exchange = headers.get("x-first-death-exchange", "")
    elif "x-death" in headers:
        return ""
    return key if exchange in (EVENTS, PRIVATE) else ""
