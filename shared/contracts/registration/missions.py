"""Events of regions and missions."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.data_classes import Id, Organisation, Technical
from contracts.event import Event
from contracts.registration.values import Texts, Window


@dataclass(frozen=True, kw_only=True)
class RegionRegistered(Event, type="caravan.region.registered.v1"):
    """A region was added to the instance, or its data changed."""

    code: Organisation[str]
    """ISO 3166-2 code, for example `RU-KLU`."""
    names: Organisation[Texts]
    timezone: Organisation[str]
    """IANA time zone."""
    languages: Organisation[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class HallTable:
    """A table in the meeting hall."""

    id: Organisation[str]
    location: Organisation[str]
    seats: Organisation[int]
    video_kit: Organisation[bool]


@dataclass(frozen=True, kw_only=True)
class MeetingSlot:
    """A time slot for meetings, with the tables available in it."""

    id: Organisation[str]
    session: Organisation[str]
    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
    tables: Organisation[tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class AgendaItem:
    """An item of the programme, for the listed organisations, or for all if `organisations` is null."""

    id: Organisation[str]
    type: Organisation[str]
    titles: Organisation[Texts]
    location: Organisation[str]
    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
    binds: Organisation[bool]
    """Whether these organisations cannot have meetings during the item."""
    organisations: Id[tuple[UUID, ...] | None] = None


@dataclass(frozen=True, kw_only=True)
class Walk:
    """Walking time between two locations of tables or agenda items, in both directions."""

    from_location: Organisation[str]
    """One location."""
    to_location: Organisation[str]
    """The other location."""
    minutes: Organisation[int]
    """Walking time in minutes, 0 to 240."""


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """An interpreter available for meetings of people without a common language."""

    id: Technical[str]
    """Code of the interpreter, for example `I1`; never a name."""
    languages: Technical[tuple[str, ...]]
    """Language codes, for example `ru`."""
    availability: Technical[tuple[Window, ...]]
    """Times when the interpreter is available."""


@dataclass(frozen=True, kw_only=True)
class MissionState(Event):
    """The current state of a mission; its home is the host region."""

    mission_id: Id[UUID]
    reference: Organisation[str]
    """Short name given by the organiser, unique in the instance."""
    titles: Organisation[Texts]
    kind: Organisation[str]
    guest_region: Organisation[str]
    host_region: Organisation[str]
    starts_on: Organisation[date]
    ends_on: Organisation[date]
    timezone: Organisation[str]
    """IANA time zone of the mission's venue."""
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
    """Walking times between locations; 0 for pairs that are not listed."""
    interpreters: Technical[tuple[Interpreter, ...]] = ()
    """Interpreters available for meetings of people without a common language."""
    organiser_email: Organisation[str] = ""
    """Public email address of the organiser; never a personal address."""
    applications_until: Organisation[date | None] = None
    """Last day on which the mission accepts applications; null: until it is closed."""


@dataclass(frozen=True, kw_only=True)
class MissionAnnounced(MissionState, type="caravan.mission.announced.v1"):
    """A mission was announced: it accepts applications."""


@dataclass(frozen=True, kw_only=True)
class MissionChanged(MissionState, type="caravan.mission.changed.v1"):
    """Data of a mission changed, such as dates, hall, agenda or texts."""


@dataclass(frozen=True, kw_only=True)
class MissionClosed(MissionState, type="caravan.mission.closed.v1"):
    """A mission was closed: it accepts no more applications."""
