"""Statuses, stages, rules.

The states that things go through, and which may follow which.

How far a mission has come, as its status and the calendar say together.

The rules by which a mission meets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contracts.registration import HallTable, Window


class MissionStatus(StrEnum):
    """Whether a mission takes applications."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class ApplicationStatus(StrEnum):
    """How far an application has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WAITLISTED = "waitlisted"
    WITHDRAWN = "withdrawn"


class ParticipantStatus(StrEnum):
    """Whether an organisation takes part in a mission."""

    ADMITTED = "admitted"
    WAITLISTED = "waitlisted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_S = ApplicationStatus

FOLLOWING: Mapping[ApplicationStatus, frozenset[ApplicationStatus]] = {
    _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
    _S.SUBMITTED: frozenset({_S.APPROVED, _S.REJECTED, _S.CHANGES_REQUESTED, _S.WAITLISTED, _S.WITHDRAWN}),
    _S.CHANGES_REQUESTED: frozenset({_S.SUBMITTED, _S.REJECTED, _S.WITHDRAWN}),
    _S.WAITLISTED: frozenset({_S.APPROVED, _S.REJECTED, _S.WITHDRAWN}),
    _S.APPROVED: frozenset({_S.WITHDRAWN}),
    _S.REJECTED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
"""The statuses that may follow each status of an application."""


class MissionStage(StrEnum):
    """What a reader is told of a mission: once its days begin, they say more than its status."""

    PREPARED = "prepared"
    OPEN = "open"
    CLOSED = "closed"
    UNDER_WAY = "under_way"
    OVER = "over"


_BEFORE = {
    MissionStatus.DRAFT: MissionStage.PREPARED,
    MissionStatus.OPEN: MissionStage.OPEN,
    MissionStatus.CLOSED: MissionStage.CLOSED,
}


def stage_of(status: MissionStatus, days: Window, now: datetime) -> MissionStage:
    """Tell the stage of a mission at an instant; a draft stays one, whatever its dates."""
    if status is MissionStatus.DRAFT or now < days.starts_at:
        return _BEFORE[status]
    return MissionStage.UNDER_WAY if now < days.ends_at else MissionStage.OVER


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an organiser may set; None leaves it to the kind of mission."""

    max_meetings_per_person_per_day: int | None = None
    min_meetings_per_guest: int | None = None
    online_tables: Sequence[str] | None = None
    """Tables at which someone may sit who is not there; None: those with a video kit."""
    places: Mapping[str, int] | None = None
    """Places of each side; a side that is not named takes everyone."""


def with_video(tables: Sequence[HallTable]) -> tuple[str, ...]:
    """Return the ids of the tables with a video kit."""
    return tuple(table.id for table in tables if table.video_kit)
