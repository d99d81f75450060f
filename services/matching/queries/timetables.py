"""Runs, timetables and meetings of a mission."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from matching.models import Meeting, TimetableRun, TimetableVersion


def runs(session: Session, mission_id: UUID) -> Sequence[TimetableRun]:
    """Return the runs of a mission, the newest first."""
    query = select(TimetableRun).where(TimetableRun.mission_id == mission_id)
    return session.scalars(query.order_by(TimetableRun.id.desc())).all()


def timetables(session: Session, mission_id: UUID) -> Sequence[TimetableVersion]:
    """Return the published timetables of a mission, the first one first."""
    query = select(TimetableVersion).where(TimetableVersion.mission_id == mission_id)
    return session.scalars(query.order_by(TimetableVersion.number)).all()


def timetable(session: Session, mission_id: UUID, number: int) -> TimetableVersion | None:
    """Return a published timetable by its number; meetings of the newest are told as they are now."""
    found = timetables(session, mission_id)
    wanted = next((version for version in found if version.number == number), None)
    if wanted is not None and wanted is found[-1]:
        session.expunge(wanted)
        wanted.meetings = _as_they_are(session, wanted)
    return wanted


def meetings(mission_id: UUID) -> Select[Meeting]:
    """Select the meetings of a mission."""
    return select(Meeting).where(Meeting.mission_id == mission_id)


def _as_they_are(session: Session, version: TimetableVersion) -> list[dict[str, Any]]:
    now = {str(meeting.id): meeting for meeting in session.scalars(meetings(version.mission_id))}
    return [
        line | {"status": now[line["meeting_id"]].status, "is_locked": now[line["meeting_id"]].is_locked}
        for line in version.meetings
    ]
