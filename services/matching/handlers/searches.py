"""Follow a search from outside: it tells how far it is, and hears whether it is still wanted."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import and_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhaustedError

from matching.handlers.claims import Claim
from matching.models import TimetableRun
from servicekit.runtime import Runtime

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
