"""What pages follow: cheap words for how things stand, which differ whenever the things do."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching import loading
from matching.models import Inputs, Meeting, TimetableDraft, TimetableRun
from matching.models.runs import OPEN
from servicekit.auth import Actor


def timetable_state(session: Session, actor: Actor, mission_id: UUID) -> object:
    """Tell how far a mission's timetable, its draft, its runs and its meetings are; raises MissionNotFoundError."""
    mission = loading.known_mission(session, mission_id, actor)
    counters, draft = session.get(Inputs, mission_id), session.get(TimetableDraft, mission_id)
    told = (TimetableRun.id, TimetableRun.status, TimetableRun.value, TimetableRun.bound, TimetableRun.is_stopped)
    runs = select(*told).where(TimetableRun.mission_id == mission_id, TimetableRun.status.in_(OPEN))
    meetings = select(Meeting.status, func.count(), func.sum(Meeting.version)).where(Meeting.mission_id == mission_id)
    return (
        mission.version,
        counters and (counters.timetable_number, counters.timetable_version),
        draft and draft.version,
        [tuple(row) for row in session.execute(runs.order_by(TimetableRun.id))],
        sorted(tuple(row) for row in session.execute(meetings.group_by(Meeting.status))),
    )
