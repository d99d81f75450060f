"""How far a mission has come, as its status and the calendar say together."""

from datetime import datetime
from enum import StrEnum

from contracts.registration import Window
from registration.domain.statuses import MissionStatus


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
