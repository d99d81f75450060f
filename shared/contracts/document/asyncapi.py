"""The AsyncAPI 3.0 document of all public events, for readers outside the platform, and the guide in it.

Private events are left out because outside readers cannot receive them.
Specification: https://www.asyncapi.com/docs/reference/specification/v3.0.0 and the AMQP binding 0.3.0.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from string import Template
from typing import Any

from contracts.document import descriptions, examples, schemas
from contracts.event import CONTENT_TYPE, Event, entity_of, routing_key

BINDING = {"bindingVersion": "0.3.0"}
VERSION = "1.0.0"
"""Version of the document's structure; each event has its own version in its type."""
_HOME = {
    "description": "Home of the aggregate: a region in lower case. Aggregates of the instance itself have its first "
    "region as home, or `instance` if it serves all regions.",
    "examples": ["ru-klu"],
}
_NAME = {"description": "Name that the operator chose for you.", "examples": ["analytics"]}

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Bus:
    """Names and limits of the message broker that the document mentions."""

    exchange: str
    """Topic exchange of public events."""
    history: str
    """Stream of all public events."""
    external_queue_prefix: str
    """Prefix of the names of queues that the operator opens for outside readers."""
    retention_days: int
    """How long the stream keeps events."""
    max_event_bytes: int
    prefetch: int = 500
    """Recommended prefetch count of a consumer."""


def guide(bus: Bus) -> str:
    """Return the guide for readers in Markdown: `guide.md` with the names and limits of the broker."""
    text = (files(__package__) / "guide.md").read_text(encoding="utf-8")
    values = {**asdict(bus), "max_event_kb": bus.max_event_bytes // 1024, "content_type": CONTENT_TYPE}
    return Template(text).substitute(values).strip()


def document(events: Sequence[type[Event]], bus: Bus) -> Document:
    """Return the AsyncAPI document of the public ones of some events."""
    public = [event for event in events if not event.private]
    return {
        "asyncapi": "3.0.0",
        "id": "urn:caravan:events",
        "info": {
            "title": "Caravan events",
            "version": VERSION,
            "description": guide(bus),
            "tags": [{"name": name} for name in sorted({event.publisher for event in public})],
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": _servers(),
        "channels": {channel_name(event): _event_channel(event, bus) for event in public}
        | _reader_channels(public, bus),
        "operations": {f"send.{channel_name(event)}": _send_operation(event) for event in public}
        | _receive_operations(bus),
        "components": {
            "messages": {event.type: _message(event) for event in public},
            "schemas": {"envelope": schemas.envelope_schema()} | {event.type: _payload(event) for event in public},
            "securitySchemes": {"granted": {"type": "userPassword", "description": "Granted by the operator."}},
        },
    }


def channel_name(event: type[Event]) -> str:
    """Return the channel name of an event: its routing key without the home."""
    return routing_key("", event.type).removeprefix(".")


def _servers() -> Document:
    variables = {
        "host": {"description": "Host of the instance's broker.", "default": "127.0.0.1"},
        "vhost": {"description": "Virtual host of the instance.", "default": "caravan"},
    }
    server = {
        "host": "{host}:{port}",
        "pathname": "/{vhost}",
        "protocolVersion": "0-9-1",
        "security": [{"$ref": "#/components/securitySchemes/granted"}],
    }
    plain = variables | {"port": {"default": "5672"}}
    secure = variables | {"port": {"default": "5671"}}
    return {
        "plain": server | {"protocol": "amqp", "description": "Unencrypted, for private networks.", "variables": plain},
        "tls": server | {"protocol": "amqps", "description": "Encrypted with TLS.", "variables": secure},
    }


def _event_channel(event: type[Event], bus: Bus) -> Document:
    exchange = {"name": bus.exchange, "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": "{home}." + channel_name(event),
        "title": event.type,
        "description": descriptions.event_description(event),
        "parameters": {"home": _HOME},
        "messages": {event.type: {"$ref": f"#/components/messages/{event.type}"}},
        "tags": [{"name": event.publisher}],
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **BINDING}},
    }


def _reader_channels(events: Sequence[type[Event]], bus: Bus) -> Document:
    """Describe the channels that outside readers consume: the history stream, and queues opened for them."""
    messages = {event.type: {"$ref": f"#/components/messages/{event.type}"} for event in events}
    durable = {"durable": True, "exclusive": False, "autoDelete": False}
    own_queue = bus.external_queue_prefix + "{name}"
    arguments = {"x-queue-type": "stream", "x-max-age": f"{bus.retention_days}D"}
    return {
        "history": {
            "address": bus.history,
            "title": "History",
            "description": f"Stream of all public events of the last {bus.retention_days} days and of new ones.",
            "messages": messages,
            "bindings": {
                "amqp": {"is": "queue", "queue": {"name": bus.history, **durable}, "x-arguments": arguments, **BINDING}
            },
        },
        "own": {
            "address": own_queue,
            "title": "Your own queue",
            "description": "Bounded queue that the operator opens, bound with the routing keys granted to you.",
            "parameters": {"name": _NAME},
            "messages": messages,
            "bindings": {
                "amqp": {"is": "queue", "queue": {"name": bus.external_queue_prefix + "{name}", **durable}, **BINDING}
            },
        },
    }


def _send_operation(event: type[Event]) -> Document:
    channel = f"#/channels/{channel_name(event)}"
    publisher = "any service" if event.publisher == "instance" else event.publisher
    return {
        "action": "send",
        "channel": {"$ref": channel},
        "summary": descriptions.event_summary(event),
        "description": f"Published by {publisher}.",
        "tags": [{"name": event.publisher}],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": False, **BINDING}},
        "messages": [{"$ref": f"{channel}/messages/{event.type}"}],
    }


def _receive_operations(bus: Bus) -> Document:
    return {
        "receive.history": {
            "action": "receive",
            "channel": {"$ref": "#/channels/history"},
            "summary": "Read the history from any offset, then continue with new events.",
            "description": "Consume with `x-stream-offset`, a prefetch and acknowledgements; store the offset.",
            "bindings": {"amqp": {"ack": True, **BINDING}},
            "x-consume": {"prefetch": bus.prefetch, "arguments": {"x-stream-offset": "first"}},
        },
        "receive.own": {
            "action": "receive",
            "channel": {"$ref": "#/channels/own"},
            "summary": "Read new events with the routing keys granted to you.",
            "description": "Consume with a prefetch; acknowledge after committing your changes.",
            "bindings": {"amqp": {"ack": True, **BINDING}},
            "x-consume": {"prefetch": bus.prefetch, "arguments": {}},
        },
    }


def _message(event: type[Event]) -> Document:
    return {
        "name": event.type,
        "title": descriptions.event_summary(event),
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": f"#/components/schemas/{event.type}"},
        "correlationId": {
            "description": "Id of the event that caused it, if any.",
            "location": "$message.payload#/causationid",
        },
        "tags": [{"name": event.publisher}, {"name": entity_of(event.type)}],
        "bindings": {"amqp": {"contentEncoding": "utf-8", **BINDING}},
        "examples": [{"name": "example", "payload": examples.wire_example(event)}],
        "x-properties": {"content_type": CONTENT_TYPE, "delivery_mode": 2, "message_id": "the event's id"},
    }


def _payload(event: type[Event]) -> Document:
    return {
        "title": event.type,
        "description": descriptions.event_description(event),
        "allOf": [{"$ref": "#/components/schemas/envelope"}, schemas.event_specific_schema(event)],
    }
