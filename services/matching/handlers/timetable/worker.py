"""Task: solve and settle.

Follow a search from outside: it tells how far it is, and hears whether it is still wanted.

The task that works on timetable runs: it solves outside transactions and keeps what still holds.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from opentelemetry.trace import SpanKind
from sqlalchemy import and_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhaustedError
from sqlalchemy.orm import Session

from matching.handlers import versions
from matching.handlers.timetable import publication
from matching.handlers.timetable.claims import Claim, claim_run, waiting_runs
from matching.handlers.timetable.solutions import solve_completion, solve_first, solve_repair, solve_walk_in
from matching.models import Inputs, Meeting, TimetableRun
from matching.models.meetings import STANDING
from matching.models.timetable import Cause, RunStatus
from matching.settings import Settings
from servicekit.data import clock
from servicekit.service import Runtime

log = logging.getLogger(__name__)

PROGRESS_SECONDS = 0.5
"""How often a run's row tells how far the search is."""
LISTENING_SECONDS = 1.0
"""How often a search asks whether somebody has stopped it, whether it finds anything or not."""


def progress(runtime: Runtime, claim: Claim) -> Callable[[int, int], None]:
    """Return what writes the value and the bound of a search into its run's row, now and then."""
    told_at = 0.0

    def tell(value: int, bound: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at < PROGRESS_SECONDS:
            return
        told_at = time.monotonic()
        mine = and_(TimetableRun.id == claim.run_id, TimetableRun.attempts == claim.attempt)
        with runtime.database.write() as session:
            session.execute(update(TimetableRun).where(mine).values(value=value, bound=bound))

    return tell


@contextmanager
def listening(runtime: Runtime, claim: Claim) -> Iterator[Event]:
    """Give an event that is set once somebody has stopped the run."""
    stop, ended = Event(), Event()

    def listen() -> None:
        while not (stop.is_set() or ended.wait(LISTENING_SECONDS)):
            if _is_stopped(runtime, claim):
                stop.set()

    listener = Thread(target=listen, name="listening for a stop", daemon=True)
    listener.start()
    try:
        yield stop
    finally:
        ended.set()
        listener.join()


def _is_stopped(runtime: Runtime, claim: Claim) -> bool:
    """Ask whether the run was stopped; while the database is away nobody has."""
    try:
        with runtime.database.read() as session:
            return bool(session.scalar(select(TimetableRun.is_stopped).where(TimetableRun.id == claim.run_id)))
    except (DBAPIError, PoolExhaustedError):
        log.warning("nobody could be asked whether a search was stopped", exc_info=True)
        return False


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
        counters = versions.locked(session, claim.mission_id)
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
