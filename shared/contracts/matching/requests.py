"""Events of meeting requests, from the wish to its answer."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.classes import Id, Organisation, Published, Technical
from contracts.event import Event
from contracts.registration.common import Texts


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
    reason: Published[str] = ""
    """Why it was declined, as was written; empty: nothing was."""
    proposed_starts_at: Technical[datetime | None] = None
    """When whoever was asked wants to meet instead, if that was said."""
    proposed_ends_at: Technical[datetime | None] = None
    """The end of that time."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestSent(MeetingRequestState, type="caravan.meeting_request.sent.v1"):
    """An organisation asks for a meeting."""


@dataclass(frozen=True, kw_only=True)
class MeetingRequestTimeProposed(MeetingRequestState, type="caravan.meeting_request.time_proposed.v1"):
    """The other side proposes a time; it is for the asker to answer."""


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
