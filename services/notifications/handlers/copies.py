"""State handlers: keep what others own, in the newest state that was heard of."""

from datetime import datetime, time
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.matching import AgreementSigned, ItineraryIssued
from contracts.registration import (
    AgendaItem,
    ContactChanged,
    ContactRemoved,
    DelegateState,
    MeetingSlot,
    MissionState,
    OrganisationState,
    ParticipantState,
    RegionRegistered,
)
from contracts.schema import schema_of
from notifications.models import (
    Agreement,
    Contact,
    Delegate,
    Itinerary,
    Mission,
    Organisation,
    Participant,
    Region,
    Standing,
)
from servicekit import identifiers
from servicekit.auth import Actor
from servicekit.columns import Copy

C = TypeVar("C", bound=Copy)

NOT_BEFORE = time(9)
"""When a mission without a programme is taken to begin, on its own clock."""


def home_of(envelope: Envelope[Any]) -> str:
    """Return the home of an event's aggregate: `RU-KLU` of the source `/ru-klu/registration`."""
    return envelope.source.split("/")[1].upper()


def keep_region(session: Session, envelope: Envelope[RegionRegistered], actor: Actor) -> None:
    """Keep a region under its code."""
    region = _newer(session, Region, identifiers.derived("region", envelope.data.code), envelope)
    if region is not None:
        region.code, region.names, region.timezone = envelope.data.code, envelope.data.names, envelope.data.timezone


def keep_mission(session: Session, envelope: Envelope[MissionState], actor: Actor) -> None:
    """Keep what letters say about a mission."""
    data = envelope.data
    mission = _newer(session, Mission, data.mission_id, envelope)
    if mission is None:
        return
    mission.titles, mission.kind, mission.timezone = data.titles, data.kind, data.timezone
    mission.guest_region, mission.host_region = data.guest_region, data.host_region
    mission.venue, mission.organiser, mission.organiser_phone = data.venue, data.organiser, data.organiser_phone
    mission.starts_at, mission.ends_at = _span(data)


def keep_organisation(session: Session, envelope: Envelope[OrganisationState], actor: Actor) -> None:
    """Keep an organisation's public names."""
    data = envelope.data
    organisation = _newer(session, Organisation, data.organisation_id, envelope)
    if organisation is not None:
        organisation.reference, organisation.region = data.reference, data.region
        organisation.names, organisation.city = data.names, data.city
        organisation.sought = _sought(data.names)


def keep_delegate(session: Session, envelope: Envelope[DelegateState], actor: Actor) -> None:
    """Keep for whom a person speaks, and whether at the table or online."""
    data = envelope.data
    delegate = _newer(session, Delegate, data.delegate_id, envelope)
    if delegate is not None:
        delegate.mission_id, delegate.organisation_id = data.mission_id, data.organisation_id
        delegate.attendance, delegate.is_removed = str(data.attendance), data.is_removed


def keep_participant(session: Session, envelope: Envelope[ParticipantState], actor: Actor) -> None:
    """Keep whether an organisation takes part."""
    data = envelope.data
    participant = _newer(session, Participant, data.participant_id, envelope)
    if participant is not None:
        participant.mission_id, participant.organisation_id = data.mission_id, data.organisation_id
        participant.status, participant.reason = data.status, data.reason


def keep_contact(session: Session, envelope: Envelope[ContactChanged], actor: Actor) -> None:
    """Keep how to reach a person; a tombstone stays one."""
    data = envelope.data
    contact = _newer(session, Contact, data.person_id, envelope)
    if contact is None or contact.is_removed:
        return
    contact.names, contact.email, contact.phone = data.names, data.email, data.phone
    contact.language, contact.timezone = data.language, data.timezone
    contact.sought = _sought(data.names)


def erase_contact(session: Session, envelope: Envelope[ContactRemoved], actor: Actor) -> None:
    """Forget a person, whatever was heard before or comes later."""
    contact = session.get(Contact, envelope.data.person_id, with_for_update=True)
    if contact is None:
        contact = Contact(id=envelope.data.person_id)
        session.add(contact)
    contact.home = home_of(envelope)
    contact.version = max(contact.version or 0, envelope.subjectversion)
    contact.erase()


def keep_itinerary(session: Session, envelope: Envelope[ItineraryIssued], actor: Actor) -> None:
    """Keep an organisation's newest itinerary: that of the highest timetable, and the last one issued of that."""
    data = envelope.data
    key = identifiers.derived("itinerary", data.mission_id, data.organisation_id)
    itinerary = session.get(Itinerary, key, with_for_update=True)
    if itinerary is None:
        itinerary = Itinerary(id=key, timetable_number=0, version=0)
        session.add(itinerary)
    elif (itinerary.timetable_number, itinerary.version) >= (data.timetable_number, envelope.subjectversion):
        return
    itinerary.home, itinerary.version = home_of(envelope), envelope.subjectversion
    itinerary.mission_id, itinerary.organisation_id = data.mission_id, data.organisation_id
    itinerary.timetable_number, itinerary.cause = data.timetable_number, data.cause
    itinerary.meetings = schema_of(ItineraryIssued).dump(data)["meetings"]


def keep_agreement(session: Session, envelope: Envelope[AgreementSigned], actor: Actor) -> None:
    """Keep when an agreement was signed."""
    agreement = _newer(session, Agreement, envelope.data.agreement_id, envelope)
    if agreement is not None:
        agreement.signed_at = envelope.data.signed_at


def keep_standing(session: Session, envelope: Envelope[Any], actor: Actor) -> None:
    """Keep the number of an aggregate's newest state."""
    _newer(session, Standing, UUID(envelope.subject), envelope)


def _newer(session: Session, model: type[C], key: UUID, envelope: Envelope[Any]) -> C | None:
    """Return the row to write, made if there is none; None where it is as new as the event already."""
    row = session.get(model, key, with_for_update=True)
    if row is None:
        row = model()
        row.id = key
        session.add(row)
    elif row.version >= envelope.subjectversion:
        return None
    row.home, row.version = home_of(envelope), envelope.subjectversion
    return row


def _span(mission: MissionState) -> tuple[datetime, datetime]:
    """Tell when a mission begins and ends: with its programme, else on its first and last day."""
    times: tuple[AgendaItem | MeetingSlot, ...] = (*mission.agenda, *mission.slots)
    zone = ZoneInfo(mission.timezone)
    first = datetime.combine(mission.starts_on, NOT_BEFORE, zone)
    last = datetime.combine(mission.ends_on, time(23, 59), zone)
    return min((at.starts_at for at in times), default=first), max((at.ends_at for at in times), default=last)


def _sought(names: dict[str, str]) -> str:
    return "\n".join(names.values()).casefold()
