"""Events of timetables and meetings, and the itinerary of each organisation."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.matching.common import BetweenTwo
from contracts.registration.common import Texts


@dataclass(frozen=True, kw_only=True)
class TimetablePublished(Event, type="caravan.timetable.published.v1"):
    """A mission has a new version of its timetable; the meetings come with the itineraries."""

    timetable_id: Id[UUID]
    mission_id: Id[UUID]
    number: Technical[int]
    """1 for the first version."""
    cause: Technical[str]
    """first, by_hand, late_arrival, early_leave, cancellation, hall_changed, walk_in."""
    value: Technical[int]
    bound: Technical[int]
    proven: Technical[bool]
    meetings: Technical[int]
    unplaced: Technical[int]


@dataclass(frozen=True, kw_only=True)
class MeetingState(BetweenTwo):
    """Two organisations at a table, or online."""

    meeting_id: Id[UUID]
    guest_person_id: Id[UUID]
    host_person_id: Id[UUID]
    slot: Organisation[str]
    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
    timezone: Organisation[str]
    table: Organisation[str]
    is_online: Technical[bool]
    status: Technical[str]
    """scheduled, moved, held, no_show, cancelled."""
    reason: Published[str]
    """Of a cancellation or a no-show: a code (as withdrawn, no_common_slot, people_busy), or what was written."""
    session: Organisation[str] = ""
    """The part of the programme that the slot belongs to; empty where the mission has no such slot any more."""
    table_location: Organisation[str] = ""
    interpreter: Technical[str] = ""
    """Who interprets, by the code that the mission has for them, as `I1`; empty: nobody."""


@dataclass(frozen=True, kw_only=True)
class MeetingScheduled(MeetingState, type="caravan.meeting.scheduled.v1"):
    """A meeting has its place."""


@dataclass(frozen=True, kw_only=True)
class MeetingMoved(MeetingState, type="caravan.meeting.moved.v1"):
    """A meeting has another place than before."""


@dataclass(frozen=True, kw_only=True)
class MeetingCancelled(MeetingState, type="caravan.meeting.cancelled.v1"):
    """A meeting does not take place."""


@dataclass(frozen=True, kw_only=True)
class MeetingHeld(MeetingState, type="caravan.meeting.held.v1"):
    """A meeting took place."""


@dataclass(frozen=True, kw_only=True)
class MeetingMissed(MeetingState, type="caravan.meeting.no_show.v1"):
    """Somebody did not come."""


@dataclass(frozen=True, kw_only=True)
class ItineraryLine:
    """One meeting as one organisation sees it."""

    meeting_id: Id[UUID]
    partner_id: Id[UUID]
    person_id: Id[UUID]
    """Who goes."""
    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
    table: Organisation[str]
    is_online: Technical[bool]
    status: Technical[str]
    """scheduled, moved, held, no_show, cancelled."""
    reason: Published[str]
    """Of a cancellation or a no-show: a code (as withdrawn, no_common_slot, people_busy), or what was written."""
    slot: Organisation[str] = ""
    session: Organisation[str] = ""
    """The part of the programme that the slot belongs to; empty where the mission has no such slot any more."""
    table_location: Organisation[str] = ""
    partner_names: Organisation[Texts] = field(default_factory=dict)
    partner_region: Organisation[str] = ""
    interpreter: Technical[str] = ""
    """Who interprets, by the code that the mission has for them, as `I1`; empty: nobody."""


@dataclass(frozen=True, kw_only=True)
class ItineraryIssued(Event, type="caravan.itinerary.issued.v1"):
    """All meetings of one organisation whose day has changed, cancelled ones included."""

    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    timetable_number: Technical[int]
    cause: Technical[str]
    """first, by_hand, late_arrival, early_leave, cancellation, hall_changed, walk_in."""
    meetings: Technical[tuple[ItineraryLine, ...]]
    """Those that were cancelled or missed are among them: see `status`."""
    timezone: Organisation[str] = ""
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""
