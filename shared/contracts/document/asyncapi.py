"""One AsyncAPI 3.0 document of all public events: what a stranger needs to read them, and nothing else.

Private events are left out: whoever builds on this document can read all that is in it.
Source: https://www.asyncapi.com/docs/reference/specification/v3.0.0 and the AMQP binding 0.3.0.
"""

from collections.abc import Sequence
from typing import Any

from contracts.document import descriptions, examples, schemas
from contracts.document.bus import Bus
from contracts.document.guide import guide
from contracts.event import CONTENT_TYPE, Event, entity_of, routing_key

BINDING = {"bindingVersion": "0.3.0"}
VERSION = "1.0.0"
"""The version of the rules of this document; each event has its own in its type."""
_HOME = {
    "description": "The home of the aggregate: a region in lower case. What belongs to the instance itself is at home "
    "in its first region, or in `instance` where it serves all regions.",
    "examples": ["ru-klu"],
}
_NAME = {"description": "The name that the operator chose for you.", "examples": ["analytics"]}

Document = dict[str, Any]


def document(events: Sequence[type[Event]], bus: Bus) -> Document:
    """Write the document of some events, those that are private left out."""
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
        "channels": {channel_of(event): _channel(event, bus) for event in public} | _readable(public, bus),
        "operations": {f"send.{channel_of(event)}": _sending(event) for event in public} | _receiving(bus),
        "components": {
            "messages": {event.type: _message(event) for event in public},
            "schemas": {"envelope": schemas.envelope()} | {event.type: _payload(event) for event in public},
            "securitySchemes": {"granted": {"type": "userPassword", "description": "As the operator granted them."}},
        },
    }


def channel_of(event: type[Event]) -> str:
    """Name the channel of an event: its routing key without the home."""
    return routing_key("", event.type).removeprefix(".")


def _servers() -> Document:
    variables = {
        "host": {"description": "Where the instance's broker is.", "default": "127.0.0.1"},
        "vhost": {"description": "The virtual host of the instance.", "default": "caravan"},
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
        "plain": server | {"protocol": "amqp", "description": "Within one machine or network.", "variables": plain},
        "tls": server | {"protocol": "amqps", "description": "Over TLS.", "variables": secure},
    }


def _channel(event: type[Event], bus: Bus) -> Document:
    exchange = {"name": bus.exchange, "type": "topic", "durable": True, "autoDelete": False}
    return {
        "address": "{home}." + channel_of(event),
        "title": event.type,
        "description": descriptions.of_event(event),
        "parameters": {"home": _HOME},
        "messages": {event.type: {"$ref": f"#/components/messages/{event.type}"}},
        "tags": [{"name": event.publisher}],
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **BINDING}},
    }


def _readable(events: Sequence[type[Event]], bus: Bus) -> Document:
    """Describe what strangers read from: the history, and queues that are opened for them."""
    messages = {event.type: {"$ref": f"#/components/messages/{event.type}"} for event in events}
    standing = {"durable": True, "exclusive": False, "autoDelete": False}
    age = {"x-queue-type": "stream", "x-max-age": f"{bus.retention_days}D"}
    return {
        "history": {
            "address": bus.history,
            "title": "History",
            "description": f"A stream of every public event of the last {bus.retention_days} days, and of what comes.",
            "messages": messages,
            "bindings": {
                "amqp": {"is": "queue", "queue": {"name": bus.history, **standing}, "x-arguments": age, **BINDING}
            },
        },
        "own": {
            "address": bus.strangers + "{name}",
            "title": "A queue of your own",
            "description": "A bounded queue that the operator opens, with the routing keys that were granted.",
            "parameters": {"name": _NAME},
            "messages": messages,
            "bindings": {"amqp": {"is": "queue", "queue": {"name": bus.strangers + "{name}", **standing}, **BINDING}},
        },
    }


def _sending(event: type[Event]) -> Document:
    channel = f"#/channels/{channel_of(event)}"
    who = "Any service publishes it." if event.publisher == "instance" else f"{event.publisher} publishes it."
    return {
        "action": "send",
        "channel": {"$ref": channel},
        "summary": descriptions.summary_of(event),
        "description": who,
        "tags": [{"name": event.publisher}],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": False, **BINDING}},
        "messages": [{"$ref": f"{channel}/messages/{event.type}"}],
    }


def _receiving(bus: Bus) -> Document:
    history = {"prefetch": bus.prefetch, "arguments": {"x-stream-offset": "first"}}
    return {
        "receive.history": {
            "action": "receive",
            "channel": {"$ref": "#/channels/history"},
            "summary": "You read the history from any point, and go on with what happens.",
            "description": "Consume with `x-stream-offset`, a prefetch and acknowledgements; keep the offset.",
            "bindings": {"amqp": {"ack": True, **BINDING}},
            "x-consume": history,
        },
        "receive.own": {
            "action": "receive",
            "channel": {"$ref": "#/channels/own"},
            "summary": "You read what was granted to you as it happens.",
            "description": "Consume with a prefetch, and acknowledge after your effect is committed.",
            "bindings": {"amqp": {"ack": True, **BINDING}},
            "x-consume": {"prefetch": bus.prefetch, "arguments": {}},
        },
    }


def _message(event: type[Event]) -> Document:
    return {
        "name": event.type,
        "title": descriptions.summary_of(event),
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": f"#/components/schemas/{event.type}"},
        "correlationId": {
            "description": "The event that caused it, where one did.",
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
        "description": descriptions.of_event(event),
        "allOf": [{"$ref": "#/components/schemas/envelope"}, schemas.own_part(event)],
    }
