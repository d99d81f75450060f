"""A service for benchmarks: it admits participants, each with a row and an event of its own."""

from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, Session

from contracts.registration import ParticipantAdmitted, Side
from servicekit import identifiers
from servicekit.bus import outbox
from servicekit.data.tables import Aggregate
from servicekit.service import Service

REASON = "the organisation fits the mission's industries and has taken part before; its fee is paid"


class Base(DeclarativeBase):
    """Tables of the desk."""


class Participant(Aggregate, Base):
    """Who was admitted."""

    __tablename__ = "participant"
    organisation_id: Mapped[UUID]


def admit(session: Session, mission_id: UUID) -> UUID:
    """Admit somebody new; return the id of the event that tells of it."""
    participant = Participant(id=identifiers.fresh(), home="RU-KYA", organisation_id=identifiers.fresh())
    session.add(participant)
    event = ParticipantAdmitted(
        participant_id=participant.id,
        mission_id=mission_id,
        organisation_id=participant.organisation_id,
        side=Side.GUEST,
        status="admitted",
        avoids=(identifiers.fresh(), identifiers.fresh()),
        withdrawn_from=None,
        checked_in_at=None,
        reason=REASON,
    )
    return outbox.record(session, participant, event)


SERVICE = Service(name="desk", metadata=Base.metadata)
