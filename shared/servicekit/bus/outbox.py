"""Record events beside the changes that they tell of."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from contracts import event as wire
from contracts.schema import personal_properties
from servicekit import identifiers
from servicekit.bus.topology import EVENTS, PRIVATE
from servicekit.data import clock, context
from servicekit.data.context import Change
from servicekit.data.tables import outbox
from servicekit.telemetry import tracing

LIMIT_BYTES = 256 * 1024
"""The most that one event may weigh on the wire."""


class Speaker(Protocol):
    """An aggregate of this service, locked by the transaction that changes it."""

    id: UUID
    home: str
    version: int


class EventTooLargeError(ValueError):
    """An event weighs more than the limit: its aggregate holds more than an event should tell."""


class PersonalEventError(ValueError):
    """An event for everybody says something about a person."""


class ForeignAggregateError(ValueError):
    """The aggregate is at home elsewhere: only its home may change it."""


def record(session: Session, aggregate: Speaker, event: wire.Event, *, snapshot: bool = False) -> UUID:
    """Add an event to the transaction; raise the aggregate's version and return the event's id.

    A snapshot tells the present state once more, for who has missed it: the version stays.

    Raises:
        ForeignAggregateError: the aggregate's home is not ours.
        EventTooLargeError: the event is over 256 kB.
        PersonalEventError: it is for everybody, and its contract names what is about a person.

    """
    if not event.private and (names := personal_properties(type(event))):
        raise PersonalEventError(f"{event.type} is public and tells of a person: {', '.join(names)}")
    surroundings = context.of(session)
    if surroundings.settings.homes and aggregate.home not in surroundings.settings.homes:
        raise ForeignAggregateError(f"{type(aggregate).__name__} {aggregate.id} is at home in {aggregate.home}")
    if not snapshot:
        aggregate.version = (aggregate.version or 0) + 1
    origin = replace(_origin(surroundings, aggregate, event.type, clock.now(session)), snapshot=snapshot)
    body = wire.to_wire(event, origin)
    if len(body.encode()) > LIMIT_BYTES:
        raise EventTooLargeError(f"{event.type} of {aggregate.id} is over {LIMIT_BYTES} bytes")
    session.flush()
    session.execute(
        outbox.insert().values(
            event_id=origin.id,
            exchange=PRIVATE if event.private else EVENTS,
            routing_key=wire.routing_key(aggregate.home, event.type),
            body=body,
        )
    )
    told = Change(event.type, origin.subject, origin.subjectversion, aggregate.home, wire.context_of(event) or "")
    surroundings.recorded.append(told)
    return origin.id


def _origin(surroundings: context.Context, aggregate: Speaker, event_type: str, now: datetime) -> wire.Origin:
    cause, event_id = surroundings.cause, identifiers.fresh()
    return wire.Origin(
        id=event_id,
        source=f"/{aggregate.home.lower()}/{surroundings.service}",
        subject=str(aggregate.id),
        time=now,
        subjectversion=aggregate.version,
        traceparent=tracing.recording(event_type, event_id, cause.traceparent if cause else None),
        causationid=str(cause.id) if cause else None,
    )
