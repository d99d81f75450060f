"""Events published by registration: regions, missions, organisations, applications, delegates."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from contracts.classes import Id, Organisation, Person, Published, Technical
from contracts.event import Event

Texts = dict[str, str]
"""A text in several languages: language code -> text."""


class Side(StrEnum):
    """Which side of a mission an organisation stands on."""

    GUEST = "guest"
    HOST = "host"


class Attendance(StrEnum):
    """How a delegate takes part."""

    IN_PERSON = "in_person"
    ONLINE = "online"


@dataclass(frozen=True, kw_only=True)
class RegionRegistered(Event, type="caravan.region.registered.v1"):
    """A region takes part in the instance, or its facts have changed."""

    code: Organisation[str]
    """ISO 3166-2, as `RU-KLU`."""
    names: Organisation[Texts]
    timezone: Organisation[str]
    """IANA name."""
    languages: Organisation[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class HallTable:
    """A table of the hall."""

    id: Organisation[str]
    location: Organisation[str]
    seats: Organisation[int]
    video_kit: Organisation[bool]


@dataclass(frozen=True, kw_only=True)
class MeetingSlot:
    """A time in which meetings can stand, with the tables that are open in it."""

    id: Organisation[str]
    session: Organisation[str]
    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
    tables: Organisation[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class AgendaItem:
    """A point of the programme; it binds the named organisations, or everyone where `organisations` is null."""

    id: Organisation[str]
    type: Organisation[str]
    titles: Organisation[Texts]
    location: Organisation[str]
    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
    binds: Organisation[bool]
    """Whether who is named can meet nobody meanwhile."""
    organisations: Id[tuple[UUID, ...] | None] = None


@dataclass(frozen=True, kw_only=True)
class MissionState(Event):
    """A mission as it now is; its home is the host region."""

    mission_id: Id[UUID]
    reference: Organisation[str]
    """The organiser's own short name of it, unique in the instance."""
    titles: Organisation[Texts]
    kind: Organisation[str]
    guest_region: Organisation[str]
    host_region: Organisation[str]
    starts_on: Organisation[date]
    ends_on: Organisation[date]
    timezone: Organisation[str]
    """IANA name of the zone in which the mission meets."""
    venue: Organisation[Texts]
    organiser: Organisation[Texts]
    organiser_phone: Organisation[str]
    status: Technical[str]
    """draft, open, closed."""
    max_meetings_per_person_per_day: Organisation[int]
    min_meetings_per_guest: Organisation[int]
    online_tables: Organisation[tuple[str, ...]]
    tables: Organisation[tuple[HallTable, ...]]
    slots: Organisation[tuple[MeetingSlot, ...]]
    agenda: Organisation[tuple[AgendaItem, ...]]


@dataclass(frozen=True, kw_only=True)
class MissionAnnounced(MissionState, type="caravan.mission.announced.v1"):
    """A mission takes applications."""


@dataclass(frozen=True, kw_only=True)
class MissionChanged(MissionState, type="caravan.mission.changed.v1"):
    """Dates, hall, agenda or words of a mission are new."""


@dataclass(frozen=True, kw_only=True)
class MissionClosed(MissionState, type="caravan.mission.closed.v1"):
    """A mission takes no more applications."""


@dataclass(frozen=True, kw_only=True)
class OrganisationState(Event):
    """An organisation as the public may know it; a sole trader's name only with consent, the numbers never."""

    organisation_id: Id[UUID]
    reference: Organisation[str]
    region: Organisation[str]
    names: Organisation[Texts]
    role: Organisation[str]
    """company, incubator, technopark, research, agency."""
    size: Organisation[str]
    """micro, small, medium, large, or empty."""
    is_sme: Organisation[bool]
    tax_id: Organisation[str | None]
    activity_codes: Organisation[tuple[str, ...]]
    """The main one first, as the region's classifier writes them."""
    city: Organisation[Texts]
    about: Published[Texts]


@dataclass(frozen=True, kw_only=True)
class OrganisationRegistered(OrganisationState, type="caravan.organisation.registered.v1"):
    """An organisation is known."""


@dataclass(frozen=True, kw_only=True)
class OrganisationChanged(OrganisationState, type="caravan.organisation.changed.v1"):
    """Facts of an organisation are new."""


@dataclass(frozen=True, kw_only=True)
class ApplicationState(Event):
    """An organisation's wish to take part, as it now is; its home is the organisation's region."""

    application_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    side: Technical[Side]
    status: Technical[str]
    reason: Published[str]
    """What the reviewer tells the applicant; empty where nothing was said."""
    avoids: Id[tuple[UUID, ...]]
    """Organisations that it does not want to meet."""
    submitted_at: Technical[datetime | None]
    reviewed_at: Technical[datetime | None]
    may_come_late: Technical[bool] = False
    """Whether the coordinator lets it into a mission that is closed already."""


@dataclass(frozen=True, kw_only=True)
class ApplicationSubmitted(ApplicationState, type="caravan.application.submitted.v1"):
    """An organisation applies."""


@dataclass(frozen=True, kw_only=True)
class ApplicationChangesRequested(ApplicationState, type="caravan.application.changes_requested.v1"):
    """The coordinator asks for corrections."""


@dataclass(frozen=True, kw_only=True)
class ApplicationApproved(ApplicationState, type="caravan.application.approved.v1"):
    """The side's coordinator accepts the application; admission follows from the mission's home."""


@dataclass(frozen=True, kw_only=True)
class ApplicationRejected(ApplicationState, type="caravan.application.rejected.v1"):
    """The side's coordinator refuses the application."""


@dataclass(frozen=True, kw_only=True)
class ApplicationWaitlisted(ApplicationState, type="caravan.application.waitlisted.v1"):
    """The application waits for a place."""


@dataclass(frozen=True, kw_only=True)
class ApplicationWithdrawn(ApplicationState, type="caravan.application.withdrawn.v1"):
    """The organisation takes its application back."""


@dataclass(frozen=True, kw_only=True)
class ParticipantState(Event):
    """An organisation in a mission, as the mission's home decided."""

    participant_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    side: Technical[Side]
    status: Technical[str]
    """admitted, waitlisted, refused, withdrawn."""
    avoids: Id[tuple[UUID, ...]]
    withdrawn_from: Technical[datetime | None]
    """From when on nobody of it is there; null unless withdrawn."""
    checked_in_at: Technical[datetime | None]
    reason: Published[str]


@dataclass(frozen=True, kw_only=True)
class ParticipantAdmitted(ParticipantState, type="caravan.participant.admitted.v1"):
    """The organisation takes part."""


@dataclass(frozen=True, kw_only=True)
class ParticipantWaitlisted(ParticipantState, type="caravan.participant.waitlisted.v1"):
    """The mission is full: the organisation waits."""


@dataclass(frozen=True, kw_only=True)
class ParticipantRefused(ParticipantState, type="caravan.participant.refused.v1"):
    """The mission cannot take the organisation."""


@dataclass(frozen=True, kw_only=True)
class ParticipantCheckedIn(ParticipantState, type="caravan.participant.checked_in.v1"):
    """The organisation has arrived."""


@dataclass(frozen=True, kw_only=True)
class ParticipantChanged(ParticipantState, type="caravan.participant.changed.v1"):
    """Facts of a participant are new, its status is not."""


@dataclass(frozen=True, kw_only=True)
class ParticipantWithdrawn(ParticipantState, type="caravan.participant.withdrawn.v1"):
    """The organisation does not take part, or no longer."""


@dataclass(frozen=True, kw_only=True)
class ProfileItem:
    """One offer or one need."""

    id: Technical[str]
    partnership_type: Technical[str]
    texts: Published[Texts]


@dataclass(frozen=True, kw_only=True)
class ProfilePublished(Event, type="caravan.profile.published.v1"):
    """What an organisation offers and needs in a mission."""

    profile_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    side: Technical[Side]
    offers: Published[tuple[ProfileItem, ...]]
    needs: Published[tuple[ProfileItem, ...]]


@dataclass(frozen=True, kw_only=True)
class Window:
    """A stretch of time, half open."""

    starts_at: Technical[datetime]
    ends_at: Technical[datetime]


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


@dataclass(frozen=True, kw_only=True)
class ContactRemoved(Event, type="caravan.contact.removed.v1", private=True):
    """The person is not to be written to any more."""

    person_id: Id[UUID]
    organisation_id: Id[UUID]
    mission_id: Id[UUID]
