"""Events published by matching: recommendations, requests, timetables, meetings, agreements.

Import events and the types that they share from this package.
"""

from contracts.matching.agreements import (
    AgreementSigned,
    FollowUpDue,
    FollowUpRecorded,
    FollowUpState,
)
from contracts.matching.meetings import (
    ContactsExchanged,
    ContactsOffered,
    ContactsState,
    ContactsWithheld,
    MeetingCancelled,
    MeetingHeld,
    MeetingMissed,
    MeetingMoved,
    MeetingNoticeGiven,
    MeetingNoticeState,
    MeetingNoticeTakenBack,
    MeetingScheduled,
    MeetingState,
    PairEvent,
)
from contracts.matching.recommendations import (
    RatingGiven,
    Reason,
    RecommendationsPublished,
    RecommendedPartner,
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
    TimetablePublished,
)

__all__ = [
    "AgreementSigned",
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
    "PairEvent",
    "RatingGiven",
    "Reason",
    "RecommendationsPublished",
    "RecommendedPartner",
    "SignalGiven",
    "SignalState",
    "SignalTakenBack",
    "TimetablePublished",
]
