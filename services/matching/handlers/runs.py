"""Timetable runs: started and published by the organiser, queued by incidents."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.event import Envelope
from contracts.registration import DelegateState, ParticipantWithdrawn
from matching import loading
from matching.commands import StartTimetableRun
from matching.errors import HallUnusableError, RunNotFoundError
from matching.handlers import inputs, publication
from matching.models import DelegateCopy, MissionCopy, ParticipantCopy, TimetableRun
from matching.models.runs import OPEN, Cause, RunStatus
from matching.pack import PUBLISHED
from servicekit import context, identifiers, journal, tracing
from servicekit.auth import Actor
from servicekit.clock import machine_now
from servicekit.languages import noop as _
from servicekit.problems import FieldError, InvalidInputError


def start_run(session: Session, command: StartTimetableRun, actor: Actor) -> TimetableRun:
    """Queue a run: the first timetable, or one that leaves what stands and adds what fits.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        HallUnusableError: it has no slots with tables.
        InvalidInputError: a pair is pinned to a slot or a table that the mission does not have.

    """
    mission = loading.own_mission(session, command.mission_id, actor)
    if not any(slot["tables"] for slot in mission.slots):
        raise HallUnusableError
    _check_pins(mission, command)
    counters = inputs.locked(session, mission.id)
    cause = Cause.BY_HAND if counters.timetable_number else Cause.FIRST
    run = _new(session, mission, cause, command.time_limit_seconds)
    journal.note(session, run, is_new=True)
    run.seed = command.seed
    run.pinned = [{name: _plain(value) for name, value in asdict(pin).items()} for pin in command.pinned]
    return run


def publish_run(session: Session, run_id: UUID, actor: Actor) -> TimetableRun:
    """Publish a solved run; one whose mission has changed since is solved again first and then published.

    A repair that is to be looked at waits again once it is solved anew: nobody has seen the new solution.

    Raises:
        RunNotFoundError: there is none of that id.
        RunUnsolvedError: it has no solution.

    """
    absent = RunNotFoundError(_("There is no timetable run %(id)s."), id=run_id)
    found = loading.find(session, TimetableRun, run_id, actor, absent)
    counters = inputs.locked(session, found.mission_id)
    session.refresh(found, with_for_update=True)
    if found.status == RunStatus.PUBLISHED:
        return found
    found.check_solved()
    if counters.timetable_version == found.inputs_version:
        publication.publish(session, found, counters)
    else:
        found.is_to_publish, found.traceparent = not _waits(session, found), tracing.here()
        found.queue_again()
    return found


def _waits(session: Session, run: TimetableRun) -> bool:
    """Say whether somebody has to look at a run before it is published: at a repair, where the mission kind says so."""
    rules = loading.rules_for(session, session.get_one(MissionCopy, run.mission_id))
    return run.disturbed is not None and rules.repairs != PUBLISHED


def mend_after_change(session: Session, envelope: Envelope[DelegateState], actor: Actor) -> None:
    """Queue a repair where the published timetable was made from other times of a delegate than they now are."""
    mend(session, session.get_one(DelegateCopy, envelope.data.delegate_id))


def mend(session: Session, delegate: DelegateCopy) -> None:
    """Queue a repair where a delegate is not there as the published timetable says."""
    if delegate.planned is not None and delegate.planned != delegate.plan:
        _queue_repair(session, delegate.mission_id, delegate.organisation_id, Cause.LATE_ARRIVAL)


def mend_after_withdrawal(session: Session, envelope: Envelope[ParticipantWithdrawn], actor: Actor) -> None:
    """Queue the cancellation of what an organisation that left still has ahead of it."""
    participant = session.get_one(ParticipantCopy, envelope.data.participant_id)
    if participant.status == "withdrawn":
        _queue_repair(session, participant.mission_id, participant.organisation_id, Cause.CANCELLATION)


def _check_pins(mission: MissionCopy, command: StartTimetableRun) -> None:
    tables = {slot["id"]: slot["tables"] for slot in mission.slots}
    wrong = [
        FieldError(f"#/pinned/{number}", _("The mission has no such slot, or not that table in it."))
        for number, pin in enumerate(command.pinned)
        if pin.slot not in tables or not (pin.table is None or pin.table in tables[pin.slot])
    ]
    if wrong:
        raise InvalidInputError(_("Nothing was saved."), errors=wrong)


def _plain(value: UUID | str | None) -> str | None:
    return None if value is None else str(value)


def _queue_repair(session: Session, mission_id: UUID, organisation_id: UUID, cause: Cause) -> None:
    """Queue one repair for an organisation, once a timetable is published; a queued one takes the incident in.

    One that is being made to be looked at, or waits for that, is superseded.
    """
    mission = session.get(MissionCopy, mission_id)
    homes = context.of(session).settings.homes
    if mission is None or (homes and mission.home not in homes):
        return
    if inputs.locked(session, mission_id).timetable_number == 0:
        return
    query = select(TimetableRun).where(
        TimetableRun.mission_id == mission_id,
        TimetableRun.disturbed == organisation_id,
        TimetableRun.status.in_(OPEN),
    )
    unsettled = session.scalars(query.with_for_update()).all()
    queued = (run for run in unsettled if run.status == RunStatus.QUEUED)
    run = next(queued, None) or _new(session, mission, cause)
    for older in unsettled:
        if older is not run and not older.is_to_publish:
            older.supersede()
    run.disturbed, run.traceparent = organisation_id, tracing.here()
    run.is_to_publish = not _waits(session, run)
    if cause is Cause.CANCELLATION:
        run.cause = cause


def _new(session: Session, mission: MissionCopy, cause: Cause, time_limit_seconds: float | None = None) -> TimetableRun:
    run = TimetableRun(
        id=identifiers.fresh(),
        mission_id=mission.id,
        status=RunStatus.QUEUED,
        cause=cause,
        time_limit_seconds=time_limit_seconds or loading.rules_for(session, mission).time_limit_seconds,
        queued_at=machine_now(),
        attempts=0,
        inputs_version=0,
        seed=0,
        is_to_publish=False,
        is_stopped=False,
        pinned=[],
        error="",
        traceparent=tracing.here(),
    )
    session.add(run)
    return run
