"""Runs, timetables and meetings of a mission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from matching.errors import TimetableNotFoundError
from matching.models import Meeting, ParticipantCopy, TimetableRun, TimetableVersion
from matching.models.meetings import PLACE
from matching.models.runs import OPEN, Cause
from matching.scope import SCOPE
from servicekit import paging
from servicekit.auth import Actor
from servicekit.languages import noop as _


def runs(session: Session, mission_id: UUID, actor: Actor) -> Sequence[TimetableRun]:
    """Return the runs of a mission, the newest first."""
    query = select(TimetableRun).where(TimetableRun.mission_id == mission_id)
    return session.scalars(query.order_by(TimetableRun.id.desc())).all()


def open_runs(session: Session, mission_id: UUID, actor: Actor) -> list[TimetableRun]:
    """Return the runs of a mission that are still to be solved or wait to be published, the newest first."""
    return [run for run in runs(session, mission_id, actor) if run.status in OPEN]


def timetables(session: Session, mission_id: UUID, actor: Actor) -> Sequence[TimetableVersion]:
    """Return the published timetables of a mission, the first one first."""
    query = select(TimetableVersion).where(TimetableVersion.mission_id == mission_id)
    return session.scalars(query.order_by(TimetableVersion.number)).all()


def timetable(session: Session, mission_id: UUID, number: int, actor: Actor) -> TimetableVersion:
    """Return a published timetable by its number; meetings of the newest are told as they are now.

    Raises:
        TimetableNotFoundError: the mission has none of that number.

    """
    found = timetables(session, mission_id, actor)
    wanted = _of_number(found, number)
    if wanted is found[-1]:
        session.expunge(wanted)
        wanted.meetings = _as_they_are(session, wanted)
    return wanted


def comparison(session: Session, mission_id: UUID, number: int, since: int | None, actor: Actor) -> dict[str, Any]:
    """Tell how a timetable differs from another, by default from the one before it; the first one from itself.

    Raises:
        TimetableNotFoundError: the mission has none of these numbers.

    """
    found = timetables(session, mission_id, actor)
    newer, older = _of_number(found, number), _of_number(found, max(1, number - 1) if since is None else since)
    between = [version for version in found if older.number < version.number <= newer.number]
    dropped = [row for version in between for row in version.changes["dropped"]]
    return _difference(newer, older, {row["meeting_id"]: row["reason"] for row in dropped})


def _of_number(versions: Sequence[TimetableVersion], number: int) -> TimetableVersion:
    wanted = next((version for version in versions if version.number == number), None)
    if wanted is None:
        raise TimetableNotFoundError(_("The mission has no timetable %(number)s."), number=number)
    return wanted


@dataclass(frozen=True, kw_only=True)
class Disturbance:
    """Whose incident a version repairs, and what was said about it."""

    organisation_id: UUID
    reason: str


def disturbance(session: Session, version: TimetableVersion, actor: Actor) -> Disturbance | None:
    """Tell what made a version necessary; None where no incident did."""
    run = session.get(TimetableRun, version.run_id) if version.run_id else None
    if run is None or run.disturbed is None:
        return None
    query = select(ParticipantCopy.reason).where(
        ParticipantCopy.mission_id == version.mission_id, ParticipantCopy.organisation_id == run.disturbed
    )
    reason = session.scalar(query) if version.cause == Cause.CANCELLATION else None
    return Disturbance(organisation_id=run.disturbed, reason=reason or "")


def _difference(newer: TimetableVersion, older: TimetableVersion, reasons: Mapping[str, str]) -> dict[str, Any]:
    """Tell how one timetable differs from another of its mission, whichever of the two came first."""
    now, was = ({line["meeting_id"]: line for line in version.meetings} for version in (newer, older))
    moved = [(was[id_], line) for id_, line in now.items() if id_ in was and _place(was[id_]) != _place(line)]
    return {
        "number": newer.number,
        "since": older.number,
        "moved": [_step(line, _place(before), _place(line)) for before, line in moved],
        "dropped": [
            _step(line, _place(line), None) | {"reason": reasons.get(id_, "")}
            for id_, line in was.items()
            if id_ not in now
        ],
        "added": [_step(line, None, _place(line)) for id_, line in now.items() if id_ not in was],
    }


def _step(line: dict[str, Any], before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    return {name: line[name] for name in ("meeting_id", "guest_id", "host_id")} | {"from": before, "to": after}


def _place(line: dict[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in PLACE}


def meetings_of(session: Session, mission_id: UUID, organisation_id: UUID, actor: Actor) -> dict[UUID, Meeting]:
    """Return the meetings of an organisation by its partners."""
    query = _meetings(mission_id).where(or_(Meeting.guest_id == organisation_id, Meeting.host_id == organisation_id))
    found = session.scalars(query)
    return {meeting.other(organisation_id): meeting for meeting in found}


def meetings(session: Session, mission_id: UUID, args: dict[str, Any], actor: Actor) -> paging.Page:
    """Return one page of the meetings of a mission, cancelled ones included."""
    mine = _meetings(mission_id).where(SCOPE.rows(actor, Meeting))
    return paging.page(session, mine, Meeting.id, args)


def _meetings(mission_id: UUID) -> Select[Meeting]:
    return select(Meeting).where(Meeting.mission_id == mission_id)


def _as_they_are(session: Session, version: TimetableVersion) -> list[dict[str, Any]]:
    now = {str(meeting.id): meeting for meeting in session.scalars(_meetings(version.mission_id))}
    return [
        line | {"status": now[line["meeting_id"]].status, "is_locked": now[line["meeting_id"]].is_locked}
        for line in version.meetings
    ]
