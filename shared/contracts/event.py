"""Base class of events, and their wire format: CloudEvents 1.0 in structured JSON.

The wire format is the same on the bus, in the stream, in the HTTP feed and in the golden
samples. Specification: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from marshmallow import ValidationError

from contracts.loading import load
from contracts.schema import schema_of

CONTENT_TYPE = "application/cloudevents+json"
SPEC_VERSION = "1.0"
MAX_ATTRIBUTE_LENGTH = 200

REGISTRY: dict[str, type["Event"]] = {}
"""All declared event classes by event type."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact published by a service, with the full public state of the aggregate that it is about.

    A subclass with a `type` is an event; one without is a base class with properties that several events share.
    """

    type: ClassVar[str] = ""
    publisher: ClassVar[str] = ""
    private: ClassVar[bool] = False

    def __init_subclass__(cls, *, type: str = "", private: bool = False, **kwargs: Any) -> None:  # noqa: A002  # the name in CloudEvents
        """Register the event under its type.

        The publisher is the name of the module or package within `contracts` that declares the event, or of the
        top-level package outside `contracts`.

        Raises:
            TypeError: another module has declared the type, or another publisher has events of the entity.

        """
        super().__init_subclass__(**kwargs)
        if type:
            cls.type = type
            cls.publisher = cls.__module__.removeprefix("contracts.").split(".")[0]
            cls.private = private
            _require_ownership(cls)
            REGISTRY[type] = cls


def _require_ownership(event: type[Event]) -> None:
    """Check that an entity has one publisher only: permissions on the broker depend on it."""
    for known in REGISTRY.values():
        is_same = known.type == event.type and known.__module__ != event.__module__
        if is_same or (entity_of(known.type) == entity_of(event.type) and known.publisher != event.publisher):
            raise TypeError(f"{event.type} of {event.__module__} is already declared by {known.__module__}")


E = TypeVar("E")


class UnreadableEventError(ValueError):
    """The body is not a valid CloudEvent 1.0, or its data do not match the contract of its type."""


class UnknownVersionError(UnreadableEventError):
    """The event type is known, but not this major version."""


@dataclass(frozen=True, kw_only=True)
class Envelope(Generic[E]):
    """An event with its CloudEvents attributes.

    `subjectversion`: version of the aggregate `subject`, from 1. `mission`: id of the mission that the event
    belongs to. `snapshot`: the event repeats the current state and reports nothing new.
    """

    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    subjectversion: int
    data: E
    mission: str | None = None
    traceparent: str | None = None
    causationid: str | None = None
    snapshot: bool = False


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The envelope attributes that the publisher sets: source, aggregate, version and cause."""

    id: UUID
    source: str
    subject: str
    time: datetime
    subjectversion: int
    traceparent: str | None = None
    causationid: str | None = None
    snapshot: bool = False


def entity_of(event_type: str) -> str:
    """Return the entity of a type: `application` of `caravan.application.approved.v1`."""
    return event_type.split(".")[1]


def routing_key(home: str, event_type: str) -> str:
    """Return the routing key of an event, for example `ru-klu.application.approved.v1`."""
    return f"{home.lower()}.{event_type.removeprefix('caravan.')}"


def binding_key(event_type: str) -> str:
    """Return the binding pattern of an event type for all homes and all major versions."""
    fact = event_type.removeprefix("caravan.").rsplit(".", 1)[0]
    return f"*.{fact}.*"


CONTEXT = "mission"
"""The envelope attribute that groups related events."""


def context_of(event: Event) -> str | None:
    """Return the id that groups an event with others: that of its mission; None if it has none."""
    mission = getattr(event, "mission_id", None)
    return str(mission) if mission else None


def to_wire(event: Event, origin: Origin) -> str:
    """Serialise an event to its wire format."""
    attributes: dict[str, Any] = {
        "specversion": SPEC_VERSION,
        "id": str(origin.id),
        "source": origin.source,
        "type": event.type,
        "subject": origin.subject,
        "time": origin.time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": f"urn:{event.type.replace('.', ':')}",
        "subjectversion": origin.subjectversion,
        CONTEXT: context_of(event),
        "traceparent": origin.traceparent,
        "causationid": origin.causationid,
        "snapshot": origin.snapshot or None,
    }
    present = {name: value for name, value in attributes.items() if value is not None}
    present["data"] = schema_of(type(event)).dump(event)
    return json.dumps(present, ensure_ascii=False, separators=(",", ":"))


def parse_envelope(body: str | bytes) -> Envelope[Mapping[str, Any]]:
    """Parse and check the envelope; the data remain as received.

    Raises:
        UnreadableEventError: the body is not a valid CloudEvent 1.0, or lacks an attribute.

    """
    try:
        raw = json.loads(body)
        if raw["specversion"] != SPEC_VERSION:
            raise UnreadableEventError(f"specversion {raw['specversion']} is not {SPEC_VERSION}")
        return Envelope(
            id=UUID(raw["id"]),
            source=_text(raw["source"]),
            type=_text(raw["type"]),
            subject=_text(raw["subject"]),
            time=_instant(raw["time"]),
            subjectversion=int(raw["subjectversion"]),
            mission=raw.get("mission"),
            traceparent=raw.get("traceparent"),
            causationid=raw.get("causationid"),
            snapshot=raw.get("snapshot", False) is True,
            data=raw["data"],
        )
    except UnreadableEventError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UnreadableEventError(f"no event: {type(error).__name__}: {error}") from error


def parse_data(envelope: Envelope[Mapping[str, Any]]) -> Envelope[Any]:
    """Load the data of an envelope into the event class of its type.

    Raises:
        UnknownVersionError: the type is declared in other major versions only.
        UnreadableEventError: the data do not match the contract.
        LookupError: the type is not declared.

    """
    declared = REGISTRY.get(envelope.type)
    if declared is None:
        fact = envelope.type.rsplit(".", 1)[0]
        if any(known.rsplit(".", 1)[0] == fact for known in REGISTRY):
            raise UnknownVersionError(f"unknown version of {envelope.type}")
        raise LookupError(envelope.type)
    try:
        return replace(envelope, data=load(declared, envelope.data))
    except ValidationError as error:
        raise UnreadableEventError(
            f"the data of {envelope.type} do not match the contract: {error.messages}"
        ) from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ATTRIBUTE_LENGTH or not value.isprintable():
        raise TypeError(f"an attribute is not a printable text of 1 to {MAX_ATTRIBUTE_LENGTH} characters")
    return value


def _instant(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError(f"{value} has no offset from UTC")
    return instant.astimezone(UTC)
