"""The task that works on timetable runs: it solves outside transactions and keeps what still holds."""

import logging
from collections.abc import Callable
from typing import Any

from opentelemetry.trace import SpanKind
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from matching.handlers import inputs, publication
from matching.handlers.claims import Claim, claim_run, waiting_runs
from matching.handlers.searches import listening, progress
from matching.handlers.solutions import solve_completion, solve_first, solve_repair, solve_walk_in
from matching.models import Inputs, Meeting, TimetableRun
from matching.models.meetings import STANDING
from matching.models.runs import Cause, RunStatus
from matching.settings import Settings
from servicekit import clock
from servicekit.runtime import Runtime

log = logging.getLogger(__name__)

CONTENTION_TRIES = 5


def solve_next(runtime: Runtime) -> bool:
    """Work on one run; tell whether there was one."""
    with runtime.database.read() as session:
        waiting = list(session.scalars(waiting_runs(session)))
    for run_id in waiting:
        claim = claim_run(runtime, run_id)
        if claim is not None:
            with runtime.tracing.step("work on a timetable", SpanKind.INTERNAL, claim.traceparent):
                _work(runtime, claim)
            return True
    return False


SOLVERS: dict[Cause, Callable[..., dict[str, Any]]] = {
    Cause.FIRST: solve_first,
    Cause.BY_HAND: solve_completion,
    Cause.LATE_ARRIVAL: solve_repair,
    Cause.EARLY_LEAVE: solve_repair,
    Cause.CANCELLATION: solve_repair,
    Cause.HALL_CHANGED: solve_repair,
    Cause.WALK_IN: solve_walk_in,
}


def _work(runtime: Runtime, claim: Claim) -> None:
    try:
        with listening(runtime, claim) as stop:
            result = SOLVERS[claim.cause](claim, progress(runtime, claim), stop)
    except Exception as error:
        log.exception("timetable run failed", extra={"run_id": str(claim.run_id)})
        failure = f"{type(error).__name__}: {error}"
        _settle(runtime, claim, lambda _session, run, _counters: run.fail(failure))
    else:
        _settle(runtime, claim, lambda session, run, counters: _keep(session, run, counters, result))


def _settle(runtime: Runtime, claim: Claim, settle: Callable[[Session, TimetableRun, Inputs], None]) -> None:
    """Write the outcome; where others were faster with the rows that it needs, try again."""
    for attempt in range(1, CONTENTION_TRIES + 1):
        try:
            return _settle_once(runtime, claim, settle)
        except DBAPIError as error:
            if attempt == CONTENTION_TRIES or not runtime.database.is_contention(error):
                raise
    return None


def _settle_once(runtime: Runtime, claim: Claim, settle: Callable[[Session, TimetableRun, Inputs], None]) -> None:
    """Write the outcome, unless another worker has taken the run up since."""
    with runtime.database.write() as session:
        counters = inputs.locked(session, claim.mission_id)
        run = session.get_one(TimetableRun, claim.run_id, with_for_update=True)
        if run.attempts != claim.attempt or run.status != RunStatus.RUNNING:
            return
        if counters.timetable_version != claim.inputs_version or _has_begun_since(session, claim):
            _again(runtime, run)
        else:
            settle(session, run, counters)


def _keep(session: Session, run: TimetableRun, counters: Inputs, result: dict[str, Any]) -> None:
    run.finish(result, counters.timetable_version)
    if run.is_to_publish:
        publication.publish(session, run, counters)
    log.info("timetable run solved", extra={"run_id": str(run.id), "cause": run.cause, "seconds": run.seconds})


def _again(runtime: Runtime, run: TimetableRun) -> None:
    settings = runtime.settings
    assert isinstance(settings, Settings)
    if run.attempts >= settings.solver_attempts:
        run.fail("The mission kept changing while its timetable was being made.")
    else:
        run.queue_again()


def _has_begun_since(session: Session, claim: Claim) -> bool:
    """Tell whether a meeting has begun since the claim: then it must stay where it is."""
    begun = select(Meeting.id).where(
        Meeting.mission_id == claim.mission_id,
        Meeting.status.in_(STANDING),
        Meeting.starts_at > claim.now,
        Meeting.starts_at <= clock.now(session),
    )
    return session.scalars(begun).first() is not None
