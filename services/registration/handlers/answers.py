"""Which services there are, and which of them have forgotten whom."""

from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.instance import PersonErased, ServiceInstalled
from registration.models import Erasure, ErasureAnswer, KnownService
from servicekit.auth import Actor
from servicekit.clock import machine_now


def keep_service(session: Session, envelope: Envelope[ServiceInstalled], actor: Actor) -> None:
    """Know a service, from the first time that it is heard of."""
    if session.get(KnownService, envelope.data.service) is None:
        session.add(KnownService(name=envelope.data.service, heard_at=machine_now()))
        session.flush()


def keep_answer(session: Session, envelope: Envelope[PersonErased], actor: Actor) -> None:
    """Note that a service holds nothing more of a person who asked here to be forgotten."""
    said = envelope.data
    if session.get(Erasure, Erasure.id_of(said.person_id)) is None:
        return
    if session.get(ErasureAnswer, (said.person_id, said.service)) is None:
        session.add(ErasureAnswer(person_id=said.person_id, service=said.service, answered_at=machine_now()))
        session.flush()
