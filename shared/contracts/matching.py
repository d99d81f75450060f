"""Events published by matching: recommendations, requests, timetables, meetings, agreements."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from contracts.classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.registration.common import Texts


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why two should meet: a need of one that an offer of the other meets."""

    direction: Technical[str]
    """you_seek: the reader's need; they_seek: the reader's offer; both_seek: `offer` is the other's need."""
    need: Published[str]
    offer: Published[str]


@dataclass(frozen=True, kw_only=True)
class Recommended:
    """One partner worth meeting."""

    organisation_id: Id[UUID]
    score: Technical[float]
    """0 to 1, dimensionless."""
    reasons: Published[tuple[Reason, ...]]
    names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class RecommendationsPublished(Event, type="caravan.recommendations.published.v1"):
    """Whom an organisation should meet, best first."""

    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    partners: Published[tuple[Recommended, ...]]
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class SignalState(Event):
    """What an organisation says of a partner that was recommended to it."""

    signal_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    """Who says it."""
    partner_id: Id[UUID]
    """Of whom."""
    kind: Technical[str]
    """not_for_us: it does not fit; known: the two know each other already."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""
    partner_names: Organisation[Texts] = field(default_factory=dict)
    partner_region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class SignalGiven(SignalState, type="caravan.signal.given.v1"):
    """An organisation sets a partner aside."""


@dataclass(frozen=True, kw_only=True)
class SignalTakenBack(SignalState, type="caravan.signal.taken_back.v1"):
    """An organisation sets a partner aside no more."""


@dataclass(frozen=True, kw_only=True)
class RatingGiven(Event, type="caravan.rating.given.v1"):
    """One of the two says how good a meeting was; a later one takes the place of an earlier one."""

    rating_id: Id[UUID]
    meeting_id: Id[UUID]
    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    """Who says it."""
    stars: Technical[int]
    """From 1, lost time, to 5, could not be better."""
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestState(Event):
    """One organisation's wish to meet another, and the answer."""

    request_id: Id[UUID]
    mission_id: Id[UUID]
    from_organisation_id: Id[UUID]
    to_organisation_id: Id[UUID]
    message: Published[str]
    status: Technical[str]
    """pending, accepted, declined, expired, withdrawn."""
    from_names: Organisation[Texts] = field(default_factory=dict)
    from_region: Organisation[str] = ""
    to_names: Organisation[Texts] = field(default_factory=dict)
    to_region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestSent(MeetingRequestState, type="caravan.meeting_request.sent.v1"):
    """An organisation asks for a meeting."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestAccepted(MeetingRequestState, type="caravan.meeting_request.accepted.v1"):
    """The other side wants to meet."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestDeclined(MeetingRequestState, type="caravan.meeting_request.declined.v1"):
    """The other side does not want to meet."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestWithdrawn(MeetingRequestState, type="caravan.meeting_request.withdrawn.v1"):
    """The asker takes the wish back."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestExpired(MeetingRequestState, type="caravan.meeting_request.expired.v1"):
    """Nobody answered in time."""


@dataclass(frozen=True, kw_only=True)
class TimetablePublished(Event, type="caravan.timetable.published.v1"):
    """A mission has a new version of its timetable; the meetings come with the itineraries."""

    timetable_id: Id[UUID]
    mission_id: Id[UUID]
    number: Technical[int]
    """1 for the first version."""
    cause: Technical[str]
    """first, late_arrival, cancellation, by_hand."""
    value: Technical[int]
    bound: Technical[int]
    proven: Technical[bool]
    meetings: Technical[int]
    unplaced: Technical[int]


@dataclass(frozen=True, kw_only=True)
class BetweenTwo(Event):
    """Who the guest and the host are, as anyone may know them."""

    mission_id: Id[UUID]
    guest_organisation_id: Id[UUID]
    host_organisation_id: Id[UUID]
    guest_names: Organisation[Texts] = field(default_factory=dict)
    guest_region: Organisation[str] = ""
    host_names: Organisation[Texts] = field(default_factory=dict)
    host_region: Organisation[str] = ""


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


@dataclass(frozen=True, kw_only=True)
class ItineraryIssued(Event, type="caravan.itinerary.issued.v1"):
    """All meetings of one organisation whose day has changed, cancelled ones included."""

    mission_id: Id[UUID]
    organisation_id: Id[UUID]
    timetable_number: Technical[int]
    cause: Technical[str]
    """first, late_arrival, cancellation, by_hand."""
    meetings: Technical[tuple[ItineraryLine, ...]]
    """Those that were cancelled or missed are among them: see `status`."""
    timezone: Organisation[str] = ""
    organisation_names: Organisation[Texts] = field(default_factory=dict)
    region: Organisation[str] = ""


@dataclass(frozen=True, kw_only=True)
class AgreementSigned(BetweenTwo, type="caravan.agreement.signed.v1"):
    """A guest and a host signed something."""

    agreement_id: Id[UUID]
    agreement_type: Technical[str]
    subject: Published[str]
    expected_amount: Organisation[int | None]
    """In whole units of the currency; null where no amount was agreed."""
    currency: Organisation[str]
    signed_at: Technical[datetime]


@dataclass(frozen=True, kw_only=True)
class FollowUpState(BetweenTwo):
    """A look at what became of an agreement, some months on."""

    check_id: Id[UUID]
    agreement_id: Id[UUID]
    subject: Published[str]
    months: Technical[int]
    due_on: Technical[date]
    status: Technical[str]
    """due, in_progress, partially_realised, realised, not_realised, no_response."""
    realised_amount: Organisation[int | None]
    currency: Organisation[str]


@dataclass(frozen=True, kw_only=True)
class FollowUpDue(FollowUpState, type="caravan.follow_up.due.v1"):
    """It is time to ask."""


@dataclass(frozen=True, kw_only=True)
class FollowUpRecorded(FollowUpState, type="caravan.follow_up.recorded.v1"):
    """The answer, or that there was none."""
