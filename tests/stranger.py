"""A reader that is not ours: pika, and the published AsyncAPI document, of which it knows every name that it uses."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pika
from jsonschema import Draft202012Validator

DOCUMENT = Path(__file__).parents[1] / "docs" / "events" / "asyncapi.json"


@dataclass(frozen=True)
class Heard:
    """A message as it came."""

    exchange: str
    routing_key: str
    properties: Any
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The body, read."""
        read: dict[str, Any] = json.loads(self.body)
        return read


class Stranger:
    """Reads what the document says is to be read."""

    def __init__(self, url: str, document: dict[str, Any] | None = None) -> None:
        self.url = url
        self.document = document or json.loads(DOCUMENT.read_text(encoding="utf-8"))

    def read(self, operation: str, enough: Callable[[list[Heard]], bool], **named: str) -> list[Heard]:
        """Consume as an operation says, until it is enough; `named` are the parameters of the channel."""
        said = self.document["operations"][operation]
        assert said["action"] == "receive"
        binding = self.follow(said["channel"])["bindings"]["amqp"]
        assert binding["is"] == "queue" and said["bindings"]["amqp"]["ack"]
        heard: list[Heard] = []
        connection = pika.BlockingConnection(pika.URLParameters(self.url))
        try:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=said["x-consume"]["prefetch"])
            coming = channel.consume(
                binding["queue"]["name"].format(**named),
                arguments=said["x-consume"]["arguments"] or None,
                inactivity_timeout=30,
            )
            for method, properties, body in coming:
                assert method is not None, f"silence after {sorted({one.event['type'] for one in heard})}"
                heard.append(Heard(method.exchange, method.routing_key, properties, body))
                channel.basic_ack(method.delivery_tag)
                if enough(heard):
                    return heard
            raise AssertionError("the broker took the consumer away")
        finally:
            connection.close()

    def channel_of(self, heard: Heard) -> dict[str, Any] | None:
        """Return the channel in whose exchange and to whose address a message was sent; None where there is none."""
        for channel in self.document["channels"].values():
            exchange = channel["bindings"]["amqp"].get("exchange", {})
            address = re.escape(channel["address"]).replace(r"\{home\}", "[a-z0-9-]+")
            if exchange.get("name") == heard.exchange and re.fullmatch(address, heard.routing_key):
                return dict(channel)
        return None

    def message_in(self, channel: dict[str, Any]) -> dict[str, Any]:
        """Return the one message of a channel."""
        (message,) = channel["messages"].values()
        return self.follow(message)

    def complaints(self, message: dict[str, Any], event: Any) -> Iterator[str]:
        """Say what a body has against the payload of its message."""
        schema = message["payload"] | {"components": self.document["components"]}
        validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
        return (f"{'/'.join(map(str, error.path))}: {error.message}" for error in validator.iter_errors(event))

    def follow(self, reference: dict[str, str]) -> dict[str, Any]:
        """Go where a reference leads."""
        found: Any = self.document
        for step in reference["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return dict(found)
