"""A service for benchmarks: it either counts admissions, one row an event, or keeps the newest of each participant."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from contracts.event import Envelope
from contracts.registration import ParticipantAdmitted
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data.tables import Copy
from servicekit.service import Keep, Service


class Base(DeclarativeBase):
    """Tables of the tally."""


class Effect(Base):
    """One effect of one event: a second effect would be a second row."""

    __tablename__ = "effect"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID]
    participant_id: Mapped[UUID]
    status: Mapped[str]


class ParticipantCopy(Copy, Base):
    """What the tally knows of a participant."""

    __tablename__ = "participant_copy"
    mission_id: Mapped[UUID]
    organisation_id: Mapped[UUID]
    side: Mapped[str]
    status: Mapped[str]


def count(session: Session, envelope: Envelope[ParticipantAdmitted], actor: Actor) -> None:
    """Add the one row that an admission brings."""
    said = envelope.data
    session.info.setdefault("effects", []).append(envelope.id)
    session.add(
        Effect(id=identifiers.fresh(), event_id=envelope.id, participant_id=said.participant_id, status=said.status)
    )


def copied(envelope: Envelope[ParticipantAdmitted]) -> dict[str, Any]:
    """Say what of a participant is kept."""
    said = envelope.data
    names = ("mission_id", "organisation_id", "side", "status")
    return {name: getattr(said, name) for name in names}


COUNTING = Service(name="tally", metadata=Base.metadata, reactions={ParticipantAdmitted: count})
KEEPING = Service(name="tally", metadata=Base.metadata, copies={ParticipantAdmitted: Keep(ParticipantCopy, copied)})
