"""Delegates in public, by id; how to reach them, in private."""

from dataclasses import dataclass
from uuid import UUID

from contracts.classes import Id, Person, Technical
from contracts.event import Event
from contracts.registration.common import Attendance, Texts, Window


@dataclass(frozen=True, kw_only=True)
class DelegateState(Event):
    """Somebody who speaks for an organisation on a mission: an id and times, never a name."""

    delegate_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    reference: Technical[str]
    attendance: Technical[Attendance]
    can_negotiate: Technical[bool]
    availability: Technical[tuple[Window, ...]]
    is_removed: Technical[bool]
    languages: Technical[tuple[str, ...]] = ()
    """What the delegate speaks, by codes as `ru`; empty: not known."""


@dataclass(frozen=True, kw_only=True)
class DelegateRegistered(DelegateState, type="caravan.delegate.registered.v1"):
    """An organisation names a delegate."""


@dataclass(frozen=True, kw_only=True)
class DelegateChanged(DelegateState, type="caravan.delegate.changed.v1"):
    """A delegate's times or way of taking part are new."""


@dataclass(frozen=True, kw_only=True)
class DelegateRemoved(DelegateState, type="caravan.delegate.removed.v1"):
    """A delegate does not come."""


@dataclass(frozen=True, kw_only=True)
class ContactChanged(Event, type="caravan.contact.changed.v1", private=True):
    """How to reach a person: for the service that writes to people, and nobody else."""

    person_id: Id[UUID]
    organisation_id: Id[UUID]
    mission_id: Id[UUID]
    names: Person[Texts]
    email: Person[str]
    phone: Person[str]
    language: Person[str]
    timezone: Person[str]
    may_be_written_to: Person[bool] = True
    """Whether the person has not declined messages."""
    is_vouched_for: Person[bool] = True
    """Whether more than the word of an unconfirmed stranger stands behind the address; until then letters wait."""


@dataclass(frozen=True, kw_only=True)
class ContactRemoved(Event, type="caravan.contact.removed.v1", private=True):
    """The person is not to be written to any more."""

    person_id: Id[UUID]
    organisation_id: Id[UUID]
    mission_id: Id[UUID]
