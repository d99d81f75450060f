"""End timetable runs by hand: a search that has gone on long enough, a solution that nobody wants."""

from uuid import UUID

from sqlalchemy.orm import Session

from matching import loading
from matching.errors import RunNotFoundError
from matching.handlers import inputs
from matching.models import TimetableRun
from servicekit.auth import Actor
from servicekit.languages import noop as _


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
    run = loading.find(session, TimetableRun, run_id, actor, absent)
    inputs.locked(session, run.mission_id)
    session.refresh(run, with_for_update=True)
    return run
