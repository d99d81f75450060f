"""An event and its wire form: CloudEvents 1.0, structured JSON.

The wire form is the same on the bus, in the stream, in the feed over HTTP and in the
golden samples. Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
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
LONGEST_ATTRIBUTE = 200

REGISTRY: dict[str, type["Event"]] = {}
"""Every declared event by its type."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that one service tells the others, with the full public state of its aggregate.

    A subclass that gives `type` is an event; one that does not is a shape that events share.
    """

    type: ClassVar[str] = ""
    publisher: ClassVar[str] = ""
    private: ClassVar[bool] = False

    def __init_subclass__(cls, *, type: str = "", private: bool = False, **kwargs: Any) -> None:  # noqa: A002  # CloudEvents' word
        """Register the event under its type.

        Its publisher is the module of `contracts` that declares it, or the package of a service from elsewhere.

        Raises:
            TypeError: the type, or its entity, is somebody else's word.

        """
        super().__init_subclass__(**kwargs)
        if type:
            cls.type = type
            cls.publisher = cls.__module__.removeprefix("contracts.").split(".")[0]
            cls.private = private
            _require_own(cls)
            REGISTRY[type] = cls


def _require_own(event: type[Event]) -> None:
    """Let one package alone speak of an entity: the broker's permissions go by it."""
    for known in REGISTRY.values():
        is_same = known.type == event.type and known.__module__ != event.__module__
        if is_same or (entity_of(known.type) == entity_of(event.type) and known.publisher != event.publisher):
            raise TypeError(f"{event.type} of {event.__module__} is a word of {known.__module__}")


E = TypeVar("E")


class UnreadableEventError(ValueError):
    """The body is no CloudEvent 1.0, or its data breaks the contract of its type."""


class UnknownVersionError(UnreadableEventError):
    """The type is known, but not in this major version."""


@dataclass(frozen=True, kw_only=True)
class Envelope(Generic[E]):
    """An event with what CloudEvents says around it.

    `subjectversion` numbers the states of the aggregate named by `subject`, from 1;
    `mission` is the id that keeps events of one mission together; `snapshot` marks a
    copy of a present state that tells nothing new.
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
    """Where an event comes from: its place in the publisher, and what caused it."""

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
    """Return the key under which the broker routes: `ru-klu.application.approved.v1`."""
    return f"{home.lower()}.{event_type.removeprefix('caravan.')}"


def binding_key(event_type: str) -> str:
    """Return the pattern that catches a fact of every home in every version."""
    fact = event_type.removeprefix("caravan.").rsplit(".", 1)[0]
    return f"*.{fact}.*"


CONTEXT = "mission"
"""The attribute of an envelope that names what keeps the event together with others."""


def context_of(event: Event) -> str | None:
    """Return the id that keeps an event together with others: its mission's, if it has one."""
    mission = getattr(event, "mission_id", None)
    return str(mission) if mission else None


def to_wire(event: Event, origin: Origin) -> str:
    """Write an event in its wire form."""
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


def read(body: str | bytes) -> Envelope[Mapping[str, Any]]:
    """Read the envelope and leave the data as it came.

    Raises:
        UnreadableEventError: it is no CloudEvent 1.0 of ours.

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


def typed(envelope: Envelope[Mapping[str, Any]]) -> Envelope[Any]:
    """Load the data into the event that its type names.

    Raises:
        UnknownVersionError: its type is declared in other major versions only.
        UnreadableEventError: the data breaks the contract.
        LookupError: nobody declares the type.

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
        raise UnreadableEventError(f"the data of {envelope.type} breaks its contract: {error.messages}") from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ATTRIBUTE or not value.isprintable():
        raise TypeError("an attribute is no text that can be kept")
    return value


def _instant(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError(f"{value} has no offset from UTC")
    return instant.astimezone(UTC)
