"""Events of meeting requests, from sending to answer."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.data_classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.registration.values import Texts


@dataclass(frozen=True, kw_only=True)
class MeetingRequestState(Event):
    """A request of one organisation to meet another, with the answer."""

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
    reason: Published[str] = ""
    """Reason for declining, as written; empty: none given."""
    proposed_starts_at: Technical[datetime | None] = None
    """Start of the time that the requested organisation proposed instead; null: none proposed."""
    proposed_ends_at: Technical[datetime | None] = None
    """End of the proposed time."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestSent(MeetingRequestState, type="caravan.meeting_request.sent.v1"):
    """An organisation requested a meeting."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestTimeProposed(MeetingRequestState, type="caravan.meeting_request.time_proposed.v1"):
    """The requested organisation proposed another time; the requesting one has to answer."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestAccepted(MeetingRequestState, type="caravan.meeting_request.accepted.v1"):
    """A meeting request was accepted."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestDeclined(MeetingRequestState, type="caravan.meeting_request.declined.v1"):
    """A meeting request was declined."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestWithdrawn(MeetingRequestState, type="caravan.meeting_request.withdrawn.v1"):
    """The requesting organisation withdrew a meeting request."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestExpired(MeetingRequestState, type="caravan.meeting_request.expired.v1"):
    """A meeting request expired without an answer."""
