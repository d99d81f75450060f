"""Events of delegates: public ones with ids only, private ones with contact data."""

from dataclasses import dataclass
from uuid import UUID

from contracts.data_classes import Id, Person, Technical
from contracts.event import Event
from contracts.registration.values import Attendance, Texts, Window


@dataclass(frozen=True, kw_only=True)
class DelegateState(Event):
    """A delegate of an organisation at a mission: id and availability, never a name."""

    delegate_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    reference: Technical[str]
    attendance: Technical[Attendance]
    can_negotiate: Technical[bool]
    availability: Technical[tuple[Window, ...]]
    is_removed: Technical[bool]
    languages: Technical[tuple[str, ...]] = ()
    """Codes of the languages that the delegate speaks, for example `ru`; empty: not known."""


@dataclass(frozen=True, kw_only=True)
class DelegateRegistered(DelegateState, type="caravan.delegate.registered.v1"):
    """An organisation registered a delegate."""


@dataclass(frozen=True, kw_only=True)
class DelegateChanged(DelegateState, type="caravan.delegate.changed.v1"):
    """Data of a delegate changed, such as availability or attendance."""


@dataclass(frozen=True, kw_only=True)
class DelegateRemoved(DelegateState, type="caravan.delegate.removed.v1"):
    """A delegate was removed and does not take part."""


@dataclass(frozen=True, kw_only=True)
class ContactChanged(Event, type="caravan.contact.changed.v1", private=True):
    """Contact data of a person, for the service that sends messages only."""

    person_id: Id[UUID]
    organisation_id: Id[UUID]
    mission_id: Id[UUID]
    names: Person[Texts]
    email: Person[str]
    phone: Person[str]
    language: Person[str]
    timezone: Person[str]
    may_be_written_to: Person[bool] = True
    """Whether the person accepts messages; false: declined."""
    is_vouched_for: Person[bool] = True
    """Whether a trusted party confirmed the address; messages wait until then."""


@dataclass(frozen=True, kw_only=True)
class ContactRemoved(Event, type="caravan.contact.removed.v1", private=True):
    """Contact data of a person were removed: send no more messages."""

    person_id: Id[UUID]
    organisation_id: Id[UUID]
    mission_id: Id[UUID]
