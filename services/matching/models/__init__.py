"""Tables of matching: copies of what registration tells, and what matching itself decides."""

from matching.models.agreements import Agreement, FollowUpAnswer, FollowUpCheck
from matching.models.base import Base
from matching.models.copies import DelegateCopy, MissionCopy, OrganisationCopy, ParticipantCopy, ProfileCopy, RegionCopy
from matching.models.days import ContactExchange, MeetingNote, MeetingNotice
from matching.models.drafts import DraftEdit, TimetableDraft
from matching.models.inputs import Inputs
from matching.models.meetings import Itinerary, Meeting
from matching.models.recommendations import ChangedList, Pair, RecommendationList
from matching.models.requests import MeetingRequest
from matching.models.rounds import ChangedProfile, MissionScale, ScoredBlock, ScoringRound
from matching.models.runs import TimetableRun
from matching.models.signals import Rating, Signal
from matching.models.timetables import TimetableVersion
from matching.models.vectors import TextVector

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
