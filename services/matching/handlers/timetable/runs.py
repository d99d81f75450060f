"""Start, stop, discard.

Timetable runs: started and published by the organiser.

End timetable runs by hand: a search that has gone on long enough, a solution that nobody wants.
"""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy.orm import Session

from matching import lookups
from matching.commands import StartTimetableRun
from matching.errors import HallUnusableError, RunNotFoundError
from matching.handlers import versions
from matching.handlers.timetable import publication
from matching.models import MissionCopy, TimetableRun
from matching.models.timetable import Cause, RunStatus
from matching.pack import PUBLISHED
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data.clock import machine_now
from servicekit.problems import FieldError, InvalidInputError
from servicekit.telemetry import audit_log, tracing
from servicekit.texts.languages import noop as _


def start_run(session: Session, command: StartTimetableRun, actor: Actor) -> TimetableRun:
    """Queue a run: the first timetable, or one that leaves what stands and adds what fits.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        HallUnusableError: it has no slots with tables.
        InvalidInputError: a pair is pinned to a slot or a table that the mission does not have.

    """
    mission = lookups.own_mission(session, command.mission_id, actor)
    if not any(slot["tables"] for slot in mission.slots):
        raise HallUnusableError
    _check_pins(mission, command)
    counters = versions.locked(session, mission.id)
    cause = Cause.BY_HAND if counters.timetable_number else Cause.FIRST
    run = new_run(session, mission, cause, command.time_limit_seconds)
    audit_log.note(session, run, is_new=True)
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
    found = lookups.find(session, TimetableRun, run_id, actor, absent)
    counters = versions.locked(session, found.mission_id)
    session.refresh(found, with_for_update=True)
    if found.status == RunStatus.PUBLISHED:
        return found
    found.check_solved()
    if counters.timetable_version == found.inputs_version:
        publication.publish(session, found, counters)
    else:
        found.is_to_publish, found.traceparent = not has_to_wait(session, found), tracing.here()
        found.queue_again()
    return found


def has_to_wait(session: Session, run: TimetableRun) -> bool:
    """Say whether somebody has to look at a run before it is published: at a repair, where the mission kind says so."""
    rules = lookups.rules_for(session, session.get_one(MissionCopy, run.mission_id))
    return run.is_repair and rules.repairs != PUBLISHED


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


def new_run(
    session: Session, mission: MissionCopy, cause: Cause, time_limit_seconds: float | None = None
) -> TimetableRun:
    """Queue a run; without a limit that of the mission kind."""
    run = TimetableRun(
        id=identifiers.fresh(),
        mission_id=mission.id,
        status=RunStatus.QUEUED,
        cause=cause,
        time_limit_seconds=time_limit_seconds or lookups.rules_for(session, mission).time_limit_seconds,
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


def stop_run(session: Session, run_id: UUID, actor: Actor) -> TimetableRun:
    """End a search with the best so far; one that has not begun is cancelled. Said twice it counts once.

    Raises:
        RunNotFoundError: there is none of that id.
        RunOverError: it is solved, published, or has failed.

    """
    run = _locked(session, run_id, actor)
    run.stop()
    return run


def discard_run(session: Session, run_id: UUID, actor: Actor) -> TimetableRun:
    """Throw a solution away instead of publishing it. Said twice it counts once.

    Raises:
        RunNotFoundError: there is none of that id.
        RunUnsolvedError: it has no solution, or it was published.

    """
    run = _locked(session, run_id, actor)
    run.discard()
    return run


def _locked(session: Session, run_id: UUID, actor: Actor) -> TimetableRun:
    """Lock a run after its mission's counters: in the order in which workers lock them."""
    absent = RunNotFoundError(_("There is no timetable run %(id)s."), id=run_id)
    run = lookups.find(session, TimetableRun, run_id, actor, absent)
    versions.locked(session, run.mission_id)
    session.refresh(run, with_for_update=True)
    return run
