"""Events of published timetables, and the itinerary of each organisation."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.data_classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.registration.values import Texts


@dataclass(frozen=True, kw_only=True)
class TimetablePublished(Event, type="caravan.timetable.published.v1"):
    """A new version of a mission's timetable was published; its meetings are in the itinerary events."""

    timetable_id: Id[UUID]
    mission_id: Id[UUID]
    number: Technical[int]
    """Version number, from 1."""
    cause: Technical[str]
    """first, by_hand, late_arrival, early_leave, cancellation, hall_changed, walk_in."""
    value: Technical[int]
    bound: Technical[int]
    proven: Technical[bool]
    meetings: Technical[int]
    """Number of meetings."""
    unplaced: Technical[int]


@dataclass(frozen=True, kw_only=True)
class ItineraryLine:
    """One meeting from the point of view of one organisation."""

    meeting_id: Id[UUID]
    partner_id: Id[UUID]
    person_id: Id[UUID]
    """The delegate who attends."""
    starts_at: Technical[datetime]
    ends_at: Technical[datetime]
    table: Organisation[str]
    is_online: Technical[bool]
    status: Technical[str]
    """scheduled, moved, held, no_show, cancelled."""
    reason: Published[str]
    """Reason for a cancellation or no-show: a code (withdrawn, no_common_slot, people_busy, ...) or free text."""
    slot: Organisation[str] = ""
    session: Organisation[str] = ""
    """Session of the programme that the slot belongs to; empty if the mission no longer has this slot."""
    table_location: Organisation[str] = ""
    partner_names: Organisation[Texts] = field(default_factory=dict)
    partner_region: Organisation[str] = ""
    interpreter: Technical[str] = ""
    """Code of the interpreter within the mission, for example `I1`; empty: no interpreter."""


@dataclass(frozen=True, kw_only=True)
class ItineraryIssued(Event, type="caravan.itinerary.issued.v1"):
    """All meetings of one organisation, cancelled ones included; published when any of them has changed."""

    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    timetable_number: Technical[int]
    cause: Technical[str]
    """first, by_hand, late_arrival, early_leave, cancellation, hall_changed, walk_in."""
    meetings: Technical[tuple[ItineraryLine, ...]]
    """The meetings, including cancelled and missed ones: see `status`."""
    timezone: Organisation[str] = ""
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""
