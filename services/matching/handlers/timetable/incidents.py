"""Repairs that incidents queue: somebody comes late, leaves or stays away, a newcomer, another hall."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import DelegateState, MissionState, ParticipantState, ParticipantWithdrawn
from matching.handlers import versions
from matching.handlers.timetable.runs import has_to_wait, new_run
from matching.models import DelegateCopy, Meeting, MissionCopy, ParticipantCopy, TimetableRun
from matching.models.meetings import OVER, STANDING
from matching.models.timetable import OPEN, Cause, RunStatus
from servicekit.auth.actors import Actor
from servicekit.data import clock, context
from servicekit.telemetry import tracing

Times = Sequence[dict[str, str]]
"""Windows of a delegate: {starts_at, ends_at}, the earliest first."""


def mend_after_change(session: Session, envelope: Envelope[DelegateState], actor: Actor) -> None:
    """Queue a repair where the published timetable was made from other times of a delegate than they now are."""
    mend(session, session.get_one(DelegateCopy, envelope.data.delegate_id))


def mend(session: Session, delegate: DelegateCopy) -> None:
    """Queue a repair where a delegate is not there as the published timetable says."""
    if delegate.planned is not None and delegate.planned != delegate.plan:
        cause = what_became(delegate.planned["availability"], delegate.plan["availability"])
        _queue_repair(session, delegate.mission_id, delegate.organisation_id, cause)


def mend_after_withdrawal(session: Session, envelope: Envelope[ParticipantWithdrawn], actor: Actor) -> None:
    """Queue the cancellation of what an organisation that left still has ahead of it."""
    participant = session.get_one(ParticipantCopy, envelope.data.participant_id)
    if participant.status == "withdrawn":
        _queue_repair(session, participant.mission_id, participant.organisation_id, Cause.CANCELLATION)


def mend_after_hall_change(session: Session, envelope: Envelope[MissionState], actor: Actor) -> None:
    """Queue a repair where the hall is not as planned, or a meeting ahead has lost its slot, table or interpreter.

    As planned are the programme, the walks and the places of tables. Their changes queue a repair even where every
    meeting can stand: pairs that wait are told new reasons, and who sits at a table that stands elsewhere is told so.
    """
    mission = session.get_one(MissionCopy, envelope.data.mission_id)
    if mission.planned is not None and mission.planned != mission.plan:
        _queue_repair(session, mission.id, None, Cause.HALL_CHANGED)
        return
    ahead = select(Meeting).where(
        Meeting.mission_id == mission.id, Meeting.status.in_(STANDING), Meeting.starts_at > clock.now(session)
    )
    slots = {slot["id"]: slot for slot in mission.slots}
    if any(not _has_place(mission, slots.get(meeting.slot), meeting) for meeting in session.scalars(ahead)):
        _queue_repair(session, mission.id, None, Cause.HALL_CHANGED)


def welcome_participant(session: Session, envelope: Envelope[ParticipantState], actor: Actor) -> None:
    """Queue meetings for an organisation that was admitted when the timetable was out."""
    _welcome(session, envelope.data.mission_id, envelope.data.organisation_id)


def welcome_delegate(session: Session, envelope: Envelope[DelegateState], actor: Actor) -> None:
    """Queue meetings for an organisation that has named who will sit in them when the timetable was out."""
    _welcome(session, envelope.data.mission_id, envelope.data.organisation_id)


def what_became(planned: Times, now: Times) -> Cause:
    """Tell an early leave from a late arrival by the first window that is not whole any more.

    Who is there when it begins, or never after it, but at some time before, leaves early. All else is a late arrival:
    a later beginning, another way of taking part, and nobody at all.
    """
    windows = [_instants(window) for window in now]
    for starts_at, ends_at in map(_instants, planned):
        if any(since <= starts_at and ends_at <= until for since, until in windows):
            continue
        begins = any(since <= starts_at < until for since, until in windows)
        is_last = bool(windows) and all(until <= starts_at for _, until in windows)
        return Cause.EARLY_LEAVE if begins or is_last else Cause.LATE_ARRIVAL
    return Cause.LATE_ARRIVAL


def _instants(window: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(window["starts_at"]), datetime.fromisoformat(window["ends_at"])


def _has_place(mission: MissionCopy, slot: dict[str, Any] | None, meeting: Meeting) -> bool:
    """Tell whether the programme still has a meeting's slot at its time, with its table, and nothing else then."""
    if slot is None or meeting.table not in slot["tables"]:
        return False
    if _instants(slot) != (meeting.starts_at, meeting.ends_at):
        return False
    if meeting.interpreter and not _is_interpreted(mission, meeting):
        return False
    ends = {str(meeting.guest_id), str(meeting.host_id)}
    binding = (
        _instants(item)
        for item in mission.agenda
        if item["binds"] and (item["organisations"] is None or not ends.isdisjoint(item["organisations"]))
    )
    return not any(since < meeting.ends_at and meeting.starts_at < until for since, until in binding)


def _is_interpreted(mission: MissionCopy, meeting: Meeting) -> bool:
    """Tell whether the mission still has the meeting's interpreter at its time."""
    windows = (
        _instants(window)
        for row in mission.interpreters
        if row["id"] == meeting.interpreter
        for window in row["availability"]
    )
    return any(since <= meeting.starts_at and meeting.ends_at <= until for since, until in windows)


def _welcome(session: Session, mission_id: UUID, organisation_id: UUID) -> None:
    """Queue meetings for an organisation that takes part, has somebody to sit in them, and has none."""
    if _is_ready(session, mission_id, organisation_id) and not _has_meetings(session, mission_id, organisation_id):
        _queue_repair(session, mission_id, organisation_id, Cause.WALK_IN)


def _is_ready(session: Session, mission_id: UUID, organisation_id: UUID) -> bool:
    admitted = select(ParticipantCopy).where(
        ParticipantCopy.mission_id == mission_id, ParticipantCopy.organisation_id == organisation_id
    )
    people = select(DelegateCopy).where(
        DelegateCopy.mission_id == mission_id, DelegateCopy.organisation_id == organisation_id
    )
    return any(row.is_in for row in session.scalars(admitted)) and any(
        row.can_negotiate and not row.is_removed for row in session.scalars(people)
    )


def _has_meetings(session: Session, mission_id: UUID, organisation_id: UUID) -> bool:
    own = or_(Meeting.guest_id == organisation_id, Meeting.host_id == organisation_id)
    query = select(Meeting.id).where(Meeting.mission_id == mission_id, own, Meeting.status.in_((*STANDING, *OVER)))
    return session.scalars(query).first() is not None


def _queue_repair(session: Session, mission_id: UUID, organisation_id: UUID | None, cause: Cause) -> None:
    """Queue one repair for an organisation or the hall, once a timetable is published; a queued one takes it in.

    One that is being made to be looked at, or waits for that, is superseded.
    """
    mission = session.get(MissionCopy, mission_id)
    homes = context.of(session).settings.homes
    if mission is None or (homes and mission.home not in homes):
        return
    if versions.locked(session, mission_id).timetable_number == 0:
        return
    whose = TimetableRun.cause == cause if organisation_id is None else TimetableRun.disturbed == organisation_id
    query = select(TimetableRun).where(TimetableRun.mission_id == mission_id, whose, TimetableRun.status.in_(OPEN))
    unsettled = session.scalars(query.with_for_update()).all()
    queued = (run for run in unsettled if run.status == RunStatus.QUEUED)
    run = next(queued, None) or new_run(session, mission, cause)
    for older in unsettled:
        if older is not run and not older.is_to_publish:
            older.supersede()
    run.disturbed, run.traceparent = organisation_id, tracing.here()
    run.is_to_publish = not has_to_wait(session, run)
    if cause is Cause.CANCELLATION:
        run.cause = cause
