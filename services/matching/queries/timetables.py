"""Runs and versions.

Runs, timetables and meetings of a mission.

What pages follow: cheap words for how things stand, which differ whenever the things do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, load_only

from matching import lookups
from matching.errors import TimetableNotFoundError
from matching.models import Inputs, Itinerary, Meeting, ParticipantCopy, TimetableDraft, TimetableRun, TimetableVersion
from matching.models.meetings import PLACE
from matching.models.timetable import INCIDENTS, OPEN, Cause, RunStatus
from matching.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.texts.languages import noop as _
from servicekit.web import paging


def runs(session: Session, mission_id: UUID, actor: Actor) -> Sequence[TimetableRun]:
    """Return the runs of a mission, the newest first."""
    query = select(TimetableRun).where(TimetableRun.mission_id == mission_id)
    return session.scalars(query.order_by(TimetableRun.id.desc())).all()


def open_runs(session: Session, mission_id: UUID, actor: Actor) -> list[TimetableRun]:
    """Return the runs of a mission that are still to be solved or wait to be published, the newest first."""
    query = select(TimetableRun).where(TimetableRun.mission_id == mission_id, TimetableRun.status.in_(OPEN))
    return list(session.scalars(query.order_by(TimetableRun.id.desc())))


def failed_run(session: Session, mission_id: UUID, actor: Actor) -> TimetableRun | None:
    """Return the newest run of a mission if it has failed."""
    newest = select(TimetableRun.id, TimetableRun.status).where(TimetableRun.mission_id == mission_id)
    found = session.execute(newest.order_by(TimetableRun.id.desc()).limit(1)).first()
    return session.get(TimetableRun, found.id) if found and found.status == RunStatus.FAILED else None


def timetables(session: Session, mission_id: UUID, actor: Actor) -> Sequence[TimetableVersion]:
    """Return the published timetables of a mission, the first one first."""
    query = select(TimetableVersion).where(TimetableVersion.mission_id == mission_id)
    return session.scalars(query.order_by(TimetableVersion.number)).all()


def timetable(session: Session, mission_id: UUID, number: int, actor: Actor) -> TimetableVersion:
    """Return a published timetable by its number; meetings of the newest are told as they are now.

    Raises:
        TimetableNotFoundError: the mission has none of that number.

    """
    mine = TimetableVersion.mission_id == mission_id
    found = session.scalars(select(TimetableVersion).where(mine, TimetableVersion.number == number)).all()
    wanted = _of_number(found, number)
    if number == session.scalar(select(func.max(TimetableVersion.number)).where(mine)):
        session.expunge(wanted)
        wanted.meetings = _as_they_are(session, wanted)
    return wanted


def heads(session: Session, mission_id: UUID, actor: Actor) -> Sequence[TimetableVersion]:
    """Return the published timetables of a mission without what is in them, the first one first."""
    query = select(TimetableVersion).where(TimetableVersion.mission_id == mission_id)
    names = ("number", "published_at", "cause", "value", "bound", "proven", "run_id", "published_by")
    light = load_only(*(getattr(TimetableVersion, name) for name in names), raiseload=True)
    return session.scalars(query.options(light).order_by(TimetableVersion.number)).all()


def waiting_list(session: Session, mission_id: UUID, number: int, actor: Actor) -> list[dict[str, Any]]:
    """Return the pairs that have no meeting in a published timetable."""
    mine = TimetableVersion.mission_id == mission_id, TimetableVersion.number == number
    found: list[dict[str, Any]] = session.scalars(select(TimetableVersion.unplaced).where(*mine)).one()
    return found


def told_with(session: Session, version: TimetableVersion, actor: Actor) -> list[UUID]:
    """Return the organisations whose newest itinerary is that of a version: whom it has told, and nothing since."""
    mine = Itinerary.mission_id == version.mission_id, Itinerary.timetable_number == version.number
    return list(session.scalars(select(Itinerary.organisation_id).where(*mine)))


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


@dataclass(frozen=True, kw_only=True)
class DoneRepair:
    """A repair that was published: which version it made, when, and how many meetings it changed."""

    number: int
    published_at: datetime
    cause: str
    disturbed: UUID | None
    moved: int
    dropped: int
    added: int


def repairs_since(session: Session, mission_id: UUID, since: datetime, actor: Actor) -> list[DoneRepair]:
    """Return the repairs of a mission that were published from an instant on, the newest first."""
    columns = (TimetableVersion.number, TimetableVersion.published_at, TimetableVersion.cause, TimetableVersion.changes)
    query = select(*columns, TimetableRun.disturbed).outerjoin(TimetableRun, TimetableRun.id == TimetableVersion.run_id)
    query = query.where(
        TimetableVersion.mission_id == mission_id,
        TimetableVersion.published_at >= since,
        TimetableVersion.cause.in_(INCIDENTS),
    )
    return [
        DoneRepair(
            number=row.number,
            published_at=row.published_at,
            cause=row.cause,
            disturbed=row.disturbed,
            **{kind: len(row.changes[kind]) for kind in ("moved", "dropped", "added")},
        )
        for row in session.execute(query.order_by(TimetableVersion.number.desc()))
    ]


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
    query = select(Meeting.id, Meeting.status, Meeting.is_locked).where(Meeting.mission_id == version.mission_id)
    now = {str(id_): {"status": status, "is_locked": is_locked} for id_, status, is_locked in session.execute(query)}
    return [line | now[line["meeting_id"]] for line in version.meetings]


def timetable_state(session: Session, actor: Actor, mission_id: UUID) -> object:
    """Tell how far a mission's timetable, its draft, its runs and its meetings are; raises MissionNotFoundError."""
    mission = lookups.known_mission(session, mission_id, actor)
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
