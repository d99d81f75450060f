"""Regions and missions."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.classes import Id, Organisation, Technical
from contracts.event import Event
from contracts.registration.common import Texts, Window


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
class Walk:
    """How long people need from one location to another, and back: of tables and of items of the agenda."""

    from_location: Organisation[str]
    """Where the way begins."""
    to_location: Organisation[str]
    """Where it ends."""
    minutes: Organisation[int]
    """How long people walk, 0 to 240."""


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """Somebody who can sit in a meeting for people who have no language in common."""

    id: Technical[str]
    """A code, as `I1`, never a name."""
    languages: Technical[tuple[str, ...]]
    """What the interpreter speaks, by codes as `ru`."""
    availability: Technical[tuple[Window, ...]]
    """When the interpreter is there."""


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
    walking: Organisation[tuple[Walk, ...]] = ()
    """Ways that take time; one that is not named takes none."""
    interpreters: Technical[tuple[Interpreter, ...]] = ()
    """Who can sit in meetings for people who have no language in common."""
    organiser_email: Organisation[str] = ""
    """Where the organiser's desk reads mail, for the public; never somebody's own address."""
    applications_until: Organisation[date | None] = None
    """The last day on which the mission takes applications; null: until it is closed."""


@dataclass(frozen=True, kw_only=True)
class MissionAnnounced(MissionState, type="caravan.mission.announced.v1"):
    """A mission takes applications."""


@dataclass(frozen=True, kw_only=True)
class MissionChanged(MissionState, type="caravan.mission.changed.v1"):
    """Dates, hall, agenda or words of a mission are new."""


@dataclass(frozen=True, kw_only=True)
class MissionClosed(MissionState, type="caravan.mission.closed.v1"):
    """A mission takes no more applications."""
