"""Claims of timetable runs: what a worker takes up, and all that it needs to work outside the transaction."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from matching import lookups
from matching.commands import Pin
from matching.handlers import versions
from matching.models import Inputs, MissionCopy, TimetableRun, TimetableVersion
from matching.models.timetable import Cause, RunStatus
from matching.queries.solver_input import Facts, facts_of
from matching.settings import Settings
from matching.timetabling.model.timetable import Pair
from servicekit.data import clock
from servicekit.service import Runtime

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A run that this worker has taken up, with all that it needs outside the transaction."""

    run_id: UUID
    mission_id: UUID
    attempt: int
    inputs_version: int
    cause: Cause
    seed: int
    time_limit_seconds: float
    disturbed: UUID | None
    waiting: frozenset[UUID]
    """Organisations whose own incidents are queued behind this one."""
    pins: tuple[Pin, ...]
    listed: tuple[Pair, ...]
    """Pairs that the newest timetable lists as without a meeting, for a repair."""
    now: datetime
    facts: Facts
    traceparent: str | None = None


def waiting_runs(session: Session) -> Select[UUID]:
    """Select the runs to be done, first come first served; one whose worker fell silent is to be done again."""
    now = clock.shared_now(session)
    abandoned = and_(TimetableRun.status == RunStatus.RUNNING, TimetableRun.lease_until < now)
    queued = or_(TimetableRun.status == RunStatus.QUEUED, abandoned)
    return select(TimetableRun.id).where(queued).order_by(TimetableRun.queued_at, TimetableRun.id)


def claim_run(runtime: Runtime, run_id: UUID) -> Claim | None:
    """Take a run up, unless somebody else has, or its mission is not ready for it."""
    with runtime.database.write() as session:
        run = session.get_one(TimetableRun, run_id)
        counters = versions.locked(session, run.mission_id)
        session.refresh(run, with_for_update=True)
        if not _is_free(session, run) or (run.needs_pairs and not counters.is_fresh):
            return None
        mission = session.get_one(MissionCopy, run.mission_id)
        try:
            return _take(session, runtime, run, mission, counters)
        except ValueError as error:
            run.fail(str(error))
            log.warning("timetable run failed", extra={"run_id": str(run.id)}, exc_info=True)
            return None


def _is_free(session: Session, run: TimetableRun) -> bool:
    """Tell whether the run is still to be done, and no other of its mission is being worked on."""
    now = clock.shared_now(session)
    busy = select(TimetableRun.id).where(
        TimetableRun.mission_id == run.mission_id,
        TimetableRun.status == RunStatus.RUNNING,
        TimetableRun.lease_until >= now,
    )
    abandoned = run.status == RunStatus.RUNNING and run.lease_until is not None and run.lease_until < now
    return (run.status == RunStatus.QUEUED or abandoned) and session.scalars(busy).first() is None


def _take(session: Session, runtime: Runtime, run: TimetableRun, mission: MissionCopy, counters: Inputs) -> Claim:
    settings = runtime.settings
    assert isinstance(settings, Settings)
    now = clock.now(session)
    newcomers = [run.disturbed] if run.cause == Cause.WALK_IN and run.disturbed else []
    of = newcomers if run.is_repair else None
    facts = facts_of(session, mission, lookups.rules_for(session, mission), now, pairs_of=of)
    if run.disturbed is not None and run.disturbed not in facts.admitted:
        run.cause = Cause.CANCELLATION
    if run.cause == Cause.FIRST and counters.timetable_number:
        run.cause = Cause.BY_HAND
    lease = timedelta(seconds=run.time_limit_seconds + settings.solver_lease_seconds)
    attempt = run.start(clock.shared_now(session) + lease)
    return Claim(
        run_id=run.id,
        mission_id=run.mission_id,
        attempt=attempt,
        inputs_version=counters.timetable_version,
        cause=Cause(run.cause),
        seed=run.seed,
        time_limit_seconds=run.time_limit_seconds,
        disturbed=run.disturbed,
        waiting=frozenset(_queued_behind(session, run)),
        pins=tuple(Pin(**row | {end: UUID(row[end]) for end in ("guest_id", "host_id")}) for row in run.pinned),
        listed=_listed(session, run, counters) if run.is_repair else (),
        now=now,
        facts=facts,
        traceparent=run.traceparent,
    )


def _listed(session: Session, run: TimetableRun, counters: Inputs) -> tuple[Pair, ...]:
    newest = TimetableVersion.mission_id == run.mission_id, TimetableVersion.number == counters.timetable_number
    rows = session.scalar(select(TimetableVersion.unplaced).where(*newest)) or ()
    return tuple((UUID(row["guest_id"]), UUID(row["host_id"])) for row in rows)


def _queued_behind(session: Session, run: TimetableRun) -> list[UUID]:
    query = select(TimetableRun.disturbed).where(
        TimetableRun.mission_id == run.mission_id,
        TimetableRun.status == RunStatus.QUEUED,
        TimetableRun.disturbed.is_not(None),
        TimetableRun.disturbed != run.disturbed,
    )
    return [id_ for id_ in session.scalars(query) if id_ is not None]
