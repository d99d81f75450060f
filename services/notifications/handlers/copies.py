"""State handlers: keep copies of other services' data in the newest version received."""

from datetime import datetime, time
from typing import Any
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
    SignInRequested,
)
from contracts.schema import schema_of
from notifications.models import (
    AggregateVersion,
    Agreement,
    Contact,
    Delegate,
    Itinerary,
    Mission,
    Organisation,
    Participant,
    Region,
)
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.bus.handlers import home_of
from servicekit.service import Keep

_MISSION_FIELDS = (
    *("titles", "kind", "timezone", "guest_region", "host_region", "venue"),
    *("organiser", "organiser_phone", "organiser_email"),
)
DEFAULT_START = time(9)
"""The assumed start of a mission without a programme, in the mission's time zone."""


def region_values(envelope: Envelope[RegionRegistered]) -> dict[str, Any]:
    """Return the columns of a region; its id is derived from its code."""
    data = envelope.data
    key = identifiers.derived("region", data.code)
    return {"id": key, "code": data.code, "names": data.names, "timezone": data.timezone}


def mission_values(envelope: Envelope[MissionState]) -> dict[str, Any]:
    """Return the columns of a mission."""
    data = envelope.data
    starts_at, ends_at = _mission_span(data)
    return {name: getattr(data, name) for name in _MISSION_FIELDS} | {"starts_at": starts_at, "ends_at": ends_at}


def organisation_values(envelope: Envelope[OrganisationState]) -> dict[str, Any]:
    """Return the columns of an organisation."""
    data = envelope.data
    names = ("reference", "region", "names", "city")
    return {name: getattr(data, name) for name in names} | {"sought": _search_text(data.names)}


def delegate_values(envelope: Envelope[DelegateState]) -> dict[str, Any]:
    """Return the columns of a delegate."""
    data = envelope.data
    names = ("mission_id", "organisation_id", "is_removed")
    return {name: getattr(data, name) for name in names} | {"attendance": str(data.attendance)}


def participant_values(envelope: Envelope[ParticipantState]) -> dict[str, Any]:
    """Return the columns of a participant."""
    data = envelope.data
    names = ("mission_id", "organisation_id", "status", "reason")
    return {name: getattr(data, name) for name in names}


def agreement_values(envelope: Envelope[AgreementSigned]) -> dict[str, Any]:
    """Return the columns of an agreement."""
    return {"id": envelope.data.agreement_id, "signed_at": envelope.data.signed_at}


def no_values(envelope: Envelope[Any]) -> dict[str, Any]:
    """Return no columns: only the version of the aggregate is kept."""
    return {}


REGION = Keep(Region, region_values)
MISSION = Keep(Mission, mission_values)
ORGANISATION = Keep(Organisation, organisation_values)
DELEGATE = Keep(Delegate, delegate_values)
PARTICIPANT = Keep(Participant, participant_values)
AGREEMENT = Keep(Agreement, agreement_values)
AGGREGATE_VERSION = Keep(AggregateVersion, no_values)


def update_contact(session: Session, envelope: Envelope[ContactChanged], actor: Actor) -> None:
    """Update a person's contact data, unless the person was erased."""
    data = envelope.data
    contact = _contact_to_update(session, data.person_id, envelope)
    if contact is None:
        return
    contact.names, contact.email, contact.phone = data.names, data.email, data.phone
    contact.language, contact.timezone = data.language, data.timezone
    contact.may_be_written_to, contact.is_vouched_for = data.may_be_written_to, data.is_vouched_for
    contact.sought = _search_text(data.names)


def update_account_contact(session: Session, envelope: Envelope[SignInRequested], actor: Actor) -> None:
    """Update the address of an account, unless the account was erased."""
    contact = _contact_to_update(session, envelope.data.account_id, envelope)
    if contact is not None:
        contact.email, contact.language = envelope.data.email, envelope.data.language
        contact.sought = contact.email.casefold()


def erase_contact(session: Session, envelope: Envelope[ContactRemoved], actor: Actor) -> None:
    """Erase a person's contact data; the row stays as a tombstone, so that late events do not bring it back."""
    contact = session.get(Contact, envelope.data.person_id, with_for_update=True)
    if contact is None:
        contact = Contact(id=envelope.data.person_id)
        session.add(contact)
    contact.home = home_of(envelope)
    contact.version = max(contact.version or 0, envelope.subjectversion)
    contact.erase()


def update_itinerary(session: Session, envelope: Envelope[ItineraryIssued], actor: Actor) -> None:
    """Store an organisation's itinerary, unless a newer one is stored (by timetable number, then by version)."""
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


def _contact_to_update(session: Session, key: UUID, envelope: Envelope[Any]) -> Contact | None:
    """Return the contact, new if necessary, with its version set; None if the event is not newer or it is erased."""
    contact = session.get(Contact, key, with_for_update=True)
    if contact is None:
        contact = Contact(id=key, version=0, names={})
        session.add(contact)
    if contact.is_removed or contact.version >= envelope.subjectversion:
        return None
    contact.home, contact.version = home_of(envelope), envelope.subjectversion
    return contact


def _mission_span(mission: MissionState) -> tuple[datetime, datetime]:
    """Return start and end of a mission: those of its programme, otherwise of its first and last day."""
    times: tuple[AgendaItem | MeetingSlot, ...] = (*mission.agenda, *mission.slots)
    zone = ZoneInfo(mission.timezone)
    first = datetime.combine(mission.starts_on, DEFAULT_START, zone)
    last = datetime.combine(mission.ends_on, time(23, 59), zone)
    return min((at.starts_at for at in times), default=first), max((at.ends_at for at in times), default=last)


def _search_text(names: dict[str, str]) -> str:
    return "\n".join(names.values()).casefold()
