"""Events published by matching: recommendations, requests, timetables, meetings, agreements."""

from contracts.matching.agreements import (
    AgreementSigned,
    FollowUpDue,
    FollowUpRecorded,
    FollowUpState,
)
from contracts.matching.common import (
    BetweenTwo,
)
from contracts.matching.days import (
    ContactsExchanged,
    ContactsOffered,
    ContactsState,
    ContactsWithheld,
    MeetingNoticeGiven,
    MeetingNoticeState,
    MeetingNoticeTakenBack,
)
from contracts.matching.recommendations import (
    RatingGiven,
    Reason,
    RecommendationsPublished,
    Recommended,
    SignalGiven,
    SignalState,
    SignalTakenBack,
)
from contracts.matching.requests import (
    MeetingRequestAccepted,
    MeetingRequestDeclined,
    MeetingRequestExpired,
    MeetingRequestSent,
    MeetingRequestState,
    MeetingRequestTimeProposed,
    MeetingRequestWithdrawn,
)
from contracts.matching.timetables import (
    ItineraryIssued,
    ItineraryLine,
    MeetingCancelled,
    MeetingHeld,
    MeetingMissed,
    MeetingMoved,
    MeetingScheduled,
    MeetingState,
    TimetablePublished,
)

__all__ = [
    "AgreementSigned",
    "BetweenTwo",
    "ContactsExchanged",
    "ContactsOffered",
    "ContactsState",
    "ContactsWithheld",
    "FollowUpDue",
    "FollowUpRecorded",
    "FollowUpState",
    "ItineraryIssued",
    "ItineraryLine",
    "MeetingCancelled",
    "MeetingHeld",
    "MeetingMissed",
    "MeetingMoved",
    "MeetingNoticeGiven",
    "MeetingNoticeState",
    "MeetingNoticeTakenBack",
    "MeetingRequestAccepted",
    "MeetingRequestDeclined",
    "MeetingRequestExpired",
    "MeetingRequestSent",
    "MeetingRequestState",
    "MeetingRequestTimeProposed",
    "MeetingRequestWithdrawn",
    "MeetingScheduled",
    "MeetingState",
    "RatingGiven",
    "Reason",
    "RecommendationsPublished",
    "Recommended",
    "SignalGiven",
    "SignalState",
    "SignalTakenBack",
    "TimetablePublished",
]
