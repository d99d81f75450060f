"""Small state handlers and reactions.

Which services there are, and which of them have forgotten whom.

State handler: who lets whom know whom to reach, as the two of a meeting have agreed.

People whose hours are the mission's own follow it when it moves.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.instance import PersonErased, ServiceInstalled
from contracts.matching import ContactsExchanged, ContactsState
from contracts.registration import DelegateChanged
from registration import events
from registration.models import Application, ContactExchange, Delegate, Erasure, ErasureAnswer, KnownService, Mission
from servicekit.auth.actors import Actor
from servicekit.data.clock import machine_now
from servicekit.service import Keep


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


def exchange(envelope: Envelope[ContactsState]) -> dict[str, Any]:
    """Return who agreed with whom, and whether both do."""
    said = envelope.data
    names = (
        "mission_id",
        "meeting_id",
        "guest_organisation_id",
        "host_organisation_id",
        "guest_person_id",
        "host_person_id",
    )
    return {name: getattr(said, name) for name in names} | {"is_mutual": isinstance(said, ContactsExchanged)}


EXCHANGE = Keep(ContactExchange, exchange)


def bring(session: Session, mission: Mission) -> None:
    """Give the mission's new hours to those who have told none of their own."""
    following = (
        select(Delegate, Application)
        .join(Application, Application.id == Delegate.application_id)
        .where(Delegate.mission_id == mission.id, Delegate.follows_programme, ~Delegate.is_removed)
        .with_for_update(of=Delegate)
    )
    hours = mission.meeting_hours
    for delegate, application in session.execute(following):
        if delegate.availability == hours:
            continue
        delegate.availability = hours
        if application.is_public:
            events.tell(session, delegate, events.of_delegate(DelegateChanged, delegate))
