"""A service that counts: one row for each public event that takes effect on it, and no second guard of its own.

Our services would bear many a repeated event without harm, since they compare versions. This one would not: an event
that took effect twice is two rows, one that was lost is none. It plugs in by entry point, beside the real services.
"""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

import contracts.matching
import contracts.notifications
import contracts.registration  # noqa: F401  # their import declares the events
from contracts.event import REGISTRY, Envelope, Event
from contracts.instance import PersonErasureRequested
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.service import Service

SPEAKERS = ("registration", "matching", "notifications")
"""The publishers whose events are counted."""


class Base(DeclarativeBase):
    """Tables of the abacus."""


class Entry(Base):
    """One effect of one event."""

    __tablename__ = "entry"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    type: Mapped[str]
    subject: Mapped[UUID]
    subject_version: Mapped[int]


def count(session: Session, envelope: Envelope[Any], actor: Actor) -> None:
    """Add a row, whatever is there already."""
    session.add(
        Entry(
            id=identifiers.fresh(),
            event_id=envelope.id,
            type=envelope.type,
            subject=UUID(envelope.subject),
            subject_version=envelope.subjectversion,
        )
    )


def counted() -> list[type[Event]]:
    """Return the public events that tell of what the real services own."""
    theirs = [event for event in REGISTRY.values() if event.publisher in SPEAKERS and not event.private]
    return [*theirs, PersonErasureRequested]


SERVICE = Service(name="abacus", metadata=Base.metadata, reactions=dict.fromkeys(counted(), count))
