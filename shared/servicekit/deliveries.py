"""What is handed to the broker, and what it brings: events with what the broker says of them."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from servicekit import topology


@dataclass(frozen=True)
class Message:
    """An event to publish."""

    seq: int
    event_id: str
    exchange: str
    routing_key: str
    body: str


@dataclass(frozen=True)
class Delivery:
    """A message that the broker delivered and awaits an acknowledgement for."""

    body: str
    tag: int
    offset: int = 0
    """Its place in the stream, where it comes from one."""
    count: int = 0
    """How often the broker delivered it before."""
    message_id: str = ""
    routing_key: str | None = ""
    """The key to which the broker held its publisher; see `topology.key_held_to`."""

    @property
    def event_id(self) -> UUID | None:
        """The id of the event, where the message names one of ours (UUIDv7)."""
        with suppress(ValueError):
            found = UUID(self.message_id)
            return found if found.version == 7 else None
        return None


def of(message: Any) -> Delivery:
    """Read a message of the client, whatever its publisher said of it."""
    headers = message.headers or {}
    body = message.body if isinstance(message.body, str) else bytes(message.body).decode("utf-8", "replace")
    said = (headers.get(name) for name in ("x-stream-offset", "x-delivery-count"))
    offset, count = (number if isinstance(number, int) else 0 for number in said)
    way = message.delivery_info
    key = topology.key_held_to(way["exchange"], way["routing_key"], headers)
    return Delivery(body, message.delivery_tag, offset, count, message.properties.get("message_id") or "", key)
