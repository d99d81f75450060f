"""How matching tells the present state of what it owns once more."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from contracts import matching as events
from contracts.event import Event
from matching.handlers import agreements, itineraries, meeting_day, meetings, requests
from matching.handlers.recommendations import list_publication, lists
from matching.handlers.timetable import publication
from matching.models import (
    Agreement,
    ContactExchange,
    FollowUpCheck,
    Itinerary,
    Meeting,
    MeetingNotice,
    MeetingRequest,
    MissionCopy,
    Rating,
    RecommendationList,
    Signal,
    TimetableVersion,
)
from matching.models.meetings import MeetingStatus
from matching.models.requests import RequestStatus
from matching.queries.agreements import newest_answers
from servicekit.bus.snapshots import all_of
from servicekit.service import Snapshot

_REQUEST: Mapping[str, type[events.MeetingRequestState]] = {
    RequestStatus.PENDING: events.MeetingRequestSent,
    RequestStatus.ACCEPTED: events.MeetingRequestAccepted,
    RequestStatus.DECLINED: events.MeetingRequestDeclined,
    RequestStatus.EXPIRED: events.MeetingRequestExpired,
    RequestStatus.WITHDRAWN: events.MeetingRequestWithdrawn,
}
_MEETING: Mapping[str, type[events.MeetingState]] = {
    MeetingStatus.SCHEDULED: events.MeetingScheduled,
    MeetingStatus.MOVED: events.MeetingMoved,
    MeetingStatus.CANCELLED: events.MeetingCancelled,
    MeetingStatus.HELD: events.MeetingHeld,
    MeetingStatus.NO_SHOW: events.MeetingMissed,
}


def _recommendations(session: Session, row: RecommendationList) -> Event:
    return list_publication.published(session, row)


def _request(session: Session, request: MeetingRequest) -> Event:
    is_proposed = request.status == RequestStatus.PENDING and request.proposed_slot is not None
    event = events.MeetingRequestTimeProposed if is_proposed else _REQUEST[request.status]
    return requests.state_of(session, request, event)


def _timetable(_session: Session, version: TimetableVersion) -> Event:
    return publication.published(version)


def _meeting(session: Session, meeting: Meeting) -> Event:
    mission = session.get_one(MissionCopy, meeting.mission_id)
    return meetings.state_of(session, mission, meeting, _MEETING[meeting.status])


def _itinerary(session: Session, itinerary: Itinerary) -> Event:
    return itineraries.issued(session, itinerary)


def _agreement(session: Session, agreement: Agreement) -> Event:
    return agreements.signed(session, agreement)


def _follow_up(session: Session, check: FollowUpCheck) -> Event:
    agreement = session.get_one(Agreement, check.agreement_id)
    answer = newest_answers(session, [check.id]).get(check.id)
    if answer is None:
        return agreements.follow_up(session, events.FollowUpDue, agreement, check, "due", None)
    found = answer.status, answer.realised_amount
    return agreements.follow_up(session, events.FollowUpRecorded, agreement, check, *found)


SNAPSHOTS = (
    Snapshot(entity="recommendations", rows=all_of(RecommendationList), tell=_recommendations),
    Snapshot(entity="signal", rows=all_of(Signal), tell=lists.state_of),
    Snapshot(entity="rating", rows=all_of(Rating), tell=meeting_day.rating_state),
    Snapshot(entity="meeting_request", rows=all_of(MeetingRequest), tell=_request),
    Snapshot(entity="timetable", rows=all_of(TimetableVersion), tell=_timetable),
    Snapshot(entity="meeting", rows=all_of(Meeting), tell=_meeting),
    Snapshot(entity="meeting_notice", rows=all_of(MeetingNotice), tell=meeting_day.notice_state),
    Snapshot(entity="contacts", rows=all_of(ContactExchange), tell=meeting_day.contacts_state),
    Snapshot(entity="itinerary", rows=all_of(Itinerary), tell=_itinerary),
    Snapshot(entity="agreement", rows=all_of(Agreement), tell=_agreement),
    Snapshot(entity="follow_up", rows=all_of(FollowUpCheck), tell=_follow_up),
)
