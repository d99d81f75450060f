"""Tables of matching: copies of what registration tells, and what matching itself decides."""

from matching.models.agreements import Agreement, FollowUpAnswer, FollowUpCheck
from matching.models.copies import (
    Base,
    DelegateCopy,
    MissionCopy,
    OrganisationCopy,
    ParticipantCopy,
    ProfileCopy,
    RegionCopy,
)
from matching.models.meetings import ContactExchange, Itinerary, Meeting, MeetingNote, MeetingNotice
from matching.models.recommendations import (
    ChangedList,
    ChangedProfile,
    MissionScale,
    Pair,
    Rating,
    RecommendationList,
    ScoredBlock,
    ScoringRound,
    Signal,
    TextVector,
)
from matching.models.requests import MeetingRequest
from matching.models.timetable import DraftEdit, TimetableDraft, TimetableRun, TimetableVersion
from matching.models.versions import Inputs

__all__ = [
    "Agreement",
    "Base",
    "ChangedList",
    "ChangedProfile",
    "ContactExchange",
    "DelegateCopy",
    "DraftEdit",
    "FollowUpAnswer",
    "FollowUpCheck",
    "Inputs",
    "Itinerary",
    "Meeting",
    "MeetingNote",
    "MeetingNotice",
    "MeetingRequest",
    "MissionCopy",
    "MissionScale",
    "OrganisationCopy",
    "Pair",
    "ParticipantCopy",
    "ProfileCopy",
    "Rating",
    "RecommendationList",
    "RegionCopy",
    "ScoredBlock",
    "ScoringRound",
    "Signal",
    "TextVector",
    "TimetableDraft",
    "TimetableRun",
    "TimetableVersion",
]
