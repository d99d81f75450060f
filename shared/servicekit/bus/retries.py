"""Try parked events again when their time has come, one at a time."""

from typing import Any

from sqlalchemy.orm import Session

from servicekit.bus import handlers, inbox, parking
from servicekit.bus.event_keys import FORGED, HISTORY, UNREADABLE, ForgedEventError, key_kept_in
from servicekit.bus.inbox import open_body
from servicekit.data.database import DatabaseAwayError
from servicekit.service import Runtime


def retry_due(runtime: Runtime) -> bool:
    """Try one parked event again whose time has come; tell whether there was one.

    The try is counted before it begins, so that an event that kills its worker is tried no oftener than any other.
    What the database cut short, by its absence or because somebody else was faster, is given back.
    """
    with runtime.database.write() as session:
        for key in runtime.cut_short:
            parking.give_back(session, key)
        begun = parking.begin_try(session)
    runtime.cut_short.clear()
    if begun is None:
        return False
    try:
        with runtime.database.write() as session:
            row = parking.find(session, begun)
            if row is not None:
                parking.settle(session, row, _try(runtime, session, row))
    except Exception as error:
        if _is_of_the_database(runtime, error):
            runtime.cut_short.add(begun)
        raise
    return True


def _is_of_the_database(runtime: Runtime, error: Exception) -> bool:
    """Tell whether a try ended so because of the database's state, and not because of the event."""
    database = runtime.database
    return isinstance(error, DatabaseAwayError) or database.is_contention(error) or database.is_away(error)


def _try(runtime: Runtime, session: Session, row: Any) -> Exception | None:
    """Handle a parked event, or return why it failed again."""
    try:
        with session.begin_nested():
            _again(runtime, session, row)
    except Exception as error:  # the event stays parked with its newest reason
        if runtime.database.is_away(error):
            raise DatabaseAwayError from error
        if runtime.database.is_contention(error):
            raise
        return error
    return None


def _again(runtime: Runtime, session: Session, row: Any) -> None:
    """Handle a parked event as it would have been; what can be read only now counts under its own id."""
    if row.source == FORGED:
        raise ForgedEventError("nothing makes true what its publisher may not say")
    received = open_body(runtime, row.body, key_kept_in(row.source), is_history=row.source.startswith(HISTORY))
    if received.error:
        raise received.error
    if row.source.startswith(UNREADABLE):
        inbox.take(runtime, session, [received])
    else:
        handlers.handle(runtime, session, [(received.event, received.is_live)] if received.event else [])
